package modelscan

import (
	"go/ast"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTagPositions(t *testing.T) {
	for _, c := range []struct{ name, lit string }{
		{"raw", "`db:\"x\" gen:\"size:20;collate:\\\"C\\\";here:1\"`"},
		{"interpreted", `"gen:\"size:20;collate:\\\"C\\\";here:1\""`},
		{"interpreted with escapes", `"gen:\"\u0073ize:20;\x63ollate:\\\"C\\\";here:1\""`},
	} {
		t.Run(c.name, func(t *testing.T) {
			tag, bad := parseTag(&ast.BasicLit{Kind: token.STRING, Value: c.lit, ValuePos: 100})
			if bad != nil {
				t.Fatal(bad.what)
			}
			items, bad := tagItems(tag.gen)
			if bad != nil {
				t.Fatal(bad.what)
			}
			var keys []string
			for _, it := range items {
				keys = append(keys, it.key+"="+it.value.s)
			}
			if diff := cmp.Diff([]string{"size=20", `collate="C"`, "here=1"}, keys); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			last := items[2]
			if got := c.lit[last.pos-100:]; !strings.HasPrefix(got, "here") {
				t.Errorf("the key begins at %q", got)
			}
			if got := c.lit[last.value.pos()-100:]; !strings.HasPrefix(got, "1") {
				t.Errorf("the value begins at %q", got)
			}
		})
	}
}

func TestTagOptions(t *testing.T) {
	for in, want := range map[string][]string{
		"index":                             {""},
		"index:name":                        {"name"},
		"index,desc":                        {"", "desc"},
		"index:desc":                        {"", "desc"},
		"index:n,using=gin,opclass=a":       {"n", "using=gin", "opclass=a"},
		"index:using=gin,order=2":           {"", "using=gin", "order=2"},
		"index:n,where=a in (1, 2), b":      {"n", "where=a in (1, 2), b"},
		"index:where=a > 0, desc":           {"", "where=a > 0, desc"},
		"identity:always,start=10":          {"always", "start=10"},
		"unique:g , deferrable":             {"g", "deferrable"},
		`index:n,where=a = ';,' and b = ""`: {"n", `where=a = ';,' and b = ""`},
	} {
		items, bad := tagItems(text{s: in})
		if bad != nil || len(items) != 1 {
			t.Fatalf("%s: %d items, %v", in, len(items), bad)
		}
		got := []string{items[0].value.s}
		for _, o := range items[0].opts {
			got = append(got, o.s)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
}

// FuzzTag holds parseTag against reflect.StructTag, and the positions of the
// items against the text.
func FuzzTag(f *testing.F) {
	for _, s := range []string{`db:"id" gen:"pk;identity"`, `gen:"default:'a;b';check:(a > 0)"`, `gen:"index:a,where=x;"`, `json:"x" gen:"collate:\"C\"" db:"y,z"`, `gen:"a@b:c`, `gen:size`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		lit := strconv.Quote(s)
		tag, bad := parseTag(&ast.BasicLit{Kind: token.STRING, Value: lit, ValuePos: 1})
		want, ok := reflect.StructTag(s).Lookup("gen")
		if bad == nil && (ok != tag.has || want != tag.gen.s) {
			t.Fatalf("tag %q: gen is %q %v, reflect says %q %v", s, tag.gen.s, tag.has, want, ok)
		}
		items, bad := tagItems(tag.gen)
		if bad != nil {
			return
		}
		for _, it := range items {
			if p := int(it.pos) - 1; p < 0 || p > len(lit) {
				t.Fatalf("tag %q: item %q at %d", s, it.key, p)
			}
			if isPlainASCII(it.key) && it.key != "" && isPlainASCII(s) && !strings.HasPrefix(lit[it.pos-1:], it.key) {
				t.Fatalf("tag %s: item %q begins at %q", lit, it.key, lit[it.pos-1:])
			}
		}
	})
}

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '\\' || s[i] == '"' && i > 0 && s[i-1] == '\\' {
			return false
		}
	}
	return true
}
