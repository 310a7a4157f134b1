package modelscan

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/schema"
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

// tablesOf are the names of the tables with their columns.
func tablesOf(res *Result) map[string]string {
	got := map[string]string{}
	for _, t := range res.Database.Tables {
		var names []string
		for _, c := range t.Columns {
			names = append(names, c.Name)
		}
		got[t.Name.Local] = strings.Join(names, " ")
	}
	return got
}

func warningsOf(res *Result) []string {
	var got []string
	for _, w := range res.Warnings {
		got = append(got, w.Text)
	}
	return got
}

// bunLookalikes has a struct of each kind: what is a table, what only looks at
// one, and what is neither.
const bunLookalikes = `
type User struct {
	bun.BaseModel
	ID    int ` + "`bun:\",pk\"`" + `
	Name  string
	Roles []Role ` + "`bun:\"m2m:user_roles\"`" + `
}

// Keyed has no bun.BaseModel.
type Keyed struct {
	ID int ` + "`bun:\",pk\"`" + `
}

type UserName struct {
	bun.BaseModel ` + "`bun:\"table:users\"`" + `
	Name string
}

// UserCount extends, and so looks at another's table.
type UserCount struct {
	User ` + "`bun:\",extend\"`" + `
	N    int
}

// WithUser looks at a join.
type WithUser struct {
	bun.BaseModel ` + "`bun:\"users\"`" + `
	User
	Extra string
}

type Base struct {
	ID int ` + "`bun:\",pk\"`" + `
}

type Child struct {
	bun.BaseModel
	Base
	V string
}

type Role struct {
	ID int ` + "`bun:\",pk\"`" + `
}

// UserRole has neither base nor key, but User names its table.
type UserRole struct {
	UserID int   ` + "`bun:\",notnull\"`" + `
	User   *User ` + "`bun:\"rel:belongs-to\"`" + `
	RoleID int
	Role   *Role ` + "`bun:\"rel:belongs-to\"`" + `
}

type Row struct {
	N int ` + "`bun:\"n\"`" + `
}

type Plain struct{ N int }

//gen:ignore
type Ignored struct {
	bun.BaseModel
	ID int ` + "`bun:\",pk\"`" + `
}

type Generic[T any] struct {
	ID T ` + "`bun:\",pk\"`" + `
}

func (Keyed) TableName() string { return "never" }
`

