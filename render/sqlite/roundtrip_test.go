package sqlite

import (
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// A look is a query and its answer.
type look struct{ query, want string }

// Every kind of change there and back on a database with rows, by the native
// forms of the newest library and by those of an old one.
func TestThereAndBack(t *testing.T) {
	local := func(s string) schema.Name { return schema.Name{Local: s} }
	tests := []struct {
		name    string
		from    []string
		to      []string
		renames diff.Renames
		up      []look // after up
		down    []look // after down
	}{
		{
			name: "create and drop tables that refer to each other",
			from: []string{`CREATE TABLE k (id integer PRIMARY KEY)`},
			to: []string{`CREATE TABLE k (id integer PRIMARY KEY)`,
				`CREATE TABLE a (id integer PRIMARY KEY AUTOINCREMENT, b integer REFERENCES b (id), name text NOT NULL UNIQUE)`,
				`CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES a (id) ON DELETE CASCADE, UNIQUE (a, id), CHECK (a > 0 OR id > 0))`,
				`CREATE UNIQUE INDEX b_a ON b (a DESC, id) WHERE id > 5`},
		},
		{
			name: "add columns in place",
			from: []string{`CREATE TABLE p (id integer PRIMARY KEY)`, `CREATE TABLE t (id integer PRIMARY KEY, a text)`,
				`INSERT INTO p VALUES (7)`, `INSERT INTO t VALUES (1, 'x')`},
			to: []string{`CREATE TABLE p (id integer PRIMARY KEY)`, `CREATE TABLE t (id integer PRIMARY KEY, a text, b text NOT NULL DEFAULT 'it''s' COLLATE NOCASE,
				c integer DEFAULT -1 CHECK (c < 10), d integer REFERENCES p (id) ON DELETE SET NULL, e text GENERATED ALWAYS AS (a || b) VIRTUAL)`},
			up: []look{{`SELECT * FROM t`, `1|x|it's|-1|NULL|xit's`}},
		},
		{
			name: "add columns that need a rebuild",
			from: []string{`CREATE TABLE p (id integer PRIMARY KEY)`, `INSERT INTO p VALUES (3)`,
				`CREATE TABLE t (id integer PRIMARY KEY, a text)`, `INSERT INTO t VALUES (1, 'x'), (2, 'y')`},
			to: []string{`CREATE TABLE p (id integer PRIMARY KEY)`, `CREATE TABLE t (id integer PRIMARY KEY, a text, b text NOT NULL DEFAULT (upper('b')),
				c integer UNIQUE, d text GENERATED ALWAYS AS (a || '!') STORED, e text DEFAULT CURRENT_DATE, f integer DEFAULT 3 REFERENCES p (id))`},
			up:   []look{{`SELECT id, a, b, c, d, e IS NOT NULL, f FROM t`, `1|x|B|NULL|x!|1|3; 2|y|B|NULL|y!|1|3`}},
			down: []look{{`SELECT * FROM t`, `1|x; 2|y`}},
		},
		{
			name: "change the type of a column",
			from: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b integer)`, `INSERT INTO t VALUES (1, '12', 5), (2, 'x', NULL)`},
			to:   []string{`CREATE TABLE t (id integer PRIMARY KEY, a integer, b text)`},
			up:   []look{{`SELECT a, typeof(a), b, typeof(b) FROM t`, `12|integer|5|text; x|text|NULL|null`}},
			down: []look{{`SELECT a, typeof(a), b, typeof(b) FROM t`, `12|text|5|integer; x|text|NULL|null`}},
		},
		{
			name: "change default, nullability, collation and generated columns",
			from: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text DEFAULT 'x', b text, c text, d text GENERATED ALWAYS AS (a) STORED)`,
				`INSERT INTO t (a, b, c) VALUES ('a', 'b', 'c')`},
			to:   []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b text NOT NULL DEFAULT 'y', c text COLLATE NOCASE, d text GENERATED ALWAYS AS (b) STORED)`},
			up:   []look{{`SELECT * FROM t WHERE c = 'C'`, `1|a|b|c|b`}},
			down: []look{{`SELECT * FROM t`, `1|a|b|c|a`}},
		},
		{
			name: "only nullability",
			from: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text, b text NOT NULL)`, `INSERT INTO t VALUES (1, 'a', 'b')`},
			to:   []string{`CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL, b text)`},
			up:   []look{{`SELECT * FROM t`, `1|a|b`}},
		},
		{
			name: "constraints of every kind",
			from: []string{`CREATE TABLE p (id integer PRIMARY KEY, code text UNIQUE)`, `INSERT INTO p VALUES (1, 'c')`,
				`CREATE TABLE t (a integer, b text, c integer, d integer, CONSTRAINT old CHECK (c < 9), CHECK (a < 9))`, `INSERT INTO t VALUES (1, 'c', 2, 1)`},
			to: []string{`CREATE TABLE p (id integer PRIMARY KEY, code text UNIQUE)`,
				`CREATE TABLE t (a integer, b text REFERENCES p (code) DEFERRABLE INITIALLY DEFERRED, c integer UNIQUE, d integer, PRIMARY KEY (a, c),
					CONSTRAINT fresh CHECK (c > 0), CONSTRAINT ref FOREIGN KEY (d) REFERENCES p ON UPDATE CASCADE)`},
			up:   []look{{`SELECT * FROM t`, `1|c|2|1`}},
			down: []look{{`SELECT * FROM t`, `1|c|2|1`}},
		},
		{
			name: "checks alone",
			from: []string{`CREATE TABLE t (a integer, b integer, CONSTRAINT one CHECK (a > 0), CONSTRAINT two CHECK (b > 0))`, `INSERT INTO t VALUES (1, 2)`},
			to:   []string{`CREATE TABLE t (a integer, b integer, CONSTRAINT one CHECK (a > 0), CONSTRAINT three CHECK (a < b))`},
			up:   []look{{`SELECT * FROM t`, `1|2`}},
		},
		{
			name: "name of a check",
			from: []string{`CREATE TABLE t (a integer, CONSTRAINT one CHECK (a > 0))`},
			to:   []string{`CREATE TABLE t (a integer, CONSTRAINT "Two" CHECK (a > 0))`},
		},
		{
			name: "name of a unique",
			from: []string{`CREATE TABLE t (a integer, CONSTRAINT one UNIQUE (a))`},
			to:   []string{`CREATE TABLE t (a integer, CONSTRAINT two UNIQUE (a))`},
		},
		{
			name: "deferrability",
			from: []string{`CREATE TABLE t (id integer PRIMARY KEY, a integer REFERENCES t (id))`, `INSERT INTO t VALUES (1, NULL), (2, 1)`},
			to:   []string{`CREATE TABLE t (id integer PRIMARY KEY, a integer REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)`},
			up:   []look{{`SELECT * FROM t`, `1|NULL; 2|1`}},
		},
		{
			name: "strict and without rowid",
			from: []string{`CREATE TABLE t (a text NOT NULL PRIMARY KEY, b integer)`, `INSERT INTO t VALUES ('x', 1), ('a', 2)`},
			to:   []string{`CREATE TABLE t (a text NOT NULL PRIMARY KEY, b integer) STRICT, WITHOUT ROWID`},
			up:   []look{{`SELECT * FROM t`, `a|2; x|1`}},
			down: []look{{`SELECT * FROM t ORDER BY a`, `a|2; x|1`}},
		},
		{
			name: "indexes",
			from: []string{`CREATE TABLE t (a integer, b text, c text)`, `CREATE INDEX i ON t (a)`, `CREATE UNIQUE INDEX j ON t (b)`, `CREATE INDEX k ON t (c)`},
			to: []string{`CREATE TABLE t (a integer, b text, c text)`, `CREATE INDEX i ON t (a DESC)`, `CREATE INDEX j ON t (b)`,
				`CREATE UNIQUE INDEX l ON t (lower(b) COLLATE RTRIM DESC, (b || c) COLLATE NOCASE, b COLLATE NOCASE) WHERE a IS NOT NULL AND b <> 'x'`},
		},
		{
			name: "drop columns in place and otherwise",
			from: []string{`CREATE TABLE p (id integer PRIMARY KEY)`, `CREATE TABLE t (id integer PRIMARY KEY, a text, b text UNIQUE, c integer REFERENCES p (id), d integer CHECK (d > 0), e integer)`,
				`CREATE INDEX t_e ON t (e)`, `CREATE TABLE s (x integer, y integer)`, `INSERT INTO t VALUES (1, 'a', 'b', NULL, 1, 5)`, `INSERT INTO s VALUES (1, 2)`},
			to:   []string{`CREATE TABLE p (id integer PRIMARY KEY)`, `CREATE TABLE t (id integer PRIMARY KEY, a text)`, `CREATE TABLE s (x integer)`},
			up:   []look{{`SELECT * FROM t`, `1|a`}, {`SELECT * FROM s`, `1`}},
			down: []look{{`SELECT id, a, b FROM t`, `1|a|NULL`}, {`SELECT * FROM s`, `1|NULL`}},
		},
		{
			name: "rename tables and columns, alone",
			from: []string{`CREATE TABLE p (id integer PRIMARY KEY, code text UNIQUE)`, `CREATE TABLE t (a text REFERENCES p (code), b integer CHECK (b > 0))`,
				`CREATE INDEX i ON t (b) WHERE a <> 'x'`, `INSERT INTO p VALUES (1, 'c')`, `INSERT INTO t VALUES ('c', 1)`},
			to: []string{`CREATE TABLE "P 2" (id integer PRIMARY KEY, "Code" text UNIQUE)`, `CREATE TABLE t (a text REFERENCES "P 2" ("Code"), n integer CHECK (n > 0))`,
				`CREATE INDEX i ON t (n) WHERE a <> 'x'`},
			renames: diff.Renames{Tables: []diff.TableRename{{From: local("p"), To: local("P 2")}},
				Columns: []diff.ColumnRename{{Table: local("P 2"), From: "code", To: "Code"}, {Table: local("t"), From: "b", To: "n"}}},
			up:   []look{{`SELECT * FROM "P 2"`, `1|c`}, {`SELECT * FROM t`, `c|1`}},
			down: []look{{`SELECT * FROM p`, `1|c`}, {`SELECT * FROM t`, `c|1`}},
		},
		{
			name: "rename and rebuild, with a trigger and a view",
			from: []string{`CREATE TABLE users (id integer PRIMARY KEY AUTOINCREMENT, name text, age text)`, `CREATE TABLE log (what text, age)`,
				`CREATE TRIGGER audit AFTER INSERT ON users BEGIN INSERT INTO log (what, age) VALUES (new.name, 0); END`,
				`CREATE VIEW names AS SELECT name FROM users`, `INSERT INTO users (name, age) VALUES ('ann', '3')`},
			to: []string{`CREATE TABLE people (id integer PRIMARY KEY AUTOINCREMENT, full_name text NOT NULL, age integer)`, `CREATE TABLE log (what text, age)`},
			renames: diff.Renames{Tables: []diff.TableRename{{From: local("users"), To: local("people")}},
				Columns: []diff.ColumnRename{{Table: local("people"), From: "name", To: "full_name"}}},
			up:   []look{{`INSERT INTO people (full_name) VALUES ('bob') RETURNING id`, `2`}, {`SELECT * FROM log`, `ann|0; bob|0`}, {`SELECT * FROM names`, `ann; bob`}},
			down: []look{{`INSERT INTO users (name) VALUES ('eve') RETURNING id`, `3`}, {`SELECT * FROM log`, `ann|0; bob|0; eve|0`}, {`SELECT * FROM names`, `ann; bob; eve`}},
		},
		{
			name: "a rebuild keeps children, triggers, views, indexes, numbers and rowids",
			from: []string{`CREATE TABLE p (id integer PRIMARY KEY AUTOINCREMENT, name text)`, `CREATE INDEX p_name ON p (name)`,
				`CREATE TABLE c (id integer PRIMARY KEY, p integer NOT NULL REFERENCES p (id) ON DELETE CASCADE)`,
				`CREATE TABLE r (a text)`, `CREATE TABLE log (what text)`,
				`CREATE TRIGGER on_p AFTER UPDATE ON p BEGIN INSERT INTO log VALUES ('p; ' || new.name); END`,
				`CREATE TRIGGER on_c AFTER INSERT ON c BEGIN UPDATE p SET name = 'touched' WHERE id = new.p; END`,
				`CREATE VIEW v AS SELECT p.name, c.id FROM p JOIN c ON c.p = p.id`, `CREATE VIEW vv AS SELECT * FROM v`,
				`CREATE TRIGGER on_v INSTEAD OF DELETE ON v BEGIN DELETE FROM c WHERE id = old.id; END`,
				`INSERT INTO p VALUES (1, 'one'), (9, 'nine')`, `DELETE FROM p WHERE id = 9`, `INSERT INTO c VALUES (1, 1), (2, 1)`,
				`INSERT INTO r (rowid, a) VALUES (5, 'five'), (8, 'eight')`, `DELETE FROM log`},
			to: []string{`CREATE TABLE p (id integer PRIMARY KEY AUTOINCREMENT, name varchar(10) NOT NULL)`, `CREATE INDEX p_name ON p (name)`,
				`CREATE TABLE c (id integer PRIMARY KEY, p bigint NOT NULL REFERENCES p (id) ON DELETE CASCADE)`,
				`CREATE TABLE r (a varchar)`, `CREATE TABLE log (what text)`},
			up: []look{{`SELECT * FROM c`, `1|1; 2|1`}, {`SELECT rowid, a FROM r`, `5|five; 8|eight`}, {`SELECT * FROM vv`, `touched|1; touched|2`},
				{`INSERT INTO p (name) VALUES ('ten') RETURNING id`, `10`}, {`SELECT * FROM sqlite_sequence`, `p|10`},
				{`INSERT INTO c VALUES (3, 10) RETURNING 1`, `1`}, {`SELECT * FROM log`, `p; touched`},
				{`DELETE FROM v WHERE id = 3 RETURNING 1`, `1`}, {`SELECT count(*) FROM c`, `2`}},
			down: []look{{`SELECT * FROM c`, `1|1; 2|1`}, {`SELECT rowid, a FROM r`, `5|five; 8|eight`}, {`SELECT * FROM vv`, `touched|1; touched|2`},
				{`INSERT INTO p (name) VALUES ('eleven') RETURNING id`, `11`}, {`DELETE FROM p WHERE id = 1 RETURNING 1`, `1`}, {`SELECT count(*) FROM c`, `0`}},
		},
		{
			name: "numbers of deleted rows",
			from: []string{`CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text)`, `INSERT INTO t VALUES (5, 'x')`, `DELETE FROM t`},
			to:   []string{`CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a blob)`},
			up:   []look{{`INSERT INTO t (a) VALUES ('y') RETURNING id`, `6`}},
			down: []look{{`INSERT INTO t (a) VALUES ('z') RETURNING id`, `7`}},
		},
		{
			name: "autoincrement itself",
			from: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text)`, `INSERT INTO t VALUES (5, 'x')`},
			to:   []string{`CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text)`},
			up:   []look{{`INSERT INTO t (a) VALUES ('y') RETURNING id`, `6`}},
		},
		{
			name: "columns that have the names of the rowid",
			from: []string{`CREATE TABLE t (rowid text, _rowid_ text)`, `INSERT INTO t (oid, rowid, _rowid_) VALUES (7, 'a', 'b')`},
			to:   []string{`CREATE TABLE t (rowid blob, _rowid_ text)`},
			up:   []look{{`SELECT oid, rowid, _rowid_ FROM t`, `7|a|b`}},
			down: []look{{`SELECT oid, rowid, _rowid_ FROM t`, `7|a|b`}},
		},
		{
			name: "names that need quotes",
			from: []string{`CREATE TABLE "the ""Order""" ("select" integer PRIMARY KEY AUTOINCREMENT, "größe" text, "a b" text, CHECK ("a b" <> "größe"))`, `CREATE INDEX "i x" ON "the ""Order""" ("größe")`,
				`CREATE TABLE "from" ("to" integer REFERENCES "the ""Order""")`, `INSERT INTO "the ""Order""" VALUES (4, 'g', 'h')`, `INSERT INTO "from" VALUES (4)`},
			to: []string{`CREATE TABLE "the ""Order""" ("select" integer PRIMARY KEY AUTOINCREMENT, "größe" blob NOT NULL, "a b" text, CHECK ("a b" <> "größe"))`, `CREATE INDEX "i x" ON "the ""Order""" ("größe")`,
				`CREATE TABLE "from" ("to" integer REFERENCES "the ""Order""")`},
			up: []look{{`SELECT * FROM "the ""Order"""`, `4|g|h`}, {`SELECT * FROM "from"`, `4`}, {`SELECT * FROM sqlite_sequence`, `the "Order"|4`}},
		},
		{
			name: "a column is replaced by another of its name",
			from: []string{`CREATE TABLE t (id integer PRIMARY KEY, a text)`, `INSERT INTO t VALUES (1, 'x')`},
			to:   []string{`CREATE TABLE t (id integer PRIMARY KEY, a text GENERATED ALWAYS AS (id + 1) STORED)`},
			up:   []look{{`SELECT * FROM t`, `1|2`}},
			down: []look{{`SELECT id FROM t`, `1`}},
		},
		{
			name: "the primary key moves",
			from: []string{`CREATE TABLE t (a integer PRIMARY KEY, b integer NOT NULL)`, `INSERT INTO t VALUES (3, 4)`},
			to:   []string{`CREATE TABLE t (a integer NOT NULL, b integer PRIMARY KEY)`},
			up:   []look{{`SELECT rowid, a, b FROM t`, `4|3|4`}},
			down: []look{{`SELECT rowid, a, b FROM t`, `3|3|4`}},
		},
	}
	for _, tt := range tests {
		for _, version := range []int{newest, oldest} {
			t.Run(tt.name, func(t *testing.T) {
				l := newLab(t, tt.from...)
				p := l.plan(tt.renames, tt.to...)
				if len(p.Changes) == 0 {
					t.Fatal("nothing changes")
				}
				l.forthAndBack(p, version, func() { l.looks("after up", tt.up) })
				l.looks("after down", tt.down)
			})
		}
	}
}

func (l *lab) looks(when string, list []look) {
	l.t.Helper()
	for _, k := range list {
		if got := l.rows(k.query); got != k.want {
			l.t.Errorf("%s: %s: got %s, want %s", when, k.query, got, k.want)
		}
	}
}
