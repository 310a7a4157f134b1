package modelscan

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// scanEnt reads a package as ent generates it.
func scanEnt(t testing.TB, d dialect.Dialect, src string, o EntOptions) (*Result, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "migrate"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "migrate", "schema.go"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	return Scan(context.Background(), Options{Dir: dir, Patterns: []string{"./migrate"}, Dialect: d, Ent: &o, withoutGo: true})
}

const entHead = `package migrate

import (
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
)

`

// entSource is a package with two tables; each hole takes what a test puts
// there.
func entSource(column, table, init string) string {
	return entHead + `var (
	AColumns = []*schema.Column{
		{Name: "id", Type: field.TypeInt, Increment: true},
		{Name: "c", Type: field.TypeString` + column + `},
		{Name: "b_id", Type: field.TypeInt, Nullable: true},
	}
	ATable = &schema.Table{
		Name:       "as",
		Columns:    AColumns,
		PrimaryKey: []*schema.Column{AColumns[0]},
		ForeignKeys: []*schema.ForeignKey{
			{Symbol: "as_b", Columns: []*schema.Column{AColumns[2]}, RefColumns: []*schema.Column{BColumns[0]}, OnDelete: schema.SetNull},
		},` + table + `
	}
	BColumns = []*schema.Column{{Name: "id", Type: field.TypeInt, Increment: true}}
	BTable   = &schema.Table{Name: "bs", Columns: BColumns, PrimaryKey: []*schema.Column{BColumns[0]}}
	Tables   = []*schema.Table{ATable, BTable}
)

func init() {
	ATable.ForeignKeys[0].RefTable = BTable
` + init + `}
`
}

// TestEntPositions: each node knows its line in the generated file.
func TestEntPositions(t *testing.T) {
	res, err := scanEnt(t, dialect.Postgres(), entSource(`, Unique: true, Size: 20, Default: "x", Comment: "why"`, "", ""), EntOptions{Package: "./migrate"})
	if err != nil {
		t.Fatal(err)
	}
	a := res.Database.Tables[0]
	c := a.Columns[1]
	if got := c.Pos.String(); got != "migrate/schema.go:12:3" {
		t.Errorf("column at %s", got)
	}
	if got := a.Pos.String(); got != "migrate/schema.go:15:2" {
		t.Errorf("table at %s", got)
	}
	if fk := a.ForeignKeys[0]; fk.Pos.String() != "migrate/schema.go:20:4" || fk.Name != "as_b" || fk.RefTable.Local != "bs" {
		t.Errorf("foreign key %+v", fk)
	}
	if c.Type.Text != "character varying" || !c.NotNull || c.Comment != "why" || a.Indexes[0].Name != "as_c_key" || !a.Indexes[0].Unique || a.Columns[0].Identity == nil {
		t.Errorf("got %+v, %+v", c, a.Indexes)
	}
}

