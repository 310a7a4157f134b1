package sqlite

import (
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// Which single changes are done in place, and from which version on.
func TestInPlaceOrRebuilt(t *testing.T) {
	const (
		always = oldest
		never  = 1 << 30
	)
	p := `CREATE TABLE p (id integer PRIMARY KEY, code text UNIQUE)`
	tests := []struct {
		name     string
		from, to string
		since    int // the version from which on the change needs no rebuild
		back     int // the same of the way back
	}{
		{"nullable column", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b)`, always, always},
		{"constant default", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b int NOT NULL DEFAULT -1)`, always, always},
		{"default in parentheses", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b int DEFAULT (1 + 1))`, never, always},
		{"clock as default", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b int DEFAULT CURRENT_TIME)`, never, always},
		{"required column", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b NOT NULL)`, never, always},
		{"unique column", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b UNIQUE)`, never, never},
		{"numbered column", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b integer PRIMARY KEY AUTOINCREMENT)`, never, never},
		{"key column", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b integer PRIMARY KEY)`, never, never},
		{"stored column", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b AS (a) STORED)`, never, always},
		{"virtual column", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b AS (a) VIRTUAL)`, always, always},
		{"column that refers", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b REFERENCES p)`, always, never},
		{"column that refers twice", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b REFERENCES p REFERENCES p (code))`, never, never},
		{"column that refers and has a default", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b DEFAULT 1 REFERENCES p)`, never, never},
		{"column with a check", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b CHECK (b > 0))`, always, never},
		{"column with a named check", `CREATE TABLE t (a)`, `CREATE TABLE t (a, b CONSTRAINT k CHECK (b > 0))`, always, alterConstraints},
		{"column with a check of two", `CREATE TABLE t (a NOT NULL)`, `CREATE TABLE t (a NOT NULL, b NOT NULL DEFAULT 1 CHECK (b > a))`, alterConstraints, never},
		{"column of a foreign key", `CREATE TABLE t (a, b REFERENCES p, c)`, `CREATE TABLE t (a, b, c REFERENCES p)`, never, never},
		{"column of an index", `CREATE TABLE t (a, b); CREATE INDEX i ON t (a) WHERE b > 0`, `CREATE TABLE t (a)`, always, always},
		{"column of a generated one", `CREATE TABLE t (a, b, c AS (b))`, `CREATE TABLE t (a, c AS (a))`, never, never},
		{"not null", `CREATE TABLE t (a)`, `CREATE TABLE t (a NOT NULL)`, alterConstraints, alterConstraints},
		{"not null of a key", `CREATE TABLE t (a text PRIMARY KEY)`, `CREATE TABLE t (a text NOT NULL PRIMARY KEY)`, never, never},
		{"not null of a generated column", `CREATE TABLE t (a, b AS (a))`, `CREATE TABLE t (a, b AS (a) NOT NULL)`, never, never},
		{"not null and default", `CREATE TABLE t (a)`, `CREATE TABLE t (a NOT NULL DEFAULT 1)`, never, never},
		{"check", `CREATE TABLE t (a NOT NULL)`, `CREATE TABLE t (a NOT NULL CHECK (a > 0))`, alterConstraints, never},
		{"check of what may be NULL", `CREATE TABLE t (a)`, `CREATE TABLE t (a CONSTRAINT k CHECK (a > 0))`, never, alterConstraints},
		{"check that may be NULL", `CREATE TABLE t (a NOT NULL)`, `CREATE TABLE t (a NOT NULL CONSTRAINT k CHECK (nullif(a, 1) > 0))`, never, alterConstraints},
		{"named check", `CREATE TABLE t (a NOT NULL)`, `CREATE TABLE t (a NOT NULL CONSTRAINT k CHECK (a > 0))`, alterConstraints, alterConstraints},
		{"checks of one name", `CREATE TABLE t (a CONSTRAINT k CHECK (a > 0), CONSTRAINT "K" CHECK (a > 1))`, `CREATE TABLE t (a CONSTRAINT k CHECK (a > 0))`, never, never},
		{"unique", `CREATE TABLE t (a)`, `CREATE TABLE t (a UNIQUE)`, never, never},
		{"foreign key", `CREATE TABLE t (a)`, `CREATE TABLE t (a REFERENCES p)`, never, never},
		{"name of a unique", `CREATE TABLE t (a UNIQUE)`, `CREATE TABLE t (a CONSTRAINT k UNIQUE)`, never, never},
		{"name of a check", `CREATE TABLE t (a NOT NULL CONSTRAINT k CHECK (a > 0))`, `CREATE TABLE t (a NOT NULL CONSTRAINT l CHECK (a > 0))`, alterConstraints, alterConstraints},
		{"type", `CREATE TABLE t (a int)`, `CREATE TABLE t (a text)`, never, never},
		{"collation", `CREATE TABLE t (a text)`, `CREATE TABLE t (a text COLLATE NOCASE)`, never, never},
		{"strict", `CREATE TABLE t (a text)`, `CREATE TABLE t (a text) STRICT`, never, never},
		{"index", `CREATE TABLE t (a)`, `CREATE TABLE t (a); CREATE INDEX i ON t (a)`, always, always},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, version := range []int{oldest, alterConstraints - 1, alterConstraints} {
				l := newLab(t, append([]string{p}, strings.Split(tt.from, "; ")...)...)
				plan := l.plan(diff.Renames{}, append([]string{p}, strings.Split(tt.to, "; ")...)...)
				for i, q := range []diff.Plan{plan, plan.Reverse()} {
					s := l.render(q, version)
					rebuilt := slices.ContainsFunc(s, func(s render.Statement) bool { return s.Rebuild })
					if want := version < []int{tt.since, tt.back}[i]; rebuilt != want {
						t.Errorf("version %d, %s: got rebuilt %t, want %t\n%s", version, []string{"up", "down"}[i], rebuilt, want, script(s))
					}
				}
				l.forthAndBack(plan, version, nil)
			}
		})
	}
}

