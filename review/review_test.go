package review

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/render/postgres"
	"github.com/gen-migrate/gen/schema"
)

var update = flag.Bool("update", false, "rewrite the pages in testdata")

func public(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }

// users is a table of so many columns, in a database of its own.
func users(columns ...schema.Column) *schema.Database {
	return &schema.Database{Schemas: []schema.Schema{{Name: "public"}}, Tables: []schema.Table{
		{Name: public("users"), Columns: columns, PrimaryKey: &schema.PrimaryKey{Name: "users_pkey", Columns: []string{"id"}}},
	}}
}

// planned is the page of a plan as gen diff makes it.
func planned(t *testing.T, from, to *schema.Database, r diff.Renames) Page {
	t.Helper()
	p, err := diff.Diff(from, to, r)
	if err != nil {
		t.Fatal(err)
	}
	up, err := postgres.Render(p, render.Options{ServerVersion: 170000})
	if err != nil {
		t.Fatal(err)
	}
	down, err := postgres.Render(p.Reverse(), render.Options{ServerVersion: 170000})
	if err != nil {
		t.Fatal(err)
	}
	page := Page{Title: "A plan", Facts: []Fact{{"Dialect", "postgres"}}, Up: steps(up, false), Down: steps(down, true)}
	lines := make([]diff.Line, len(p.Changes))
	for i, c := range p.Changes {
		lines[i] = diff.Describe(c)
	}
	if err := page.Plan(p, lines); err != nil {
		t.Fatal(err)
	}
	return page
}

func steps(statements []render.Statement, back bool) []migrations.Step {
	out := []migrations.Step{}
	for _, s := range statements {
		tx := migrations.TxOn
		if s.Tx != render.InTx {
			tx = migrations.TxEach
		}
		if n := len(out); n == 0 || out[n-1].Tx != tx {
			out = append(out, migrations.Step{Tx: tx})
		}
		comment := render.Comment(s)
		if back {
			comment = append(comment, render.WayBack(s)...)
		}
		last := &out[len(out)-1]
		last.Statements = append(last.Statements, migrations.Statement{SQL: s.SQL, Comment: comment})
	}
	return out
}

