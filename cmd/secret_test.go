package cmd

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPasswordsAreNotPrinted(t *testing.T) {
	tests := []struct{ name, url, shown string }{
		{"none", "postgres://u@h/d?sslmode=disable", "postgres://u@h/d?sslmode=disable"},
		{"before the host", "postgres://u:s3cret@h/d", "postgres://u:xxxxx@h/d"},
		{"escaped", "postgres://u:s%2F3@h:1/d", "postgres://u:xxxxx@h:1/d"},
		{"with an @", "postgres://u:s@3@h/d", "postgres://u:xxxxx@h/d"},
		{"as a parameter", "postgres://u@h/d?password=s3cret&sslmode=require", "postgres://u@h/d?password=xxxxx&sslmode=require"},
		{"as a parameter that is escaped", "postgres://h/d?a=b&pass%77ord=s3cret", "postgres://h/d?a=b&pass%77ord=xxxxx"},
		{"of a key file", "postgres://u:p1@h/d?sslpassword=s3cret", "postgres://u:xxxxx@h/d?sslpassword=xxxxx"},
		{"with a slash nobody escaped", "postgres://u:p@s/w:x%?&=#@h/d", "postgres://u:xxxxx@h/d"},
		{"with a # nobody escaped", "postgres://u:12#34@h/d", "postgres://u:xxxxx@h/d"},
		{"with a bad escape", "postgres://u:s%zz@h/d", "postgres://u:xxxxx@h/d"},
		{"without slashes", "postgres:u:s3cret@h/d", "postgres:u:xxxxx@h/d"},
		{"bad port", "postgres://u:s3cret@h:x/d", "postgres://u:xxxxx@h:x/d"},
		{"an @ in a parameter is none", "postgres://h:1/d?application_name=a@b", "postgres://h:1/d?application_name=a@b"},
		{"a file with an @", "sqlite:///tmp/a@b.db?_pragma=journal_mode(WAL)", "sqlite:///tmp/a@b.db?_pragma=journal_mode(WAL)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := showURL(tt.url); got != tt.shown {
				t.Errorf("shown as %s, want %s", got, tt.shown)
			}
			var a app
			a.hide(tt.url)
			if got := a.redact("the driver says " + tt.url); got != "the driver says "+tt.shown {
				t.Errorf("redacted to %s, want %s", got, tt.shown)
			}
		})
	}
}

func TestPasswordThatIsAWordOfTheURL(t *testing.T) {
	var a app
	a.hide("postgres://postgres:postgres@h/shop")
	const text = "connecting to postgres://postgres:xxxxx@h/shop: role postgres may not log in"
	if got := a.redact(text); got != text {
		t.Errorf("garbled: %s", got)
	}
	if got, want := a.redact("postgres://postgres:postgres@h/shop, password=postgres"), "postgres://postgres:xxxxx@h/shop, password=xxxxx"; got != want {
		t.Errorf("redacted to %s, want %s", got, want)
	}
}

// Nothing listens on port 1: the errors are the driver's and ours.
func TestConnectionErrorsHideThePassword(t *testing.T) {
	for _, u := range []string{
		"postgres://u:s3cret@127.0.0.1:1/d",
		"postgres://u@127.0.0.1:1/d?password=s3cret",
		"postgres://u:s3cret@127.0.0.1:1/d?sslmode=nonsense",
		"postgres://u:x@s3cret/w:s3cret%?&=#@127.0.0.1:1/d",
		"postgres:u:s3cret@127.0.0.1/d",
		"postgres://u:x@s3cret/w@127.0.0.1:1/d",
	} {
		for _, format := range []string{"text", "json"} {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "migrations"), 0o700); err != nil {
				t.Fatal(err)
			}
			out := runApp(t, "-C", dir, "--url", u, "--format", format, "current")
			if strings.Contains(out, "s3cret") || !strings.Contains(out, "connecting to") {
				t.Errorf("%s: %s", u, out)
			}
			if line := "connection refused"; strings.Count(out, line) > 1 {
				t.Errorf("%s: said twice: %s", u, out)
			}
		}
	}
}

// runApp runs one command line and returns everything it printed.
func runApp(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &out, getenv: func(string) string { return "" }, now: time.Now}
	a.run(context.Background(), args)
	return out.String()
}
