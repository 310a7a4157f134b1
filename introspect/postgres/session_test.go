package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// traffic counts statements sent and round trips made while f runs.
func traffic(t *testing.T, c *pgx.Conn, f func()) (statements, roundTrips int) {
	t.Helper()
	var log bytes.Buffer
	c.PgConn().Frontend().Trace(&log, pgproto3.TracerOptions{SuppressTimestamps: true})
	f()
	c.PgConn().Frontend().Untrace()
	for line := range strings.Lines(log.String()) {
		switch fields := strings.Split(line, "\t"); {
		case fields[0] == "F" && (fields[1] == "Parse" || fields[1] == "Query"):
			statements++
		case fields[0] == "F" && fields[1] == "Sync":
			roundTrips++
		}
	}
	return statements, roundTrips
}

func TestInspectSendsTheSameStatementsForAnyNumberOfTables(t *testing.T) {
	url := dbtest.Postgres(t)
	c := connect(t, url)
	count := func() (statements, roundTrips int) {
		return traffic(t, c, func() {
			if _, _, err := postgres.Inspect(t.Context(), c, introspect.Options{}); err != nil {
				t.Fatal(err)
			}
		})
	}
	s0, r0 := count()
	dbtest.Exec(t, url, manyTables(0, 40))
	s40, r40 := count()
	if s0 != s40 || r0 != 2 || r40 != 2 {
		t.Errorf("%d statements in %d round trips for no table, %d in %d for 40; want the same number in 2", s0, r0, s40, r40)
	}
}

func TestCanonicalAsksNothingWhereTokensAgree(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, manyTables(0, 3))
	have, info, err := postgres.Inspect(t.Context(), connect(t, url), introspect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := schema.Clone(have)
	c := connect(t, url)
	ask := func() (int, int) {
		return traffic(t, c, func() {
			got, _, err := postgres.Canonical(t.Context(), c, want, have, info)
			if err != nil {
				t.Fatal(err)
			}
			want.Unmanaged, got.Unmanaged = nil, nil
			if d := cmp.Diff(have.Tables, got.Tables); d != "" {
				t.Error(d)
			}
		})
	}
	for i := range want.Tables {
		x := &want.Tables[i]
		x.Column("status").Default = "'new'"
		x.Column("data").Default = "'{}'"
		x.Column("created_at").Default = "NOW()"
	}
	if statements, _ := ask(); statements != 0 {
		t.Errorf("%d statements, want none", statements)
	}
	for i := range want.Tables {
		x := &want.Tables[i]
		for j := range x.Checks {
			if strings.Contains(x.Checks[j].Expr, "status") {
				x.Checks[j].Expr = "status IN ('new', 'open', 'done')"
			}
		}
	}
	// BEGIN, settings, one EXPLAIN for all three tables between savepoints, ROLLBACK.
	if statements, _ := ask(); statements != 6 {
		t.Errorf("%d statements, want 6: equal questions are asked once", statements)
	}
}