// Tables in a circle go although rows refer to each other, and without a
// rebuild that nobody needs.
func TestDropCircle(t *testing.T) {
	l := newLab(t, `CREATE TABLE a (id integer PRIMARY KEY, b integer REFERENCES b (id))`, `CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a (id) ON DELETE RESTRICT)`,
		`CREATE TABLE "self" (id integer PRIMARY KEY, up integer REFERENCES "self" (id) ON DELETE RESTRICT)`,
		`INSERT INTO a VALUES (1, NULL)`, `INSERT INTO b VALUES (1, 1)`, `UPDATE a SET b = 1`, `INSERT INTO "self" VALUES (1, NULL), (2, 1)`)
	p := l.plan(diff.Renames{})
	for _, s := range l.render(p, newest) {
		if !strings.HasPrefix(s.SQL, "DROP TABLE ") || !s.Rebuild {
			t.Errorf("got %s with rebuild %t, want drops alone and under the settings of a rebuild", s.SQL, s.Rebuild)
		}
	}
	l.forthAndBack(p, newest, nil)
}

// A column that goes and one of its name that comes are two columns.
func TestColumnReplaced(t *testing.T) {
	l := newLab(t, `CREATE TABLE t (id integer PRIMARY KEY, a text, b text UNIQUE)`, `INSERT INTO t VALUES (1, 'old', 'x')`)
	have := l.inspect()
	to := schema.Clone(have)
	to.Tables[0].Columns[1] = schema.Column{Name: "a", Type: schema.Type{Text: "integer"}, Default: "7"}
	to.Tables[0].Uniques = nil
	name := to.Tables[0].Name
	p := diff.Plan{From: *have, To: *to, Changes: []diff.Change{
		diff.DropConstraint{Table: name, Constraint: have.Tables[0].Uniques[0]},
		diff.DropColumn{Table: name, Column: have.Tables[0].Columns[1]},
		diff.AddColumn{Table: name, Column: to.Tables[0].Columns[1]},
	}}
	s := l.render(p, newest)
	if !slices.ContainsFunc(s, func(s render.Statement) bool { return s.Loses == "what was written to t.a" }) {
		t.Errorf("nothing says that t.a is lost:\n%s", script(s))
	}
	l.forthAndBack(p, newest, func() { l.looks("after up", []look{{`SELECT id, a, b FROM t`, `1|7|x`}}) })
}

