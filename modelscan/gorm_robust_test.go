package modelscan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/dialect"
)

// gormModule is a module of models whose other modules are not there.
func gormModule(t *testing.T, mod string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = mod
	write(t, dir, files)
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
	t.Setenv("GOMODCACHE", t.TempDir())
	t.Setenv("GOTOOLCHAIN", "local")
	return dir
}

const gormUser = "package m\n\nimport \"gorm.io/gorm\"\n\ntype User struct {\n\tgorm.Model\n\tName string `gorm:\"unique\"`\n}\n"

// TestGormWithoutTheProgram: models are read whatever the go command says of
// the program they stand in.
func TestGormWithoutTheProgram(t *testing.T) {
	const columns = "id created_at updated_at deleted_at name"
	for _, c := range []struct {
		name, mod string
		files     map[string]string
		want      string // the columns and the unique constraint, or the error
	}{
		{"modules that are not there", "module example.com/m\n\ngo 1.26\n\nrequire gorm.io/gorm v1.31.2\n", map[string]string{"m.go": gormUser}, columns + " uni_users_name"},
		{"an older release that is not there", "module example.com/m\n\ngo 1.26\n\nrequire (\n\tgorm.io/gorm v1.25.6\n)\n", map[string]string{"m.go": gormUser}, columns + " users_name_key"},
		{"a newer Go", "module example.com/m\n\ngo 1.99\n\nrequire gorm.io/gorm v1.31.2\n", map[string]string{"m.go": gormUser}, columns + " uni_users_name"},
		{"no requirement at all", "module example.com/m\n\ngo 1.26\n", map[string]string{"m.go": gormUser}, columns + " uni_users_name"},
		{"errors of types beside the models", "module example.com/m\n\ngo 1.26\n", map[string]string{"m.go": gormUser, "bad.go": "package m\n\nvar x int = \"text\"\n\nfunc f() { undefined() }\n"}, columns + " uni_users_name"},
		{"a method that does not compile", "module example.com/m\n\ngo 1.26\n", map[string]string{"m.go": gormUser + "\nfunc (User) TableName() string {\n\treturn nothing + 1\n}\n"}, "the name of the table is decided by the program"},
		{"a syntax error beside the models", "module example.com/m\n\ngo 1.26\n", map[string]string{"m.go": gormUser, "bad.go": "package m\n\nfunc f( {\n"}, "bad.go:3:9: "},
		{"a syntax error in a model", "module example.com/m\n\ngo 1.26\n", map[string]string{"m.go": strings.Replace(gormUser, "Name string", "Name strin g", 1)}, "m.go:7:"},
		{"a field of a type that is not there", "module example.com/m\n\ngo 1.26\n", map[string]string{"m.go": strings.Replace(gormUser, "Name string", "Name Missing", 1)},
			"field User.Name: the column type is decided by the program: its type cannot be read: type Missing is not declared in package m"},
		{"a type that is not there and need not be", "module example.com/m\n\ngo 1.26\n", map[string]string{"m.go": strings.Replace(strings.Replace(gormUser, "Name string", "Name Missing", 1), "unique", "unique;type:text", 1)}, columns + " uni_users_name"},
		{"a type that is defined by itself", "module example.com/m\n\ngo 1.26\n", map[string]string{"m.go": strings.Replace(gormUser, "Name string", "Name A", 1) + "\ntype A B\n\ntype B A\n"}, "field User.Name: the column type is decided by the program: its type cannot be read: it is not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := gormModule(t, c.mod, c.files)
			res, err := Scan(context.Background(), Options{Dir: dir, Patterns: []string{"."}, Dialect: dialect.Postgres(), Gorm: &GormOptions{Models: []string{"User"}}})
			if err != nil {
				if !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %s", err, c.want)
				}
				return
			}
			table := res.Database.Tables[0]
			var got []string
			for _, col := range table.Columns {
				got = append(got, col.Name)
			}
			for _, u := range table.Uniques {
				got = append(got, u.Name)
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

// BenchmarkScanGorm reads 5,000 fields with gorm tags: 250 models, each of them
// with a relation to the one before.
func BenchmarkScanGorm(b *testing.B) {
	dir := b.TempDir()
	var src strings.Builder
	src.WriteString("package m\n\nimport \"time\"\n")
	for i := range 250 {
		fmt.Fprintf(&src, "\ntype Model%d struct {\n\tID uint\n", i)
		if i > 0 {
			fmt.Fprintf(&src, "\tParentID uint `gorm:\"index\"`\n\tParent Model%d `gorm:\"constraint:OnDelete:CASCADE\"`\n", i-1)
		}
		for j := range 17 {
			kind := []string{"string", "*int64", "time.Time", "bool"}[j%4]
			tag := []string{
				fmt.Sprintf("size:100;not null;index:idx_%d_a,priority:%d;comment:a text", i, 20-j),
				"default:7;check:id > 0", "index;not null", fmt.Sprintf("default:true;column:flag_%d", j),
			}[j%4]
			fmt.Fprintf(&src, "\tField%d %s `gorm:\"%s\"`\n", j, kind, tag)
		}
		src.WriteString("}\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "m.go"), []byte(src.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		if _, err := Scan(context.Background(), Options{Dir: dir, Dialect: dialect.Postgres(), Gorm: &GormOptions{}, withoutGo: true}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestGormDrivers: the driver in go.mod decides too; glebarez/sqlite has
// numbers of its own. Before 1.24 of GORM gen says what it does not know.
func TestGormDrivers(t *testing.T) {
	const src = "package m\n\ntype User struct {\n\tID   int\n\tTime int64 `gorm:\"type:Time\"`\n}\n"
	for _, c := range []struct{ name, require, want string }{
		{"none", "gorm.io/gorm v1.31.2", "autoincrement Time"},
		{"GORM's own, old", "gorm.io/gorm v1.24.6\n\tgorm.io/driver/sqlite v1.4.4", "datetime"},
		{"GORM's own, newer", "gorm.io/gorm v1.25.2\n\tgorm.io/driver/sqlite v1.5.3", "Time"},
		{"GORM's own, now", "gorm.io/gorm v1.31.2\n\tgorm.io/driver/sqlite v1.6.0", "autoincrement Time"},
		{"the copy, old", "gorm.io/gorm v1.24.6\n\tgithub.com/glebarez/sqlite v1.8.0", "datetime"},
		{"the copy, newer", "gorm.io/gorm v1.25.2\n\tgithub.com/glebarez/sqlite v1.9.0", "Time"},
		{"the copy, now", "gorm.io/gorm v1.31.2\n\tgithub.com/glebarez/sqlite v1.11.0", "autoincrement Time"},
		{"both", "gorm.io/gorm v1.31.2\n\tgithub.com/glebarez/sqlite v1.8.0\n\tgorm.io/driver/sqlite v1.6.0", "autoincrement Time"},
		{"GORM before 1.24", "gorm.io/gorm v1.23.8\n\tgorm.io/driver/sqlite v1.3.6", "datetime; go.mod requires gorm.io/gorm v1.23.8; gen knows the rules of 1.24 and newer and follows those of 1.24"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := gormModule(t, "module example.com/m\n\ngo 1.26\n\nrequire (\n\t"+c.require+"\n)\n", map[string]string{"m.go": src})
			res, err := Scan(context.Background(), Options{Dir: dir, Patterns: []string{"."}, Dialect: dialect.SQLite(), Gorm: &GormOptions{Models: []string{"User"}}})
			if err != nil {
				t.Fatal(err)
			}
			columns := res.Database.Tables[0].Columns
			got := columns[1].Type.Text
			if columns[0].Autoincrement {
				got = "autoincrement " + got
			}
			for _, w := range res.Warnings {
				got += "; " + w.Text
			}
			if !strings.EqualFold(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
