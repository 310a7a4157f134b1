package cmd

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/migrations"
)

// graphOf makes a graph of "id<parent,parent>depends".
func graphOf(t *testing.T, texts ...string) *migrations.Graph {
	t.Helper()
	var revs []*migrations.Revision
	for i, text := range texts {
		text, deps, _ := strings.Cut(text, ">")
		id, parents, _ := strings.Cut(text, "<")
		revs = append(revs, &migrations.Revision{ID: id, Parents: splitIDs(parents), Depends: splitIDs(deps), Message: id, Created: time.Unix(int64(i)*60, 0)})
	}
	g, err := migrations.NewGraph(revs)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func splitIDs(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func TestDrawing(t *testing.T) {
	tests := []struct {
		name string
		revs []string
		text string // the range
		want string
	}{
		{"a line", []string{"a<", "b<a", "c<b"}, ":", `
*  c (head), c
*  b, b
*  a, a
`},
		{"a diamond", []string{"a<", "b<a", "c<a", "d<b,c"}, ":", `
*  d (head) (mergepoint), d
├─╮
│ *  c, c
* │  b, b
├─╯
*  a (branchpoint), a
`},
		{"two roots", []string{"a<", "b<a", "x<", "y<x"}, ":", `
*  y (head), y
*  x, x

*  b (head), b
*  a, a
`},
		{"three branches from one", []string{"a<", "b<a", "c<a", "d<a"}, ":", `
*  d (head), d
│ *  c (head), c
├─╯
│ *  b (head), b
├─╯
*  a (branchpoint), a
`},
		{"three merged, one goes on", []string{"a<", "b<a", "c<a", "d<a", "e<b,c,d", "f<c"}, ":", `
*  e (head) (mergepoint), e
├─┬─╮
│ │ *  d, d
│ │ │ *  f (head), f
│ ├─┼─╯
│ * │  c (branchpoint), c
│ ├─╯
* │  b, b
├─╯
*  a (branchpoint), a
`},
		{"a root inside another line", []string{"a<", "x<", "b<a,x", "c<b"}, ":", `
*  c (head), c
*  b (mergepoint), b
├─╮
│ *  x, x
*  a, a
`},
		{"a line that joins one already drawn", []string{"a<", "b<a", "x<", "c<a,x", "d<b"}, ":", `
*  c (head) (mergepoint), c
├─╮
│ *  x, x
│
│ *  d (head), d
│ *  b, b
├─╯
*  a (branchpoint), a
`},
		{"a range that cuts lines off", []string{"a<", "b<a", "c<a", "d<b,c", "e<d"}, "b:e", `
*  e (head), e
*  d (mergepoint), d
*  b, b
`},
		{"what a revision needs", []string{"a<", "x<", "y<x>a"}, ":", `
*  y (head), y (needs a)
*  x, x

*  a (effective head), a
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := graphOf(t, tt.revs...)
			revs, err := g.Range(tt.text, nil)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			a := &app{stdout: &out, getenv: func(string) string { return "" }}
			a.printGraph(newListing(g), revs)
			if diff := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), out.String()); diff != "" {
				t.Errorf("%s\n%s", diff, out.String())
			}
		})
	}
}

func TestMermaidText(t *testing.T) {
	if got, want := mermaidText(`say "a#b" <x>; ü`), "say #34;a#35;b#34; #60;x#62;#59; ü"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHookWords(t *testing.T) {
	for line, want := range map[string]string{
		"fmt {file}":          "fmt|a b.sql",
		"sh -c 'x \"y\" z' {": "sh|-c|x \"y\" z|{",
		`say "" '{revision}'`: "say||9c41",
		"  spaced   out  ":    "spaced|out",
		"":                    "error: a hook is empty",
		"sh 'x":               `error: "sh 'x" has no closing '`,
	} {
		words, err := hookWords(line, map[string]string{"file": "a b.sql", "revision": "9c41"})
		got := strings.Join(words, "|")
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
	}
}