// Of two constraints that say the same the right one goes.
func TestTwinConstraints(t *testing.T) {
	for _, keep := range []string{`CHECK (a > 0)`, `CONSTRAINT k CHECK (a > 0)`, `CONSTRAINT l CHECK (a > 0)`} {
		l := newLab(t, `CREATE TABLE t (a int, CHECK (a > 0), CONSTRAINT k CHECK (a > 0), CONSTRAINT l CHECK (a > 0))`)
		l.forthAndBack(l.plan(diff.Renames{}, `CREATE TABLE t (a text, `+keep+`)`), newest, nil)
	}
}

// What keeps a column from being dropped in place, also where a plan forgets
// to drop it first.
func TestCanDrop(t *testing.T) {
	l := newLab(t, `CREATE TABLE t (pk text PRIMARY KEY, uq UNIQUE, fk REFERENCES t, ck, base, gen AS (base), ix, ex, wh, free, CHECK (ck > 0))`,
		`CREATE INDEX i ON t (ix, lower(ex)) WHERE wh > 0`)
	table := l.inspect().Tables[0]
	for _, c := range table.Columns {
		want := c.Name == "free" || c.Name == "gen"
		if got := canDrop(&table, c.Name); got != want {
			t.Errorf("%s: got %t, want %t", c.Name, got, want)
		}
		if err := l.exec("SAVEPOINT s"); err != nil {
			t.Fatal(err)
		}
		if err := l.exec("ALTER TABLE t DROP COLUMN " + c.Name); want && err != nil {
			t.Errorf("%s: SQLite refuses: %v", c.Name, err)
		}
		l.must("ROLLBACK TO s")
	}
}

// A plan with a rebuild is one transaction, renames of columns and all, and
// SQLite follows those everywhere.
func TestOneTransaction(t *testing.T) {
	local := func(s string) schema.Name { return schema.Name{Local: s} }
	l := newLab(t, `CREATE TABLE p (id integer PRIMARY KEY, code text UNIQUE CHECK (p.code <> ''), g AS (code))`, `CREATE TABLE c (x text REFERENCES p (code))`,
		`CREATE INDEX i ON p (lower(code)) WHERE code > 'a'`, `CREATE VIEW v AS SELECT p.code FROM p`, `CREATE TABLE log (what)`,
		`CREATE TRIGGER t1 AFTER UPDATE OF code ON p BEGIN INSERT INTO log VALUES (new.code); END`, `CREATE TRIGGER t2 AFTER INSERT ON c BEGIN INSERT INTO log SELECT code FROM p WHERE code = new.x; END`,
		`CREATE TABLE other (a text)`, `INSERT INTO p VALUES (1, 'one'), (2, 'two')`, `INSERT INTO c VALUES ('two')`, `DELETE FROM log`)
	p := l.plan(diff.Renames{Columns: []diff.ColumnRename{{Table: local("p"), From: "code", To: "kode"}}},
		`CREATE TABLE p (id integer PRIMARY KEY, kode text UNIQUE CHECK (kode <> ''), g AS (kode))`, `CREATE TABLE c (x text REFERENCES p (kode), y UNIQUE)`,
		`CREATE INDEX i ON p (lower(kode)) WHERE kode > 'a'`, `CREATE TABLE log (what text)`, `CREATE TABLE other (a int)`)
	for _, q := range []diff.Plan{p, p.Reverse()} {
		s := l.render(q, newest)
		if slices.ContainsFunc(s, func(s render.Statement) bool { return !s.Rebuild }) {
			t.Errorf("some statements are outside the transaction:\n%s", script(s))
		}
		if !slices.ContainsFunc(s, func(s render.Statement) bool { return s.Joined }) || !slices.ContainsFunc(s, func(s render.Statement) bool { return !s.Joined }) {
			t.Errorf("all or none belong to a rebuild:\n%s", script(s))
		}
	}
	l.forthAndBack(p, newest, func() {
		l.looks("after up", []look{{`SELECT * FROM v ORDER BY 1`, `one; two`}, {`UPDATE p SET kode = 'uno' WHERE id = 1 RETURNING g`, `uno`},
			{`INSERT INTO c (x) VALUES ('uno') RETURNING 1`, `1`}, {`SELECT what FROM log`, `uno; uno`}})
	})
}