func TestInspectNamesWhoHoldsTheLock(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `CREATE TABLE busy (id int, CHECK (id > 0))`)
	blocker := connect(t, url+"&application_name=nightly")
	tx, err := blocker.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(context.Background())
	if _, err := tx.Exec(t.Context(), "LOCK TABLE busy IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	c := connect(t, url)
	_, _, err = postgres.Inspect(t.Context(), c, introspect.Options{LockTimeout: 100 * time.Millisecond})
	if err == nil {
		t.Fatal("no error")
	}
	want := fmt.Sprintf(`pid %d \(user postgres, application "nightly", idle in transaction\) holds ACCESS EXCLUSIVE on (public\.)?busy`, blocker.PgConn().PID())
	if !regexp.MustCompile(want).MatchString(err.Error()) {
		t.Errorf("the error is %q, want it to match %s", err, want)
	}
	if c.PgConn().TxStatus() != 'I' {
		t.Error("the connection is left in a transaction")
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := postgres.Inspect(t.Context(), c, introspect.Options{}); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestInspectLeavesTheSessionAsItWas(t *testing.T) {
	url := dbtest.Postgres(t)
	c := connect(t, url)
	settings := func() string {
		var s string
		if err := c.QueryRow(t.Context(), `SELECT string_agg(name || '=' || setting, ' ' ORDER BY name) FROM pg_settings WHERE source = 'session'`).Scan(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if _, err := c.Exec(t.Context(), "SET search_path = pg_catalog; SET timezone = 'Asia/Tokyo'"); err != nil {
		t.Fatal(err)
	}
	before := settings()
	have, info, err := postgres.Inspect(t.Context(), c, introspect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := &schema.Database{Tables: []schema.Table{{Name: name("t"), Columns: []schema.Column{{Name: "a", Type: schema.Type{Text: "int"}, Default: "1 + 1"}}}}}
	if _, _, err := postgres.Canonical(t.Context(), c, want, have, info); err != nil {
		t.Fatal(err)
	}
	if after := settings(); after != before {
		t.Errorf("settings are %s, were %s", after, before)
	}
	if _, err := c.Exec(t.Context(), "BEGIN"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := postgres.Inspect(t.Context(), c, introspect.Options{}); err == nil {
		t.Error("a transaction of the caller is accepted")
	}
}

// Without temporary tables equality is a note, difference still sure.
func TestCanonicalWithoutTemporaryTables(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `CREATE TABLE t (id int, d date, a int DEFAULT 1 + 2, CHECK (d > '2020-01-01'))`)
	reader := dbtest.Role(t, url)
	c := connect(t, reader)
	have, info, err := postgres.Inspect(t.Context(), c, introspect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if info.CanTemp {
		t.Fatal("the role may create temporary tables")
	}
	want := schema.Clone(have)
	want.Tables[0].Checks[0].Expr = "d > '2020-1-1'"
	want.Tables[0].Column("a").Default = "4"
	got, notes, err := postgres.Canonical(t.Context(), c, want, have, info)
	if err != nil {
		t.Fatal(err)
	}
	if len(notes) != 1 || notes[0].Object != "check t_d_check of public.t" || notes[0].Text != "equal by EXPLAIN, unconfirmed: the role may not create temporary tables here" {
		t.Errorf("notes are %v", notes)
	}
	if got.Tables[0].Checks[0].Expr != have.Tables[0].Checks[0].Expr {
		t.Errorf("the check is %s", got.Tables[0].Checks[0].Expr)
	}
	if got.Tables[0].Column("a").Default != "4" {
		t.Errorf("the default is %s", got.Tables[0].Column("a").Default)
	}
	info.Standby = true
	want.Tables[0].Column("a").Default = have.Tables[0].Column("a").Default
	if _, notes, _ = postgres.Canonical(t.Context(), c, want, have, info); len(notes) != 1 || !strings.HasSuffix(notes[0].Text, "the server is a standby") {
		t.Errorf("on a standby notes are %v", notes)
	}
}

// What is compared over the old types must not be refused for them.
func TestCanonicalExpressionsOfChangingColumns(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `CREATE TABLE t (age text DEFAULT 'x', gone int, n int DEFAULT 0, kept int, CHECK (age <> ''), CHECK (gone > 0), CHECK (kept > 0))`)
	integer := schema.Type{Text: "int"}
	want := &schema.Database{Tables: []schema.Table{{Name: name("t"), Columns: []schema.Column{
		{Name: "age", Type: integer, Default: "3", Pos: at(1)}, {Name: "n", Type: schema.Type{Text: "bigint"}, Default: "0", Pos: at(2)},
		{Name: "kept", Type: integer}, {Name: "fresh", Type: integer},
	}, Checks: []schema.Check{
		{Expr: "age > 0", Pos: at(3)}, {Expr: "kept > 0", Pos: at(4)}, {Expr: "kept > fresh", Pos: at(5)},
	}}}}
	if got := refusals(t, url, want); got != nil {
		t.Errorf("refused: %v", got)
	}
	want.Tables[0].Checks = append(want.Tables[0].Checks, schema.Check{Expr: "gone > 0", Pos: at(6)})
	got := strings.Join(refusals(t, url, want), "\n")
	if want := `models/m.go:6:3: check of public.t: column "gone" does not exist, in gone > 0`; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// What belongs to a relation that gen passes over or does not manage is no
// object of gen's either.
func TestInspectFollowsOwners(t *testing.T) {
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `
CREATE TABLE gen_revisions (id bigserial PRIMARY KEY, note text CHECK (note <> ''));
CREATE INDEX gen_revisions_note ON gen_revisions (note);
CREATE TYPE part AS (id integer);
CREATE TABLE parts OF part;
CREATE SEQUENCE parts_id_seq OWNED BY parts.id`)
	have := inspect(t, url)
	if len(have.Tables)+len(have.Sequences) != 0 {
		t.Errorf("read as managed: %s", format(t, have))
	}
	if got, want := objects(have.Unmanaged), "composite type public.part\nsequence public.parts_id_seq on public.parts\ntyped table public.parts\n"; got != want {
		t.Errorf("unmanaged:\n%swant:\n%s", got, want)
	}
}

// A server that stores Latin-1 speaks UTF-8 to gen all the same.
func TestInspectOtherEncodings(t *testing.T) {
	utf8 := dbtest.Postgres(t)
	admin := connect(t, utf8)
	if _, err := admin.Exec(t.Context(), "CREATE DATABASE latin1 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(context.Background(), "DROP DATABASE latin1 WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	latin1 := utf8[:strings.LastIndex(utf8, "/")] + "/latin1?sslmode=disable"
	const script = "CREATE TABLE \"Größe\" (\"ü\" text DEFAULT 'ä' CHECK (\"ü\" <> 'ö')); COMMENT ON TABLE \"Größe\" IS 'ß'"
	dbtest.Exec(t, utf8, script)
	dbtest.Exec(t, latin1+"&client_encoding=UTF8", script)
	want, have := inspect(t, utf8), inspect(t, latin1)
	if d := cmp.Diff(want, have); d != "" {
		t.Errorf("-UTF8 +LATIN1:\n%s", d)
	}
	want.Tables[0].Checks[0].Expr = "\"ü\" <> ('ö')"
	dbtest.Exec(t, latin1+"&client_encoding=UTF8", `CREATE DOMAIN "häßlich" AS int; ALTER TABLE "Größe" ADD d "häßlich"`)
	have = inspect(t, latin1)
	want.Tables[0].Columns = append(want.Tables[0].Columns, schema.Column{Name: "d", Type: schema.Type{Text: `"häßlich"`}})
	if got, _ := canonical(t, latin1, want, have); got.Tables[0].Checks[0].Expr != have.Tables[0].Checks[0].Expr {
		t.Errorf("the check is %s", got.Tables[0].Checks[0].Expr)
	}
}