func html(t testing.TB, p Page) string {
	t.Helper()
	text, err := HTML(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func id() schema.Column {
	return schema.Column{Name: "id", Type: schema.Type{Text: "bigint"}, NotNull: true}
}

// pages are what the tests look at.
func pages(t *testing.T) map[string]Page {
	text := schema.Type{Text: "text"}
	small := planned(t, users(id(), schema.Column{Name: "mail", Type: text}, schema.Column{Name: "gone", Type: text}),
		users(id(), schema.Column{Name: "mail", Type: text, NotNull: true, Pos: schema.Pos{File: "models/user.go", Line: 14, Col: 2, Sym: "User.Mail"}}, schema.Column{Name: "seen", Type: text}), diff.Renames{})
	small.Notes = []string{"view public.v: compared by EXPLAIN alone"}

	evil := "<script>alert(1)</script>"
	from := users(id())
	to := users(id(), schema.Column{Name: evil, Type: text, Pos: schema.Pos{File: evil + ".go", Line: 1, Sym: evil}})
	to.Tables[0].Name = public(evil)
	from.Tables[0].Name = public(evil)
	to.Enums = []schema.Enum{{Name: public("a\"><img src=x>"), Values: []string{"'</style><script>x</script>"}}}
	to.Tables = append(to.Tables, schema.Table{Name: public("b</svg>"), Columns: []schema.Column{id()}})
	odd := planned(t, from, to, diff.Renames{})
	odd.Title, odd.Facts = evil, []Fact{{evil, evil}}
	odd.Notes, odd.Hazards = []string{evil}, []string{"X01 " + evil}
	odd.Up[0].Statements[0].Comment = append(odd.Up[0].Statements[0].Comment, evil, "  hazard LOCK01: "+evil, "  loses data: "+evil, "  lock ACCESS EXCLUSIVE on "+evil+" · "+evil)
	odd.Up[0].Name, odd.Up[0].Go, odd.Up[0].Loses = evil, evil, []string{evil + "2"}
	odd.Up[0].Statements[0].SQL += "\u202e"

	file := Page{Title: "by hand", Facts: []Fact{{"Revision", "9c41d07be2a5"}}, NoDiagram: "The schema is not known.", Irreversible: "the rows are gone", Hazards: []string{"LOCK22 brief lock on orders"},
		Up: []migrations.Step{
			{Tx: migrations.TxOn, LockTimeout: 2 * time.Second, StatementTimeout: migrations.NoTimeout, Name: "first", Statements: []migrations.Statement{{SQL: "UPDATE orders SET a = 1"}}},
			{Tx: migrations.TxBatch, Throttle: time.Second, Statements: []migrations.Statement{{SQL: "DELETE FROM orders", Comment: []string{"old ones go"}}}},
			{Tx: migrations.TxOn, Go: "BackfillTotals"},
			{Tx: migrations.TxOn, ForeignKeysOff: true, Statements: []migrations.Statement{{SQL: `ALTER TABLE "Odd Table" ADD x int`, Comment: []string{"+ Odd Table.x integer   m.go:3 Odd.X"}}}},
		}}
	return map[string]Page{"small": small, "odd": odd, "file": file, "nothing": planned(t, users(id()), users(id()), diff.Renames{})}
}

func TestPages(t *testing.T) {
	for name, p := range pages(t) {
		t.Run(name, func(t *testing.T) {
			got := html(t, p)
			// The style sheets are no part of what is held here.
			head, rest, _ := strings.Cut(got, "<style>")
			_, rest, _ = strings.Cut(rest, "</style>")
			got = head + "<style></style>" + rest
			path := filepath.Join("testdata", name+".html")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("the page has changed; look at it, then -update (-want +got):\n%s", d)
			}
		})
	}
}

func TestPageIsTextAndNothingElse(t *testing.T) {
	page := html(t, pages(t)["odd"])
	for _, bad := range []string{"<script", "<img", ` src="`, "url(", "@import", "<link", "javascript:", "\u202e"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if n := strings.Count(page, "&lt;script&gt;alert(1)&lt;/script&gt;"); n < 12 {
		t.Errorf("the odd name stands %d times on the page", n)
	}
}

// TestOrderOfThePage: hazards first, the way back last.
func TestOrderOfThePage(t *testing.T) {
	page := html(t, pages(t)["small"])
	last := -1
	for _, id := range []string{"hazards", "tables", "changes", "up", "notes", "down"} {
		at := strings.Index(page, `<section id="`+id+`"`)
		if at < last || at < 0 {
			t.Errorf("section %s stands at %d, the one before it at %d", id, at, last)
		}
		last = at
	}
}

// TestReadIsTheReverseOfComment: what a renderer says above a statement is found
// again.
func TestReadIsTheReverseOfComment(t *testing.T) {
	orders, c := public("orders"), diff.AddColumn{Table: public("orders"), Column: schema.Column{Name: "status", Type: schema.Type{Text: "text"}, Pos: schema.Pos{File: "models/my order.go", Line: 17, Sym: "Order.Status"}}}
	for name, tc := range map[string]struct {
		statement render.Statement
		want      Told
	}{
		"a brief lock": {
			render.Statement{Change: c, First: true, Locks: []render.Lock{{Relation: orders, Mode: "ACCESS EXCLUSIVE"}}},
			Told{Changes: []Change{{"+", "orders.status text", "models/my order.go:17 Order.Status"}}, Locks: []Lock{{"ACCESS EXCLUSIVE", "orders", false}}, Facts: []string{"no rewrite", "no scan"}},
		},
		"locks of two modes, held long": {
			render.Statement{Scans: true, Locks: []render.Lock{{Relation: orders, Mode: "SHARE ROW EXCLUSIVE", Long: true}, {Relation: public("bread and butter"), Mode: "SHARE ROW EXCLUSIVE"}, {Relation: public("x"), Mode: "ROW SHARE"}}},
			Told{Locks: []Lock{{"SHARE ROW EXCLUSIVE", "orders, bread and butter", true}, {"ROW SHARE", "x", true}}, Facts: []string{"no rewrite", "reads every row"}},
		},
		"concurrently": {
			render.Statement{Tx: render.NoTx, Scans: true, Locks: []render.Lock{{Relation: orders, Mode: "SHARE UPDATE EXCLUSIVE", Long: true}}},
			Told{Locks: []Lock{{"SHARE UPDATE EXCLUSIVE", "orders", true}}, Facts: []string{"outside a transaction"}},
		},
		"no lock": {render.Statement{Rewrites: true}, Told{Facts: []string{"rewrites every row"}}},
		"rebuild": {render.Statement{Rebuild: true, First: true, Rewrites: true}, Told{Facts: []string{"rebuild: every row is copied into a new table, foreign keys off meanwhile"}}},
		"hazards": {
			render.Statement{Hazards: []render.Hazard{{ID: "LOCK05", Text: "every row: checked · slowly"}}, Loses: "what was written to orders.status"},
			Told{Hazards: []Hazard{{"LOCK05", "every row: checked · slowly"}}, Loses: []string{"what was written to orders.status"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.want.Said = render.Facts(tc.statement)
			if d := cmp.Diff(tc.want, Read(render.Comment(tc.statement))); d != "" {
				t.Error(d)
			}
		})
	}
	back := render.WayBack(render.Statement{First: true, Change: c.Reverse()})
	if back != nil {
		t.Errorf("the way back of an added column says %v", back)
	}
	back = render.WayBack(render.Statement{First: true, Change: c})
	if d := cmp.Diff([]string{"structure-only: the values of orders.status are gone"}, Read(back).Back); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(Told{Other: []string{"by hand", "further"}}, Read([]string{"by hand", "  further", ""})); d != "" {
		t.Error(d)
	}
}

func TestWhoWaits(t *testing.T) {
	for lock, want := range map[Lock]string{
		{"ACCESS EXCLUSIVE", "t", true}:        "all: reads and writes wait",
		{"ACCESS EXCLUSIVE", "t", false}:       "all: reads and writes wait a moment",
		{"SHARE", "t", true}:                   "write: writes wait",
		{"SHARE ROW EXCLUSIVE", "t", false}:    "write: writes wait a moment",
		{"SHARE UPDATE EXCLUSIVE", "t", true}:  "none: reads and writes go on",
		{"SHARE UPDATE EXCLUSIVE", "t", false}: "none: reads and writes go on",
		{"ROW EXCLUSIVE", "t", false}:          "none: reads and writes go on",
	} {
		if got := lock.Class() + ": " + lock.Waits(); got != want {
			t.Errorf("%s, long %v: %s, want %s", lock.Mode, lock.Long, got, want)
		}
	}
}

func TestTableOfAStatement(t *testing.T) {
	for sql, want := range map[string]string{
		"ALTER TABLE public.orders ADD x int":                              "orders",
		"-- said\nALTER TABLE ONLY sales.orders\n  ADD x int":              "sales.orders",
		`ALTER TABLE IF EXISTS public."Odd Table" ADD x int`:               "Odd Table",
		`CREATE UNIQUE INDEX CONCURRENTLY "on" ON ONLY a.b USING x (y)`:    "a.b",
		"CREATE INDEX x ON orders (a)":                                     "orders",
		"DROP INDEX CONCURRENTLY public.x":                                 "",
		"COMMENT ON COLUMN public.orders.x IS 'ALTER TABLE y'":             "orders",
		"COMMENT ON TABLE orders IS NULL":                                  "orders",
		"CREATE TABLE gen_new_orders (\n  id integer)":                     "orders",
		"CREATE OR REPLACE TRIGGER t AFTER UPDATE OF a, b ON s.o FOR EACH": "s.o",
		"ALTER TYPE mood ADD VALUE 'x'":                                    "",
		"":                                                                 "",
	} {
		if got := tableIn(sql); got != want {
			t.Errorf("%s: %q, want %q", sql, got, want)
		}
	}
}

func TestClassOfTheWayBack(t *testing.T) {
	back := func(lines ...string) []migrations.Step {
		s := migrations.Step{}
		for _, l := range lines {
			s.Statements = append(s.Statements, migrations.Statement{SQL: "x", Comment: []string{"  way back " + l}})
		}
		return []migrations.Step{s}
	}
	for name, tc := range map[string]struct {
		page Page
		want string
	}{
		"nothing said":   {Page{Down: []migrations.Step{{}}}, "exact"},
		"fallible":       {Page{Down: back("fallible: a")}, "fallible"},
		"the least":      {Page{Down: back("fallible: a", "structure-only: b", "fallible: c")}, "structure-only"},
		"irreversible":   {Page{Irreversible: "no"}, "irreversible"},
		"no way back":    {Page{}, "irreversible"},
		"nothing to run": {Page{Down: []migrations.Step{}}, "exact"},
	} {
		if got := html(t, tc.page); !strings.Contains(got, `<span class="class `+tc.want+`">`) {
			t.Errorf("%s: not %s", name, tc.want)
		}
	}
}

// TestSigns: what comes and goes is marked in the right diagram, under the name it
// has there.
func TestSigns(t *testing.T) {
	text := schema.Type{Text: "text"}
	from := users(id(), schema.Column{Name: "a", Type: text}, schema.Column{Name: "b", Type: text}, schema.Column{Name: "c", Type: text})
	from.Enums = []schema.Enum{{Name: public("mood"), Values: []string{"sad"}}}
	from.Tables = append(from.Tables, schema.Table{Name: public("alone"), Columns: []schema.Column{id()}}, schema.Table{Name: public("old"), Columns: []schema.Column{id()}})
	to := users(id(), schema.Column{Name: "a2", Type: text}, schema.Column{Name: "c", Type: text, NotNull: true}, schema.Column{Name: "d", Type: text})
	to.Tables[0].Name = public("people")
	to.Enums = []schema.Enum{{Name: public("mood"), Values: []string{"sad", "glad"}}}
	to.Tables = append(to.Tables, schema.Table{Name: public("alone"), Columns: []schema.Column{id()}}, schema.Table{Name: public("new"), Columns: []schema.Column{id()}})
	from.Sort()
	to.Sort()
	page := planned(t, from, to, diff.Renames{Tables: []diff.TableRename{{From: public("users"), To: public("people")}}, Columns: []diff.ColumnRename{{Table: public("people"), From: "a", To: "a2"}}})
	var got []string
	for _, b := range page.Before.Boxes {
		got = append(got, fmt.Sprintf("before %s%s", b.Sign, b.Name.Local))
		for _, r := range b.Rows {
			if r.Sign != "" {
				got = append(got, fmt.Sprintf("before %s%s.%s", r.Sign, b.Name.Local, r.Name))
			}
		}
	}
	for _, b := range page.After.Boxes {
		got = append(got, fmt.Sprintf("after %s%s", b.Sign, b.Name.Local))
		for _, r := range b.Rows {
			if r.Sign != "" {
				got = append(got, fmt.Sprintf("after %s%s.%s", r.Sign, b.Name.Local, r.Name))
			}
		}
	}
	want := []string{
		"before -old", "before ~users", "before ~users.a", "before -users.b", "before ~users.c", "before ~mood",
		"after +new", "after ~people", "after ~people.a2", "after ~people.c", "after +people.d", "after ~mood", "after +mood.glad",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestPageIsTheSameEachTime(t *testing.T) {
	want, err := HTML(pages(t)["small"])
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		got, err := HTML(pages(t)["small"])
		if err != nil || !bytes.Equal(want, got) {
			t.Fatal("another page", err)
		}
	}
}
