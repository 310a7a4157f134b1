package cmd

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/corpus"
	"github.com/gen-migrate/gen/schema"
)

// randomDifferences calls f with what differs between two random databases.
func randomDifferences(t *testing.T, f func(t *testing.T, defaultSchema string, have, want *schema.Database)) {
	for name, o := range map[string]corpus.Options{"public": {Version: 18}, "": {SQLite: true}} {
		for seed := range uint64(10) {
			r := rand.New(rand.NewPCG(seed, 5))
			have := corpus.Random(r, o)
			f(t, name, have, corpus.Evolve(r, have, o))
		}
	}
}

func TestEveryDifferenceIsALineAndBack(t *testing.T) {
	lines := 0
	randomDifferences(t, func(t *testing.T, defaultSchema string, have, want *schema.Database) {
		for _, other := range []*schema.Database{want, {}} {
			for _, d := range diff.Differences(have, other) {
				lines++
				text := acceptText(d, defaultSchema)
				p := acceptParser{line: text + "  # " + acceptReason(d), defaultSchema: defaultSchema}
				got, ok := p.parse()
				if !ok {
					t.Fatalf("%s\ncolumn %d: %s", text, p.bad+1, p.fact)
				}
				if df := cmp.Diff(d.Key(), got); df != "" {
					t.Fatalf("%s (-want +got):\n%s", text, df)
				}
			}
		}
	})
	if lines < 500 {
		t.Errorf("only %d lines", lines)
	}
}

// update leads from any list to any other, sorted, and says what it did.
func TestUpdateOfTheListIsWhatDiffers(t *testing.T) {
	randomDifferences(t, func(t *testing.T, defaultSchema string, have, want *schema.Database) {
		l := &acceptList{path: t.TempDir() + "/gen.accepted", defaultSchema: defaultSchema}
		for i, now := range [][]diff.Difference{diff.Differences(have, want), diff.Differences(want, have), diff.Differences(have, &schema.Database{}), nil, diff.Differences(have, want)} {
			report, err := l.update(now)
			if err != nil {
				t.Fatal(err)
			}
			next := readList(t, l)
			var got, wanted []diff.Difference
			for _, e := range next.entries {
				got = append(got, e.Key())
			}
			for _, d := range now {
				wanted = append(wanted, d.Key())
			}
			if df := cmp.Diff(wanted, got); df != "" {
				t.Fatalf("after step %d (-want +got):\n%s", i, df)
			}
			if n := len(l.entries) + len(report.Added) - len(report.Removed); n != len(now) {
				t.Errorf("step %d: %d lines, %d added, %d removed, and %d now", i, len(l.entries), len(report.Added), len(report.Removed), len(now))
			}
			l = next
		}
	})
}

