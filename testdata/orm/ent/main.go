// Command ent is the witness of gen's ent reader: it lets ent itself create
// the tables that it generated into package migrate, which gen reads without
// running it.
//
//	ent create postgres|sqlite URL [no-fks]   schema.Create in an empty database
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/gen-migrate/gen/testdata/orm/ent/migrate"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 || args[0] != "create" {
		return fmt.Errorf("usage: ent create postgres|sqlite URL [no-fks]")
	}
	driver, name, url := "pgx", dialect.Postgres, args[2]
	if args[1] == "sqlite" {
		driver, name, url = "sqlite", dialect.SQLite, "file:"+url+"?_pragma=foreign_keys(1)"
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		return err
	}
	defer db.Close()
	var options []schema.MigrateOption
	if len(args) > 3 {
		options = append(options, schema.WithForeignKeys(args[3] != "no-fks"))
	}
	m, err := schema.NewMigrate(entsql.OpenDB(name, db), options...)
	if err != nil {
		return err
	}
	return m.Create(context.Background(), migrate.Tables...)
}