// A trigger is created again with the names in force, or not at all.
func TestTriggerAfterRename(t *testing.T) {
	local := func(s string) schema.Name { return schema.Name{Local: s} }
	tests := []struct {
		name    string
		trigger string // on c
		refused string
	}{
		{"another table's column", `CREATE TRIGGER tr AFTER INSERT ON c BEGIN INSERT INTO log (what) SELECT p.Code FROM p WHERE "code" = new.x; END`, ""},
		{"not mentioned", `CREATE TRIGGER tr AFTER INSERT ON c BEGIN INSERT INTO log (what) VALUES ('code'); END`, ""},
		{"a column of that name elsewhere, not mentioned", `CREATE TRIGGER tr AFTER INSERT ON c BEGIN DELETE FROM p WHERE code = new.x AND 0; END`, ""},
		{"a column of that name elsewhere", `CREATE TRIGGER tr AFTER INSERT ON c BEGIN INSERT INTO twin (code) SELECT code FROM p; END`, "is in its trigger tr"},
		{"by way of a view", `CREATE TRIGGER tr AFTER INSERT ON c BEGIN INSERT INTO log (what) SELECT code FROM v; END`, "is in its trigger tr"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, `CREATE TABLE p (id integer PRIMARY KEY, code text)`, `CREATE TABLE c (x text)`, `CREATE TABLE log (what text)`, `CREATE TABLE twin (code text)`, `CREATE VIEW v AS SELECT code FROM p`, tt.trigger)
			p := l.plan(diff.Renames{Columns: []diff.ColumnRename{{Table: local("p"), From: "code", To: "kode"}}},
				`CREATE TABLE p (id integer PRIMARY KEY, kode text)`, `CREATE TABLE c (x int)`, `CREATE TABLE log (what text)`, `CREATE TABLE twin (code text)`)
			for _, q := range []diff.Plan{p, p.Reverse()} {
				_, err := Render(q, render.Options{})
				if tt.refused == "" && err != nil || tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)) {
					t.Fatalf("got %v, want %q", err, tt.refused)
				}
			}
			if tt.refused == "" {
				l.forthAndBack(p, newest, func() { l.must(`INSERT INTO c VALUES (1)`) })
				l.must(`INSERT INTO c VALUES (1)`)
			}
		})
	}
}

// A rename that SQLite would fail at is refused when it is planned.
func TestCannotRename(t *testing.T) {
	for sql, refused := range map[string]bool{
		`CREATE TABLE t (a integer PRIMARY KEY, b, UNIQUE (a, b)) WITHOUT ROWID`:      true,
		`CREATE TABLE t (a integer PRIMARY KEY, b, UNIQUE (b)) WITHOUT ROWID`:         false,
		`CREATE TABLE t (a int PRIMARY KEY, b, UNIQUE (a, b)) WITHOUT ROWID`:          false,
		`CREATE TABLE t (a integer, b, UNIQUE (a), PRIMARY KEY (a, b)) WITHOUT ROWID`: false,
		`CREATE TABLE t (a integer PRIMARY KEY, b, UNIQUE (a, b))`:                    false,
	} {
		l := newLab(t, sql)
		have := l.inspect()
		c := diff.RenameColumn{Table: have.Tables[0].Name, From: "a", To: "c"}
		_, err := Render(diff.Plan{From: *have, Changes: []diff.Change{c}}, render.Options{})
		if (err != nil) != refused {
			t.Errorf("%s: got %v, want refused %t", sql, err, refused)
		}
		if err := l.exec(`ALTER TABLE t RENAME COLUMN a TO c`); (err != nil) != refused {
			t.Errorf("%s: SQLite says %v, want an error %t: is the refusal out of date?", sql, err, refused)
		}
	}
}

