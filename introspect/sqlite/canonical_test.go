package sqlite

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// canonical puts one wanted table beside what the statements make, and
// returns both sides.
func canonical(t *testing.T, want schema.Table, statements ...string) (got, have schema.Table) {
	t.Helper()
	h := inspect(t, open(t, statements...))
	d, _, err := Canonical(context.Background(), &schema.Database{Tables: []schema.Table{want}}, h)
	if err != nil {
		t.Fatal(err)
	}
	return d.Tables[0], h.Tables[0]
}

func columns(list ...string) []schema.Column {
	var out []schema.Column
	for _, s := range list {
		n, typ, _ := strings.Cut(s, " ")
		out = append(out, schema.Column{Name: n, Type: schema.Type{Text: typ}})
	}
	return out
}

// What a model wants and the database has in other words is no difference.
func TestCanonicalEqual(t *testing.T) {
	tests := []struct {
		name string
		have []string
		want schema.Table
	}{
		{"names and types in another case", []string{`CREATE TABLE "Users" ("Id" INTEGER PRIMARY KEY, "Mail" VARCHAR(20) UNIQUE)`}, schema.Table{
			Name: name("users"), Columns: columns("id Integer", "mail varchar ( 20 )"),
			PrimaryKey: &schema.PrimaryKey{Columns: []string{"id"}}, Uniques: []schema.Unique{{Columns: []string{"mail"}}},
		}},
		{"comments", []string{`CREATE TABLE t (a int)`}, schema.Table{
			Name: name("t"), Comment: "what it is", Columns: []schema.Column{{Name: "a", Type: typ("int"), Comment: "what it is"}},
		}},
		{"an identity is the alias of the rowid", []string{`CREATE TABLE t (id integer PRIMARY KEY)`}, schema.Table{
			Name: name("t"), Columns: []schema.Column{{Name: "id", Type: typ("bigint"), NotNull: true, Identity: &schema.Identity{}}},
			PrimaryKey: &schema.PrimaryKey{Name: "t_pkey", Derived: true, Columns: []string{"id"}},
		}},
		{"derived names of constraints that have none", []string{`CREATE TABLE t (a int PRIMARY KEY CHECK (a > 0) REFERENCES t, b int UNIQUE)`}, schema.Table{
			Name: name("t"), Columns: columns("a int", "b int"),
			PrimaryKey:  &schema.PrimaryKey{Name: "t_pkey", Derived: true, Columns: []string{"a"}},
			Uniques:     []schema.Unique{{Name: "t_b_key", Derived: true, Columns: []string{"b"}}},
			Checks:      []schema.Check{{Name: "t_a_check", Derived: true, Expr: "a>0"}},
			ForeignKeys: []schema.ForeignKey{{Name: "t_a_fkey", Derived: true, Columns: []string{"a"}, RefTable: name("t"), RefColumns: []string{"a"}}},
		}},
		{"derived names of objects that have others", []string{
			`CREATE TABLE t (a int CONSTRAINT p PRIMARY KEY CONSTRAINT c CHECK (a > 0) CONSTRAINT f REFERENCES t, b int CONSTRAINT u UNIQUE)`, `CREATE INDEX i ON t (a, b)`}, schema.Table{
			Name: name("t"), Columns: columns("a int", "b int"),
			PrimaryKey:  &schema.PrimaryKey{Name: "t_pkey", Derived: true, Columns: []string{"a"}},
			Uniques:     []schema.Unique{{Name: "t_b_key", Derived: true, Columns: []string{"b"}}},
			Checks:      []schema.Check{{Name: "t_a_check", Derived: true, Expr: "a>0"}},
			ForeignKeys: []schema.ForeignKey{{Name: "t_a_fkey", Derived: true, Columns: []string{"a"}, RefTable: name("t")}},
			Indexes:     []schema.Index{{Name: "t_a_b_idx", Derived: true, Method: "btree", Keys: []schema.IndexKey{{Column: "a"}, {Column: "b"}}}},
		}},
		{"expressions that mean the same", []string{`CREATE TABLE t (a int DEFAULT TRUE, b text AS (a || 'x') STORED, CHECK ((a > 0) AND ((b) <> "y")))`,
			`CREATE INDEX i ON t ((lower(b))) WHERE (a > 1) AND (a < 5)`}, schema.Table{
			Name: name("t"), Columns: []schema.Column{{Name: "a", Type: typ("int"), Default: "1"}, {Name: "b", Type: typ("text"), Generated: &schema.Generated{Expr: "((a)||'x')"}}},
			Checks:  []schema.Check{{Expr: "a>0 and b!='y'"}},
			Indexes: []schema.Index{{Name: "i", Keys: []schema.IndexKey{{Expr: "LOWER((b))"}}, Where: "a > 1 and a < 5"}},
		}},
		{"index keys", []string{`CREATE TABLE t (a text, b text COLLATE nocase)`, `CREATE UNIQUE INDEX i ON t (a DESC, lower(b) COLLATE rtrim, b)`}, schema.Table{
			Name: name("t"), Columns: []schema.Column{{Name: "a", Type: typ("text")}, {Name: "b", Type: typ("text"), Collation: name("nocase")}},
			Indexes: []schema.Index{{Name: "I", Unique: true, Keys: []schema.IndexKey{
				{Column: "A", Desc: true, NullsFirst: true}, {Expr: "lower(b) collate RTRIM"}, {Column: "b", Collation: name("NoCase")}}}},
		}},
		{"defaults that are none", []string{`CREATE TABLE t (a int)`}, schema.Table{
			Name: name("t"), Columns: []schema.Column{{Name: "a", Type: typ("int"), Default: "null"}},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, have := canonical(t, tt.want, tt.have...)
			if diff := cmp.Diff(have, got, ignoreModelFields()...); diff != "" {
				t.Errorf("-have +want:\n%s", diff)
			}
		})
	}
}

