package modelscan

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/gen-migrate/gen/dialect"
)

// findProgram is a module example.com/shop: package db is given, package model
// has User, Order and Tag.
func findProgram(t *testing.T, db string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"go.mod":                 "module example.com/shop\n\ngo 1.26\n",
		"model/model.go":         "package model\n\ntype User struct {\n\tID int `gorm:\"primaryKey\"`\n\tTags []Tag `gorm:\"many2many:user_tags\"`\n}\n\ntype Order struct{ ID int }\n\ntype Tag struct{ ID int }\n\ntype UserTag struct {\n\tUserID int `gorm:\"primaryKey\"`\n\tTagID int `gorm:\"primaryKey\"`\n\tNote string\n}\n\nvar All = []any{&User{}, new(Order)}\n\nfunc List() []any { return append(All, (*Tag)(nil)) }\n",
		"db/db.go":               "package db\n\nimport (\n\t\"strings\"\n\n\t\"example.com/shop/model\"\n\t\"gorm.io/gorm\"\n\t\"gorm.io/gorm/schema\"\n)\n\nvar _ = strings.ToLower\nvar _ model.User\nvar _ gorm.DB\nvar _ schema.NamingStrategy\n\n" + db + "\n",
		"db/old/migrations/m.go": "package migrations\n\nimport (\n\t\"example.com/shop/model\"\n\t\"gorm.io/gorm\"\n)\n\ntype Past struct{ ID int }\n\nfunc up(db *gorm.DB) { db.AutoMigrate(&Past{}, &model.Tag{}) }\n",
		"db/db_test.go":          "package db\n\nimport \"gorm.io/gorm\"\n\ntype Fake struct{ ID int }\n\nfunc t(db *gorm.DB) { db.AutoMigrate(&Fake{}) }\n",
	})
	return dir
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFindGorm: how models are passed to AutoMigrate and GORM is set up, in the
// ways seen in public programs.
func TestFindGorm(t *testing.T) {
	const user, order, tag = "example.com/shop/model.User", "example.com/shop/model.Order", "example.com/shop/model.Tag"
	models := func(list ...string) GormSetup { return GormSetup{Models: list, Packages: []string{"./model"}} }
	for _, c := range []struct {
		name, src string
		want      GormSetup
		unclear   string
	}{
		{"pointers, values, new and conversions", "func up(db *gorm.DB) { db.AutoMigrate(&model.User{}, model.Order{}, new(model.Tag)) }", models(user, order, tag), ""},
		{"a list of the package, spread", "func up(db *gorm.DB) { db.AutoMigrate(model.All...) }", models(user, order), ""},
		{"what a function returns", "func up(db *gorm.DB) { db.AutoMigrate(model.List()...) }", models(user, order, tag), ""},
		{"a local list that grows", "func up(db *gorm.DB) {\n\tall := []any{&model.User{}}\n\tall = append(all, &model.Tag{})\n\tdb.AutoMigrate(all...)\n}", models(user, tag), ""},
		{"a wrapper", "func migrate(db *gorm.DB, list ...any) { db.AutoMigrate(list...) }\nfunc up(db *gorm.DB) { migrate(db, &model.Order{}) }", models(order), ""},
		{"a chain", "func up(db *gorm.DB) { db.Debug().AutoMigrate(&model.Order{}) }", models(order), ""},
		{"CreateTable", "func up(db *gorm.DB) { db.Migrator().CreateTable(&model.Order{}) }", models(order), ""},
		{"a loop is a call for each", "func up(db *gorm.DB) {\n\tfor _, m := range model.All {\n\t\tdb.AutoMigrate(m)\n\t}\n}",
			GormSetup{Models: []string{user, order}, Packages: []string{"./model"}, Calls: [][]string{{user}, {order}}}, ""},
		{"two calls of one function", "func up(db *gorm.DB) {\n\tdb.AutoMigrate(&model.Order{}, &model.Tag{})\n\tdb.AutoMigrate(&model.User{})\n}",
			GormSetup{Models: []string{order, tag, user}, Packages: []string{"./model"}, Calls: [][]string{{order, tag}, {user}}}, ""},
		{"calls of two functions are taken for one", "func a(db *gorm.DB) { db.AutoMigrate(&model.Order{}) }\nfunc b(db *gorm.DB) { db.AutoMigrate(&model.User{}) }", models(order, user), ""},
		{"migrations alone name models of other packages", "", models(tag), ""},
		{"a parameter", "func up(db *gorm.DB, m any) { db.AutoMigrate(m) }", models(tag), "which models are passed to AutoMigrate cannot be read"},
		{"the configuration", "const prefix = \"t_\"\n\nvar c = gorm.Config{DisableForeignKeyConstraintWhenMigrating: true, IgnoreRelationshipsWhenMigrating: false, NamingStrategy: schema.NamingStrategy{TablePrefix: prefix, SingularTable: true, NoLowerCase: true, IdentifierMaxLength: 30, NameReplacer: strings.NewReplacer(\"CID\", \"Cid\")}}",
			GormSetup{Models: []string{tag}, Packages: []string{"./model"}, DisableForeignKeys: true, TablePrefix: "t_", SingularTable: true, NoLowerCase: true, IdentifierMaxLength: 30, NameReplacer: []string{"CID", "Cid"}}, ""},
		{"a prefix from outside", "var prefix string\n\nvar c = &schema.NamingStrategy{TablePrefix: prefix}", models(tag), "TablePrefix is no constant and cannot be read"},
		{"a replacer of its own", "type r struct{}\n\nvar c = schema.NamingStrategy{NameReplacer: r{}}", models(tag), "NameReplacer is no constant and cannot be read"},
		{"two settings that differ", "var a, b = schema.NamingStrategy{TablePrefix: \"a\"}, schema.NamingStrategy{TablePrefix: \"b\"}", GormSetup{Models: []string{tag}, Packages: []string{"./model"}, TablePrefix: "a"}, "TablePrefix is b here and a at db/db.go:16:47: the first is taken"},
		{"options of tables", "func up(db *gorm.DB) { db.Set(\"gorm:table_options\", \"ENGINE=InnoDB\").AutoMigrate(&model.Tag{}) }",
			GormSetup{Models: []string{tag}, Packages: []string{"./model"}, TableOptions: "ENGINE=InnoDB"}, ""},
		{"other settings of a session", "func up(db *gorm.DB) { db.Set(\"gorm:auto_preload\", true) }", models(tag), ""},
		{"a join table", "func up(db *gorm.DB) {\n\tdb.SetupJoinTable(&model.User{}, \"Tags\", &model.UserTag{})\n\tdb.AutoMigrate(&model.User{})\n}",
			GormSetup{Models: []string{user}, Packages: []string{"./model"}, JoinTables: map[string]string{user + ".Tags": "example.com/shop/model.UserTag"}}, ""},
		{"a join table from outside", "func up(db *gorm.DB, j any) { db.SetupJoinTable(&model.User{}, \"Tags\", j) }", models(tag), "which join table is set up here cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := FindGorm(context.Background(), findProgram(t, c.src))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&c.want, got, cmpopts.IgnoreFields(GormSetup{}, "Unclear")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var unclear []string
			for _, u := range got.Unclear {
				unclear = append(unclear, u.Text)
			}
			if text := strings.Join(unclear, "\n"); text != c.unclear {
				t.Errorf("unclear: got %q, want %q", text, c.unclear)
			}
		})
	}
}

