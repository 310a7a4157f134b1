package sqlite

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// The statements a reviewer reads, as they are.
func TestRenderText(t *testing.T) {
	tests := []struct {
		name    string
		version int
		from    []string
		to      []string
		want    string
	}{
		{
			name: "a table with everything",
			to: []string{`CREATE TABLE teams (id integer PRIMARY KEY)`, `CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT, email varchar(320) NOT NULL COLLATE NOCASE UNIQUE,
				team_id integer NOT NULL REFERENCES teams (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, age integer NOT NULL DEFAULT 0 CHECK (age >= 0),
				first text, "Last" text, created timestamp DEFAULT CURRENT_TIMESTAMP, token text DEFAULT (hex(randomblob(16))), full text GENERATED ALWAYS AS (first || ' ' || "Last") STORED,
				CONSTRAINT one_name UNIQUE (first, "Last"), CHECK (first <> "Last"))`},
			want: `
CREATE TABLE teams (
    id integer PRIMARY KEY
);
CREATE TABLE users (
    id integer PRIMARY KEY AUTOINCREMENT,
    email varchar(320) NOT NULL COLLATE NOCASE UNIQUE,
    team_id integer NOT NULL REFERENCES teams (id) ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
    age integer NOT NULL DEFAULT 0 CHECK (age >= 0),
    "first" text,
    "Last" text,
    created timestamp DEFAULT CURRENT_TIMESTAMP,
    token text DEFAULT (hex(randomblob(16))),
    "full" text GENERATED ALWAYS AS ("first" || ' ' || "Last") STORED,
    CONSTRAINT one_name UNIQUE ("first", "Last"),
    CHECK ("first" <> "Last")
);
`,
		},
		{
			name: "rows of a strict table without rowid",
			to:   []string{`CREATE TABLE t (a text NOT NULL, b int, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID`, `CREATE UNIQUE INDEX t_b ON t (b DESC, (a || 'x'), lower(a) COLLATE NOCASE) WHERE b > 0`},
			want: `
CREATE TABLE t (
    a text NOT NULL,
    b int NOT NULL,
    PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX t_b ON t (b DESC, (a || 'x'), lower(a) COLLATE NOCASE) WHERE b > 0;
`,
		},
		{
			name:    "what the newest library alters in place",
			version: newest,
			from:    []string{`CREATE TABLE t (a text, b int NOT NULL, c int, e int NOT NULL, CONSTRAINT k CHECK (b > 0))`},
			to:      []string{`CREATE TABLE t (a text NOT NULL, b int NOT NULL, e int, d int DEFAULT 1 CHECK (d > 0), CONSTRAINT l CHECK (b > 1), CHECK (a <> b))`},
			want: `
ALTER TABLE t DROP CONSTRAINT k;
ALTER TABLE t DROP COLUMN c;
ALTER TABLE t ADD COLUMN d int DEFAULT 1 CHECK (d > 0);
ALTER TABLE t ALTER COLUMN a SET NOT NULL;
ALTER TABLE t ALTER COLUMN e DROP NOT NULL;
ALTER TABLE t ADD CHECK (a <> b);
ALTER TABLE t ADD CONSTRAINT l CHECK (b > 1);
`,
		},
		{
			name:    "the same before 3.53",
			version: 3052999,
			from:    []string{`CREATE TABLE t (a text, b int NOT NULL, c int, CONSTRAINT k CHECK (b > 0))`},
			to:      []string{`CREATE TABLE t (a text NOT NULL, b int, d int DEFAULT 1 CHECK (d > 0), CONSTRAINT l CHECK (b > 1), CHECK (a <> b))`},
			want: `
CREATE TABLE gen_new_t (
    a text NOT NULL,
    b int,
    d int DEFAULT 1 CHECK (d > 0),
    CHECK (a <> b),
    CONSTRAINT l CHECK (b > 1)
);
INSERT INTO gen_new_t (rowid, a, b)
SELECT rowid, a, b FROM t;
DROP TABLE t;
ALTER TABLE gen_new_t RENAME TO t;
`,
		},
		{
			name: "a rebuild with all that hangs on the table",
			from: []string{`CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text, b text AS (a) STORED)`, `CREATE INDEX t_a ON t (a)`, `CREATE TABLE s (x)`,
				`CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO s VALUES (';'); END`, `CREATE VIEW v AS SELECT * FROM t`, `CREATE TABLE gen_new_t (x)`},
			to: []string{`CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a varchar, b text AS (a) STORED)`, `CREATE INDEX t_a ON t (a)`, `CREATE TABLE s (x)`, `CREATE TABLE gen_new_t (x)`},
			want: `
CREATE TABLE gen_new_t_ (
    id integer PRIMARY KEY AUTOINCREMENT,
    a varchar,
    b text GENERATED ALWAYS AS (a) STORED
);
INSERT INTO gen_new_t_ (id, a)
SELECT id, a FROM t;
DELETE FROM sqlite_sequence WHERE name = 'gen_new_t_';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'gen_new_t_', seq FROM sqlite_sequence WHERE name = 't';
DROP TABLE t;
ALTER TABLE gen_new_t_ RENAME TO t;
CREATE INDEX t_a ON t (a);
CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO s VALUES (';'); END;
`,
		},
		{
			name: "an index that comes with a rebuild is built once",
			from: []string{`CREATE TABLE t (a text, b int, CONSTRAINT t_b UNIQUE (b))`},
			to:   []string{`CREATE TABLE t (a text, b int REFERENCES t (b))`, `CREATE INDEX t_a ON t (a)`, `CREATE UNIQUE INDEX t_b ON t (b)`},
			want: `
CREATE TABLE gen_new_t (
    a text,
    b int REFERENCES t (b)
);
INSERT INTO gen_new_t (rowid, a, b)
SELECT rowid, a, b FROM t;
DROP TABLE t;
ALTER TABLE gen_new_t RENAME TO t;
CREATE INDEX t_a ON t (a);
CREATE UNIQUE INDEX t_b ON t (b);
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, tt.from...)
			var b strings.Builder
			b.WriteByte('\n')
			for _, s := range l.render(l.plan(diff.Renames{}, tt.to...), tt.version) {
				b.WriteString(s.SQL + ";\n")
			}
			if d := cmp.Diff(tt.want, b.String()); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// What the plan leaves to the reader to judge.
func TestRenderHazards(t *testing.T) {
	tests := []struct {
		name     string
		from, to []string
		want     []string // "id text" of every hazard, then "loses text"
	}{
		{"dropped table", []string{`CREATE TABLE t (a)`, `CREATE VIEW v AS SELECT 1 FROM "T"`, `CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END`}, nil, []string{
			"DATA01 table t is dropped with its rows", "LT03 trigger tr, which gen does not manage, goes with its table",
			"LT03 view v mentions t; SQLite keeps it and it fails when used", "loses all rows of t"}},
		{"dropped column in place", []string{`CREATE TABLE t (a, b)`}, []string{`CREATE TABLE t (a)`}, []string{
			"DATA02 column t.b is dropped with its values", "loses what was written to t.b"}},
		{"dropped column that a view's trigger mentions", []string{`CREATE TABLE t (a, b)`, `CREATE VIEW v AS SELECT a FROM t`, `CREATE TRIGGER tr INSTEAD OF DELETE ON v BEGIN UPDATE t SET b = 1; END`}, []string{`CREATE TABLE t (a)`}, []string{
			"DATA02 column t.b is dropped with its values", "LT03 trigger tr mentions t and b; it fails when used if it no longer fits", "loses what was written to t.b"}},
		{"dropped generated column", []string{`CREATE TABLE t (a, b AS (a))`}, []string{`CREATE TABLE t (a)`}, nil},
		{"required column", []string{`CREATE TABLE t (a)`}, []string{`CREATE TABLE t (a, b text NOT NULL)`}, []string{
			"COMPAT06 t.b is NOT NULL without a default, so this fails if the table has rows",
			"LT01 table t is built anew: all its rows are copied, and nobody else can write to the database meanwhile"}},
		{"column that a trigger must make room for", []string{`CREATE TABLE t (a)`, `CREATE VIEW v AS SELECT count(*) FROM t`, `CREATE TRIGGER tr AFTER DELETE ON t BEGIN INSERT INTO T VALUES (1); END`}, []string{`CREATE TABLE t (a, b)`}, []string{
			"LT03 trigger tr uses all columns of t without naming them; this fails if it no longer fits"}},
		{"tighter column", []string{`CREATE TABLE t (a)`}, []string{`CREATE TABLE t (a NOT NULL)`}, []string{"CORR02 fails if t.a is NULL in any row"}},
		{"tighter check", []string{`CREATE TABLE t (a NOT NULL)`}, []string{`CREATE TABLE t (a NOT NULL CHECK (a > 0))`}, []string{"CORR01 fails if a row of t violates the check"}},
		{"new unique and type", []string{`CREATE TABLE t (a text)`}, []string{`CREATE TABLE t (a int UNIQUE, b UNIQUE)`}, []string{
			"DATA07 values of t.a are stored as int where they can be and stay as they are where not",
			"CORR01 fails if a row violates unique (a) of t",
			"LT01 table t is built anew: all its rows are copied, and nobody else can write to the database meanwhile"}},
		{"a type that stores the same", []string{`CREATE TABLE t (a text, b boolean)`}, []string{`CREATE TABLE t (a varchar(20), b integer)`}, []string{
			"LT01 table t is built anew: all its rows are copied, and nobody else can write to the database meanwhile"}},
		{"types in a strict table", []string{`CREATE TABLE t (a text, b text) STRICT`}, []string{`CREATE TABLE t (a any, b int) STRICT`}, []string{
			"CORR01 fails if a value of t.b cannot be stored as int",
			"LT01 table t is built anew: all its rows are copied, and nobody else can write to the database meanwhile"}},
		{"strict", []string{`CREATE TABLE t (a text)`}, []string{`CREATE TABLE t (a text) STRICT`}, []string{
			"CORR01 fails if a value is not of its column's type, since t becomes STRICT",
			"LT01 table t is built anew: all its rows are copied, and nobody else can write to the database meanwhile"}},
		{"the rowid gets another name", []string{`CREATE TABLE t (a integer, b)`}, []string{`CREATE TABLE t (a integer PRIMARY KEY, b)`}, []string{
			"CORR02 fails if t.a is no integer in any row, and SQLite gives a number to rows where it is NULL",
			"CORR01 fails if a row violates primary key (a) of t",
			"LT01 table t is built anew: all its rows are copied, and nobody else can write to the database meanwhile"}},
		{"no more autoincrement", []string{`CREATE TABLE t (a integer PRIMARY KEY AUTOINCREMENT)`}, []string{`CREATE TABLE t (a integer PRIMARY KEY)`}, []string{
			"LT04 numbers of deleted rows of t may be given again",
			"LT01 table t is built anew: all its rows are copied, and nobody else can write to the database meanwhile"}},
		{"unique index", []string{`CREATE TABLE t (a)`}, []string{`CREATE TABLE t (a)`, `CREATE UNIQUE INDEX i ON t (a)`}, []string{"CORR01 fails if rows of t are equal in the key"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, tt.from...)
			var got []string
			for _, s := range l.render(l.plan(diff.Renames{}, tt.to...), newest) {
				for _, h := range s.Hazards {
					got = append(got, h.ID+" "+h.Text)
				}
				if s.Loses != "" {
					got = append(got, "loses "+s.Loses)
				}
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// Rows that do not fit stop the step, and nothing of it has happened.
func TestRowsStopTheStep(t *testing.T) {
	tests := []struct {
		name     string
		from, to []string
		want     string
	}{
		{"NULL under NOT NULL, in place", []string{`CREATE TABLE t (a)`, `INSERT INTO t VALUES (NULL)`}, []string{`CREATE TABLE t (a NOT NULL)`}, "constraint failed"},
		{"NULL under NOT NULL, by a rebuild", []string{`CREATE TABLE t (a)`, `INSERT INTO t VALUES (NULL)`}, []string{`CREATE TABLE t (a int NOT NULL DEFAULT 1)`}, "NOT NULL constraint failed: gen_new_t.a"},
		{"a required column", []string{`CREATE TABLE t (a)`, `INSERT INTO t VALUES (1)`}, []string{`CREATE TABLE t (a, b NOT NULL)`}, "NOT NULL constraint failed: gen_new_t.b"},
		{"duplicates", []string{`CREATE TABLE t (a)`, `INSERT INTO t VALUES (1), (1)`}, []string{`CREATE TABLE t (a UNIQUE)`}, "UNIQUE constraint failed: gen_new_t.a"},
		{"a check of a new column", []string{`CREATE TABLE t (a)`, `INSERT INTO t VALUES (1)`}, []string{`CREATE TABLE t (a, b DEFAULT 1 CHECK (b > 1))`}, "constraint failed"},
		{"a check", []string{`CREATE TABLE t (a)`, `INSERT INTO t VALUES (1)`}, []string{`CREATE TABLE t (a CHECK (a > 1))`}, "constraint failed"},
		{"strict", []string{`CREATE TABLE t (a int)`, `INSERT INTO t VALUES ('x')`}, []string{`CREATE TABLE t (a int) STRICT`}, "cannot store TEXT value in INT column"},
		{"orphans", []string{`CREATE TABLE p (id integer PRIMARY KEY)`, `CREATE TABLE t (a int)`, `INSERT INTO t VALUES (9)`},
			[]string{`CREATE TABLE p (id integer PRIMARY KEY)`, `CREATE TABLE t (a int REFERENCES p)`}, "foreign key check: t|1|p|0"},
		{"a view of a dropped column", []string{`CREATE TABLE t (a, b UNIQUE, c)`, `CREATE VIEW v AS SELECT b FROM t`}, []string{`CREATE TABLE t (a, c)`}, "no such column: b"},
		{"a view of a column dropped in place", []string{`CREATE TABLE t (a, b)`, `CREATE VIEW v AS SELECT b FROM t`}, []string{`CREATE TABLE t (a)`}, "no such column"},
		{"a view of a column dropped in place beside a rebuild", []string{`CREATE TABLE t (a, b)`, `CREATE VIEW v AS SELECT b FROM t`, `CREATE TABLE s (a text)`},
			[]string{`CREATE TABLE t (a)`, `CREATE TABLE s (a int)`}, "no such column"},
		{"a trigger of another table", []string{`CREATE TABLE t (a, b UNIQUE)`, `CREATE TABLE s (x)`, `CREATE TRIGGER tr AFTER DELETE ON s BEGIN UPDATE t SET b = old.x; END`},
			[]string{`CREATE TABLE t (a)`, `CREATE TABLE s (x)`}, "no such column: b"},
		{"a trigger that names no columns, and one more column", []string{`CREATE TABLE t (a)`, `CREATE TABLE s (x)`, `CREATE TRIGGER tr AFTER UPDATE ON s BEGIN INSERT INTO t VALUES (new.x); END`},
			[]string{`CREATE TABLE t (a, b)`, `CREATE TABLE s (x)`}, "table t has 2 columns but 1 values were supplied"},
		{"a trigger that names no columns, and a rebuild", []string{`CREATE TABLE t (a)`, `CREATE TABLE s (x)`, `CREATE TRIGGER tr AFTER UPDATE ON s BEGIN INSERT INTO t SELECT x FROM s; END`},
			[]string{`CREATE TABLE t (a, b UNIQUE)`, `CREATE TABLE s (x)`}, "table t has 2 columns but 1 values were supplied"},
		{"a view with names for its columns", []string{`CREATE TABLE t (a)`, `CREATE VIEW v (x) AS SELECT * FROM t`}, []string{`CREATE TABLE t (a, b)`}, "expected 1 columns for 'v' but got 2"},
		{"a trigger of the table", []string{`CREATE TABLE t (a, b UNIQUE)`, `CREATE TABLE s (x)`, `CREATE TRIGGER tr AFTER UPDATE ON t WHEN new.b > 1 BEGIN DELETE FROM s; END`},
			[]string{`CREATE TABLE t (a)`, `CREATE TABLE s (x)`}, "no such column: new.b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, tt.from...)
			before := l.rows("SELECT type, name, sql FROM sqlite_schema") + l.rows("SELECT rowid, * FROM t")
			s := l.render(l.plan(diff.Renames{}, tt.to...), newest)
			err := l.run(s)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q\n%s", err, tt.want, script(s))
			}
			if after := l.rows("SELECT type, name, sql FROM sqlite_schema") + l.rows("SELECT rowid, * FROM t"); after != before {
				t.Errorf("got %s, want all as before: %s", after, before)
			}
		})
	}
}

// A view or trigger that only seems to need the dropped column stops nothing.
func TestMentionIsNoUse(t *testing.T) {
	l := newLab(t, `CREATE TABLE t (a, b UNIQUE)`, `CREATE TABLE s (b)`, `CREATE VIEW v AS SELECT s.b, t.a FROM s, t`,
		`CREATE TRIGGER tr AFTER INSERT ON s BEGIN DELETE FROM t WHERE a = new.b; END`)
	l.forthAndBack(l.plan(diff.Renames{}, `CREATE TABLE t (a)`, `CREATE TABLE s (b)`), newest, nil)
}

// What is part of a table and cannot be carried over is not lost silently.
func TestRebuildRefused(t *testing.T) {
	tests := []struct{ name, from, want string }{
		{"conflict clause", `CREATE TABLE t (a text UNIQUE ON CONFLICT REPLACE)`, "its conflict clause unique (a) ON CONFLICT REPLACE on the way"},
		{"key order", `CREATE TABLE t (a text, PRIMARY KEY (a DESC))`, "its key order primary key (a) a DESC on the way"},
		{"key collation", `CREATE TABLE t (a text, UNIQUE (a COLLATE NOCASE))`, "its key collation unique (a) a COLLATE NOCASE on the way"},
		{"match clause", `CREATE TABLE t (a text REFERENCES t (a) MATCH PARTIAL)`, "its match clause foreign key (a) MATCH PARTIAL on the way"},
		{"constraint name", `CREATE TABLE t (a text CONSTRAINT "must be" NOT NULL)`, "its constraint name must be on the way"},
		{"dangling foreign key", `CREATE TABLE t (a text REFERENCES nowhere)`, "its foreign key to a missing key foreign key (a) REFERENCES nowhere on the way"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, tt.from)
			have := l.inspect()
			to := schema.Clone(have)
			to.Tables[0].Columns[0].Type.Text = "int"
			p := diff.Plan{From: *have, To: *to, Changes: []diff.Change{diff.AlterColumn{Table: to.Tables[0].Name, From: have.Tables[0].Columns[0], To: to.Tables[0].Columns[0]}}}
			_, err := Render(p, render.Options{})
			var u *render.UnsupportedError
			if !errors.As(err, &u) || !strings.Contains(u.Why, tt.want) || u.Hint == "" {
				t.Errorf("got %v, want one with %q and a hint", err, tt.want)
			}
		})
	}
}

// Every kind of change is written or refused by name.
func TestNothingForgotten(t *testing.T) {
	name := schema.Name{Local: "t"}
	table := schema.Table{Name: name, Columns: []schema.Column{{Name: "a"}, {Name: "b"}}, Indexes: []schema.Index{{Name: "i", Keys: []schema.IndexKey{{Column: "a"}}}},
		Checks: []schema.Check{{Name: "k", Expr: "a > 0"}}, ForeignKeys: []schema.ForeignKey{{Name: "f", Columns: []string{"a"}, RefTable: name, RefColumns: []string{"b"}}}}
	deferred := table.ForeignKeys[0]
	deferred.Deferrable = true
	plain := schema.Table{Name: name}
	comment := func(s string) schema.Table { t := plain; t.Comment = s; return t }
	one := 1
	tests := []struct {
		change  diff.Change
		refused string // empty: written
	}{
		{diff.CreateSchema{Schema: schema.Schema{Name: "s"}}, "schemas"},
		{diff.DropSchema{Schema: schema.Schema{Name: "s"}}, "schemas"},
		{diff.AlterSchema{}, "schemas"},
		{diff.CreateEnum{}, "enum types"}, {diff.DropEnum{}, "enum types"}, {diff.AlterEnum{}, "enum types"},
		{diff.CreateSequence{}, "sequences"}, {diff.DropSequence{}, "sequences"}, {diff.AlterSequence{}, "sequences"},
		{diff.CreateTable{Table: schema.Table{Name: schema.Name{Local: "u"}, Columns: table.Columns}}, ""},
		{diff.CreateTable{Table: schema.Table{Name: schema.Name{Local: "u"}, Unlogged: true}}, "unlogged"},
		{diff.CreateTable{Table: schema.Table{Name: schema.Name{Local: "u"}, Exclusions: []schema.Exclusion{{Name: "e"}}}}, "exclusion"},
		{diff.CreateTable{Table: schema.Table{Name: schema.Name{Local: "u"}, Uniques: []schema.Unique{{NullsNotDistinct: true}}}}, "NULLS NOT DISTINCT"},
		{diff.CreateTable{Table: schema.Table{Name: schema.Name{Local: "u"}, PrimaryKey: &schema.PrimaryKey{Deferrable: true}}}, "defer"},
		{diff.CreateTable{Table: schema.Table{Name: schema.Name{Local: "u"}, Indexes: []schema.Index{{Method: "gin"}}}}, "gin"},
		{diff.CreateTable{Table: schema.Table{Name: schema.Name{Local: "u"}, Options: []schema.Option{{Name: "fillfactor"}}}}, "fillfactor"},
		{diff.DropTable{Table: table}, ""},
		{diff.AlterTable{From: plain, To: schema.Table{Name: name, Strict: true}}, ""},
		{diff.AlterTable{From: plain, To: comment("x")}, "comments"},
		{diff.AlterTable{From: comment("x"), To: plain}, "comments"},
		{diff.RenameTable{From: name, To: schema.Name{Local: "u"}}, ""},
		{diff.AddColumn{Table: name, Column: schema.Column{Name: "c"}}, ""},
		{diff.AddColumn{Table: name, Column: schema.Column{Name: "c", Identity: &schema.Identity{}}}, "identity"},
		{diff.AddColumn{Table: name, Column: schema.Column{Name: "c", Serial: true}}, "serial"},
		{diff.AddColumn{Table: name, Column: schema.Column{Name: "c", Statistics: &one}}, "statistics"},
		{diff.DropColumn{Table: name, Column: schema.Column{Name: "b"}}, ""},
		{diff.AlterColumn{Table: name, From: table.Columns[0], To: schema.Column{Name: "a", Default: "1"}}, ""},
		{diff.AlterColumn{Table: name, From: table.Columns[0], To: schema.Column{Name: "a", Storage: "plain"}}, "storage"},
		{diff.AlterColumn{Table: name, From: schema.Column{Name: "a", Comment: "x"}, To: table.Columns[0]}, "comments"},
		{diff.RenameColumn{Table: name, From: "a", To: "c"}, ""},
		{diff.AddConstraint{Table: name, Constraint: schema.Check{Expr: "b > 0"}}, ""},
		{diff.AddConstraint{Table: name, Constraint: schema.Check{Expr: "b > 0", NotValid: true}}, "NOT VALID"},
		{diff.AddConstraint{Table: name, Constraint: schema.Exclusion{Name: "e"}}, "exclusion"},
		{diff.AddConstraint{Table: name, Constraint: schema.Unique{Columns: []string{"a"}, Include: []string{"b"}}}, "INCLUDE"},
		{diff.AddConstraint{Table: name, Constraint: schema.ForeignKey{SetColumns: []string{"b"}}}, "SET NULL (columns)"},
		{diff.DropConstraint{Table: name, Constraint: table.Checks[0]}, ""},
		{diff.DropConstraint{Table: name, Constraint: schema.Exclusion{Name: "e"}}, "exclusion"},
		{diff.AlterConstraint{Table: name, From: table.ForeignKeys[0], To: deferred}, ""},
		{diff.AlterConstraint{Table: name, From: table.Checks[0], To: schema.Check{Name: "k", Expr: "a > 0", Comment: "x"}}, "comments"},
		{diff.RenameConstraint{Table: name, From: table.Checks[0], To: schema.Check{Name: "l", Expr: "a > 0"}}, ""},
		{diff.CreateIndex{Table: name, Index: schema.Index{Name: "j", Keys: []schema.IndexKey{{Column: "b"}}}}, ""},
		{diff.CreateIndex{Table: name, Index: schema.Index{Name: "j", Keys: []schema.IndexKey{{Column: "b", NullsFirst: true}}}}, "NULLs"},
		{diff.CreateIndex{Table: name, Index: schema.Index{Name: "j", Keys: []schema.IndexKey{{Column: "b", Opclass: schema.Name{Local: "o"}}}}}, "operator classes"},
		{diff.DropIndex{Table: name, Index: table.Indexes[0]}, ""},
		{diff.AlterIndex{Table: name, From: table.Indexes[0], To: table.Indexes[0]}, "index i"},
		{diff.RenameIndex{Table: name, From: "i", To: "j"}, ""},
		{diff.ReplaceIndex{Table: name, From: table.Indexes[0], To: schema.Index{Name: "i", Keys: []schema.IndexKey{{Column: "b"}}}}, ""},
		{diff.ReplaceIndex{Table: name, From: table.Indexes[0], To: schema.Index{Name: "i", Method: "gin"}}, "gin"},
		{diff.AdoptIndex{Table: name, Index: table.Indexes[0], Constraint: schema.Unique{Name: "u", Columns: []string{"a"}}}, ""},
		{diff.ReleaseIndex{Table: name, Constraint: table.Checks[0], Index: schema.Index{Name: "j", Unique: true, Keys: []schema.IndexKey{{Column: "b"}}}}, ""},
	}
	for _, tt := range tests {
		for _, version := range []int{oldest, newest} {
			p := diff.Plan{From: schema.Database{Tables: []schema.Table{table.Clone()}}, Changes: []diff.Change{tt.change}}
			got, err := Render(p, render.Options{ServerVersion: version})
			var u *render.UnsupportedError
			switch {
			case tt.refused == "":
				if err != nil || len(got) == 0 || got[0].Change == nil || !got[0].First {
					t.Errorf("%T: got %v and error %v, want statements", tt.change, got, err)
				}
			case !errors.As(err, &u) || !strings.Contains(u.Why, tt.refused) || u.Hint == "" || len(got) > 0:
				t.Errorf("%T: got %v and error %v, want a refusal that names %s", tt.change, got, err, tt.refused)
			}
		}
	}
}

// All refusals come at once.
func TestRefusalsTogether(t *testing.T) {
	p := diff.Plan{Changes: []diff.Change{diff.CreateEnum{}, diff.CreateSequence{}, diff.AddColumn{Table: schema.Name{Local: "none"}, Column: schema.Column{Name: "a"}}}}
	_, err := Render(p, render.Options{})
	want := "SQLite has no enum types\nSQLite has no sequences\nthe plan changes table none, which is not there at that point"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
