package migrations

import (
	"bytes"
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

func stampScript(t *testing.T, m *Runner, symbols ...string) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := m.WriteStampScript(&out, symbols...); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// runScript runs a script on one connection.
func runScript(t *testing.T, db *sql.DB, script string) error {
	t.Helper()
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = conn.ExecContext(context.Background(), script)
	return err
}

var branchy = [][2]string{
	{"aaaa1111<", "-- gen:up\nCREATE TABLE a (id int);\n\n-- gen:down\nDROP TABLE a;\n"},
	{"bbbb2222<aaaa1111", "-- gen:up tx=each\nCREATE TABLE b (id int);\nCREATE TABLE b2 (id int);\n\n-- gen:down\nDROP TABLE b;\n"},
	{"cccc3333<aaaa1111", "-- gen:up\n\n-- gen:irreversible it's gone\n"},
}

// A script of a stamp writes what the stamp writes.
func TestStampScriptEqualsStamp(t *testing.T) {
	tests := []struct{ at, symbols string }{ // where the script begins, as A of its spans; the symbols of the stamp
		{"base", "bbbb2222"},
		{"base", "heads"},
		{"bbbb2222", "cccc3333"},
		{"bbbb2222", "aaaa1111"},
		{"heads", "bbbb2222@base"},
		{"heads", "base"},
		{"aaaa1111", "bbbb2222 cccc3333"},
		{"heads", "aaaa1111+0"},
	}
	for _, d := range []Dialect{SQLite, Postgres} {
		t.Run(string(d), func(t *testing.T) {
			fsys := files(d, branchy...)
			for _, tt := range tests {
				t.Run(tt.at+" "+tt.symbols, func(t *testing.T) {
					open := func() (*sql.DB, func(string) error) {
						if d == SQLite {
							db := openSQLite(t)
							return db, func(script string) error { return runScript(t, db, script) }
						}
						url := dbtest.Postgres(t)
						return openURL(t, url), func(script string) error { _, err := psql(t, url, script); return err }
					}
					online, _ := open()
					offline, run := open()
					m := newRunner(t, online, d, fsys)
					if tt.at != "base" {
						for _, db := range []*sql.DB{online, offline} {
							upgrade(t, newRunner(t, db, d, fsys), tt.at)
						}
					}
					symbols := strings.Fields(tt.symbols)
					if _, err := m.Stamp(context.Background(), symbols...); err != nil {
						t.Fatal(err)
					}
					symbols[0] = tt.at + ":" + symbols[0]
					if err := run(stampScript(t, m, symbols...)); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(versionRows(t, online), versionRows(t, offline)); diff != "" {
						t.Errorf("version rows (- stamp, + script): %s", diff)
					}
					events := "SELECT coalesce(revision, '') || ' ' || event || ' ' || CASE WHEN event = 'stamp' THEN coalesce(CAST(detail AS text), '') ELSE '' END FROM gen_log ORDER BY id"
					if diff := cmp.Diff(query(t, online, events), query(t, offline, events)); diff != "" {
						t.Errorf("log (- stamp, + script): %s", diff)
					}
					// A second time the database is elsewhere.
					before := versionRows(t, offline)
					if err := run(stampScript(t, m, symbols...)); err == nil && d == SQLite {
						t.Error("the script ran a second time")
					}
					if diff := cmp.Diff(before, versionRows(t, offline)); diff != "" {
						t.Errorf("a second time: %s", diff)
					}
				})
			}
		})
	}
}

func TestStampScriptRefuses(t *testing.T) {
	m := newRunner(t, nil, SQLite, files(SQLite, branchy...))
	for symbols, want := range map[string]string{
		"current":                    `revision "current": a script is written without looking at a database`,
		"aaaa1111:+1":                `revision "aaaa1111:+1": a script is written without looking at a database`,
		"head":                       `revision "head": there are 2 heads`,
		"heads:nope":                 `revision "nope": no revision or label is called "nope"`,
		"aaaa1111:bbbb2222 :cccc":    `revision ":cccc": a database stands at one place, and this says another than aaaa1111`,
		"aaaa1111 bbbb2222":          `revision "aaaa1111 bbbb2222": aaaa1111 is before bbbb2222`,
		"base:aaaa1111:bbbb2222":     `revision "aaaa1111:bbbb2222": no revision or label`,
		"aaaa1111:base bbbb2222":     `revision "base": base takes every row away, so it stands alone`,
		"bbbb2222:aaaa1111 cccc:bbb": `revision "cccc:bbb": a database stands at one place, and this says another than bbbb2222`,
	} {
		var out bytes.Buffer
		_, err := m.WriteStampScript(&out, strings.Fields(symbols)...)
		if err == nil || !strings.HasPrefix(err.Error(), want) || out.Len() > 0 {
			t.Errorf("%s: got %v, wrote %q; want %s", symbols, err, out.String(), want)
		}
	}
	// Where the stamp changes nothing there is no script.
	if script := stampScript(t, m, "bbbb2222:bbbb2222"); script != "" {
		t.Errorf("wrote %s", script)
	}
}

func TestTablesScript(t *testing.T) {
	for _, d := range []Dialect{SQLite, Postgres} {
		t.Run(string(d), func(t *testing.T) {
			var db *sql.DB
			run := func(script string) error { return runScript(t, db, script) }
			if d == SQLite {
				db = openSQLite(t)
			} else {
				url := dbtest.Postgres(t)
				db = openURL(t, url)
				run = func(script string) error { _, err := psql(t, url, script); return err }
			}
			m := newRunner(t, db, d, files(d, branchy...))
			for range 2 {
				var out bytes.Buffer
				if err := m.WriteTablesScript(&out); err != nil {
					t.Fatal(err)
				}
				if err := run(out.String()); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff([]string{"layout"}, query(t, db, "SELECT event FROM gen_log")); diff != "" {
				t.Error(diff)
			}
			if created, err := m.EnsureVersionTable(context.Background()); err != nil || created {
				t.Errorf("the runner did not find the tables: %t, %v", created, err)
			}
			wantCurrent(t, m)
		})
	}
}