// TestBunWithoutList: what looks like a model is one, several structs for one
// table make it once, and the rest is told of.
func TestBunWithoutList(t *testing.T) {
	res, err := scanBun(t, dialect.Postgres(), bunFile(bunLookalikes), BunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"users": "id name", "keyeds": "id", "children": "id v", "roles": "id", "user_roles": "user_id role_id"}
	if diff := cmp.Diff(want, tablesOf(res)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	warnings := []string{"struct Row has bun tags, but neither bun.BaseModel nor a primary key: it is not taken for a table"}
	if diff := cmp.Diff(warnings, warningsOf(res)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBunModels: gen init lists the same structs, and those that are
// registered.
func TestBunModels(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.go"), []byte(bunFile(bunLookalikes)), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := BunModels(t.Context(), Options{Dir: dir, Dialect: dialect.Postgres(), withoutGo: true}, []string{"Row", "UserName"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i] = got[i][strings.LastIndexByte(got[i], '.')+1:]
	}
	if diff := cmp.Diff([]string{"User", "Keyed", "Child", "Role", "UserRole", "Row"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBunListed: the list decides; what is not on it is told of, and so is the
// second of two for one table.
func TestBunListed(t *testing.T) {
	res, err := scanBun(t, dialect.Postgres(), bunFile(bunLookalikes), BunOptions{Models: []string{"UserName", "User", "UserRole", "Role", "Child"}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"users": "name", "children": "id v", "roles": "id", "user_roles": "user_id role_id"}
	if diff := cmp.Diff(want, tablesOf(res)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	warnings := []string{
		"model User makes table users as well as UserName does: the one listed first, UserName, is taken",
		"struct Keyed looks like a model of bun and is none of the models of [bun]",
	}
	if diff := cmp.Diff(warnings, warningsOf(res)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := scanBun(t, dialect.Postgres(), bunFile(bunLookalikes), BunOptions{Models: []string{"Nobody", "Generic"}, ForeignKeysOf: []string{"Gone"}}); err == nil ||
		!strings.Contains(err.Error(), `bun.models pattern "Nobody" matches no struct`) || !strings.Contains(err.Error(), "generic struct Generic cannot be a model by itself") ||
		!strings.Contains(err.Error(), `bun.foreign_keys_of pattern "Gone" matches no struct`) {
		t.Errorf("got %v", err)
	}
}

// TestBunWarnings: what bun passes over in a tag.
func TestBunWarnings(t *testing.T) {
	res, err := scanBun(t, dialect.Postgres(), bunFile(`
type T struct {
	bun.BaseModel `+"`bun:\"table,tabel:x\"`"+`
	ID int `+"`bun:\",pk,autoincr\"`"+`
	A  string `+"`bun:\"notnull\"`"+`
	B  int `+"`bun:\",join:a=b\"`"+`
}
`), BunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`field T.BaseModel: bun passes over the option "tabel"`,
		"field T.BaseModel: table is the name of the table here, not an option",
		`field T.ID: bun passes over the option "autoincr"`,
		"field T.A: notnull is the name of the column here, not an option",
		"field T.B: join: without rel: says nothing",
	}
	if diff := cmp.Diff(want, warningsOf(res)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBunOverlay: gen tags and directives say of bun's models what bun cannot.
func TestBunOverlay(t *testing.T) {
	res, err := scanBun(t, dialect.Postgres(), bunFile(`
//gen:was old_users
//gen:index users_lower (lower(name))
//gen:table fillfactor=70
//gen:comment people
type User struct {
	ID   int64  `+"`bun:\",pk\"`"+`
	Name string `+"`bun:\"name,type:varchar(20)\" gen:\"was:title;collate:C;comment:the name;check:name <> '';index\"`"+`
	Boss int64  `+"`gen:\"ref:User;ondelete:set null\"`"+`
}
`), BunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	u := res.Database.Tables[0]
	name := u.Columns[1]
	if u.Name.Local != "users" || u.Was[0].Local != "old_users" || len(u.Indexes) != 2 || u.Options[0].Value != "70" || u.Comment != "people" ||
		name.Was[0] != "title" || name.Collation.Local != "c" || name.Type.Text != "character varying(20)" || name.Comment != "the name" ||
		u.Checks[0].Expr != "name <> ''" || u.ForeignKeys[0].RefTable.Local != "users" {
		t.Errorf("got %+v", u)
	}
	if _, err := scanBun(t, dialect.Postgres(), bunFile("//gen:table people\ntype User struct {\n\tID int64 `bun:\",pk\"`\n}"), BunOptions{}); err == nil ||
		!strings.Contains(err.Error(), "//gen:table says people, bun takes this model for users") {
		t.Errorf("got %v", err)
	}
}

// TestBunTypes: [types] give types to what cannot be read, and other types to
// what can.
func TestBunTypes(t *testing.T) {
	src := bunFile("//gen:type xml\ntype Own struct{ A int }\n\ntype T struct {\n\tID int `bun:\",pk\"`\n\tX *gone.Thing `bun:\",notnull\"`\n\tY Own\n\tZ Own `bun:\"type:text\"`\n}\n")
	for d, want := range map[string][]string{"postgres": {"bigint", "jsonb", "xml", "text"}, "sqlite": {"INTEGER", "json text", "xml", "text"}} {
		product := dialect.Postgres()
		if d == "sqlite" {
			product = dialect.SQLite()
		}
		res, err := scanBun(t, product, src, BunOptions{Types: map[string]string{"example.com/gone.Thing": "postgres=jsonb sqlite=json text"}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range res.Database.Tables[0].Columns {
			got = append(got, c.Type.Text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", d, diff)
		}
	}
}

// TestBunVersion: the release decides, that of the options before that of
// go.mod.
func TestBunVersion(t *testing.T) {
	src := bunFile("type T struct {\n\tKey string `bun:\",pk\"`\n\tN int `bun:\",autoincrement\"`\n}\n")
	for version, want := range map[string]bool{"": true, "1.3.0": true, "v1.2.12": true, "1.2.11": false, "1.1": false} {
		res, err := scanBun(t, dialect.SQLite(), src, BunOptions{Version: version})
		if err != nil {
			t.Fatal(err)
		}
		if got := res.Database.Tables[0].Columns[1].NotNull; got != want {
			t.Errorf("%s: NOT NULL is %v, want %v", version, got, want)
		}
	}
	for _, version := range []string{"1.0.25", "newest"} {
		if _, err := scanBun(t, dialect.Postgres(), src, BunOptions{Version: version}); err == nil || !strings.Contains(err.Error(), "the version of github.com/uptrace/bun") {
			t.Errorf("%s: got %v", version, err)
		}
	}
}

// TestBunInnermostPrefix: up to 1.1.7 of prefixes within prefixes the innermost
// alone counted.
func TestBunInnermostPrefix(t *testing.T) {
	src := bunFile("type A struct{ X int }\n\ntype B struct {\n\tA A `bun:\"embed:a_\"`\n}\n\ntype T struct {\n\tID int `bun:\",pk\"`\n\tB B `bun:\"embed:b_\"`\n}\n")
	for version, want := range map[string]string{"1.1.7": "id a_x", "1.1.8": "id b_a_x", "1.3.0": "id b_a_x"} {
		res, err := scanBun(t, dialect.Postgres(), src, BunOptions{Version: version, Models: []string{"T"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := tablesOf(res)["ts"]; got != want {
			t.Errorf("%s: got %s, want %s", version, got, want)
		}
	}
}

// TestBunSchemas: a table that names its schema lies in it, and in SQLite
// nowhere.
func TestBunSchemas(t *testing.T) {
	src := bunFile("type T struct {\n\tbun.BaseModel `bun:\"table:side.things\"`\n\tID int `bun:\",pk\"`\n}\n")
	res, err := scanBun(t, dialect.Postgres(), src, BunOptions{})
	if err != nil || res.Database.Tables[0].Name != (schema.Name{Schema: "side", Local: "things"}) || len(res.Database.Schemas) != 1 {
		t.Errorf("got %+v, %v", res, err)
	}
	if _, err := scanBun(t, dialect.SQLite(), src, BunOptions{}); err == nil || !strings.Contains(err.Error(), "SQLite has no schemas: table side.things cannot be there") {
		t.Errorf("got %v", err)
	}
}

// TestBunUnreadRelations: what no foreign key depends on may be unreadable.
func TestBunUnreadRelations(t *testing.T) {
	src := bunFile("type T struct {\n\tID int `bun:\",pk\"`\n\tAID int\n\tA *gone.Thing `bun:\"rel:belongs-to,join:a_id=id\"`\n\tB []gone.Thing `bun:\"rel:has-many\"`\n\tC []*gone.Thing `bun:\"m2m:ts\"`\n}\n")
	if _, err := scanBun(t, dialect.Postgres(), src, BunOptions{}); err != nil {
		t.Error(err)
	}
	if _, err := scanBun(t, dialect.Postgres(), src, BunOptions{ForeignKeys: true}); err == nil || !strings.Contains(err.Error(), "field T.A: its foreign key needs a type that cannot be read: package example.com/gone") {
		t.Errorf("got %v", err)
	}
}

// TestBunImplied: in compat mode what the tags do not state is known.
func TestBunImplied(t *testing.T) {
	src := bunFile("type T struct {\n\tID int `bun:\",pk,autoincrement\"`\n\tA string\n\tB string `bun:\",type:text,notnull,default:'x'\"`\n\tUID int\n\tU *T `bun:\"rel:belongs-to,join:uid=id\"`\n\tV *T `bun:\"rel:belongs-to,join:id=id,on_delete:cascade\"`\n}\n")
	res, err := scanBun(t, dialect.Postgres(), src, BunOptions{Compat: true, ForeignKeys: true, Version: "1.2.0"})
	if err != nil {
		t.Fatal(err)
	}
	want := schema.Implied{{Schema: "public", Local: "ts"}: {
		Columns: map[string]schema.ImpliedColumn{
			"id": {Type: true}, "a": {Type: true, NotNull: true, Default: true}, "b": {}, "uid": {Type: true, NotNull: true, Default: true},
		},
		ForeignKeys: map[string]bool{"ts_uid_fkey": true, "ts_id_fkey": false},
		Indexes:     map[string]bool{},
		Names:       map[string]bool{"ts_uid_fkey": true, "ts_id_fkey": true},
	}}
	if diff := cmp.Diff(want, res.Implied); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if res, err = scanBun(t, dialect.Postgres(), src, BunOptions{ForeignKeys: true}); err != nil || len(res.Implied) != 0 {
		t.Errorf("exact: got %v, %v", res.Implied, err)
	}
}

// FuzzBunTag: no tag makes the reader panic.
func FuzzBunTag(f *testing.F) {
	for _, tag := range []string{
		"a,pk,autoincrement", ",unique:\"a,b\",unique", ",type:numeric(10,2)", "embed:p_", ",default:'a,b'", "rel:belongs-to,join:id=id", "m2m:ts,join:A=B",
		"rel:has-many,join:type=a,polymorphic", ",extend", "table:x,alias:y", ",default:\"x\\\"y\"", ",type:(\"", "\"", ",,:,", "a.b", ",alt:id,scanonly",
	} {
		for i := range 3 {
			f.Add(tag, i)
		}
	}
	fields := []string{"A string", "A int", "A *U", "A []U", "A []*T", "A map[string]int", "U", "*T", "bun.BaseModel", "A time.Time", "A [3]byte", "A *[]string", "A any"}
	f.Fuzz(func(t *testing.T, tag string, i int) {
		if strings.ContainsAny(tag, "`\r") {
			return
		}
		field := fields[max(i, -i-1)%len(fields)]
		src := bunFile("type T struct {\n\tID int `bun:\",pk\"`\n\tUID int\n\t" + field + " `bun:\"" + strings.ReplaceAll(strings.ReplaceAll(tag, `\`, `\\`), `"`, `\"`) + "\"`\n}\n\ntype U struct {\n\tID uint `bun:\",pk\"`\n\tTID int\n}\n")
		for _, version := range []string{"1.1", "1.2.5", ""} {
			_, _ = scanBun(t, dialect.Postgres(), src, BunOptions{Models: []string{"T", "U"}, ForeignKeys: true, Version: version})
			_, _ = scanBun(t, dialect.SQLite(), src, BunOptions{Models: []string{"T"}, ForeignKeys: true, Version: version})
		}
	})
}
