package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// open returns a database in memory with the statements run in it.
func open(t testing.TB, statements ...string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return db
}

func inspect(t *testing.T, db *sql.DB) *schema.Database {
	t.Helper()
	d, _, err := Inspect(context.Background(), db, introspect.Options{Exclude: []string{"gen_revisions", "gen_log"}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func name(s string) schema.Name { return schema.Name{Local: s} }
func typ(s string) schema.Type  { return schema.Type{Text: s} }

func TestInspectTable(t *testing.T) {
	tests := []struct {
		name string
		sql  string
		want schema.Table
	}{
		{"the alias of the rowid is never NULL", `CREATE TABLE "Users" (ID INTEGER PRIMARY KEY AUTOINCREMENT, name)`, schema.Table{
			Name:       name("Users"),
			Columns:    []schema.Column{{Name: "ID", Type: typ("integer"), NotNull: true, Autoincrement: true}, {Name: "name"}},
			PrimaryKey: &schema.PrimaryKey{Columns: []string{"ID"}},
		}},
		{"another primary key may hold NULL", `CREATE TABLE t (a INT PRIMARY KEY, b text not null)`, schema.Table{
			Name:       name("t"),
			Columns:    []schema.Column{{Name: "a", Type: typ("int")}, {Name: "b", Type: typ("text"), NotNull: true}},
			PrimaryKey: &schema.PrimaryKey{Columns: []string{"a"}},
		}},
		{"keys of strict tables without rowid", `CREATE TABLE t (a TEXT, b INT, CONSTRAINT k PRIMARY KEY (b, A)) STRICT, WITHOUT ROWID`, schema.Table{
			Name:         name("t"),
			Columns:      []schema.Column{{Name: "a", Type: typ("text"), NotNull: true}, {Name: "b", Type: typ("int"), NotNull: true}},
			PrimaryKey:   &schema.PrimaryKey{Name: "k", Columns: []string{"b", "a"}},
			Strict:       true,
			WithoutRowid: true,
		}},
		{"types", "CREATE TABLE t (a  VARCHAR ( 255 ), b DOUBLE\n PRECISION, c decimal(10, -2), d \"my type\" (1), e generated, f int generated always as (a) , g 'x')", schema.Table{
			Name: name("t"),
			Columns: []schema.Column{
				{Name: "a", Type: typ("varchar(255)")}, {Name: "b", Type: typ("double precision")},
				{Name: "c", Type: typ("decimal(10,-2)")}, {Name: "d", Type: typ(`"my type"(1)`)}, {Name: "e", Type: typ("generated")},
				{Name: "f", Type: typ("int"), Generated: &schema.Generated{Expr: "a", Virtual: true}}, {Name: "g", Type: typ("'x'")},
			},
		}},
		{"defaults", `CREATE TABLE t (a DEFAULT 1, b DEFAULT -1.5E3, c DEFAULT "it's", d DEFAULT (((1+ 2))), e DEFAULT NULL, f DEFAULT current_timestamp, g DEFAULT word, h DEFAULT x'AB', i DEFAULT ('a'||'b'), j DEFAULT true, k DEFAULT (datetime('now')), l DEFAULT +5)`, schema.Table{
			Name: name("t"),
			Columns: []schema.Column{
				{Name: "a", Default: "1"}, {Name: "b", Default: "-1.5e3"}, {Name: "c", Default: "'it''s'"}, {Name: "d", Default: "1 + 2"},
				{Name: "e"}, {Name: "f", Default: "CURRENT_TIMESTAMP"}, {Name: "g", Default: "'word'"}, {Name: "h", Default: "x'ab'"},
				{Name: "i", Default: "'a' || 'b'"}, {Name: "j", Default: "TRUE"}, {Name: "k", Default: "datetime('now')"}, {Name: "l", Default: "5"},
			},
		}},
		{"collations and generated columns", `CREATE TABLE t (a text collate nocase, b text collate binary, c text generated always as (UPPER(a)) stored, d as (a||b) virtual)`, schema.Table{
			Name: name("t"),
			Columns: []schema.Column{
				{Name: "a", Type: typ("text"), Collation: name("NOCASE")}, {Name: "b", Type: typ("text")},
				{Name: "c", Type: typ("text"), Generated: &schema.Generated{Expr: "upper(a)"}},
				{Name: "d", Generated: &schema.Generated{Expr: "a || b", Virtual: true}},
			},
		}},
		{"checks at columns and at the table", `CREATE TABLE t (a int CHECK (a>0) CONSTRAINT small CHECK(a<9), b int, CONSTRAINT "The Order" CHECK ((a) != "b") CHECK ("t".b IS not NULL))`, schema.Table{
			Name:    name("t"),
			Columns: []schema.Column{{Name: "a", Type: typ("int")}, {Name: "b", Type: typ("int")}},
			Checks: []schema.Check{{Expr: "a > 0"}, {Expr: "b IS NOT NULL"}, {Name: "The Order", Expr: "(a) <> b"},
				{Name: "small", Expr: "a < 9"}},
		}},
		{"uniques, said twice and with commas left out", `CREATE TABLE t (a int UNIQUE UNIQUE, b int CONSTRAINT ub UNIQUE, UNIQUE (b, a) CONSTRAINT n UNIQUE (a))`, schema.Table{
			Name:    name("t"),
			Columns: []schema.Column{{Name: "a", Type: typ("int")}, {Name: "b", Type: typ("int")}},
			Uniques: []schema.Unique{{Columns: []string{"a"}}, {Columns: []string{"b", "a"}}, {Name: "n", Columns: []string{"a"}}, {Name: "ub", Columns: []string{"b"}}},
		}},
		{"foreign keys", `CREATE TABLE t (id INTEGER PRIMARY KEY, p int REFERENCES T ON DELETE CASCADE ON UPDATE NO ACTION, q int CONSTRAINT fq REFERENCES other(A) MATCH FULL DEFERRABLE INITIALLY DEFERRED NOT NULL, r int, s int,
			FOREIGN KEY (r, S) REFERENCES "other" (a, b) ON UPDATE SET NULL NOT DEFERRABLE INITIALLY IMMEDIATE, CONSTRAINT fd FOREIGN KEY (s) REFERENCES other (b) ON DELETE SET DEFAULT ON UPDATE RESTRICT DEFERRABLE)`, schema.Table{
			Name: name("t"),
			Columns: []schema.Column{{Name: "id", Type: typ("integer"), NotNull: true}, {Name: "p", Type: typ("int")}, {Name: "q", Type: typ("int"), NotNull: true},
				{Name: "r", Type: typ("int")}, {Name: "s", Type: typ("int")}},
			PrimaryKey: &schema.PrimaryKey{Columns: []string{"id"}},
			ForeignKeys: []schema.ForeignKey{
				{Columns: []string{"p"}, RefTable: name("t"), RefColumns: []string{"id"}, OnDelete: schema.Cascade},
				{Columns: []string{"r", "s"}, RefTable: name("other"), RefColumns: []string{"a", "b"}, OnUpdate: schema.SetNull},
				{Name: "fd", Columns: []string{"s"}, RefTable: name("other"), RefColumns: []string{"b"}, OnDelete: schema.SetDefault, OnUpdate: schema.Restrict, Deferrable: true},
				{Name: "fq", Columns: []string{"q"}, RefTable: name("other"), RefColumns: []string{"A"}, MatchFull: true, Deferrable: true, Deferred: true},
			},
		}},
		{"names of every kind", "CREATE TABLE \"a \"\"b\" (`select` int, [from x] int, \"Überschrift\" text CHECK (\"Überschrift\" <> ''), 'str' int, \"two\nlines\" int)", schema.Table{
			Name: name(`a "b`),
			Columns: []schema.Column{{Name: "select", Type: typ("int")}, {Name: "from x", Type: typ("int")}, {Name: "Überschrift", Type: typ("text")},
				{Name: "str", Type: typ("int")}, {Name: "two\nlines", Type: typ("int")}},
			Checks: []schema.Check{{Expr: `"Überschrift" <> ''`}},
		}},
		{"comments in the text", "CREATE TABLE t -- the table\n ( a int /* , b int */, -- last )\n c int)", schema.Table{
			Name:    name("t"),
			Columns: []schema.Column{{Name: "a", Type: typ("int")}, {Name: "c", Type: typ("int")}},
		}},
		{"the text SQLite writes itself", `CREATE TABLE t AS SELECT 1 AS a, 'x' AS "B c", CAST(1 AS NUMERIC) AS d`, schema.Table{
			Name:    name("t"),
			Columns: []schema.Column{{Name: "a"}, {Name: "B c"}, {Name: "d", Type: typ("num")}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := inspect(t, open(t, tt.sql))
			want := &schema.Database{Tables: []schema.Table{tt.want}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestInspectIndex(t *testing.T) {
	db := open(t, `CREATE TABLE "T" (a text, B text COLLATE NOCASE, c int)`,
		`CREATE UNIQUE INDEX i1 ON t (a, b DESC) WHERE (C > 0) AND a is not null`,
		`CREATE INDEX i2 ON T (LOWER(a) COLLATE nocase DESC, a COLLATE RTRIM, b COLLATE nocase, b COLLATE binary, (a || b collate nocase), (c))`,
		`CREATE INDEX "Index 3" ON "T"("c" ASC)`)
	got := inspect(t, db).Tables[0].Indexes
	want := []schema.Index{
		{Name: "Index 3", Keys: []schema.IndexKey{{Column: "c"}}},
		{Name: "i1", Unique: true, Keys: []schema.IndexKey{{Column: "a"}, {Column: "B", Desc: true, NullsFirst: true}}, Where: `(c > 0) AND a IS NOT NULL`},
		{Name: "i2", Keys: []schema.IndexKey{
			{Expr: "lower(a)", Collation: name("NOCASE"), Desc: true, NullsFirst: true},
			{Column: "a", Collation: name("RTRIM")}, {Column: "B"}, {Column: "B", Collation: name("BINARY")},
			{Expr: `a || "B" COLLATE NOCASE`}, {Column: "c"},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What gen cannot say in its own words is named, and nothing else is.
func TestInspectUnmanaged(t *testing.T) {
	view := `CREATE VIEW v AS SELECT * FROM t`
	trigger := `CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a = 1; END`
	instead := `CREATE TRIGGER vt INSTEAD OF INSERT ON v BEGIN SELECT 1; END`
	fts := `CREATE VIRTUAL TABLE docs USING fts5(body)`
	db := open(t,
		`CREATE TABLE t (a int NOT NULL ON CONFLICT IGNORE, b text CONSTRAINT bn NOT NULL UNIQUE ON CONFLICT REPLACE, c int,
			PRIMARY KEY (a DESC), UNIQUE (b COLLATE nocase, c), CHECK (a > 0), FOREIGN KEY (c) REFERENCES nowhere)`,
		view, trigger, instead, fts,
		`CREATE TABLE gen_revisions (id text PRIMARY KEY)`, `CREATE INDEX gen_i ON gen_revisions (id)`, `CREATE TABLE GEN_LOG (id int)`,
		`ANALYZE`)
	got := inspect(t, db)
	if len(got.Tables) != 1 || len(got.Tables[0].ForeignKeys) != 0 {
		t.Errorf("got tables %v, want t alone and without a foreign key", got.Tables)
	}
	want := []schema.Object{
		{Kind: "conflict clause", Table: name("t"), Name: name("not null of a"), SQL: "ON CONFLICT IGNORE"},
		{Kind: "conflict clause", Table: name("t"), Name: name("unique (b)"), SQL: "ON CONFLICT REPLACE"},
		{Kind: "constraint name", Table: name("t"), Name: name("bn")},
		{Kind: "foreign key to a missing key", Table: name("t"), Name: name("foreign key (c)"), SQL: "REFERENCES nowhere"},
		{Kind: "key collation", Table: name("t"), Name: name("unique (b, c)"), SQL: "b COLLATE nocase"},
		{Kind: "key order", Table: name("t"), Name: name("primary key (a)"), SQL: "a DESC"},
		{Kind: "trigger", Table: name("t"), Name: name("tr"), SQL: trigger},
		{Kind: "trigger", Table: name("v"), Name: name("vt"), SQL: instead},
		{Kind: "view", Name: name("v"), SQL: view},
		{Kind: "virtual table", Name: name("docs"), SQL: fts},
	}
	var others []schema.Object
	shadows := 0
	for _, o := range got.Unmanaged {
		if o.Kind == "shadow table" && strings.HasPrefix(o.Name.Local, "docs_") {
			shadows++
			continue
		}
		others = append(others, o)
	}
	if diff := cmp.Diff(want, others); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if shadows != 5 {
		t.Errorf("got %d shadow tables of fts5, want 5", shadows)
	}
}

// A virtual table whose module is not there can neither be read nor be used,
// and its content must not be taken for ordinary tables.
func TestInspectUnknownModule(t *testing.T) {
	db := open(t, `CREATE TABLE places_node (a int)`, `CREATE TABLE "Places_rowid" (b int)`, `CREATE TABLE place (c int)`,
		`PRAGMA writable_schema = ON`,
		`INSERT INTO sqlite_schema VALUES ('table', 'places', 'places', 0, 'CREATE VIRTUAL TABLE places USING spatial(x, y)')`,
		`PRAGMA writable_schema = RESET`)
	got := inspect(t, db)
	var kinds []string
	for _, o := range got.Unmanaged {
		kinds = append(kinds, o.Kind+" "+o.Name.Local)
	}
	if diff := cmp.Diff([]string{"shadow table Places_rowid", "shadow table places_node", "virtual table places"}, kinds); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(got.Tables) != 1 || got.Tables[0].Name.Local != "place" {
		t.Errorf("got tables %v, want place alone", got.Tables)
	}
}

func TestInspectVersion(t *testing.T) {
	_, info, err := Inspect(context.Background(), open(t), introspect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if info.ServerVersion < 3053000 || info.ServerVersion > 4000000 {
		t.Errorf("got version %d, want the number of the linked library", info.ServerVersion)
	}
}

// What ALTER TABLE makes of the text is read like any other.
func TestInspectAltered(t *testing.T) {
	db := open(t, `CREATE TABLE t (a int CHECK (a>0), b text DEFAULT 'x', CHECK (b <> ''))`, `CREATE INDEX i ON t (a) WHERE b > 'a'`,
		`CREATE TABLE c (r int REFERENCES t (a))`,
		`ALTER TABLE t RENAME TO "New t"`, `ALTER TABLE "New t" RENAME COLUMN b TO "Full name"`,
		`ALTER TABLE "New t" ADD COLUMN d int NOT NULL DEFAULT 3 CHECK (d <> 9)`, `ALTER TABLE "New t" DROP COLUMN d`,
		`ALTER TABLE "New t" ADD COLUMN e int REFERENCES c`,
		`ALTER TABLE "New t" ADD CONSTRAINT k CHECK (e > 0)`, `ALTER TABLE "New t" ALTER COLUMN e SET NOT NULL`)
	want := open(t, `CREATE TABLE "New t" (a int CHECK (a>0), "Full name" text DEFAULT 'x', e int NOT NULL REFERENCES c, CHECK ("Full name" <> ''), CONSTRAINT k CHECK (e > 0))`,
		`CREATE INDEX i ON "New t" (a) WHERE "Full name" > 'a'`, `CREATE TABLE c (r int REFERENCES "New t" (a))`)
	if diff := cmp.Diff(inspect(t, want), inspect(t, db)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Functions and collations that an application registers are not there when
// gen reads. What is in the database already is no reason to fail.
func TestInspectApplicationDefined(t *testing.T) {
	db := open(t, `CREATE TABLE t (a text, b text)`, `CREATE INDEX i ON t (a)`, `PRAGMA writable_schema = ON`,
		`UPDATE sqlite_schema SET sql = 'CREATE TABLE t (a text CHECK (zork(a) > 0), b text COLLATE zork)' WHERE name = 't'`,
		`UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (a COLLATE zork)' WHERE name = 'i'`,
		`PRAGMA writable_schema = RESET`)
	have := inspect(t, db)
	want := schema.Table{Name: name("t"),
		Columns: []schema.Column{{Name: "a", Type: typ("text")}, {Name: "b", Type: typ("text"), Collation: name("zork")}},
		Checks:  []schema.Check{{Expr: "zork(a) > 0"}},
		Indexes: []schema.Index{{Name: "i", Keys: []schema.IndexKey{{Column: "a", Collation: name("zork")}}}},
	}
	if diff := cmp.Diff([]schema.Table{want}, have.Tables); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, _, err := Canonical(context.Background(), &schema.Database{Tables: []schema.Table{want}}, have); err != nil {
		t.Error(err)
	}
}

// A read in a transaction of the caller sees what that transaction made.
func TestInspectInTransaction(t *testing.T) {
	db := open(t, `CREATE TABLE t (a)`)
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`CREATE TABLE u (b)`); err != nil {
		t.Fatal(err)
	}
	got, _, err := Inspect(context.Background(), tx, introspect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Tables) != 2 {
		t.Errorf("got %d tables, want 2", len(got.Tables))
	}
}
