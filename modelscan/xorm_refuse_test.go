package modelscan

import (
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// TestXormRefuses: what xorm fails at, what only the running program knows and
// what gen cannot say is an error with the line, never a guess.
func TestXormRefuses(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a comma outside of quotes", "type T struct {\n\tId int64\n\tA string `xorm:\"varchar(5),notnull\"`\n}",
			`m.go:11:2: field T.A: tag "varchar(5),notnull": a comma outside of quotes and parentheses: Sync fails     hint: put what holds commas in single quotes or parentheses`},
		{"a length that is no number", "type T struct {\n\tId int64\n\tA string `xorm:\"varchar(many)\"`\n}", `field T.A: varchar(many): "many" is no number: Sync fails`},
		{"a length with spaces", "type T struct {\n\tId int64\n\tA string `xorm:\"numeric( 12 , 3 )\"`\n}", `field T.A: numeric(,): "" is no number: Sync fails`},
		{"a type that the product has not", "type T struct {\n\tId int64\n\tA string `xorm:\"enum('a','b')\"`\n}", "field T.A: PostgreSQL has no type ENUM: Sync fails     hint: name a type that it has"},
		{"an unsigned type without an equal", "type T struct {\n\tId int64\n\tA string `xorm:\"unsigned decimal(5,2)\"`\n}", "field T.A: PostgreSQL has no type UNSIGNED DECIMAL: Sync fails"},
		{"a length that the type does not take", "type T struct {\n\tId int64\n\tA string `xorm:\"text(5)\"`\n}", `field T.A: type "TEXT(5)"`},
		{"a column that stands twice", "type T struct {\n\tId int64\n\tA string\n\tB string `xorm:\"'A'\"`\n}", "field T.B: column A of table t stands twice: Sync fails"},
		{"a column of text that counts and may be null", "type T struct {\n\tId int64\n\tN int `xorm:\"autoincr null\"`\n}", "field T.N: a column that counts up cannot be NULL: Sync fails"},
		{"a name that cannot be quoted", "type T struct {\n\tId int64\n\tA string `xorm:\"'a.b'\"`\n}", `field T.A: "a.b" is taken for the name of the column, which xorm cannot quote`},
		{"a call as default", "type T struct {\n\tId int64\n\tA time.Time `xorm:\"default now()\"`\n}", "field T.A: the default now loses its parentheses: Sync fails     hint: write a value without them: default CURRENT_TIMESTAMP"},
		{"a call in parentheses as default", "type T struct {\n\tId int64\n\tA string `xorm:\"default(now())\"`\n}", `field T.A: the word default(now is taken for the name of the column`},
		{"a field on which xorm panics", "type T struct {\n\tId int64\n\t_ struct{}\n}", `field T._: xorm panics on a field that is not exported and does not begin with a small letter     hint: leave it out: xorm:"-"`},
		{"no columns", "type T struct {\n\tid int64 `xorm:\"pk\"`\n}", "m.go:9:6: model T: it has no columns: Sync fails"},
		{"a package that is not there", "type T struct {\n\tId int64\n\tX gone.Thing\n}",
			`m.go:11:2: field T.X: the column type follows from the Go type, and that cannot be read: package example.com/gone cannot be found (go mod download fetches what is missing)     hint: write under [types] in gen.toml: "example.com/gone.Thing" = "text"`},
		{"a slice of what is not there", "type T struct {\n\tId int64\n\tX []gone.Thing\n}", `field T.X: the column type follows from the Go type, and that cannot be read`},
		{"an extended struct that is not there", "type T struct {\n\tId int64\n\tX gone.Thing `xorm:\"extends\"`\n}", "field T.X: what it extends cannot be read: package example.com/gone cannot be found"},
		{"a struct that extends itself", "type T struct {\n\tId int64\n\tX *T `xorm:\"extends\"`\n}", "model T: T extends itself"},
		{"a pointer that extends no struct", "type T struct {\n\tId int64\n\tX *int `xorm:\"extends\"`\n}", "field T.X: extends needs a struct: Sync fails"},
		{"a TableName that is no constant", "type T struct{ Id int64 }\nvar prefix string\nfunc (T) TableName() string { return prefix + \"t\" }",
			"m.go:9:6: model T: the name of the table is decided by the program: method TableName does not return a constant: it returns what is not constant     hint: name the table above the struct: //gen:table name"},
		{"a TableComment that is no constant", "type T struct{ Id int64 }\nvar c string\nfunc (T) TableComment() string { return c }", "model T: the comment of the table is decided by the program"},
		{"a quote in a comment", "type T struct{ Id int64 }\nfunc (T) TableComment() string { return \"it's\" }", `model T: the comment "it's" has a single quote, which xorm does not escape: Sync fails     hint: write two of them`},
		{"a TableIndices that is not plain", "type T struct{ Id int64 }\nfunc (T) TableIndices() []*schemas.Index {\n\tfor range 2 {\n\t}\n\treturn nil\n}",
			`m.go:9:6: model T: what method TableIndices of T returns cannot be read: line 11 is not plain     hint: write them into gen.toml under [xorm.table_indices]: "`},
		{"an index on no column", "type T struct{ Id int64 }\nfunc (T) TableIndices() []*schemas.Index {\n\tix := schemas.NewIndex(\"a\", schemas.IndexType)\n\tix.AddColumn(\"gone\")\n\treturn []*schemas.Index{ix}\n}",
			"model T: method TableIndices of T: index a is on column gone, which is not there: Sync fails"},
		{"an index without columns", "type T struct{ Id int64 }\nfunc (T) TableIndices() []*schemas.Index {\n\treturn []*schemas.Index{schemas.NewIndex(\"a\", schemas.IndexType)}\n}", "model T: index a has no columns: Sync fails"},
		{"two models for one table", "type T struct{ Id int64 }\ntype U struct{ Id int64 }\nfunc (U) TableName() string { return \"t\" }", "m.go:10:6: model U: it makes table t as well as T does"},
		{"a struct whose key has two columns", "type T struct {\n\tA int `xorm:\"pk\"`\n\tB int `xorm:\"pk\"`\n}\ntype U struct {\n\tId int64\n\tT T\n}", "field U.T: T has a primary key of more than one column: Sync fails"},
		{"a gen key that xorm says", "type T struct {\n\tId int64\n\tA string `gen:\"notnull\"`\n}", "m.go:11:17: field T.A: notnull is said in the xorm tag; gen tags of a xorm model add what xorm cannot say"},
		{"two names for a table", "//gen:table other\ntype T struct{ Id int64 }", "//gen:table says other, xorm takes this model for t"},
		{"a generic model", "type T[X any] struct {\n\tId int64\n\tX X\n}", "generic struct T cannot be a model by itself"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := XormOptions{Models: []string{"T"}}
			if strings.Contains(c.src, "type U ") {
				o.Models = append(o.Models, "U")
			}
			_, err := scanXorm(t, dialect.Postgres(), "package m\n\nimport (\n\t\"time\"\n\n\t\"example.com/gone\"\n)\n\n"+c.src, o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestXormSettles: what gen asks for in its errors is what settles them.
func TestXormSettles(t *testing.T) {
	res, err := scanXorm(t, dialect.Postgres(), `package m

import "example.com/gone"

var prefix string

//gen:table things
type T struct {
	Id int64
	X  gone.Thing
	Y  *gone.Thing `+"`xorm:\"notnull 'why'\"`"+`
}

func (T) TableName() string { return prefix + "t" }

func (T) TableIndices() []*schemas.Index { return all() }
`, XormOptions{
		Types:        map[string]string{"example.com/gone.Thing": "postgres=jsonb sqlite=text"},
		TableIndices: map[string][]string{"m.T": {"unique both (id, why)"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	table := res.Database.Tables[0]
	if table.Name.Local != "things" || table.Columns[1].Type.Text != "jsonb" || table.Columns[2].Type.Text != "jsonb" || !table.Columns[2].NotNull ||
		table.Indexes[0].Name != "UQE_things_both" || !table.Indexes[0].Unique {
		t.Errorf("got %+v", table)
	}
}

// TestXormElsewhere: a table of another schema.
func TestXormElsewhere(t *testing.T) {
	src := "package m\n\ntype T struct {\n\tId int64\n\tA string `xorm:\"index unique(u)\"`\n}\n\nfunc (*T) TableName() string { return \"other.things\" }\n"
	res, err := scanXorm(t, dialect.Postgres(), src, XormOptions{})
	if err != nil {
		t.Fatal(err)
	}
	table := res.Database.Tables[0]
	if table.Name.String() != "other.things" || table.Indexes[0].Name != "IDX_things_a" || table.Indexes[1].Name != "UQE_things_u" {
		t.Errorf("got %+v", table)
	}
	if _, err := scanXorm(t, dialect.SQLite(), src, XormOptions{}); err == nil || !strings.Contains(err.Error(), "SQLite has no schemas: table other.things cannot be there") {
		t.Errorf("SQLite takes it: %v", err)
	}
}

// TestXormUnlisted: a struct that looks like a model and is none is told of;
// parts of models, what they store and rows of joins are not.
func TestXormUnlisted(t *testing.T) {
	res, err := scanXorm(t, dialect.Postgres(), `package m

type User struct {
	Id   int64
	Part `+"`xorm:\"extends\"`"+`
	More []*Stored
}

type Part struct{ A int `+"`xorm:\"index\"`"+` }

type Stored struct{ A int `+"`xorm:\"a\"`"+` }

type Join struct {
	User `+"`xorm:\"extends\"`"+`
	Sum  int
}

type Forgotten struct{ A int `+"`xorm:\"pk\"`"+` }
`, XormOptions{Models: []string{"User"}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "m.go:18:6: struct Forgotten has xorm tags and is none of the models of [xorm]"
	if len(res.Warnings) != 1 || !strings.HasPrefix(res.Warnings[0].String(), want) {
		t.Errorf("got %v", res.Warnings)
	}
}

// TestXormReleases: what go.mod or the options say decides, and what is too
// old is refused.
func TestXormVersions(t *testing.T) {
	src := "package m\n\ntype T struct {\n\tId int64\n\tV int `xorm:\"version\"`\n\tR int `xorm:\"<-\"`\n}\n"
	for version, want := range map[string]string{"": "id v", "1.4.3": "id v", "v1.4.1": "id v r", "1.2.5": "id v=1 r"} {
		res, err := scanXorm(t, dialect.Postgres(), src, XormOptions{Version: version})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range res.Database.Tables[0].Columns {
			got = append(got, strings.TrimSuffix(c.Name+"="+c.Default, "="))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", version, got, want)
		}
	}
	for version, want := range map[string]string{"0.7.9": "0.7.9 is older than 1.1", "new": `"new" is no version`} {
		if _, err := scanXorm(t, dialect.Postgres(), src, XormOptions{Version: version}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", version, err)
		}
	}
}

// FuzzXormTag: no tag makes the reader panic.
func FuzzXormTag(f *testing.F) {
	for _, tag := range []string{
		"pk autoincr 'name'", "varchar(255) not null default 'a b'", "unique(s) index(s) index", "extends('p_')", "comment('a, b (c)')", "default(now())", "'", "''", "(", ")", "( , )",
		"enum('a','b')", "<- ->", "-", "default", "collate", "numeric(1,2,3)", "unsigned", "json text jsonb", "index()", "unique('')", "'a.b'",
	} {
		f.Add(tag, 0)
	}
	fields := []string{"A string", "A int64", "A *U", "A []U", "U", "A map[string]int", "A time.Time", "A bool", "A [4]byte", "_ int"}
	f.Fuzz(func(t *testing.T, tag string, i int) {
		if strings.ContainsAny(tag, "`\r\n") {
			return
		}
		field := fields[max(i, -i-1)%len(fields)]
		src := "package m\n\nimport \"time\"\n\ntype T struct {\n\tId int64\n\t" + field + " `xorm:\"" + strings.ReplaceAll(strings.ReplaceAll(tag, `\`, `\\`), `"`, `\"`) + "\"`\n}\n\ntype U struct {\n\tId uint\n\tT int\n}\n"
		_, _ = scanXorm(t, dialect.Postgres(), src, XormOptions{Models: []string{"T"}})
		_, _ = scanXorm(t, dialect.SQLite(), src, XormOptions{Models: []string{"U", "T"}})
	})
}
