// Package browser looks at pages in a headless Chromium, for tests. Those are built
// with the tag pages alone, as Chromium is large: make test-pages installs it and
// runs them.
package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A Browser is a Chromium that is there.
type Browser struct{ path string }

// Find returns the Chromium of $GEN_TEST_CHROMIUM or of PATH. It is an error that
// there is none.
func Find(t *testing.T) *Browser {
	t.Helper()
	for _, name := range []string{os.Getenv("GEN_TEST_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return &Browser{path}
		}
	}
	t.Fatal("no chromium on PATH: make test-pages installs it from Debian, or set GEN_TEST_CHROMIUM")
	return nil
}

// verdict runs when the page has been laid out, and writes what is wrong into it.
// complaints is what the check of the test returns; the page itself must not
// scroll sideways, must have had no error, and must be as wide as was asked for.
const verdict = `<script>
addEventListener("load", () => setTimeout(() => {
  const wrong = [...window.errors];
  const wide = document.scrollingElement.scrollWidth;
  if (wide > innerWidth) wrong.push("the page is " + wide + " px wide in a window of " + innerWidth);
  if (innerWidth !== %d) wrong.push("the window is " + innerWidth + " px wide");
  try { wrong.push(...(() => { %s })()); } catch (e) { wrong.push("the check: " + e); }
  const out = document.createElement("pre");
  out.id = "verdict";
  out.textContent = JSON.stringify(wrong);
  top.document.body.append(out);
}, 50));
</script></body>`

const watch = `<head><script>window.errors = []; addEventListener("error", (e) => errors.push("script: " + e.message));</script>`

var (
	policy  = regexp.MustCompile(`<meta http-equiv="Content-Security-Policy"[^>]*>`)
	written = regexp.MustCompile(`(?s)<pre id="verdict">(.*?)</pre>`)
)

// Complaints opens the page in a window of the width, runs check in it, the body
// of a JavaScript function that returns a list of complaints, and returns what is
// wrong. The page's own scripts run; its policy, which would forbid the check, is
// taken out.
func (b *Browser) Complaints(t *testing.T, page []byte, width int, check string) []string {
	t.Helper()
	text := policy.ReplaceAllString(string(page), "")
	text = strings.Replace(text, "<head>", watch, 1)
	if !strings.Contains(text, "</body>") {
		t.Fatal("the page has no end")
	}
	text = strings.Replace(text, "</body>", fmt.Sprintf(verdict, width, check), 1)
	out := b.run(t, []byte(text), width, "--dump-dom")
	m := written.FindSubmatch(out)
	if m == nil {
		t.Fatalf("the page was not judged: %.2000s", out)
	}
	var wrong []string
	if err := json.Unmarshal([]byte(html.UnescapeString(string(m[1]))), &wrong); err != nil {
		t.Fatal(err)
	}
	return wrong
}

// Picture is what the window shows. It is kept in $GEN_TEST_PAGES when that is a
// directory, under the name.
func (b *Browser) Picture(t *testing.T, page []byte, width int, name string, flags ...string) image.Image {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.png")
	b.run(t, page, width, append(flags, "--screenshot="+path)...)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal("no picture was made: ", err)
	}
	if dir := os.Getenv("GEN_TEST_PAGES"); filepath.IsAbs(dir) {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// Dark are the flags of a browser whose user likes the dark.
func Dark() []string { return []string{"--blink-settings=preferredColorScheme=0"} }

func (b *Browser) run(t *testing.T, page []byte, width int, flags ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "page.html")
	window := width
	if width < leastWindow {
		page, window = framed(page, width), leastWindow
	}
	if err := os.WriteFile(path, page, 0o644); err != nil {
		t.Fatal(err)
	}
	args := append([]string{
		"--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
		"--user-data-dir=" + filepath.Join(dir, "profile"), fmt.Sprintf("--window-size=%d,900", window), "--virtual-time-budget=3000",
	}, flags...)
	cmd := exec.CommandContext(t.Context(), b.path, append(args, "file://"+path)...)
	cmd.WaitDelay = 5 * time.Second
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%.2000s", b.path, err, said.String())
	}
	return out
}

// leastWindow is how narrow a window of Chromium may be. What is to be seen in a
// narrower one is put into a frame.
const leastWindow = 500

func framed(page []byte, width int) []byte {
	return fmt.Appendf(nil, `<!DOCTYPE html><meta charset="utf-8"><style>body{margin:0}iframe{border:0;display:block}</style><body><iframe width="%d" height="900" srcdoc="%s"></iframe></body>`,
		width, html.EscapeString(string(page)))
}

// Ground is how much of the picture is not of its commonest colour, and how
// bright that is, both from 0 to 1.
func Ground(img image.Image) (drawn, light float64) {
	type colour [3]uint32
	counts := map[colour]int{}
	var ground colour
	all := img.Bounds()
	for y := all.Min.Y; y < all.Max.Y; y++ {
		for x := all.Min.X; x < all.Max.X; x++ {
			r, g, b, _ := img.At(x, y).RGBA()
			c := colour{r >> 8, g >> 8, b >> 8}
			if counts[c]++; counts[c] > counts[ground] {
				ground = c
			}
		}
	}
	pixels := max(1, all.Dx()*all.Dy())
	return 1 - float64(counts[ground])/float64(pixels), float64(ground[0]+ground[1]+ground[2]) / (3 * 255)
}