// TestEntRefuses: what is no literal as ent generates it, and what
// schema.Create fails at, is an error with its line.
func TestEntRefuses(t *testing.T) {
	const again = "     hint: gen reads the package as ent generates it: run go generate ./ent again"
	for _, c := range []struct{ name, column, table, init, want string }{
		{"a name from a variable", ", Collation: collation", "", "", "migrate/schema.go:12:39: AColumns[1]: Collation has a value that gen cannot read" + again},
		{"a default that is called", ", Default: now()", "", "", "migrate/schema.go:12:39: AColumns[1]: Default has a value that gen cannot read" + again},
		{"a field that ent has not", ", Wide: true", "", "", "migrate/schema.go:12:39: AColumns[1]: Wide has a value that gen cannot read"},
		{"a column that is not there", "", "\n\t\tIndexes: []*schema.Index{{Name: \"x\", Columns: []*schema.Column{AColumns[7]}}},", "", "migrate/schema.go:22:40: ATable.Indexes: Columns has a value that gen cannot read"},
		{"an annotation that gen does not know", "", "\n\t\tIndexes: []*schema.Index{{Name: \"x\", Columns: []*schema.Column{AColumns[1]}, Annotation: &entsql.IndexAnnotation{Fill: 3}}},", "", "ATable.Indexes: Fill has a value that gen cannot read"},
		{"a statement in init", "", "", "\tdelete(all, BTable)\n", "migrate/schema.go:24:2: BTable: function init sets something that gen cannot read"},
		{"an annotation in init", "", "", "\tATable.Annotation = &entsql.Annotation{Skip2: true}\n", "ATable: function init sets something that gen cannot read"},
		{"a type without an equal", ", SchemaType: map[string]string{\"mysql\": \"x\"}}, {Name: \"o\", Type: field.TypeOther", "", "",
			`as.o: field.TypeOther has no type in PostgreSQL: schema.Create fails     hint: say it in the ent schema: SchemaType(map[string]string{dialect.Postgres: "…"})`},
		{"a serial column that may be null", `, Nullable: true, SchemaType: map[string]string{"postgres": "serial"}`, "", "", "as.c: a column of type serial cannot be NULL: schema.Create fails"},
		{"a type that is none", `, SchemaType: map[string]string{"postgres": "varchar(x"}`, "", "", `field as.c: type "varchar(x NOT NULL"`},
		{"a foreign key without its table", "", "", "\tATable.ForeignKeys[0].RefTable = CTable\n", "ATable: function init sets something that gen cannot read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scanEnt(t, dialect.Postgres(), entSource(c.column, c.table, c.init), EntOptions{Package: "./migrate"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	for _, c := range []struct{ name, src, pattern, want string }{
		{"another package", "package migrate\n", "./migrate", `[ent]: ./migrate is no package with the tables of ent     hint: name the package that ent generates: [ent] package = "./ent/migrate"`},
		{"no list of tables", entHead + "var X = 1\n", "./migrate", "[ent]: the package has no list of tables in a variable Tables"},
		{"a table that is not listed", entHead + "var Tables = []*schema.Table{XTable}\n", "./migrate", "migrate/schema.go:9:30: XTable is no literal of a table"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scanEnt(t, dialect.Postgres(), c.src, EntOptions{Package: c.pattern})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestEntViews: a view is told of and makes no table.
func TestEntViews(t *testing.T) {
	res, err := scanEnt(t, dialect.SQLite(), entSource("", "\n\t\tView: true,", ""), EntOptions{Package: "./migrate"})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Database.Tables) != 1 || len(res.Warnings) != 1 || res.Warnings[0].String() != "migrate/schema.go:15:2: as is a view: gen does not read its definition here     hint: say the view in objects" {
		t.Errorf("got %+v, %v", res.Database.Tables, res.Warnings)
	}
}

// FuzzEntLiteral: no literal makes the reader panic.
func FuzzEntLiteral(f *testing.F) {
	for _, s := range []string{
		`, Default: schema.Expr("x")`, `, Default: map[string]schema.Expr{"postgres": "x"}`, `, Default: -1.5`, `, Size: -1`, `, SchemaType: nil`, `, Default: ((1))`, `, Enums: []string{"a"}`, `}, {`, `, Name: AColumns[0].Name`, `, Type: x`,
	} {
		f.Add(s, "")
	}
	f.Add("", "\tATable.Annotation = &entsql.Annotation{IncrementStart: func(i int) *int { return &i }(5), Check: \"x\"}\n\t*ATable.Annotation.Incremental = true\n")
	f.Add("", "\tATable.ForeignKeys[9].RefTable = BTable\n")
	f.Fuzz(func(t *testing.T, column, init string) {
		for _, d := range []dialect.Dialect{dialect.Postgres(), dialect.SQLite()} {
			_, _ = scanEnt(t, d, entSource(column, "", init), EntOptions{Package: "./migrate"})
		}
	})
}
