package dbtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ask returns the one text a query gives.
func ask(t *testing.T, url, query string) (string, error) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var text string
	err = conn.QueryRow(ctx, query).Scan(&text)
	return text, err
}

func mustAsk(t *testing.T, url, query string) string {
	t.Helper()
	text, err := ask(t, url, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return text
}

func TestPostgresIsFreshAndEmpty(t *testing.T) {
	one, two := Postgres(t), Postgres(t)
	if one == two {
		t.Fatalf("two calls gave the same database %s", one)
	}
	Exec(t, one, `CREATE TABLE a (id int); CREATE TABLE b (id int);`)
	const tables = `SELECT count(*)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace`
	if got := mustAsk(t, one, tables); got != "2" {
		t.Errorf("tables in the first database: %s, want 2", got)
	}
	if got := mustAsk(t, two, tables); got != "0" {
		t.Errorf("tables in the second database: %s, want 0", got)
	}
	if a, b := mustParse(t, one).Host, mustParse(t, two).Host; a != b {
		t.Errorf("two servers, %s and %s, want one per process", a, b)
	}
}

func TestPostgresSettingsDoNotDependOnTheMachine(t *testing.T) {
	t.Setenv("PGOPTIONS", "-c search_path=elsewhere")
	u := Postgres(t)
	for setting, want := range map[string]string{
		"server_encoding":  "UTF8",
		"lc_messages":      "C",
		"TimeZone":         "UTC",
		"listen_addresses": "127.0.0.1",
		"fsync":            "off",
	} {
		if got := mustAsk(t, u, `SELECT current_setting('`+setting+`')`); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if got := mustAsk(t, u, `SELECT datcollate FROM pg_database WHERE datname = current_database()`); got != "C" {
		t.Errorf("collation is %q, want C", got)
	}
}

func TestPostgresDatabaseIsDroppedAtTheEnd(t *testing.T) {
	outer := t
	keep := Postgres(t)
	var name string
	t.Run("inner", func(t *testing.T) {
		u := Postgres(t)
		name = databaseOf(t, u)
		conn, err := pgx.Connect(context.Background(), u)
		if err != nil {
			t.Fatal(err)
		}
		outer.Cleanup(func() { conn.Close(context.Background()) }) // connected when the inner test ends
		if got := databaseCount(t, keep, name); got != "1" {
			t.Fatalf("%s databases named %s while the test runs, want 1", got, name)
		}
	})
	if got := databaseCount(t, keep, name); got != "0" {
		t.Errorf("%s databases named %s after the test, want 0", got, name)
	}
}

func databaseCount(t *testing.T, url, name string) string {
	t.Helper()
	return mustAsk(t, url, `SELECT count(*)::text FROM pg_database WHERE datname = '`+name+`'`)
}

func TestPostgresInParallel(t *testing.T) {
	for i := range 6 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			Exec(t, Postgres(t), `CREATE TABLE a (id int)`)
		})
	}
}

func TestPostgresMajorIsTheOneAskedFor(t *testing.T) {
	majors := PostgresMajors()
	if len(majors) == 0 {
		absent(t, "no PostgreSQL major found: run scripts/pg-matrix")
	}
	for _, major := range majors {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			u := PostgresMajor(t, major)
			if got, want := mustAsk(t, u, `SHOW server_version`), fmt.Sprintf("%d.", major); !strings.HasPrefix(got, want) {
				t.Errorf("server_version is %s, want %s…", got, want)
			}
			Exec(t, u, `CREATE EXTENSION citext; CREATE TABLE users (email citext PRIMARY KEY)`)
			if dump := PgDump(t, u); !strings.Contains(dump, "CREATE TABLE public.users (\n    email public.citext NOT NULL\n);") {
				t.Errorf("the dump lacks the table:\n%s", dump)
			}
		})
	}
}

func TestPostgresMajorsCanBeRestricted(t *testing.T) {
	all := PostgresMajors()
	if len(all) == 0 {
		absent(t, "no PostgreSQL major found")
	}
	t.Setenv("GEN_TEST_PG_MAJORS", fmt.Sprintf("7, %d", all[0]))
	if got := PostgresMajors(); len(got) != 1 || got[0] != all[0] {
		t.Errorf("PostgresMajors() = %v, want [%d]", got, all[0])
	}
}

func TestRoleMayOnlyConnect(t *testing.T) {
	u := Postgres(t)
	Exec(t, u, `CREATE TABLE secrets (id int)`)
	role := Role(t, u)
	if got := mustAsk(t, role, `SELECT current_user::text`); got != mustParse(t, role).User.Username() {
		t.Errorf("connected as %q, want the role of %s", got, role)
	}
	for _, forbidden := range []string{
		`SELECT id::text FROM public.secrets`,
		`CREATE TABLE public.mine (id int)`,
		`CREATE TEMPORARY TABLE mine (id int)`,
		`CREATE SCHEMA mine`,
	} {
		if _, err := ask(t, role, forbidden); !refusedWith(err, "42501") {
			t.Errorf("%s: error %v, want permission denied", forbidden, err)
		}
	}
}

func TestRoleGetsWhatIsGranted(t *testing.T) {
	u := Postgres(t)
	Exec(t, u, `CREATE TABLE notes (body text); INSERT INTO notes VALUES ('read me')`)
	role := Role(t, u, `GRANT USAGE ON SCHEMA public TO {role}`, `GRANT SELECT ON notes TO {role}`)
	if got := mustAsk(t, role, `SELECT body FROM notes`); got != "read me" {
		t.Errorf("read %q", got)
	}
}

func TestRoleNeedsItsPassword(t *testing.T) {
	role := Role(t, Postgres(t))
	user := mustParse(t, role).User.Username()
	for name, password := range map[string]string{"wrong": "not it", "none": ""} {
		t.Run(name, func(t *testing.T) {
			_, err := ask(t, WithUser(t, role, user, password), `SELECT 'in'`)
			if !refusedWith(err, "28P01") {
				t.Errorf("error %v, want password authentication failed", err)
			}
		})
	}
}

func TestDescribePointsIntoTheScript(t *testing.T) {
	u := Postgres(t)
	script := "CREATE TABLE ä (id int);\nCREATE TABLE b (\n  id integre\n);"
	err := exec1(u, script)
	if err == nil {
		t.Fatal("a misspelt type was accepted")
	}
	if got := describe(err, script); !strings.HasSuffix(got, "line 3: id integre") {
		t.Errorf("described as %q", got)
	}
}

func TestDatabaseName(t *testing.T) {
	for test, want := range map[string]string{
		"TestDiff/adds a column":            "t7_diff_adds_a_column",
		"TestÄ":                             "t7__",
		"Test" + strings.Repeat("long", 30): "t7_" + strings.Repeat("long", 10),
	} {
		if got := databaseName(test, 7); got != want {
			t.Errorf("databaseName(%q) = %q, want %q", test, got, want)
		}
	}
}

func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func refusedWith(err error, code string) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == code
}
