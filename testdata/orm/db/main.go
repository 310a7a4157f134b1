// Command db is the witness of db tags: sqlx, scany and pgx read rows of the
// tables that gen made into the structs it read.
//
//	db LIBRARY postgres|sqlite URL TABLE   inserts a row of defaults and reads it
//
// A column that the library does not find in the struct is its error.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	"github.com/georgysavva/scany/v2/sqlscan"
	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite"

	"github.com/gen-migrate/gen/testdata/orm/db/models"
)

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: db sqlx|scany|pgx postgres|sqlite URL rows|pointer_rows")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(library, product, url, table string) error {
	driver := map[string]string{"postgres": "pgx", "sqlite": "sqlite"}[product]
	db, err := sql.Open(driver, url)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if _, err := db.ExecContext(ctx, "INSERT INTO "+table+" DEFAULT VALUES"); err != nil {
		return err
	}
	query := "SELECT * FROM " + table
	var rows []models.Row
	var pointers []models.PointerRow
	switch library + " " + table {
	case "sqlx rows":
		err = sqlx.NewDb(db, driver).SelectContext(ctx, &rows, query)
	case "sqlx pointer_rows":
		err = sqlx.NewDb(db, driver).SelectContext(ctx, &pointers, query)
	case "scany rows":
		err = sqlscan.Select(ctx, db, &rows, query)
	case "scany pointer_rows":
		err = sqlscan.Select(ctx, db, &pointers, query)
	case "pgx rows":
		rows, err = withPgx(ctx, url, query)
	default:
		return fmt.Errorf("%s does not read %s", library, table)
	}
	if err == nil && len(rows)+len(pointers) != 1 {
		return fmt.Errorf("read %d rows", len(rows)+len(pointers))
	}
	return err
}

func withPgx(ctx context.Context, url, query string) ([]models.Row, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[models.Row])
}
