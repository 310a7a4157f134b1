package modelscan

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan/gorm"
)

// gormModels are the suites of testdata/orm and their first names.
const gormModels = "../testdata/orm"

// TestGormMySQLStatements holds the tables that package gorm makes for MySQL
// against the statements that GORM and its driver write, which needs no server.
func TestGormMySQLStatements(t *testing.T) {
	six := 6
	releases := []struct {
		tag          string
		gorm, driver gorm.Version
		newest       bool
	}{
		{"gorm1.24", gorm.Version{Major: 1, Minor: 24, Patch: 6}, gorm.Version{Major: 1, Minor: 4, Patch: 7}, false},
		{"gorm1.25.0", gorm.Version{Major: 1, Minor: 25}, gorm.Version{Major: 1, Minor: 5}, false},
		{"gorm1.25.12", gorm.Version{Major: 1, Minor: 25, Patch: 12}, gorm.Version{Major: 1, Minor: 5, Patch: 7}, false},
		{"", gorm.Version{}, gorm.Version{}, true},
	}
	cases := []struct {
		suite, option string
		set           gorm.MySQL
		newest        bool
	}{
		{suite: "columns"}, {suite: "keys"}, {suite: "indexes"}, {suite: "relations"}, {suite: "types"}, {suite: "edges"}, {suite: "joins"}, {suite: "pg"},
		{suite: "late", newest: true}, {suite: "datatypes", newest: true},
		{suite: "columns", option: "string-size", set: gorm.MySQL{DefaultStringSize: 256}, newest: true},
		{suite: "columns", option: "no-precision", set: gorm.MySQL{DisableDatetimePrecision: true}, newest: true},
		{suite: "columns", option: "precision", set: gorm.MySQL{DefaultDatetimePrecision: &six}, newest: true},
	}
	for _, c := range cases {
		read := gormSuite(t, c.suite)
		for _, r := range releases {
			if c.newest && !r.newest {
				continue
			}
			t.Run(strings.Trim(r.tag+" "+c.suite+" "+c.option, " "), func(t *testing.T) {
				var flags []string
				if r.tag != "" {
					flags = []string{"-modfile=" + r.tag + ".mod", "-tags=" + r.tag}
				}
				cmd := exec.CommandContext(t.Context(), dbtest.Program(t, gormModels, flags...), strings.Fields("sql "+c.suite+" "+c.option)...)
				out, err := cmd.Output()
				if err != nil {
					t.Fatal(err)
				}
				var want []string
				for _, line := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
					want = append(want, statementParts(line)...)
				}
				models, joins := read()
				tables, problems := gorm.Migrate(models, gorm.Config{Dialect: "mysql", Version: r.gorm, Driver: r.driver, MySQL: c.set, Joins: joins})
				for _, p := range problems {
					t.Errorf("%s: %s", p.Model, p.Text)
				}
				var got []string
				for _, table := range tables {
					got = append(got, mysqlParts(table)...)
				}
				slices.Sort(want)
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-GORM +gen):\n%s", diff)
				}
			})
		}
	}
}

// statementParts cuts CREATE TABLE `t` (a,b,…) into "t: a", "t: b". A UNIQUE
// behind a column is a part of its own.
func statementParts(sql string) []string {
	head, rest, _ := strings.Cut(sql, " (")
	table := strings.TrimPrefix(head, "CREATE TABLE ")
	rest = strings.TrimSuffix(rest, ")")
	var parts []string
	depth, start, quote := 0, 0, byte(0)
	for i := 0; i <= len(rest); i++ {
		switch {
		case i == len(rest), rest[i] == ',' && depth == 0 && quote == 0:
			parts = append(parts, rest[start:i])
			start = i + 1
		case quote != 0:
			if rest[i] == quote {
				quote = 0
			}
		case rest[i] == '`' || rest[i] == '\'':
			quote = rest[i]
		case rest[i] == '(':
			depth++
		case rest[i] == ')':
			depth--
		}
	}
	for i, p := range parts {
		if column, after, ok := strings.Cut(p, " UNIQUE"); ok && p[0] == '`' {
			name, _, _ := strings.Cut(p[1:], "`")
			parts[i] = column + after
			parts = append(parts, "CONSTRAINT `` UNIQUE (`"+name+"`)")
		}
	}
	for i := range parts {
		parts[i] = table + ": " + parts[i]
	}
	return parts
}