// ignoreModelFields leaves out what is never compared.
func ignoreModelFields() []cmp.Option {
	return []cmp.Option{cmp.FilterPath(func(p cmp.Path) bool {
		switch p.Last().String() {
		case ".Derived", ".Pos", ".Was":
			return true
		}
		return false
	}, cmp.Ignore())}
}

// What does differ stays different.
func TestCanonicalDiffers(t *testing.T) {
	have := []string{`CREATE TABLE t (a int DEFAULT 1, b text AS (a || 'x') STORED, CONSTRAINT k CHECK (a > 0))`, `CREATE INDEX i ON t (a) WHERE a > 1`}
	base := func() schema.Table {
		return schema.Table{Name: name("t"), Columns: []schema.Column{{Name: "a", Type: typ("int"), Default: "1"},
			{Name: "b", Type: typ("text"), Generated: &schema.Generated{Expr: "a || 'x'"}}},
			Checks:  []schema.Check{{Name: "k", Expr: "a > 0"}},
			Indexes: []schema.Index{{Name: "i", Keys: []schema.IndexKey{{Column: "a"}}, Where: "a > 1"}}}
	}
	tests := []struct {
		name   string
		change func(*schema.Table)
	}{
		{"a number is no string", func(t *schema.Table) { t.Columns[0].Default = "'1'" }},
		{"an integer is no real number", func(t *schema.Table) { t.Columns[0].Default = "(1.0)" }},
		{"generated expression", func(t *schema.Table) { t.Columns[1].Generated.Expr = "a || 'y'" }},
		{"virtual", func(t *schema.Table) { t.Columns[1].Generated.Virtual = true }},
		{"check", func(t *schema.Table) { t.Checks[0].Expr = "a >= 0" }},
		{"chosen name of a check", func(t *schema.Table) { t.Checks[0].Name = "k2" }},
		{"where", func(t *schema.Table) { t.Indexes[0].Where = "a > 2" }},
		{"collation of a key", func(t *schema.Table) { t.Indexes[0].Keys[0].Collation = name("NOCASE") }},
		{"type", func(t *schema.Table) { t.Columns[0].Type = typ("integer") }},
	}
	if got, h := canonical(t, base(), have...); !cmp.Equal(h, got, ignoreModelFields()...) {
		t.Fatalf("the base differs:\n%s", cmp.Diff(h, got))
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := base()
			tt.change(&want)
			if got, h := canonical(t, want, have...); cmp.Equal(h, got, ignoreModelFields()...) {
				t.Error("no difference is left")
			}
		})
	}
}