// TestGormNotListed: what came into the program after gen init is noticed.
func TestGormNotListed(t *testing.T) {
	const setup = "func up(db *gorm.DB) error { return db.SetupJoinTable(&model.User{}, \"Tags\", &model.UserTag{}) }"
	const joins = `db/db.go:16:37: SetupJoinTable makes example.com/shop/model.UserTag the join table of example.com/shop/model.User.Tags, `
	const hint = `     hint: write "example.com/shop/model.User.Tags" = "example.com/shop/model.UserTag" under [gorm.join_tables]`
	for _, c := range []struct {
		name, src string
		o         GormOptions
		want      []string
	}{
		{"a join table", setup, GormOptions{Models: []string{"User"}},
			[]string{joins + "and join_tables of [gorm] does not have it" + hint, "model/model.go:12:6: struct UserTag has gorm tags and is none of the models of [gorm]     hint: add it to models of [gorm], or write //gen:ignore above it"}},
		{"a join table that is listed", setup, GormOptions{Models: []string{"User"}, JoinTables: map[string]string{"User.Tags": "UserTag"}}, nil},
		{"another join table", setup, GormOptions{Models: []string{"User"}, JoinTables: map[string]string{"User.Tags": "Order"}}, nil},
		{"a model", "", GormOptions{Models: []string{"User"}},
			[]string{"model/model.go:12:6: struct UserTag has gorm tags and is none of the models of [gorm]     hint: add it to models of [gorm], or write //gen:ignore above it"}},
		{"a model in calls", "", GormOptions{Calls: [][]string{{"User"}, {"UserTag"}}},
			[]string{"model/model.go:12:6: model UserTag adds to table user_tags, which an earlier call of AutoMigrate makes for the relation User: columns that both have are taken as that one says     hint: leave one of them out of calls of [gorm], or let them say the same"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, err := Scan(context.Background(), Options{Dir: findProgram(t, c.src), Patterns: []string{"./model"}, Dialect: dialect.SQLite(), Gorm: &c.o, withoutGo: true})
			if c.name == "another join table" {
				if err == nil || !strings.Contains(err.Error(), "join table Order has no column user_id") {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, w := range res.Warnings {
				got = append(got, w.String())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestGormTableOptions: what is appended to every CREATE TABLE is read where it
// can be said otherwise.
func TestGormTableOptions(t *testing.T) {
	for _, c := range []struct {
		name, options string
		d             dialect.Dialect
		want          string // of the table, or of the error
	}{
		{"storage parameters", "WITH (fillfactor=70, toast.autovacuum_enabled = off)", dialect.Postgres(), "fillfactor=70 toast.autovacuum_enabled=false"},
		{"an unknown parameter", "WITH (speed=9)", dialect.Postgres(), "error: PostgreSQL has no storage parameter speed"},
		{"a parameter without a value", "WITH (autovacuum_enabled)", dialect.Postgres(), "autovacuum_enabled=true"},
		{"cut off", "WITH (fillfactor=70", dialect.Postgres(), "error: it cannot be read"},
		{"a tablespace", "TABLESPACE fast", dialect.Postgres(), "error: PostgreSQL tables have no such option that gen knows"},
		{"MySQL's on PostgreSQL", "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4", dialect.Postgres(), "warning: table_options of [gorm] are those of MySQL and are passed over"},
		{"MySQL's on SQLite", "CHARSET=utf8mb4", dialect.SQLite(), "warning: table_options of [gorm] are those of MySQL and are passed over"},
		{"strict", "STRICT", dialect.SQLite(), "strict"},
		{"strict and without rowid", "without rowid, strict", dialect.SQLite(), "strict without_rowid"},
		{"without what", "WITHOUT", dialect.SQLite(), "error: it cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res, err := scanGorm(t, c.d, "package m\n\ntype T struct {\n\tID int\n\tA string `gorm:\"type:text\"`\n}\n", GormOptions{TableOptions: c.options})
			if err != nil {
				if want := strings.TrimPrefix(c.want, "error: "); want == c.want || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %s", err, c.want)
				}
				return
			}
			var got []string
			for _, w := range res.Warnings {
				got = append(got, "warning: "+w.Text)
			}
			table := res.Database.Tables[0]
			for _, o := range table.Options {
				got = append(got, o.Name+"="+o.Value)
			}
			if table.Strict {
				got = append(got, "strict")
			}
			if table.WithoutRowid {
				got = append(got, "without_rowid")
			}
			if text := strings.Join(got, " "); !strings.HasPrefix(text, c.want) || c.want == "" {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}
