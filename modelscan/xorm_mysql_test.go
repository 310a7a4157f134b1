package modelscan

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan/xorm"
)

// TestXormMySQLColumns holds what package xorm makes for MySQL against what
// xorm and its dialect write, which needs no server.
func TestXormMySQLColumns(t *testing.T) {
	const dir = "../testdata/orm/xorm"
	for _, suite := range []string{"columns", "comments", "keys", "indexes", "extends", "types"} {
		t.Run(suite, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), dbtest.Program(t, dir), "mysql", suite).Output()
			if err != nil {
				t.Fatal(err)
			}
			names, lines, _ := strings.Cut(string(out), "\n\n")
			o := &XormOptions{Models: strings.Fields(names), TableIndices: map[string][]string{
				"github.com/gen-migrate/gen/testdata/orm/xorm/models/indexes.Lists": {"one (a)"},
			}}
			s, err := newScanner(context.Background(), Options{Dir: dir, Patterns: []string{"./models/" + suite}, Dialect: dialect.SQLite(), Xorm: o})
			if err != nil {
				t.Fatal(err)
			}
			types := newXormTypes(s)
			var models []*xorm.Type
			for _, d := range s.typesNamed(o.Models, map[string]bool{}) {
				models = append(models, types.decl(d))
			}
			tables, problems := xorm.Sync(models, xorm.Config{Dialect: "mysql"})
			for _, p := range problems {
				t.Errorf("%s: %s", p.Model.Name, p.Text)
			}
			want := strings.Split(strings.TrimSpace(lines), "\n")
			var got []string
			for _, table := range tables {
				got = append(got, mysqlLines(table)...)
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-xorm +gen):\n%s", diff)
			}
		})
	}
}

// mysqlLines are a table as the witness prints it.
func mysqlLines(t xorm.Table) (lines []string) {
	for _, c := range t.Columns {
		line := t.Name + ": `" + c.Name + "` " + c.SQL
		if c.Comment != "" {
			line += " COMMENT '" + c.Comment + "'"
		}
		lines = append(lines, line)
	}
	if len(t.PrimaryKey) > 0 {
		lines = append(lines, t.Name+": PRIMARY KEY "+strings.Join(t.PrimaryKey, ","))
	}
	for _, ix := range t.Indexes {
		kind := "INDEX"
		if ix.Unique {
			kind = "UNIQUE INDEX"
		}
		lines = append(lines, "CREATE "+kind+" `"+ix.Name+"` ON `"+t.Name+"` (`"+strings.Join(ix.Columns, "`,`")+"`)")
	}
	return lines
}
