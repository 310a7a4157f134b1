package modelscan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/schema"
)

// TestFindBun: the structs that a program creates tables of, in all the ways
// in which it names them.
func TestFindBun(t *testing.T) {
	const head = "package main\n\nimport (\n\t\"github.com/uptrace/bun\"\n\t\"github.com/uptrace/bun/migrate\"\n\t\"github.com/uptrace/bun/schema\"\n\t\"example.com/app/model\"\n\t\"example.com/lib\"\n)\n\ntype Own struct{}\n\n"
	for _, c := range []struct {
		name, src string
		want      BunSetup
	}{
		{"pointers", "func f(db *bun.DB) {\n\tdb.NewCreateTable().Model((*model.User)(nil)).IfNotExists().Exec(ctx)\n\tdb.NewCreateTable().Model(&model.Post{}).Exec(ctx)\n\tdb.NewCreateTable().IfNotExists().Model(new(Own)).Exec(ctx)\n}",
			BunSetup{Models: []string{"example.com/app/model.User", "example.com/app/model.Post", "example.com/app.Own"}}},
		{"a slice in a loop", "func f(db *bun.DB) {\n\tmodels := []any{(*model.User)(nil), (*model.Post)(nil)}\n\tfor _, m := range models {\n\t\tif _, err := db.NewCreateTable().Model(m).WithForeignKeys().Exec(ctx); err != nil {\n\t\t\tpanic(err)\n\t\t}\n\t}\n}",
			BunSetup{Models: []string{"example.com/app/model.User", "example.com/app/model.Post"}, ForeignKeys: true}},
		{"a list of the package", "var all = []any{(*model.User)(nil)}\n\nfunc f(db *bun.DB) {\n\tfor _, m := range all {\n\t\tdb.NewCreateTable().Model(m).Varchar(100).Exec(ctx)\n\t}\n\tdb.RegisterModel(all...)\n}",
			BunSetup{Models: []string{"example.com/app/model.User"}, Varchar: 100}},
		{"a wrapper of one", "func create(db *bun.DB, m any) {\n\tdb.NewCreateTable().Model(m).Exec(ctx)\n}\n\nfunc f(db *bun.DB) {\n\tcreate(db, (*model.User)(nil))\n\tcreate(db, &model.Post{})\n}",
			BunSetup{Models: []string{"example.com/app/model.User", "example.com/app/model.Post"}}},
		{"a wrapper of many", "func create(db *bun.DB, models ...any) {\n\tfor _, m := range models {\n\t\tdb.NewCreateTable().Model(m).Exec(ctx)\n\t}\n}\n\nfunc f(db *bun.DB) {\n\tcreate(db, (*model.User)(nil), &model.Post{})\n}",
			BunSetup{Models: []string{"example.com/app/model.User", "example.com/app/model.Post"}}},
		{"a wrapper of a slice", "func create(db *bun.DB, models []any) {\n\tfor _, m := range models {\n\t\tdb.NewCreateTable().Model(m).Exec(ctx)\n\t}\n}\n\nfunc f(db *bun.DB) {\n\tcreate(db, []any{(*model.User)(nil)})\n}",
			BunSetup{Models: []string{"example.com/app/model.User"}}},
		{"a query in a variable", "func f(db *bun.DB) {\n\tq := db.NewCreateTable().Model((*model.User)(nil))\n\tq.WithForeignKeys()\n\tr := db.NewCreateTable()\n\tr.Model(&model.Post{})\n}",
			BunSetup{Models: []string{"example.com/app/model.User", "example.com/app/model.Post"}, ForeignKeysOf: []string{"example.com/app/model.User"}}},
		{"a declared variable", "func f(db *bun.DB) {\n\tvar u model.User\n\tdb.NewCreateTable().Model(&u)\n}", BunSetup{Models: []string{"example.com/app/model.User"}}},
		{"registered behind created", "func f(db *bun.DB) {\n\tdb.RegisterModel((*model.Post)(nil), (*model.User)(nil))\n\tdb.NewCreateTable().Model((*model.User)(nil))\n}",
			BunSetup{Models: []string{"example.com/app/model.User", "example.com/app/model.Post"}}},
		{"registered alone is not all", "func f(db *bun.DB) {\n\tdb.RegisterModel((*model.Post)(nil))\n}", BunSetup{}},
		{"ResetModel", "func f(db *bun.DB) {\n\tdb.ResetModel(ctx, (*model.Post)(nil))\n}", BunSetup{Models: []string{"example.com/app/model.Post"}}},
		{"the migrator of bun", "func f(db *bun.DB) {\n\tmigrate.NewAutoMigrator(db, migrate.WithModel((*model.Post)(nil)))\n}", BunSetup{Models: []string{"example.com/app/model.Post"}, ForeignKeys: true}},
		{"a function of another module", "func f(db *bun.DB) {\n\tlib.CreateTables(ctx, db, all...)\n}\n\nvar all = []any{&model.User{}, &model.Post{}}",
			BunSetup{Models: []string{"example.com/app/model.User", "example.com/app/model.Post"},
				Unclear: []Problem{{Text: "what CreateTables of another module does with its models is not seen", Hint: "write foreign_keys = true into [bun] if it creates them WithForeignKeys"}}}},
		{"temporary tables", "func f(db *bun.DB) {\n\tdb.NewCreateTable().Model((*model.Post)(nil)).Temp()\n}", BunSetup{}},
		{"names of tables", "func f(db *bun.DB) {\n\tschema.SetTableNameInflector(func(s string) string { return s })\n}", BunSetup{SingularTables: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := bunModule(t, head+c.src)
			got, err := FindBun(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			got.Packages, got.Registered, got.Own = nil, nil, nil
			for i := range got.Unclear {
				got.Unclear[i].Pos = schema.Pos{}
			}
			if diff := cmp.Diff(&c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// bunModule is a module with a package of models and one that uses them.
func bunModule(t *testing.T, main string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":             "module example.com/app\n\ngo 1.26\n\nrequire github.com/uptrace/bun v1.2.18\n",
		"model/m.go":         "package model\n\nimport \"github.com/uptrace/bun\"\n\ntype User struct {\n\tbun.BaseModel\n\tID int `bun:\",pk\"`\n}\n\ntype Post struct {\n\tbun.BaseModel\n\tID int `bun:\",pk\"`\n}\n",
		"main.go":            main,
		"migrations/1.go":    "package migrations\n\nimport \"github.com/uptrace/bun\"\n\ntype Old struct{}\n\nfunc up(db *bun.DB) { db.NewCreateTable().Model((*Old)(nil)) }\n",
		"internal/x_test.go": "package internal\n\nimport \"github.com/uptrace/bun\"\n\ntype T struct{}\n\nfunc f(db *bun.DB) { db.NewCreateTable().Model((*T)(nil)) }\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestFindBunUnclear: what cannot be read is pointed at.
func TestFindBunUnclear(t *testing.T) {
	got, err := FindBun(t.Context(), bunModule(t, `package main

import (
	"github.com/uptrace/bun"
	"example.com/app/model"
)

func f(db *bun.DB, m any) {
	db.NewCreateTable().Model(m).Exec(ctx)
	db.NewCreateTable().Model((*model.User)(nil)).ForeignKey("(a) REFERENCES b (c)").PartitionBy("LIST (a)").Varchar(n)
	bun.SetTableNameInflector(own)
	db.RegisterModel(all()...)
	db.NewCreateIndex().Model((*model.User)(nil)).Index("by_mail").Unique().Column("tenant", "mail").Where("mail <> ''").Exec(ctx)
}
`))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, u := range got.Unclear {
		lines = append(lines, u.String())
	}
	want := []string{
		"main.go:9:28: which model is passed to Model cannot be read     hint: add what is passed here to models of [bun]",
		"main.go:10:48: the foreign key of ForeignKey(…) is not read     hint: say it above the struct: //gen:fk (a) references b (c)",
		"main.go:10:83: PartitionBy(…) is not read     hint: write the partitioned table into a revision by hand, and //gen:ignore above the struct",
		"main.go:10:107: the argument of Varchar is no constant     hint: write varchar into [bun]",
		"main.go:11:6: SetTableNameInflector makes names of tables that cannot be read     hint: name the tables in the tags: bun:\"table:name\"",
		"main.go:12:19: which models are passed to RegisterModel cannot be read     hint: add what is passed here to models of [bun]",
		"main.go:13:119: the index that is created here is not read     hint: say it above the struct: //gen:unique index by_mail (tenant, mail) where mail <> ''",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Own != nil {
		t.Errorf("got tables of a migrator that is not imported: %v", got.Own)
	}
	if len(got.Models) != 1 || !strings.HasSuffix(got.Models[0], "model.User") {
		t.Errorf("got %v", got.Models)
	}
}

// TestFindBunMigrator: the tables in which bun's migrator keeps its books are
// not the program's.
func TestFindBunMigrator(t *testing.T) {
	got, err := FindBun(t.Context(), bunModule(t, `package main

import (
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"
)

func f(db *bun.DB) { migrate.NewMigrator(db, nil, migrate.WithTableName("done"), migrate.WithLocksTableName("locks")) }
`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"bun_migrations", "bun_migration_locks", "done", "locks"}, got.Own); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
