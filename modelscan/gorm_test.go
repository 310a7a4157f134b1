package modelscan

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// scanGorm reads a file of models as GORM's.
func scanGorm(t testing.TB, d dialect.Dialect, src string, o GormOptions) (*Result, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.go"), []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	return Scan(context.Background(), Options{Dir: dir, Dialect: d, Gorm: &o, withoutGo: true})
}

// TestGormRefuses: what GORM refuses, what only the running program knows and
// what gen cannot say is an error with the line, never a guess.
func TestGormRefuses(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a slice without a type", "type T struct {\n\tID int\n\tTags []string `gorm:\"not null\"`\n}",
			`m.go:11:2: field T.Tags: []string is neither a column nor a relation: GORM refuses the model     hint: say how it is stored: gorm:"type:…"`},
		{"a map", "type T struct {\n\tID int `gorm:\"index\"`\n\tM map[string]int\n}", "m.go:11:2: field T.M: map is neither a column nor a relation"},
		{"a relation without a key", "type T struct {\n\tID int `gorm:\"index\"`\n\tU U\n}\ntype U struct{ ID int }",
			"m.go:11:2: field T.U: no foreign key is found for the relation to U: GORM refuses the model"},
		{"a default that is no number", "type T struct {\n\tID int\n\tN int `gorm:\"default:many\"`\n}", `m.go:11:2: field T.N: default "many" is no int: GORM refuses the model`},
		{"a default that depends on the day", "type T struct {\n\tID int\n\tAt time.Time `gorm:\"default:15:04\"`\n}", "field T.At: default 15:04 depends on the day"},
		{"a package that is not there", "type T struct {\n\tID int `gorm:\"index\"`\n\tX gone.Thing\n}",
			`field T.X: the column type is decided by the program: its type cannot be read: package example.com/gone cannot be found (go mod download fetches what is missing)     hint: write under [types]`},
		{"a Value that branches on a variable", "type T struct {\n\tID int `gorm:\"index\"`\n\tV V\n}\ntype V struct{ s string }\nvar flag bool\nfunc (V) Value() (driver.Value, error) {\n\tif flag {\n\t\treturn \"x\", nil\n\t}\n\treturn 1, nil\n}",
			`field T.V: the column type is decided by the program: its Value method cannot be read: it returns string or int     hint: write under [types] in gen.toml: `},
		{"a GormDBDataType that is no constant", "type T struct {\n\tID int `gorm:\"index\"`\n\tV V\n}\ntype V string\nvar kind = \"x\"\nfunc (V) GormDBDataType(db *gorm.DB, f *schema.Field) string { return kind }",
			"field T.V: the column type is decided by the program: its GormDBDataType method cannot be read: it returns what is not constant"},
		{"a variable that a branch changes, or not", "type T struct {\n\tID int `gorm:\"index\"`\n\tV V\n}\ntype V string\nvar flag bool\nfunc (V) GormDBDataType(db *gorm.DB, f *schema.Field) string {\n\ts := \"text\"\n\tif flag {\n\t\ts = \"json\"\n\t}\n\treturn s\n}",
			"field T.V: the column type is decided by the program: its GormDBDataType method cannot be read: it returns what is not constant"},
		{"a name that a block declares again", "type T struct {\n\tID int `gorm:\"index\"`\n\tV V\n}\ntype V string\nfunc (V) GormDBDataType(db *gorm.DB, f *schema.Field) string {\n\ts := \"text\"\n\tif db.Name() == \"postgres\" {\n\t\ts := \"json\"\n\t\t_ = s\n\t}\n\treturn s\n}",
			"cannot be read: it declares s twice"},
		{"a TableName that is no constant", "type T struct {\n\tID int `gorm:\"index\"`\n}\nvar prefix string\nfunc (T) TableName() string { return prefix + \"t\" }",
			"m.go:9:6: model T: the name of the table is decided by the program: method TableName does not return a constant"},
		{"polymorphic without its fields", "type T struct {\n\tID int\n\tU []U `gorm:\"polymorphic:Owner\"`\n}\ntype U struct{ ID int }", "field T.U: polymorphic relation: U has no field OwnerType"},
		{"a struct that embeds itself", "type T struct {\n\tID int `gorm:\"index\"`\n\t*T\n}", "embeds itself"},
		{"an embedded map", "type T struct {\n\tID int\n\tM map[string]int `gorm:\"embedded\"`\n}", "field T.M: map cannot be embedded"},
		{"an unknown action", "type T struct {\n\tID int\n\tUID int\n\tU U `gorm:\"foreignKey:UID;constraint:OnDelete:VANISH\"`\n}\ntype U struct{ ID int }", "field T.U: constraint: OnDelete:VANISH is no action"},
		{"a class of index", "type T struct {\n\tID int\n\tA string `gorm:\"index:,class:FULLTEXT\"`\n}", "field T.A: index idx_ts_a: PostgreSQL has no class FULLTEXT"},
		{"more than a type", "type T struct {\n\tID int\n\tA string `gorm:\"type:text references u (id)\"`\n}", "field T.A: the type says more than gen can read: text references u (id)"},
		{"a gen key that GORM says", "type T struct {\n\tID int\n\tA string `gorm:\"size:3\" gen:\"notnull\"`\n}", "m.go:11:31: field T.A: notnull is said in the gorm tag"},
		{"a composite index without a name", "type T struct {\n\tID int\n\tA string `gorm:\"index:,composite\"`\n}", "field T.A: index: composite needs a name"},
		{"a generic model", "type T[X any] struct {\n\tID int `gorm:\"index\"`\n\tV X\n}\ntype U struct {\n\tID int `gorm:\"index\"`\n\tTID int\n\tT T[int]\n}", "generic struct T[int] has no name that a table could have"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := scanGorm(t, dialect.Postgres(), "package m\n\nimport (\n\t\"database/sql/driver\"\n\t\"time\"\n\t\"example.com/gone\"\n)\n\n"+c.src, GormOptions{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestGormOverlay: gen tags and directives say of GORM's models what GORM
// cannot.
func TestGormOverlay(t *testing.T) {
	res, err := scanGorm(t, dialect.Postgres(), `package m

//gen:was old_users
//gen:index users_lower (lower(name))
//gen:table fillfactor=70
type User struct {
	ID   uint
	Name string `+"`gorm:\"size:20;comment:the name\" gen:\"was:title;collate:C\"`"+`
}
`, GormOptions{Models: []string{"User"}})
	if err != nil {
		t.Fatal(err)
	}
	u := res.Database.Tables[0]
	name := u.Columns[1]
	if u.Name.Local != "users" || u.Was[0].Local != "old_users" || u.Indexes[0].Name != "users_lower" || u.Options[0].Value != "70" ||
		name.Was[0] != "title" || name.Collation.Local != "c" || name.Type.Text != "character varying(20)" || name.Comment != "the name" {
		t.Errorf("got %+v", u)
	}
}

// TestGormSameTable: of two models for one table GORM creates the later one,
// and the other is told of.
func TestGormSameTable(t *testing.T) {
	res, err := scanGorm(t, dialect.Postgres(), `package m

type T struct {
	ID int
	A  string
}

type View struct {
	ID int
}

func (View) TableName() string { return "ts" }
`, GormOptions{Models: []string{"T", "View"}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "m.go:3:6: model T makes table ts as well as View does: GORM creates the table of View and passes over the other"
	if len(res.Database.Tables) != 1 || len(res.Database.Tables[0].Columns) != 1 || len(res.Warnings) != 1 || !strings.HasPrefix(res.Warnings[0].String(), want) {
		t.Errorf("got %+v, %v", res.Database.Tables, res.Warnings)
	}
}

// TestGormTypes: [types] settle what the program decides.
func TestGormTypes(t *testing.T) {
	src := "package m\n\nimport \"example.com/gone\"\n\ntype T struct {\n\tID int `gorm:\"index\"`\n\tX gone.Thing\n\tY *gone.Thing `gorm:\"not null\"`\n}\n"
	res, err := scanGorm(t, dialect.SQLite(), src, GormOptions{Types: map[string]string{"example.com/gone.Thing": "postgres=jsonb sqlite=json text"}})
	if err != nil {
		t.Fatal(err)
	}
	cols := res.Database.Tables[0].Columns
	if cols[1].Type.Text != "json text" || cols[2].Type.Text != "json text" || !cols[2].NotNull {
		t.Errorf("got %+v", cols)
	}
}

// FuzzGormTag: no tag makes the reader panic.
func FuzzGormTag(f *testing.F) {
	for _, tag := range []string{
		"primaryKey;autoIncrement", "index:,composite:x,where:a > 0", "many2many:a_b;joinForeignKey:X", "embedded;embeddedPrefix:p_", "default:'it''s';size:-1",
		"constraint:x,OnDelete:CASCADE", "polymorphic:O", "foreignKey:A,B;references:C", "type:;check:,", "serializer:json;generated:identity", `a\;b:c\`, "-:migration;unique",
	} {
		f.Add(tag, 0)
	}
	fields := []string{"A string", "A int", "A *U", "A []U", "A []*T", "A map[string]int", "U", "A time.Time", "A bool"}
	f.Fuzz(func(t *testing.T, tag string, i int) {
		if strings.ContainsAny(tag, "`\r") {
			return
		}
		field := fields[max(i, -i-1)%len(fields)]
		src := "package m\n\nimport \"time\"\n\ntype T struct {\n\tID int `gorm:\"index\"`\n\tUID int\n\t" + field + " `gorm:\"" + strings.ReplaceAll(strings.ReplaceAll(tag, `\`, `\\`), `"`, `\"`) + "\"`\n}\n\ntype U struct {\n\tID uint\n\tTID int\n}\n"
		_, _ = scanGorm(t, dialect.Postgres(), src, GormOptions{Models: []string{"T"}})
		_, _ = scanGorm(t, dialect.SQLite(), src, GormOptions{Models: []string{"T"}})
	})
}

// TestGormVersion: before 1.25.7 the server named the unique constraint of a
// column; the version in the options wins over go.mod's.
func TestGormVersion(t *testing.T) {
	src := "package m\n\ntype T struct {\n\tID int\n\tA string `gorm:\"unique\"`\n}\n"
	for version, want := range map[string]string{"": "uni_ts_a", "1.31.2": "uni_ts_a", "v1.25.7": "uni_ts_a", "1.25.6": "ts_a_key", "1.24": "ts_a_key"} {
		res, err := scanGorm(t, dialect.Postgres(), src, GormOptions{Version: version})
		if err != nil {
			t.Fatal(err)
		}
		if u := res.Database.Tables[0].Uniques[0]; u.Name != want || !u.Derived {
			t.Errorf("%s: got %+v, want %s", version, u, want)
		}
	}
	if _, err := scanGorm(t, dialect.Postgres(), src, GormOptions{Version: "1.9.16"}); err == nil || !strings.Contains(err.Error(), "tags of GORM 1 mean something else") {
		t.Errorf("1.9.16 passes: %v", err)
	}
}
