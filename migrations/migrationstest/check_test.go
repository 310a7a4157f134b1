package migrationstest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/migrations"
)

func open(d migrations.Dialect) func(testing.TB) *sql.DB {
	return func(t testing.TB) *sql.DB {
		driver, url := "sqlite", filepath.Join(t.TempDir(), "t.db")
		if d == migrations.Postgres {
			driver, url = "pgx", dbtest.Postgres(t)
		}
		db, err := sql.Open(driver, url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
}

func history(d migrations.Dialect, bodies ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	parent := ""
	for i, body := range bodies {
		id := fmt.Sprintf("rev%d", i+1)
		if strings.HasPrefix(body, "fork") {
			body, parent = body[4:], ""
		}
		fsys[id+".sql"] = &fstest.MapFile{Data: []byte(fmt.Sprintf("-- revision: %s\n-- parents: %s\n-- dialect: %s\n\n%s", id, parent, d, body))}
		parent = id
	}
	return fsys
}

// said is a testing.TB that remembers what it was told.
type said struct {
	testing.TB
	text string
}

func (s *said) Helper() {}
func (s *said) Errorf(format string, args ...any) {
	s.text += fmt.Sprintf(format, args...) + "\n"
}
func (s *said) Fatalf(format string, args ...any) {
	s.Errorf(format, args...)
	runtime.Goexit()
}
func (s *said) Fatal(args ...any) { s.Fatalf("%s", fmt.Sprint(args...)) }

func TestCheck(t *testing.T) {
	const good = "-- gen:up\nCREATE TABLE a (x int);\nCREATE INDEX a_x ON a (x);\n\n-- gen:down\n-- gen:loses table a\nDROP TABLE a;\n"
	for _, c := range []struct {
		name   string
		bodies []string
		match  error
		want   string // empty: passes
	}{
		{"good", []string{good, "-- gen:up\nALTER TABLE a ADD COLUMN y int;\n\n-- gen:down\nALTER TABLE a DROP COLUMN y;\n"}, nil, ""},
		{"no way back", []string{"-- gen:up\nCREATE TABLE a (x int);\n\n-- gen:irreversible never\n", "-- gen:up\nCREATE TABLE b (x int);\n\n-- gen:down\nDROP TABLE b;\n"}, nil, ""},
		{"two heads", []string{good, "fork-- gen:up\nCREATE TABLE b (x int);\n"}, nil, "there are 2 heads: rev1, rev2"},
		{"does not run", []string{"-- gen:up\nCREATE TABLE a (x int);\nINSERT INTO nowhere VALUES (1);\n"}, nil, "upgrading an empty database to rev1"},
		{"forgets an index", []string{"-- gen:up\nCREATE TABLE a (x int);\n\n-- gen:down\nDROP TABLE a;\n", "-- gen:up\nALTER TABLE a ADD COLUMN y int;\nCREATE INDEX a_x ON a (x);\n\n-- gen:down\nALTER TABLE a DROP COLUMN y;\n"}, nil, "after taking rev2 back the schema is not what it was before it (- wanted, + got):\n+ "},
		{"models", []string{good}, errors.New("users.name is missing"), "does not match the models: users.name is missing"},
	} {
		for _, d := range []migrations.Dialect{migrations.SQLite, migrations.Postgres} {
			t.Run(c.name+" "+string(d), func(t *testing.T) {
				s := &said{TB: t}
				done := make(chan struct{})
				go func() {
					defer close(done)
					Check(s, Config{Dialect: d, Files: history(d, c.bodies...), Open: open(d), Match: func(context.Context, *sql.DB) error { return c.match }})
				}()
				<-done
				if c.want == "" && s.text != "" || !strings.Contains(s.text, c.want) {
					t.Errorf("it said %q, want %q", s.text, c.want)
				}
			})
		}
	}
}
