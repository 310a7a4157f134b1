package migrations_test

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"log"
	"log/slog"

	"github.com/gen-migrate/gen/migrations"
	_ "modernc.org/sqlite"
)

//go:embed testdata/blog/*.sql
var files embed.FS

// An application brings its database up to date when it starts.
func Example() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // only because this database lives in its connection

	m, err := migrations.New(db, migrations.SQLite, files, migrations.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		log.Fatal(err)
	}
	res, err := m.Upgrade(context.Background(), "head")
	if err != nil {
		log.Fatal(err)
	}

	for _, done := range res.Applied {
		fmt.Println(done.Revision.ID, done.Revision.Message)
	}
	// Output:
	// 4be0c9a1d7f2 create posts
	// 9c41d07be2a5 posts: add status
}

// A program that must not migrate by itself refuses to start on an old
// database.
func ExampleRunner_RequireHead() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)

	m, err := migrations.New(db, migrations.SQLite, files)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.RequireHead(context.Background()))
	// Output:
	// database is at base, 2 revisions behind head 9c41d07be2a5
	//     hint: gen upgrade head
}