// mysqlParts are the parts of the statement that the table would be.
func mysqlParts(t gorm.Table) []string {
	quoted := func(names ...string) string { return "(`" + strings.Join(names, "`,`") + "`)" }
	var parts []string
	for _, c := range t.Columns {
		parts = append(parts, "`"+c.Name+"` "+c.SQL)
	}
	if len(t.PrimaryKey) > 0 {
		parts = append(parts, "PRIMARY KEY "+quoted(t.PrimaryKey...))
	}
	for _, ix := range t.Indexes {
		var keys []string
		for _, k := range ix.Keys {
			key := "`" + k.Column + "`"
			switch {
			case k.Expr != "":
				key = k.Expr
			case k.Length > 0:
				key += fmt.Sprintf("(%d)", k.Length)
			}
			if k.Collate != "" {
				key += " COLLATE " + k.Collate
			}
			keys = append(keys, strings.TrimSuffix(key+" "+k.Sort, " "))
		}
		part := strings.TrimPrefix(ix.Class+" INDEX `"+ix.Name+"` ("+strings.Join(keys, ",")+")", " ")
		if ix.Comment != "" {
			part += " COMMENT '" + ix.Comment + "'"
		}
		if ix.Option != "" {
			part += " " + ix.Option
		}
		parts = append(parts, part)
	}
	for _, fk := range t.ForeignKeys {
		part := "CONSTRAINT `" + fk.Name + "` FOREIGN KEY " + quoted(fk.Columns...) + " REFERENCES `" + fk.RefTable + "`" + quoted(fk.RefColumns...)
		if fk.OnDelete != "" {
			part += " ON DELETE " + fk.OnDelete
		}
		if fk.OnUpdate != "" {
			part += " ON UPDATE " + fk.OnUpdate
		}
		parts = append(parts, part)
	}
	for _, u := range t.Uniques {
		parts = append(parts, "CONSTRAINT `"+u.Name+"` UNIQUE "+quoted(u.Column))
	}
	for _, c := range t.Checks {
		parts = append(parts, "CONSTRAINT `"+c.Name+"` CHECK ("+c.Expr+")")
	}
	for i := range parts {
		parts[i] = "`" + t.Name + "`: " + parts[i]
	}
	return parts
}

// gormSuite shows the structs that All of a suite lists to package gorm, anew
// each time: what is read belongs to one run.
func gormSuite(t *testing.T, suite string) func() ([]*gorm.Type, []gorm.Join) {
	t.Helper()
	dir := filepath.Join(gormModels, "models", suite)
	src, err := os.ReadFile(filepath.Join(dir, suite+".go"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(src), "func All() []any {")
	list, _, _ = strings.Cut(list, "\n}")
	s, err := newScanner(context.Background(), Options{Dir: gormModels, Patterns: []string{"./models/" + suite}, Dialect: dialect.Postgres(), Gorm: &GormOptions{}})
	if err != nil {
		t.Fatal(err)
	}
	return func() (models []*gorm.Type, joins []gorm.Join) {
		types := newGormTypes(s)
		of := func(name string) *gorm.Type {
			d := s.oneType(name)
			if d == nil {
				t.Fatalf("no model %s", name)
			}
			return types.decl(d, nil, scope{file: d.file})
		}
		for _, m := range regexp.MustCompile(`(\pL[\pL\d]*)\{\}`).FindAllStringSubmatch(list, -1) {
			models = append(models, of(suite+"."+m[1]))
		}
		if suite == "joins" {
			user := of("joins.User")
			joins = []gorm.Join{{Model: user, Field: "Languages", Table: of("Spoken")}, {Model: user, Field: "Friends", Table: of("Friendship")}}
		}
		return models, joins
	}
}

// TestGormMySQLServer: on a server the statements of package gorm make what
// AutoMigrate makes. The suites are those that MySQL can have.
func TestGormMySQLServer(t *testing.T) {
	for _, suite := range []string{"columns", "keys", "joins", "datatypes"} {
		t.Run(suite, func(t *testing.T) {
			theirs, ours := dbtest.MariaDB(t)+"?parseTime=true", dbtest.MariaDB(t)+"?parseTime=true"
			orm := func(stdin string, args ...string) string {
				cmd := exec.CommandContext(t.Context(), dbtest.Program(t, gormModels), args...)
				cmd.Stdin = strings.NewReader(stdin)
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("orm %s: %v\n%s", strings.Join(args, " "), err, out)
				}
				return string(out)
			}
			orm("", "migrate", "mysql", theirs, suite)
			models, joins := gormSuite(t, suite)()
			tables, _ := gorm.Migrate(models, gorm.Config{Dialect: "mysql", Joins: joins})
			var statements strings.Builder
			for _, table := range tables {
				var parts []string
				for _, p := range mysqlParts(table) {
					parts = append(parts, strings.TrimPrefix(p, "`"+table.Name+"`: "))
				}
				statements.WriteString("CREATE TABLE `" + table.Name + "` (" + strings.Join(parts, ",") + ")\n")
			}
			orm(statements.String(), "exec", ours)
			if diff := cmp.Diff(tableLines(orm("", "show", theirs)), tableLines(orm("", "show", ours))); diff != "" {
				t.Errorf("(-AutoMigrate +gen):\n%s", diff)
			}
		})
	}
}

// tableLines are the lines of SHOW CREATE TABLE in an order of their own: that
// in which GORM writes constraints is random.
func tableLines(text string) []string {
	table := ""
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		if strings.HasPrefix(l, "CREATE TABLE ") {
			table = l
		}
		lines = append(lines, table+" "+strings.TrimSuffix(l, ","))
	}
	slices.Sort(lines)
	return lines
}
