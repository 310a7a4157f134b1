package dialect_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/internal/dbtest"
)

// TestCanonicalTypeIsTheServers asks a server how it prints each spelling.
func TestCanonicalTypeIsTheServers(t *testing.T) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var version int
	if err := conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		t.Fatal(err)
	}
	for i, in := range []string{
		"int", "INT4", "int2", "int8", "smallint", "bigint", "pg_catalog.int8", `"int8"`, "bool", "float", "float(24)", "float(25)", "float(1)", "float(53)", "float4", "float8", "double  precision", "real",
		"dec", "dec(3)", "decimal(10)", "numeric(12, 2)", "numeric", "numeric(4,4)[]", "varchar", "varchar(255)", "char varying(3)", "character varying", "national character varying ( 7)", "nchar varying(4)", "national char varying(5)",
		"char", "char(7)", "character(1)", "nchar(4)", "nchar", "national char", "national character(3)", "bpchar", "bpchar(3)", `"char"`, "pg_catalog.char", "pg_catalog.varchar(3)", "pg_catalog.bpchar", "char[]", "bpchar[]", "char(3)[]",
		"bit", "bit(8)", `"bit"`, "pg_catalog.bit", "pg_catalog.bit(3)", "varbit(8)", "varbit", "bit varying", "bit varying(9)", "bit[]",
		"timestamp", "timestamptz", "timestamptz(3)", "timestamp(3) with time zone", "timestamp(9)", "timestamp without time zone", "time", "TIME WITHOUT TIME ZONE", "timetz(0)", "timetz", "time(2) with time zone", "pg_catalog.timestamptz(3)", "timestamptz(3)[]",
		"interval", "interval(3)", "interval year", "interval year to month", "interval day to second (2)", "interval second(1)", "interval minute to second", "interval hour to minute", "interval day", "interval(6)", "interval day to second",
		"int[3]", "text[][]", "text ARRAY[4]", "text array", "tstzrange", "jsonb", "json", "jsonpath", "xml", "money", "uuid", "bytea", "date", "name", "oid", "inet", "cidr", "macaddr", "macaddr8", "point", "line", "lseg", "box", "path", "polygon", "circle",
		"tsvector", "tsquery", "regclass", "regtype", "regprocedure", "pg_lsn", "pg_snapshot", "txid_snapshot", "xid", "xid8", "cid", "tid", "refcursor", "aclitem", "int2vector", "oidvector", "int4range", "numrange[]", "int8multirange", "tstzmultirange",
	} {
		if strings.Contains(in, "multirange") && version < 140000 {
			continue
		}
		got, ok := dialect.CanonicalType(in)
		if !ok {
			t.Errorf("%s is not known", in)
			continue
		}
		var want string
		table := fmt.Sprintf("t%d", i)
		if _, err := conn.Exec(ctx, "CREATE TABLE "+table+" (c "+in+")"); err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if err := conn.QueryRow(ctx, "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = $1::text::regclass AND attname = 'c'", table).Scan(&want); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%s: %q, the server says %q", in, got, want)
		}
	}
}

// TestParseTypeRefusesWhatTheServerRefuses: everything ParseType calls wrong
// is wrong.
func TestParseTypeRefusesWhatTheServerRefuses(t *testing.T) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dbtest.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	for _, in := range []string{"int(11)", "varchar(0)", "varchar(10485761)", "varchar(max)", "varchar(1,2)", "numeric(1001)", "numeric(0)", "numeric(1,2,3)", "float(54)", "float(0)", "text[", "text[a]", "text(3)", "time(-1)", "bit(0)", "bit varying(0)", "interval year(3)", "char(x)", "date(3)", "timestamp(3,4)", "int[3] x"} {
		if _, _, err := dialect.ParseType(in); err == nil {
			t.Errorf("ParseType(%s) finds nothing wrong", in)
		}
		if _, err := conn.Exec(ctx, "CREATE TABLE t (c "+in+")"); err == nil {
			t.Errorf("the server accepts %s", in)
			_, _ = conn.Exec(ctx, "DROP TABLE t")
		}
	}
}

// TestAffinityIsTheLibrarys stores a number and a text under each declared
// type and looks at what became of them. INTEGER and NUMERIC store alike.
func TestAffinityIsTheLibrarys(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	stored := map[string]string{"INTEGER": "integer integer", "NUMERIC": "integer integer", "REAL": "real real", "TEXT": "text text", "BLOB": "integer text"}
	for _, declared := range []string{"int", "BIGINT", "floating point", "charint", "varchar(20)", "clob", "text", "blob", "", "real", "double precision", "float", "numeric(5,1)", "boolean", "datetime", "string", "any", "json"} {
		var got string
		if _, err := db.Exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (a ` + declared + `, b ` + declared + `); INSERT INTO t VALUES (7, '7')`); err != nil {
			t.Fatalf("%s: %v", declared, err)
		}
		if err := db.QueryRow(`SELECT typeof(a) || ' ' || typeof(b) FROM t`).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if want := stored[dialect.Affinity(declared)]; got != want {
			t.Errorf("%s is %s: 7 and '7' are stored as %s, want %s", declared, dialect.Affinity(declared), got, want)
		}
	}
}
