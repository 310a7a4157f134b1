// Command xorm is the witness of gen's xorm reader: it lets xorm itself create
// the tables of the models beside it, which gen reads without running them.
//
//	xorm sync postgres|sqlite URL SUITE [option…]   Sync in an empty database; prints the models' names
//	xorm mysql SUITE                                prints what xorm writes for MySQL
//	xorm names                                      prints xorm's names for the words of stdin
package main

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"strings"
	_ "time/tzdata"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
	"xorm.io/xorm"
	"xorm.io/xorm/log"
	"xorm.io/xorm/names"

	"github.com/gen-migrate/gen/testdata/orm/xorm/models/columns"
	"github.com/gen-migrate/gen/testdata/orm/xorm/models/comments"
	"github.com/gen-migrate/gen/testdata/orm/xorm/models/extends"
	"github.com/gen-migrate/gen/testdata/orm/xorm/models/indexes"
	"github.com/gen-migrate/gen/testdata/orm/xorm/models/keys"
	"github.com/gen-migrate/gen/testdata/orm/xorm/models/lite"
	"github.com/gen-migrate/gen/testdata/orm/xorm/models/pg"
	"github.com/gen-migrate/gen/testdata/orm/xorm/models/types"
)

var suites = map[string]func() []any{
	"columns": columns.All, "comments": comments.All, "keys": keys.All, "indexes": indexes.All, "extends": extends.All, "types": types.All, "pg": pg.All, "lite": lite.All,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "names" {
		return words()
	}
	if len(args) == 2 && args[0] == "mysql" && suites[args[1]] != nil {
		return mysql(suites[args[1]]())
	}
	if len(args) < 4 || args[0] != "sync" || suites[args[3]] == nil {
		return fmt.Errorf("usage: xorm sync postgres|sqlite URL SUITE [option…] | xorm mysql SUITE | xorm names")
	}
	driver := map[string]string{"postgres": "pgx", "sqlite": "sqlite"}[args[1]]
	engine, err := xorm.NewEngine(driver, args[2])
	if err != nil {
		return err
	}
	defer engine.Close()
	engine.SetLogLevel(log.LOG_ERR)
	for _, o := range args[4:] {
		switch o {
		case "gonic":
			engine.SetMapper(names.GonicMapper{})
		case "same":
			engine.SetMapper(names.SameMapper{})
		case "prefix":
			engine.SetTableMapper(names.NewPrefixMapper(names.SnakeMapper{}, "pre_"))
			engine.SetColumnMapper(names.NewSuffixMapper(names.SnakeMapper{}, "_x"))
		default:
			return fmt.Errorf("unknown option %s", o)
		}
	}
	models := suites[args[3]]()
	for _, m := range models {
		t := reflect.TypeOf(m)
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		fmt.Println(t.Name())
	}
	return engine.Sync(models...)
}

// words prints for each word the names xorm makes of it.
func words() error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		w := in.Text()
		fmt.Println(strings.Join([]string{names.SnakeMapper{}.Obj2Table(w), names.LintGonicMapper.Obj2Table(w), names.SameMapper{}.Obj2Table(w)}, "\t"))
	}
	return in.Err()
}