func TestCanonicalChangesNothingOfItsArguments(t *testing.T) {
	make := func() *schema.Database {
		return &schema.Database{Tables: []schema.Table{{Name: name("T"), Comment: "c",
			Columns:     []schema.Column{{Name: "A", Type: typ("INT"), Default: "(1)", Generated: nil}, {Name: "B", Generated: &schema.Generated{Expr: "(A)"}}},
			PrimaryKey:  &schema.PrimaryKey{Name: "x", Derived: true, Columns: []string{"A"}},
			Uniques:     []schema.Unique{{Columns: []string{"B", "A"}, Derived: true, Name: "u"}},
			Checks:      []schema.Check{{Expr: "(A>0)"}},
			ForeignKeys: []schema.ForeignKey{{Columns: []string{"A"}, RefTable: name("t"), RefColumns: []string{"a"}}},
			Indexes:     []schema.Index{{Name: "I", Keys: []schema.IndexKey{{Expr: "(A)"}}, Where: "(A)"}},
		}}}
	}
	want, have := make(), inspect(t, open(t, `CREATE TABLE t (a int)`, `CREATE INDEX i ON t (a)`))
	before := inspect(t, open(t, `CREATE TABLE t (a int)`, `CREATE INDEX i ON t (a)`))
	if _, _, err := Canonical(context.Background(), want, have); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(make(), want); diff != "" {
		t.Errorf("want was changed:\n%s", diff)
	}
	if diff := cmp.Diff(before, have); diff != "" {
		t.Errorf("have was changed:\n%s", diff)
	}
}

// Everything SQLite would refuse is told at once, each with its place.
func TestCanonicalRefuses(t *testing.T) {
	at := func(line int) schema.Pos { return schema.Pos{File: "m.go", Line: line, Col: 2} }
	want := &schema.Database{
		Enums:     []schema.Enum{{Name: name("mood"), Pos: at(1)}},
		Sequences: []schema.Sequence{{Name: name("seq"), Pos: at(2)}},
		Tables: []schema.Table{
			{Name: name("t"), Unlogged: true, Pos: at(3), Options: []schema.Option{{Name: "fillfactor"}},
				Columns: []schema.Column{
					{Name: "a", Type: typ("varchar(2"), Pos: at(4)},
					{Name: "b", Storage: "plain", Pos: at(5)},
					{Name: "c", Serial: true, Pos: at(6)},
				},
				Uniques:     []schema.Unique{{Columns: []string{"b"}, NullsNotDistinct: true, Pos: at(7)}},
				ForeignKeys: []schema.ForeignKey{{Columns: []string{"b"}, RefTable: name("t"), RefColumns: []string{"c"}, Pos: at(8)}},
				Exclusions:  []schema.Exclusion{{Name: "e", Pos: at(9)}},
				Indexes: []schema.Index{{Name: "g", Method: "gin", Pos: at(10), Keys: []schema.IndexKey{{Column: "a"}}},
					{Name: "n", Pos: at(11), Keys: []schema.IndexKey{{Column: "a", NullsFirst: true}}}},
				Checks: []schema.Check{{Expr: "a > 'x", Pos: at(12)}, {Expr: "a) OR (b", Pos: at(13)}, {Expr: "lower(a", Pos: at(14)}, {Expr: "", Pos: at(15)}},
			},
		},
	}
	wantErrors(t, want, []string{
		`m.go:1:2: enum mood: SQLite has no enum types`,
		`m.go:2:2: sequence seq: SQLite has no sequences`,
		`m.go:3:2: table t: SQLite has no unlogged tables`,
		`m.go:3:2: table t: fillfactor: SQLite tables have no storage parameters`,
		`m.go:9:2: constraint e: SQLite has no exclusion constraints`,
		`m.go:4:2: column t.a: type: "varchar(2" is no type: expected ), found the end`,
		`m.go:5:2: column t.b: SQLite columns have no storage, compression or statistics settings`,
		`m.go:6:2: column t.c: SQLite numbers only the rows of a single-column primary key`,
		`m.go:7:2: unique (b) of t: SQLite always takes NULLs for distinct`,
		`m.go:12:2: check (a > 'x) of t: a quote ' is not closed at byte 4 of "'x"`,
		`m.go:13:2: check (a) OR (b) of t: "a) OR (b" closes a parenthesis it did not open`,
		`m.go:14:2: check (lower(a) of t: "lower(a" leaves a parenthesis open`,
		`m.go:15:2: check () of t: the expression is empty`,
		`m.go:10:2: index g: SQLite has only one kind of index, not gin`,
		`m.go:11:2: index n: SQLite indexes keep NULLs before all values and cannot place them`,
		`m.go:8:2: foreign key (b) of t: t (c) is neither the primary key nor unique, and SQLite would refuse every row (foreign key mismatch)`,
	})
}

