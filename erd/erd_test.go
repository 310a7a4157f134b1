package erd

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/schema"
)

var update = flag.Bool("update", false, "rewrite the drawings in testdata")

func diagram(t testing.TB, db *schema.Database, o Options) *Diagram {
	t.Helper()
	d, err := New(db, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestDrawings holds the drawings of small schemas as they were looked at.
func TestDrawings(t *testing.T) {
	signs := map[Part]Sign{
		{Name: schema.Name{Schema: "public", Local: "users"}}:                                                  Changed,
		{Name: schema.Name{Schema: "public", Local: "users"}, Column: "email"}:                                 Changed,
		{Name: schema.Name{Schema: "public", Local: "users"}, Column: "seen"}:                                  Added,
		{Name: schema.Name{Schema: "public", Local: "profiles"}}:                                               Removed,
		{Name: schema.Name{Schema: "public", Local: "orders"}, Constraint: "orders_user_id_fkey"}:              Added,
		{Name: schema.Name{Schema: "public", Local: "order_status"}, Column: "paid"}:                           Added,
		{Name: schema.Name{Schema: "public", Local: "orders_2026_new"}}:                                        Added,
		{Name: schema.Name{Schema: "public", Local: "users"}, Column: "there is no such column and no matter"}: Added,
	}
	for name, tc := range map[string]struct {
		db *schema.Database
		o  Options
	}{
		"shop":    {shop(), Options{}},
		"around":  {shop(), Options{Around: schema.Name{Local: "users"}, Depth: 1, Signs: signs}},
		"odd":     {odd(), Options{}},
		"nothing": {&schema.Database{}, Options{}},
	} {
		d := diagram(t, tc.db, tc.o)
		for ext, got := range map[string][]byte{".svg": d.SVG(), ".mmd": d.Mermaid()} {
			t.Run(name+ext, func(t *testing.T) {
				path := filepath.Join("testdata", name+ext)
				if *update {
					if err := os.WriteFile(path, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if d := cmp.Diff(string(want), string(got)); d != "" {
					t.Errorf("the drawing has changed; look at it, then -update (-want +got):\n%s", d)
				}
			})
		}
	}
}

func TestDrawingIsTheSameForEveryOrder(t *testing.T) {
	for _, db := range []*schema.Database{shop(), odd(), large(80)} {
		want := diagram(t, db, Options{})
		for seed := range uint64(5) {
			got := diagram(t, shuffled(db, seed), Options{})
			if !bytes.Equal(want.SVG(), got.SVG()) || !bytes.Equal(want.Mermaid(), got.Mermaid()) {
				t.Fatalf("%d tables: another order of the lists gives another drawing", len(db.Tables))
			}
		}
	}
}

// TestNothingLiesOnAnything: boxes keep their distance, and no line runs through
// one.
func TestNothingLiesOnAnything(t *testing.T) {
	for _, db := range []*schema.Database{shop(), odd(), large(1), large(10), large(50), large(500)} {
		d := diagram(t, db, Options{})
		for i, a := range d.Boxes {
			if a.X < 0 || a.Y < 0 || a.X+a.W > d.Width || a.Y+a.H > d.Height {
				t.Errorf("%s lies outside of the drawing", a.Name)
			}
			for _, b := range d.Boxes[:i] {
				if a.X < b.X+b.W+8 && b.X < a.X+a.W+8 && a.Y < b.Y+b.H+8 && b.Y < a.Y+a.H+8 {
					t.Errorf("%d tables: %s lies on %s", len(db.Tables), a.Name, b.Name)
				}
			}
		}
		for _, e := range d.Edges {
			if len(e.line) < 2 {
				t.Fatalf("%s has no line", e.title)
			}
			for i, p := range e.line[1:] {
				q := e.line[i]
				if p.x != q.x && p.y != q.y {
					t.Errorf("%s is askew", e.title)
				}
				for _, b := range d.Boxes {
					if min(p.x, q.x) < b.X+b.W && max(p.x, q.x) > b.X && min(p.y, q.y) < b.Y+b.H && max(p.y, q.y) > b.Y {
						t.Errorf("%d tables: %s runs through %s", len(db.Tables), e.title, b.Name)
					}
				}
			}
			for _, end := range []struct{ box, row, at int }{{e.From, e.FromRow, 0}, {e.To, e.ToRow, len(e.line) - 1}} {
				b, p := d.Boxes[end.box], e.line[end.at]
				if p.x != b.X && p.x != b.X+b.W || abs(p.y-b.Y-b.rowY(end.row)) > rowHeight/2 {
					t.Errorf("%s does not end at its row of %s", e.title, b.Name)
				}
			}
		}
	}
}

func TestWhatIsDrawn(t *testing.T) {
	users := schema.Name{Schema: "public", Local: "users"}
	for name, tc := range map[string]struct {
		o    Options
		want string
	}{
		"all":                       {Options{}, "audit.log audit.log_of_logins public.orders public.profiles public.settings public.users public.order_status"},
		"a pattern":                 {Options{Tables: []string{"*s"}}, "audit.log_of_logins public.orders public.profiles public.settings public.users public.order_status"},
		"two patterns":              {Options{Tables: []string{"users", "log"}}, "audit.log public.users"},
		"a pattern with a schema":   {Options{Tables: []string{"audit.*"}}, "audit.log audit.log_of_logins"},
		"a table alone":             {Options{Around: users}, "public.users"},
		"a table and those near it": {Options{Around: users, Depth: 1}, "public.orders public.profiles public.users public.order_status"},
		"over a partition's key":    {Options{Around: users, Depth: 2}, "audit.log public.orders public.profiles public.users public.order_status"},
		"around a partition":        {Options{Around: schema.Name{Local: "orders_2025"}}, "public.orders public.order_status"},
		"both":                      {Options{Around: users, Depth: 1, Tables: []string{"p*"}}, "public.profiles"},
		"some by name":              {Options{Only: map[schema.Name]bool{users: true}}, "public.users"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, b := range diagram(t, shop(), tc.o).Boxes {
				got = append(got, b.Name.String())
			}
			if d := cmp.Diff(tc.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
		})
	}
	if d := cmp.Diff([]string{"1 policy", "1 sequence", "1 view"}, diagram(t, shop(), Options{}).Undrawn); d != "" {
		t.Errorf("undrawn: %s", d)
	}
	var none *NoTableError
	if _, err := New(shop(), Options{Around: schema.Name{Local: "user"}}); !errors.As(err, &none) {
		t.Errorf("around a table that is not there: %v", err)
	}
	if _, err := New(shop(), Options{Tables: []string{"[a"}}); err == nil {
		t.Error("a bad pattern is no error")
	}
}

func TestEnds(t *testing.T) {
	n := func(s string) schema.Name { return schema.Name{Local: s} }
	a := schema.Table{Name: n("a"), Columns: []schema.Column{{Name: "x"}, {Name: "y"}}, PrimaryKey: &schema.PrimaryKey{Columns: []string{"x"}}}
	for name, tc := range map[string]struct {
		table schema.Table
		want  string
	}{
		"any number, or none":         {schema.Table{Columns: []schema.Column{{Name: "a"}}}, "zero or more, zero or one"},
		"any number, not null":        {schema.Table{Columns: []schema.Column{{Name: "a", NotNull: true}}}, "zero or more, one"},
		"unique":                      {schema.Table{Columns: []schema.Column{{Name: "a"}}, Uniques: []schema.Unique{{Columns: []string{"a"}}}}, "zero or one, zero or one"},
		"the primary key":             {schema.Table{Columns: []schema.Column{{Name: "a"}}, PrimaryKey: &schema.PrimaryKey{Columns: []string{"a"}}}, "zero or one, one"},
		"half of the primary key":     {schema.Table{Columns: []schema.Column{{Name: "a"}, {Name: "b"}}, PrimaryKey: &schema.PrimaryKey{Columns: []string{"a", "b"}}}, "zero or more, one"},
		"a unique index":              {schema.Table{Columns: []schema.Column{{Name: "a"}}, Indexes: []schema.Index{{Unique: true, Keys: []schema.IndexKey{{Column: "a"}}}}}, "zero or one, zero or one"},
		"a unique index of some rows": {schema.Table{Columns: []schema.Column{{Name: "a"}}, Indexes: []schema.Index{{Unique: true, Where: "b", Keys: []schema.IndexKey{{Column: "a"}}}}}, "zero or more, zero or one"},
		"a unique expression":         {schema.Table{Columns: []schema.Column{{Name: "a"}}, Indexes: []schema.Index{{Unique: true, Keys: []schema.IndexKey{{Expr: "lower(a)"}}}}}, "zero or more, zero or one"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.table.Name = n("b")
			tc.table.ForeignKeys = []schema.ForeignKey{{Columns: []string{"a"}, RefTable: n("a")}}
			e := diagram(t, &schema.Database{Tables: []schema.Table{a, tc.table}}, Options{}).Edges[0]
			if got := fmt.Sprintf("%s, %s", e.FromEnd, e.ToEnd); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
	two := schema.Table{Name: n("b"), Columns: []schema.Column{{Name: "a", NotNull: true}, {Name: "b"}}}
	for full, want := range map[bool]End{false: ZeroOrOne, true: One} {
		two.ForeignKeys = []schema.ForeignKey{{Columns: []string{"a", "b"}, RefTable: n("a"), RefColumns: []string{"x", "y"}, MatchFull: full}}
		if e := diagram(t, &schema.Database{Tables: []schema.Table{a, two}}, Options{}).Edges[0]; e.ToEnd != want {
			t.Errorf("match full %v: refers to %s, want %s", full, e.ToEnd, want)
		}
	}
}

// TestOddNamesStayText: whatever things are called, the drawing is well-formed
// and the page has the scripts that were written for it, and no more.
func TestOddNamesStayText(t *testing.T) {
	d := diagram(t, odd(), Options{})
	dec := xml.NewDecoder(bytes.NewReader(d.SVG()))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	page, err := d.HTML("<script>x</script>")
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(page, []byte("<script")); n != 1 {
		t.Errorf("the page has %d scripts", n)
	}
	for _, outside := range []string{"src=", "url(", "@import", "<link", "http-equiv=\"refresh"} {
		if bytes.Contains(page, []byte(outside)) {
			t.Errorf("the page asks for something else: %s", outside)
		}
	}
	for _, line := range strings.Split(string(d.Mermaid()), "\n") {
		for _, bad := range []string{"%", "<", "\\", "\u202e", "direction LR"} {
			if strings.Contains(line, bad) {
				t.Errorf("Mermaid would stumble over %q: %s", bad, line)
			}
		}
	}
}

func TestTypesAreShort(t *testing.T) {
	for long, short := range map[string]string{
		"character varying(20)":          "varchar(20)",
		"timestamp with time zone":       "timestamptz",
		"timestamp(3) with time zone":    "timestamptz(3)",
		"time(0) without time zone[]":    "time(0)[]",
		"timestamp(6) with time zone[]":  "timestamptz(6)[]",
		"double precision":               "float8",
		"timestamp without time zone[]":  "timestamp[]",
		"public.mood":                    "mood",
		"interval day to second(3)":      "interval day to second(3)",
		"":                               "",
		"timestamp(3) of something else": "timestamp(3) of something else",
	} {
		if got := shortType(schema.Column{Type: schema.Type{Text: long}}); got != short {
			t.Errorf("%s is %s, want %s", long, got, short)
		}
	}
}

func TestSignsAreNoneOfOthers(t *testing.T) {
	d := diagram(t, shop(), Options{})
	if slices.ContainsFunc(d.Boxes, func(b Box) bool { return b.Sign != "" }) || bytes.Contains(d.SVG(), []byte(`class="sign"`)) {
		t.Error("a diagram without signs shows some")
	}
}

func BenchmarkDiagram(b *testing.B) {
	for _, n := range []int{50, 500} {
		db := large(n)
		b.Run(fmt.Sprintf("%d_tables", n), func(b *testing.B) {
			for b.Loop() {
				diagram(b, db, Options{}).SVG()
			}
		})
	}
}
