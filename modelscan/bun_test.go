package modelscan

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// scanBun reads a file of models as bun's.
func scanBun(t testing.TB, d dialect.Dialect, src string, o BunOptions) (*Result, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.go"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	return Scan(context.Background(), Options{Dir: dir, Dialect: d, Bun: &o, withoutGo: true})
}

// bunFile is a file of models with the imports that tests need.
func bunFile(body string) string {
	return "package m\n\nimport (\n\t\"time\"\n\t\"github.com/uptrace/bun\"\n\t\"example.com/gone\"\n)\n\n" + body
}

// TestBunRefuses: what bun panics at, what the database refuses and what
// cannot be read is an error with the line, never a guess.
func TestBunRefuses(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a package that is not there", "type T struct {\n\tID int `bun:\",pk\"`\n\tX gone.Thing\n}",
			`m.go:11:2: field T.X: its type cannot be read: package example.com/gone cannot be found (go mod download fetches what is missing)     hint: write under [types] in gen.toml: "example.com/gone.Thing" = "text", or what else it is stored as; or bun:",type:…" in the tag`},
		{"a slice of such a type", "type T struct {\n\tID int `bun:\",pk\"`\n\tX []gone.Thing\n}", `field T.X: its type cannot be read`},
		{"an embedded type that is not there", "type T struct {\n\tID int `bun:\",pk\"`\n\tgone.Thing\n}", "field T.Thing: the embedded type Thing cannot be read: package example.com/gone"},
		{"an interface", "type T struct {\n\tID int `bun:\",pk\"`\n\tX any\n}", `field T.X: bun has no column type for any: CREATE TABLE fails     hint: write bun:",type:…"`},
		{"two pointers", "type T struct {\n\tID int `bun:\",pk\"`\n\tX **chan int\n}", `field T.X: bun has no column type for *chan`},
		{"a comma in single quotes", "type T struct {\n\tID int `bun:\",pk\"`\n\tX string `bun:\",default:'a,b'\"`\n}", `field T.X: the column cannot be read: VARCHAR DEFAULT 'a     hint: a comma ends a value`},
		{"a relation without a key on the other side", "type T struct {\n\tID int `bun:\",pk\"`\n\tUID int\n\tU *U `bun:\"rel:belongs-to\"`\n}\ntype U struct{ ID int }",
			"m.go:12:2: field T.U: the relation needs a primary key of U: bun panics     hint: mark its key"},
		{"a relation without a column", "type T struct {\n\tKey int `bun:\",pk\"`\n\tU *U `bun:\"rel:belongs-to\"`\n}\ntype U struct {\n\tID int `bun:\",pk\"`\n}", "field T.U: the relation needs column u_id of T: bun panics     hint: write join:"},
		{"a join that is none", "type T struct {\n\tID int `bun:\",pk\"`\n\tU *T `bun:\"rel:belongs-to,join:id\"`\n}", "field T.U: join:id cannot be read: bun panics"},
		{"an unknown relation", "type T struct {\n\tID int `bun:\",pk\"`\n\tU *T `bun:\"rel:belongs\"`\n}", "field T.U: rel:belongs is no relation: bun panics     hint: relations are belongs-to, has-one and has-many"},
		{"has-many without a slice", "type T struct {\n\tID int `bun:\",pk\"`\n\tU *T `bun:\"rel:has-many,join:id=id\"`\n}", "field T.U: has-many needs a slice, not T: bun panics"},
		{"a junction that is no model", "type T struct {\n\tID int `bun:\",pk\"`\n\tU []T `bun:\"m2m:a_b\"`\n}", "field T.U: m2m:a_b: no model has that table     hint: add the struct of the junction to models of [bun]; bun needs it as well: db.RegisterModel"},
		{"a junction without the fields", "type T struct {\n\tID int `bun:\",pk\"`\n\tU []T `bun:\"m2m:js\"`\n}\ntype J struct {\n\tA int `bun:\",pk\"`\n}", "field T.U: m2m:js: J has no field T: bun panics"},
		{"embed of no struct", "type T struct {\n\tID int `bun:\",pk\"`\n\tX int `bun:\"embed:x_\"`\n}", "field T.X: embed: int is no struct: bun panics"},
		{"a column twice", "type T struct {\n\tID int `bun:\",pk\"`\n\tX int `bun:\"id\"`\n}", "field T.X: column id stands twice, first for ID: CREATE TABLE fails"},
		{"an unknown action", "type T struct {\n\tID int `bun:\",pk\"`\n\tUID int\n\tU *T `bun:\"rel:belongs-to,join:uid=id,on_delete:vanish\"`\n}", "field T.U: on_delete:VANISH is no action"},
		{"a foreign key to a table of no model", "type T struct {\n\tID int `bun:\",pk\"`\n\tUID int\n\tU *U `bun:\"rel:belongs-to,join:uid=id\"`\n}\n//gen:ignore\ntype U struct {\n\tID int `bun:\",pk\"`\n}", "field T.U: the foreign key refers to table us, which no model makes: CREATE TABLE fails"},
		{"a foreign key to what is not unique", "type T struct {\n\tID int `bun:\",pk\"`\n\tA int\n\tU *T `bun:\"rel:belongs-to,join:a=a\"`\n}", "field T.U: the foreign key refers to (a) of table ts, which is neither its primary key nor unique"},
		{"tables of which none has all columns", "type T struct {\n\tbun.BaseModel `bun:\"table:t\"`\n\tA int\n}\ntype U struct {\n\tbun.BaseModel `bun:\"table:t\"`\n\tB int\n}",
			"m.go:9:6: table t is that of T (m.go:9:6), U (m.go:13:6), and none has all columns     hint: list the one that makes it in models of [bun], with all other models"},
		{"tables that differ in a column", "type T struct {\n\tbun.BaseModel `bun:\"table:t\"`\n\tA int\n}\ntype U struct {\n\tbun.BaseModel `bun:\"table:t\"`\n\tA string\n}", "and their columns differ"},
		{"a gen key that bun says", "type T struct {\n\tID int `bun:\",pk\"`\n\tA string `bun:\",nullzero\" gen:\"notnull\"`\n}", "field T.A: notnull is said in the bun tag; gen tags of a bun model add what bun cannot say"},
		{"a column of a unique constraint twice", "type T struct {\n\tID int `bun:\",pk\"`\n\tA string `bun:\",unique:g,unique:g\"`\n}", "field T.A: column a stands twice in unique constraint g: CREATE TABLE fails"},
		{"more than a type", "type T struct {\n\tID int `bun:\",pk\"`\n\tA string `bun:\",type:text references u (id)\"`\n}", "field T.A: the type says more than gen can read: text references u (id)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scanBun(t, dialect.Postgres(), bunFile(c.src), BunOptions{ForeignKeys: true})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}