func readList(t *testing.T, l *acceptList) *acceptList {
	t.Helper()
	row := dialectRow{Dialect: dialect.Dialect{DefaultSchema: l.defaultSchema}}
	next, err := (&app{}).acceptList(&config{Accepted: l.path}, row, false)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestUpdateKeepsWordsAndOrder(t *testing.T) {
	const before = `# my words

- table aaa "1 column 000000000000"
# about the old table
- table old "1 column aaaaaaaaaaaa" # Ann asked for it
- column users.a "text"
# the end
`
	l := &acceptList{path: t.TempDir() + "/gen.accepted", defaultSchema: "public"}
	if err := l.parse(before); err != nil {
		t.Fatal(err)
	}
	in := func(table string) schema.Name { return schema.Name{Schema: "public", Local: table} }
	_, err := l.update([]diff.Difference{
		{Class: diff.Leftover, Kind: "table", Table: in("older"), Have: "2 columns bbbbbbbbbbbb"},
		{Class: diff.Leftover, Kind: "table", Table: in("ancient"), Have: "2 columns cccccccccccc"},
		{Class: diff.Leftover, Kind: "table", Table: in("old"), Have: "1 column aaaaaaaaaaaa"},
		{Class: diff.Missing, Kind: "index", Table: in("users"), Name: "i", Want: "(a)", At: schema.Pos{Sym: "User.A"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const after = `# my words

# about the old table
- table ancient "2 columns cccccccccccc"  # left over in the database
- table old "1 column aaaaaaaaaaaa" # Ann asked for it
- table older "2 columns bbbbbbbbbbbb"  # left over in the database
+ index i on users "(a)"  # missing in the database: User.A
# the end
`
	if d := cmp.Diff(after, strings.Join(readList(t, l).lines, "\n")+"\n"); d != "" {
		t.Errorf("the list (-want +got):\n%s", d)
	}
}

// A list follows the renames of a plan, so that what it accepts is not dropped
// by the revision that renames the table.
func TestTheListFollowsRenames(t *testing.T) {
	in := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	text := schema.Type{Text: "text"}
	have := &schema.Database{Tables: []schema.Table{{Name: in("people"), Columns: []schema.Column{{Name: "mail", Type: schema.Type{Text: "citext"}}, {Name: "left", Type: text}}}}}
	want := &schema.Database{Tables: []schema.Table{{Name: in("users"), Columns: []schema.Column{{Name: "email", Type: text}}}}}
	r := diff.Renames{
		Tables:  []diff.TableRename{{From: in("people"), To: in("users")}},
		Columns: []diff.ColumnRename{{Table: in("users"), From: "mail", To: "email"}},
	}
	l := &acceptList{defaultSchema: "public"}
	if err := l.parse("- column people.left \"text\"\n~ column people.mail type \"citext\" -> \"text\"\n"); err != nil {
		t.Fatal(err)
	}
	settled, acc := l.accept(have, diff.ApplyRenames(have, r), want, nil, false, r)
	if len(acc.taken) != 2 || len(acc.stale) > 0 {
		t.Errorf("taken %v, stale %v", acc.taken, acc.stale)
	}
	plan, err := diff.Diff(have, settled, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range plan.Changes {
		switch c.(type) {
		case diff.RenameTable, diff.RenameColumn:
		default:
			t.Errorf("more than the renames: %v", diff.Describe(c))
		}
	}
}

// So it does where an enum, a sequence or an object gets another name. What is said of
// an object that has changed since is stale.
func TestTheListFollowsRenamedObjects(t *testing.T) {
	in := func(local string) schema.Name { return schema.Name{Schema: "public", Local: local} }
	view := func(name, query string) schema.Object {
		return schema.Object{Kind: schema.KindView, Name: in(name), SQL: "CREATE VIEW public." + name + " AS\n SELECT " + query + " AS a"}
	}
	domain := func(name, check string) schema.Object {
		return schema.Object{Kind: schema.KindDomain, Name: in(name), SQL: "CREATE DOMAIN public." + name + " AS text", Facets: []schema.Option{{Name: "check c", Value: check}}}
	}
	five := int64(5)
	side := func(number int64, suffix, query, check string) *schema.Database {
		return &schema.Database{
			Enums:     []schema.Enum{{Name: in("mood" + suffix), Values: []string{"ok"}, Comment: query}},
			Sequences: []schema.Sequence{{Name: in("no" + suffix), Options: schema.SequenceOptions{Start: &number}}},
			Objects:   []schema.Object{domain("d"+suffix, check), view("v"+suffix, query)},
		}
	}
	have, want := side(1, "", "1", "CHECK (1 = 1)"), side(five, "2", "2", "CHECK (2 = 2)")
	r := diff.Renames{}
	for _, kind := range []struct{ kind, name string }{{schema.RefEnum, "mood"}, {schema.RefSequence, "no"}, {schema.KindView, "v"}, {schema.KindDomain, "d"}} {
		r.Objects = append(r.Objects, diff.ObjectRename{From: schema.Ref{Kind: kind.kind, Name: in(kind.name)}, To: schema.Ref{Kind: kind.kind, Name: in(kind.name + "2")}})
	}
	l := &acceptList{defaultSchema: "public"}
	// What the list says it says of the names before: the differences of both sides under these.
	for _, d := range diff.Differences(have, side(five, "", "2", "CHECK (2 = 2)")) {
		now := r.Follow(d, have, diff.ApplyRenames(have, r))
		for _, w := range diff.Differences(diff.ApplyRenames(have, r), want) {
			if w.Kind == now.Kind && w.Table == now.Table {
				d.Want = w.Want
			}
		}
		l.entries = append(l.entries, acceptEntry{d, len(l.entries) + 1, ""})
	}
	if len(l.entries) != 4 {
		t.Fatalf("%d differences, want 4", len(l.entries))
	}
	_, acc := l.accept(have, diff.ApplyRenames(have, r), want, nil, false, r)
	if len(acc.taken) != 4 || len(acc.stale) > 0 {
		t.Errorf("taken %v, stale %v", acc.taken, acc.stale)
	}
	changed := schema.Clone(have)
	changed.Objects[1] = view("v", "3")
	_, acc = l.accept(changed, diff.ApplyRenames(changed, r), want, nil, false, r)
	if len(acc.taken) != 3 || len(acc.stale) != 1 || acc.stale[0].Table != in("v") {
		t.Errorf("after a change: taken %v, stale %v", acc.taken, acc.stale)
	}
}

func FuzzAcceptedLine(f *testing.F) {
	for _, s := range []string{`- table x "1 column 0"`, `~ column "a b".c type "x\"" -> none # why`, `+ foreign-key "on" on a.b "(x)"`, "- check on t \"\x00\"", `~ table t comment none -> "é"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		p := acceptParser{line: line, defaultSchema: "public"}
		d, ok := p.parse()
		if !ok {
			if p.bad > len(line) {
				t.Errorf("the mistake is at %d of %d", p.bad, len(line))
			}
			return
		}
		q := acceptParser{line: acceptText(d, "public"), defaultSchema: "public"}
		again, ok := q.parse()
		if !ok || again != d {
			t.Errorf("%q is read as %+v, and that as %+v: %s", line, d, again, q.fact)
		}
	})
}
