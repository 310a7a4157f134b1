// Command orm is the witness of gen's ORM readers: it lets GORM itself create
// the tables of the models beside it, which gen reads without running them.
//
//	orm migrate postgres|sqlite|mysql URL SUITE [option…]  AutoMigrate on an empty database; prints the models' names
//	orm sql SUITE [option…]                                prints what CREATE TABLE is for MySQL, without a server
//	orm show URL                                           prints the tables of a MySQL server in its own words
//	orm exec URL                                           runs the lines of stdin there, one statement each
//	orm names                                              prints GORM's names for the words of stdin
//
// It is built with GORM of go.mod, and with older ones by their own files:
//
//	go build -modfile=gorm1.24.mod -tags gorm1.24
package main

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"strings"

	"gorm.io/driver/mysql"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
	_ "modernc.org/sqlite"

	"github.com/gen-migrate/gen/testdata/orm/models/calls"
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
	"edges": edges.All, "pg": pg.All, "joins": joins.All, "calls": calls.All,
}

// options are the words behind the suite.
type options struct {
	*gorm.Config
	naming schema.NamingStrategy
	mysql  mysql.Config
	calls  bool // of AutoMigrate, one for each model
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
	usage := fmt.Errorf("usage: orm migrate postgres|sqlite|mysql URL SUITE [option…] | orm sql SUITE [option…] | orm names")
	switch {
	case len(args) == 2 && args[0] == "show":
		return show(args[1])
	case len(args) == 2 && args[0] == "exec":
		return execute(args[1])
	case len(args) >= 2 && args[0] == "sql" && suites[args[1]] != nil:
		o, err := readOptions(args[2:])
		if err != nil {
			return err
		}
		return statements(suites[args[1]](), args[1], o)
	case len(args) < 4 || args[0] != "migrate" || suites[args[3]] == nil:
		return usage
	}
	o, err := readOptions(args[4:])
	if err != nil {
		return err
	}
	db, err := gorm.Open(dialector(args[1], args[2], o), o.Config)
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
	if o.calls {
		for _, m := range models {
			if err := db.AutoMigrate(m); err != nil {
				return err
			}
		}
		return nil
	}
	return db.AutoMigrate(models...)
}

func readOptions(words []string) (*options, error) {
	o := &options{Config: &gorm.Config{Logger: logger.Discard}}
	for _, w := range words {
		switch w {
		case "no-fks":
			o.DisableForeignKeyConstraintWhenMigrating = true
		case "no-relations":
			o.IgnoreRelationshipsWhenMigrating = true
		case "singular":
			o.naming.SingularTable = true
		case "prefix":
			o.naming.TablePrefix = "pre_"
		case "no-lower":
			o.naming.NoLowerCase = true
		case "replacer":
			o.naming.NameReplacer = strings.NewReplacer("CID", "Cid", "User", "Member")
		case "calls":
			o.calls = true
		case "string-size":
			o.mysql.DefaultStringSize = 256
		case "no-precision":
			o.mysql.DisableDatetimePrecision = true
		case "precision":
			six := 6
			o.mysql.DefaultDatetimePrecision = &six
		default:
			return nil, fmt.Errorf("unknown option %s", w)
		}
	}
	o.NamingStrategy = o.naming
	return o, nil
}

func dialector(name, url string, o *options) gorm.Dialector {
	switch name {
	case "sqlite":
		return sqlite.Dialector{DriverName: "sqlite", DSN: url}
	case "mysql":
		o.mysql.DSN = url
		return mysql.New(o.mysql)
	}
	return postgres.New(postgres.Config{DSN: url, PreferSimpleProtocol: true})
}

// names prints for each word the names GORM makes of it.
func names() error {
	words := bufio.NewScanner(os.Stdin)
	plain := limited()
	replaced := schema.NamingStrategy{NameReplacer: strings.NewReplacer("CID", "Cid", "User", "Member"), NoLowerCase: true}
	for words.Scan() {
		w := words.Text()
		fmt.Println(strings.Join([]string{
			plain.TableName(w), plain.ColumnName("", w), plain.JoinTableName(w), plain.IndexName("t.able", w), unique(plain, w),
			plain.CheckerName("table", w), schema.NamingStrategy{SingularTable: true, TablePrefix: "x."}.TableName(w), replaced.ColumnName("", w),
		}, "\t"))
	}
	return words.Err()
}