// The same with the table renamed as well, and with names that move on.
func TestTriggerAfterRenames(t *testing.T) {
	local := func(s string) schema.Name { return schema.Name{Local: s} }
	l := newLab(t, `CREATE TABLE p (id integer PRIMARY KEY, code text)`, `CREATE TABLE c (x text)`, `CREATE TABLE log (what text)`,
		`CREATE TRIGGER tr AFTER INSERT ON c BEGIN INSERT INTO log (what) SELECT p.code FROM main.p WHERE code = new.x; END`, `INSERT INTO p VALUES (1, '7')`)
	p := l.plan(diff.Renames{Tables: []diff.TableRename{{From: local("p"), To: local("q q")}}, Columns: []diff.ColumnRename{{Table: local("q q"), From: "code", To: "kode"}}},
		`CREATE TABLE "q q" (id integer PRIMARY KEY, kode text)`, `CREATE TABLE c (x varchar)`, `CREATE TABLE log (what text)`)
	l.forthAndBack(p, newest, func() { l.must(`INSERT INTO c VALUES ('7')`) })
	l.must(`INSERT INTO c VALUES ('7')`)
	l.looks("after down", []look{{`SELECT * FROM log`, `7; 7`}})

	l = newLab(t, `CREATE TABLE p (id integer PRIMARY KEY, code text)`, `CREATE TABLE c (x text, y text)`,
		`CREATE TRIGGER tr AFTER INSERT ON c BEGIN DELETE FROM p WHERE code = new.x; END`)
	p = l.plan(diff.Renames{Columns: []diff.ColumnRename{{Table: local("p"), From: "code", To: "kode"}, {Table: local("c"), From: "x", To: "code"}}},
		`CREATE TABLE p (id integer PRIMARY KEY, kode text)`, `CREATE TABLE c (code text, y int)`)
	if _, err := Render(p, render.Options{}); err == nil || !strings.Contains(err.Error(), "gen cannot tell") {
		t.Errorf("got %v, want a refusal: code is both an old and a new name", err)
	}
}

// A plan made by hand may rename the column before its table.
func TestTriggerAfterRenamesInOtherOrder(t *testing.T) {
	l := newLab(t, `CREATE TABLE p (id integer PRIMARY KEY, code text)`, `CREATE TABLE c (x text)`,
		`CREATE TRIGGER tr AFTER INSERT ON c BEGIN DELETE FROM p WHERE code = new.x; END`)
	have := l.inspect()
	p, q, c := have.Tables[1].Name, schema.Name{Local: "q"}, have.Tables[0].Name
	column := have.Tables[0].Columns[0]
	wider := column
	wider.Type.Text = "varchar"
	plan := diff.Plan{From: *have, Changes: []diff.Change{
		diff.RenameColumn{Table: p, From: "code", To: "kode"},
		diff.RenameTable{From: p, To: q},
		diff.AlterColumn{Table: c, From: column, To: wider},
	}}
	plan.To = *diff.ApplyRenames(have, diff.Renames{Tables: []diff.TableRename{{From: p, To: q}}, Columns: []diff.ColumnRename{{Table: q, From: "code", To: "kode"}}})
	plan.To.Tables[slices.IndexFunc(plan.To.Tables, func(t schema.Table) bool { return t.Name == c })].Columns[0] = wider
	l.forthAndBack(plan, newest, func() { l.must(`INSERT INTO c VALUES ('7')`) })
	l.must(`INSERT INTO c VALUES ('7')`)
}
