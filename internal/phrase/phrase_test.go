package phrase_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/phrase"
)

func TestPostgresWords(t *testing.T) {
	tests := []struct {
		name, sql string
		want      []string // kind:depth:plain
	}{
		{"keywords, names, signs", `Add "Odd ""x" (a, 1)`, []string{`name:0:Add`, `quoted:0:"Odd ""x"`, `sign:0:(`, `name:1:a`, `sign:1:,`, `name:1:1`, `sign:0:)`}},
		{"literals", `'it''s' E'a\'b' $$ ; $$ $t$ $$ $t$`, []string{`string:0:'it''s'`, `string:0:E'a\'b'`, `string:0:$$ ; $$`, `string:0:$t$ $$ $t$`}},
		{"comments", "a -- b\n/* c /* d */ e */ f", []string{"name:0:a", "name:0:f"}},
		{"what is not closed reaches to the end", `'a b`, []string{`string:0:'a b`}},
		{"a dollar quote that is not closed", `$$ a`, []string{`string:0:$$ a`}},
		{"a word that ends in e before a string", `type 'a'`, []string{`name:0:type`, `string:0:'a'`}},
	}
	kinds := map[phrase.Kind]string{phrase.Name: "name", phrase.Quoted: "quoted", phrase.String: "string", phrase.Sign: "sign"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, w := range phrase.Postgres(tt.sql) {
				got = append(got, kinds[w.Kind]+":"+string(rune('0'+w.Depth))+":"+w.Plain)
				if tt.sql[w.Start:w.End] != w.Plain {
					t.Errorf("%q does not stand at %d:%d", w.Plain, w.Start, w.End)
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAfter(t *testing.T) {
	tests := []struct {
		name, sql string
		want      []string
		rest      string
		ok        bool
	}{
		{"words in any case", "drop Table a", []string{"DROP", "TABLE"}, "a", true},
		{"one of several", "DROP VIEW a", []string{"DROP", "TABLE|VIEW"}, "a", true},
		{"one that may be missing", "DROP a", []string{"DROP", "TABLE?"}, "a", true},
		{"a name with schema", `ALTER "a b".c SET`, []string{"ALTER", "*"}, "SET", true},
		{"the sign of choice itself", "a || b", []string{"A", "|", "|"}, "b", true},
		{"a quoted keyword is none", `"drop" a`, []string{"DROP"}, `"drop" a`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rest, ok := phrase.Postgres(tt.sql).After(tt.want...)
			if ok != tt.ok || rest.String() != tt.rest {
				t.Errorf("%q, %v; want %q, %v", rest.String(), ok, tt.rest, tt.ok)
			}
		})
	}
}

func TestParts(t *testing.T) {
	var got []string
	for _, p := range phrase.SQLite("a (b, c), [d, e], 'f, g'").Parts() {
		got = append(got, p.String())
	}
	if d := cmp.Diff([]string{"a (b, c)", "[d, e]", "'f, g'"}, got); d != "" {
		t.Error(d)
	}
}