// Names that SQLite cannot tell apart, or does not give.
func TestCanonicalNames(t *testing.T) {
	wantErrors(t, &schema.Database{Tables: []schema.Table{
		{Name: name("users"), Columns: columns("id int", "ID int")},
		{Name: name("Users"), Columns: columns("id int"), Indexes: []schema.Index{{Name: "SQLite_x", Keys: []schema.IndexKey{{Column: "id"}}}}},
		{Name: name("sqlite_users"), Columns: columns("id int")},
		{Name: name("n"), WithoutRowid: true, Columns: []schema.Column{{Name: "id", Type: typ("int"), Autoincrement: true}}, PrimaryKey: &schema.PrimaryKey{Columns: []string{"id"}}},
	}}, []string{
		"column ID: SQLite takes it for column id: upper and lower case are the same to it",
		"table Users: SQLite takes it for table users: upper and lower case are the same to it",
		"index SQLite_x: SQLite keeps names that begin with sqlite_ for itself",
		"table sqlite_users: SQLite keeps names that begin with sqlite_ for itself",
		"column n.id: a table WITHOUT ROWID does not number its rows",
	})
}

// Two indexes of one derived name are no mistake of the models: diff numbers
// them.
func TestCanonicalDerivedTwice(t *testing.T) {
	x := schema.Index{Name: "a_b_idx", Derived: true, Keys: []schema.IndexKey{{Column: "a"}}}
	want := &schema.Database{Tables: []schema.Table{
		{Name: name("a"), Columns: columns("a int"), Indexes: []schema.Index{x}},
		{Name: name("a_b"), Columns: columns("a int"), Indexes: []schema.Index{x}},
	}}
	if _, _, err := Canonical(context.Background(), want, nil); err != nil {
		t.Error(err)
	}
}

// What only SQLite itself can judge is asked of it.
func TestCanonicalAsksSQLite(t *testing.T) {
	at := func(line int) schema.Pos { return schema.Pos{File: "m.go", Line: line, Col: 2} }
	want := &schema.Database{Tables: []schema.Table{
		{Name: name("good"), Columns: columns("a int")},
		{Name: name("t"), Strict: true, Pos: at(1),
			Columns: []schema.Column{
				{Name: "a", Type: typ("varchar(2)"), Pos: at(2)},
				{Name: "b", Type: typ("text"), Default: "a + 1", Pos: at(3)},
				{Name: "c", Type: typ("text"), Collation: name("german"), Pos: at(4)},
				{Name: "d", Type: typ("int"), Generated: &schema.Generated{Expr: "nope + 1"}, Pos: at(5)},
			},
			Checks:  []schema.Check{{Expr: "now() > a", Pos: at(6)}, {Expr: "a > 0", Pos: at(7)}},
			Uniques: []schema.Unique{{Columns: []string{"x"}, Pos: at(8)}},
		},
		{Name: name("u"), Columns: []schema.Column{{Name: "a", Type: typ("int"), Default: "now()", Pos: at(9)}}},
		{Name: name("v"), Columns: columns("a int"), Indexes: []schema.Index{{Name: "i", Keys: []schema.IndexKey{{Expr: "random()"}}, Pos: at(10)}}},
		{Name: name("w"), Columns: columns("a int"), WithoutRowid: true, Pos: at(11)},
	}}
	wantErrors(t, want, []string{
		`m.go:2:2: column t.a: type: unknown datatype for t.a: "varchar(2)"`,
		`m.go:3:2: column t.b: default: default value of column [b] is not constant`,
		`m.go:4:2: column t.c: collation: no such collation sequence: german`,
		`m.go:5:2: column t.d: generated: no such column: nope`,
		`m.go:6:2: check (now() > a) of t: no such function: now`,
		`m.go:8:2: unique (x) of t: expressions prohibited in PRIMARY KEY and UNIQUE constraints`,
		`m.go:9:2: column u.a: default: no such function: now`,
		`m.go:10:2: index i: non-deterministic functions prohibited in index expressions`,
		`m.go:11:2: table w: PRIMARY KEY missing on table w`,
	})
}

func wantErrors(t *testing.T, db *schema.Database, want []string) {
	t.Helper()
	_, _, err := Canonical(context.Background(), db, nil)
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var we *introspect.WantError
	if !errors.As(err, &we) {
		t.Errorf("%T is no *introspect.WantError", err)
	}
}

// An index that nobody named takes the name it has; twins keep their own.
func TestCanonicalTwins(t *testing.T) {
	index := func(n string, derived bool) schema.Index {
		return schema.Index{Name: n, Derived: derived, Keys: []schema.IndexKey{{Column: "a"}}}
	}
	want := schema.Table{Name: name("t"), Columns: columns("a int"),
		Indexes: []schema.Index{index("t_a_idx", true), index("mine", false)}}
	got, _ := canonical(t, want, `CREATE TABLE t (a int)`, `CREATE INDEX mine ON t (a)`, `CREATE INDEX old ON t (a)`)
	var names []string
	for _, x := range got.Indexes {
		names = append(names, x.Name)
	}
	if diff := cmp.Diff([]string{"mine", "old"}, names); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
