package cmd

import (
	"cmp"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gen-migrate/gen/internal/dbtest"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"gen": func() { os.Exit(Main()) }})
}

// TestScript runs the command line as a user does. Besides testscript's own
// verbs the scripts have
//
//	postgres [alone]    DATABASE_URL is a fresh PostgreSQL database from here on, alone:
//	                    on a server that no other script uses; GEN_POSTGRES_BIN is
//	                    where its server's programs are
//	role [GRANT…]       ROLE_URL is a role of that database with only CONNECT and the grants
//	sql STATEMENT…      runs SQL on DATABASE_URL
//	query SQL           prints the result, one row a line, to be matched with stdout
//	subst FILE OLD NEW  replaces text in a file; OLD must be there
//	revision NAME GLOB  puts the path of the one file that matches into $NAME
func TestScript(t *testing.T) {
	env := goEnv(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, env...)
			e.Vars = append(e.Vars, "NO_COLOR=1")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"postgres": func(ts *testscript.TestScript, neg bool, args []string) {
				if len(args) > 0 && args[0] == "alone" {
					ts.Setenv("DATABASE_URL", dbtest.OwnServer(t).Fresh(t))
				} else {
					ts.Setenv("DATABASE_URL", dbtest.Postgres(t))
				}
				ts.Setenv("GEN_POSTGRES_BIN", dbtest.PostgresBin(t))
			},
			"role": func(ts *testscript.TestScript, neg bool, args []string) {
				u := dbtest.Role(t, ts.Getenv("DATABASE_URL"), args...)
				ts.Setenv("ROLE_URL", u)
				ts.Setenv("WRONG_URL", dbtest.WithUser(t, u, userOf(u), "hunter2secret"))
			},
			"sql": func(ts *testscript.TestScript, neg bool, args []string) {
				err := withScriptDB(ts, func(db *sql.DB) error {
					for _, statement := range args {
						if _, err := db.Exec(statement); err != nil {
							return err
						}
					}
					return nil
				})
				checkScript(ts, neg, err)
			},
			"query":    scriptQuery,
			"subst":    scriptSubst,
			"revision": scriptRevision,
		},
	})
}

func userOf(u string) string {
	cfg, err := pgx.ParseConfig(u)
	if err != nil {
		return ""
	}
	return cfg.User
}

// goEnv lets the go command, which go/packages asks for file lists, work in a
// script's empty HOME.
func goEnv(t *testing.T) []string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	home, _ := os.UserHomeDir()
	vars := map[string]string{
		"GOCACHE": filepath.Join(cache, "go-build"), "GOPATH": filepath.Join(home, "go"),
		"GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local",
	}
	var env []string
	for k, v := range vars {
		if set := os.Getenv(k); set != "" && (k == "GOCACHE" || k == "GOPATH") {
			v = set
		}
		env = append(env, k+"="+v)
	}
	return env
}

func withScriptDB(ts *testscript.TestScript, use func(*sql.DB) error) error {
	u := cmp.Or(ts.Getenv("DATABASE_URL"), defaultURL)
	row, err := dialectOf(u)
	if err != nil {
		return err
	}
	a := &app{globals: globals{dir: ts.MkAbs(".")}}
	db, err := row.open(context.Background(), a.sqliteURL(row, u, writing), nil)
	if err != nil {
		return err
	}
	defer db.Close()
	return use(db)
}

func scriptQuery(ts *testscript.TestScript, neg bool, args []string) {
	err := withScriptDB(ts, func(db *sql.DB) error {
		rows, err := db.Query(strings.Join(args, " "))
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				return err
			}
			for i, v := range values {
				if i > 0 {
					fmt.Fprint(ts.Stdout(), "|")
				}
				fmt.Fprint(ts.Stdout(), *v.(*any))
			}
			fmt.Fprintln(ts.Stdout())
		}
		return rows.Err()
	})
	checkScript(ts, neg, err)
}

func scriptSubst(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: subst file old new")
	}
	path := ts.MkAbs(args[0])
	text, err := os.ReadFile(path)
	ts.Check(err)
	if !strings.Contains(string(text), args[1]) {
		ts.Fatalf("subst: %s does not contain %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(path, []byte(strings.ReplaceAll(string(text), args[1], args[2])), 0o644))
}

func scriptRevision(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: revision NAME glob")
	}
	found, err := filepath.Glob(ts.MkAbs(args[1]))
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("revision: %s matches %d files", args[1], len(found))
	}
	ts.Setenv(args[0], found[0])
}

func checkScript(ts *testscript.TestScript, neg bool, err error) {
	switch {
	case neg && err == nil:
		ts.Fatalf("succeeded, want an error")
	case !neg && err != nil:
		ts.Fatalf("%v", err)
	}
}
