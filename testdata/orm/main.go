// Command orm is the witness of gen's ORM readers: it lets GORM itself create
// the tables of the models beside it, which gen reads without running them.
//
//	orm migrate postgres|sqlite URL SUITE   AutoMigrate on an empty database; prints the models' names
//	orm names                               prints GORM's names for the words of stdin
package main

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"strings"

	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
	_ "modernc.org/sqlite"

	"github.com/gen-migrate/gen/testdata/orm/models/columns"
	"github.com/gen-migrate/gen/testdata/orm/models/edges"
	"github.com/gen-migrate/gen/testdata/orm/models/indexes"
	"github.com/gen-migrate/gen/testdata/orm/models/joins"
	"github.com/gen-migrate/gen/testdata/orm/models/keys"
	"github.com/gen-migrate/gen/testdata/orm/models/pg"
	"github.com/gen-migrate/gen/testdata/orm/models/relations"
	"github.com/gen-migrate/gen/testdata/orm/models/types"
)

var suites = map[string]func() []any{
	"columns": columns.All, "keys": keys.All, "indexes": indexes.All, "relations": relations.All, "types": types.All,
	"edges": edges.All, "pg": pg.All, "joins": joins.All,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 1 && args[0] == "names" {
		return names()
	}
	if len(args) < 4 || args[0] != "migrate" || suites[args[3]] == nil {
		return fmt.Errorf("usage: orm migrate postgres|sqlite URL SUITE [option…] | orm names")
	}
	c := &gorm.Config{Logger: logger.Default.LogMode(logger.Warn)}
	naming := schema.NamingStrategy{}
	for _, o := range args[4:] {
		switch o {
		case "no-fks":
			c.DisableForeignKeyConstraintWhenMigrating = true
		case "singular":
			naming.SingularTable = true
		case "prefix":
			naming.TablePrefix = "pre_"
		case "no-lower":
			naming.NoLowerCase = true
		case "no-relations":
			c.IgnoreRelationshipsWhenMigrating = true
		default:
			return fmt.Errorf("unknown option %s", o)
		}
	}
	c.NamingStrategy = naming
	db, err := gorm.Open(dialector(args[1], args[2]), c)
	if err != nil {
		return err
	}
	models := suites[args[3]]()
	for _, m := range models {
		t := reflect.TypeOf(m)
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		name, _, _ := strings.Cut(t.Name(), "[")
		fmt.Println(name)
	}
	if args[3] == "joins" {
		if err := joins.Setup(db); err != nil {
			return err
		}
	}
	return db.AutoMigrate(models...)
}

func dialector(name, url string) gorm.Dialector {
	if name == "sqlite" {
		return sqlite.Dialector{DriverName: "sqlite", DSN: url}
	}
	return postgres.New(postgres.Config{DSN: url, PreferSimpleProtocol: true})
}

// names prints for each word the names GORM makes of it.
func names() error {
	words := bufio.NewScanner(os.Stdin)
	plain := schema.NamingStrategy{IdentifierMaxLength: 63}
	for words.Scan() {
		w := words.Text()
		fmt.Println(strings.Join([]string{
			plain.TableName(w), plain.ColumnName("", w), plain.JoinTableName(w), plain.IndexName("t.able", w), plain.UniqueName("table", w),
			plain.CheckerName("table", w), schema.NamingStrategy{SingularTable: true, TablePrefix: "x."}.TableName(w),
		}, "\t"))
	}
	return words.Err()
}
