// Command bun is the witness of gen's bun reader: it lets bun itself create
// the tables of the models beside it, which gen reads without running them.
//
//	bun create postgres|sqlite URL SUITE [option…]   CreateTable on an empty database; prints the models' names
//	bun sql postgres|sqlite|mysql SUITE [option…]    prints the statements, without a database
//	bun names                                        prints bun's names of columns for the words of stdin
//	bun tags                                         prints how bun cuts the tags of stdin, Go strings
//
// Options are fks (WithForeignKeys), varchar (Varchar(40)) and singular
// (SetTableNameInflector). The module files bun1.1.mod and the like build it
// with older releases.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strconv"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/mysqldialect"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/schema"
	_ "modernc.org/sqlite"

	"github.com/gen-migrate/gen/testdata/orm/bun/models/columns"
	"github.com/gen-migrate/gen/testdata/orm/bun/models/embeds"
	"github.com/gen-migrate/gen/testdata/orm/bun/models/fixed"
	"github.com/gen-migrate/gen/testdata/orm/bun/models/keys"
	"github.com/gen-migrate/gen/testdata/orm/bun/models/pg"
	"github.com/gen-migrate/gen/testdata/orm/bun/models/relations"
	"github.com/gen-migrate/gen/testdata/orm/bun/models/twice"
	"github.com/gen-migrate/gen/testdata/orm/bun/models/types"
)

var suites = map[string]func() []any{
	"columns": columns.All, "types": types.All, "fixed": fixed.All, "keys": keys.All, "relations": relations.All, "embeds": embeds.All, "pg": pg.All, "twice": twice.All,
}

// first are models that bun must know before all others.
var first = map[string]func() []any{"relations": relations.Junctions}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "names":
		return names()
	case len(args) == 1 && args[0] == "tags":
		return tags()
	case len(args) >= 4 && args[0] == "create" && suites[args[3]] != nil:
		db, err := open(args[1], args[2])
		if err != nil {
			return err
		}
		return create(db, args[3], args[4:])
	case len(args) >= 3 && args[0] == "sql" && suites[args[2]] != nil:
		db, err := open(args[1], "")
		if err != nil {
			return err
		}
		return statements(db, args[2], args[3:])
	}
	return errors.New("usage: bun create postgres|sqlite URL SUITE [option…] | bun sql DIALECT SUITE [option…] | bun names | bun tags")
}

func open(dialect, url string) (*bun.DB, error) {
	switch dialect {
	case "postgres":
		return openWith("pgx", url, pgdialect.New())
	case "sqlite":
		return openWith("sqlite", url, sqlitedialect.New())
	case "mysql":
		return openWith("", "", mysqldialect.New())
	}
	return nil, fmt.Errorf("unknown dialect %s", dialect)
}

func openWith(name, url string, d schema.Dialect) (*bun.DB, error) {
	if url == "" {
		return bun.NewDB(sql.OpenDB(nowhere{}), d), nil
	}
	db, err := sql.Open(name, url)
	if err != nil {
		return nil, err
	}
	return bun.NewDB(db, d), nil
}

// nowhere is a database that nobody can connect to.
type nowhere struct{}

func (nowhere) Connect(context.Context) (driver.Conn, error) { return nil, errors.New("no database") }
func (nowhere) Driver() driver.Driver                        { return nil }

// prepare registers the models of a suite and returns them with the query
// that the options make of each.
func prepare(db *bun.DB, suite string, options []string) ([]any, func(model any) *bun.CreateTableQuery) {
	var fks, varchar bool
	for _, o := range options {
		switch o {
		case "fks":
			fks = true
		case "varchar":
			varchar = true
		case "singular":
			schema.SetTableNameInflector(func(name string) string { return name })
		}
	}
	if f := first[suite]; f != nil {
		db.RegisterModel(f()...)
	}
	models := suites[suite]()
	db.RegisterModel(models...)
	return models, func(model any) *bun.CreateTableQuery {
		q := db.NewCreateTable().Model(model)
		if fks {
			q = q.WithForeignKeys()
		}
		if varchar {
			q = q.Varchar(40)
		}
		return q
	}
}

func create(db *bun.DB, suite string, options []string) error {
	models, query := prepare(db, suite, options)
	for _, m := range models {
		fmt.Println(reflect.TypeOf(m).Elem().Name())
		if _, err := query(m).Exec(context.Background()); err != nil {
			return fmt.Errorf("%T: %w", m, err)
		}
	}
	return nil
}

func statements(db *bun.DB, suite string, options []string) error {
	models, query := prepare(db, suite, options)
	for _, m := range models {
		fmt.Println(reflect.TypeOf(m).Elem().Name() + "\t" + query(m).String())
	}
	return nil
}

// names prints for each word the name that bun makes of a field's name.
func names() error {
	words := bufio.NewScanner(os.Stdin)
	tables := pgdialect.New().Tables()
	for words.Scan() {
		t := reflect.StructOf([]reflect.StructField{{Name: words.Text(), Type: reflect.TypeOf(0)}})
		fmt.Println(tables.Get(t).Fields[0].Name)
	}
	return words.Err()
}

// tags prints for each tag the name and the options that bun finds in it.
func tags() error {
	lines := bufio.NewScanner(os.Stdin)
	tables := pgdialect.New().Tables()
	for lines.Scan() {
		text, err := strconv.Unquote(lines.Text())
		if err != nil {
			return err
		}
		t := reflect.StructOf([]reflect.StructField{{Name: "F", Type: reflect.TypeOf(0), Tag: reflect.StructTag("bun:" + strconv.Quote(text))}})
		f := tables.Get(t).FieldMap
		for _, field := range f {
			fmt.Printf("%q %q\n", field.Tag.Name, field.Tag.Options)
			break
		}
	}
	return lines.Err()
}
