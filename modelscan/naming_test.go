package modelscan

import (
	"regexp"
	"strings"
	"testing"
)

// scany's rule, as its source has it.
var (
	firstCap = regexp.MustCompile("(.)([A-Z][a-z]+)")
	allCap   = regexp.MustCompile("([a-z0-9])([A-Z])")
)

func TestSnakeIsScanys(t *testing.T) {
	for _, name := range []string{"ID", "UserID", "HTTPServer", "OrgIDs", "A", "Ab", "aB", "ABc", "X1Y2Za", "userName", "Über", "JSONData", "Field_Name", "URLs", "IPv4Addr", "AAAbbbCCC", "a1B", "ÄÖü", "DBURLOf2IDs"} {
		want := strings.ToLower(allCap.ReplaceAllString(firstCap.ReplaceAllString(name, "${1}_${2}"), "${1}_${2}"))
		if got := snake(name); got != want {
			t.Errorf("snake(%q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzSnake(f *testing.F) {
	f.Add("HTTPServer")
	f.Add("OrgIDs2X")
	f.Fuzz(func(t *testing.T, name string) {
		if strings.ContainsAny(name, "\n") || !isASCII(name) {
			return
		}
		want := strings.ToLower(allCap.ReplaceAllString(firstCap.ReplaceAllString(name, "${1}_${2}"), "${1}_${2}"))
		if got := snake(name); got != want {
			t.Errorf("snake(%q) = %q, want %q", name, got, want)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 126 }) < 0
}

func TestPlural(t *testing.T) {
	for in, want := range map[string]string{
		"order": "orders", "category": "categories", "box": "boxes", "person": "persons", "day": "days", "status": "statuses", "address": "addresses",
		"church": "churches", "dish": "dishes", "quiz": "quizes", "settings": "settings", "addresses": "addresses", "categories": "categories", "bus": "buses", "user_id": "user_ids", "a": "as",
	} {
		if got := plural(in); got != want {
			t.Errorf("plural(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	names := []string{"index", "identity", "unique", "was", "check"}
	for in, want := range map[string]string{"idenity": "identity", "indx": "index", "uniqeu": "unique", "wsa": "was", "zzz": "", "i": "", "chcek": "check"} {
		if got := suggest(in, names); got != want {
			t.Errorf("suggest(%q) = %q, want %q", in, got, want)
		}
	}
}
