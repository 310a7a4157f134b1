package postgres

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// Each table of facts is held against every server there is.

func query(t *testing.T, major int, sql string) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), dbtest.PostgresMajor(t, major))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(context.Background(), sql)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	var key, value string
	if _, err := pgx.ForEachRow(rows, []any{&key, &value}, func() error { m[key] = value; return nil }); err != nil {
		t.Fatal(err)
	}
	return m
}

func eachMajor(t *testing.T, f func(t *testing.T, major int)) {
	t.Helper()
	all := dbtest.PostgresMajors()
	if len(all) == 0 {
		dbtest.Postgres(t)
	}
	for _, major := range all {
		t.Run(fmt.Sprintf("PostgreSQL %d", major), func(t *testing.T) { f(t, major) })
	}
}

func TestCasts(t *testing.T) {
	ours := map[string]string{}
	for p, how := range casts {
		ours[p.from+" → "+p.to] = string(how)
	}
	eachMajor(t, func(t *testing.T, major int) {
		theirs := query(t, major, `
			SELECT format_type(castsource, NULL) || ' → ' || format_type(casttarget, NULL), castmethod::text
			FROM pg_cast JOIN pg_type s ON s.oid = castsource JOIN pg_type t ON t.oid = casttarget
			WHERE castcontext IN ('a', 'i') AND castsource <> casttarget
			AND s.typname !~ '^(reg|pg_|xid)' AND t.typname !~ '^(reg|pg_|xid)'
			AND castsource < 16384`)
		if d := cmp.Diff(theirs, ours); d != "" {
			t.Errorf("casts on assignment (-server +ours):\n%s", d)
		}
	})
}

// Functions that cannot stand in a default: they return rows or are called by
// the server alone; administration and large objects; those with arguments
// that no default has.
const notInDefaults = `proretset OR prorettype IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype, 'language_handler'::regtype,
	'index_am_handler'::regtype, 'tsm_handler'::regtype, 'table_am_handler'::regtype, 'fdw_handler'::regtype, 'void'::regtype)
	OR prokind <> 'f' OR 'internal'::regtype = ANY (proargtypes) OR 'regclass'::regtype = ANY (proargtypes) OR 'cstring'::regtype = ANY (proargtypes)`

func TestVolatileFunctions(t *testing.T) {
	eachMajor(t, func(t *testing.T, major int) {
		theirs := query(t, major, `
			SELECT proname::text, string_agg(DISTINCT provolatile::text, '') FROM pg_proc
			WHERE pronamespace = 'pg_catalog'::regnamespace AND NOT (`+notInDefaults+`) GROUP BY 1`)
		for name, kinds := range theirs {
			if is := strings.Contains(kinds, "v"); is && !volatileFunctions[name] && !administers(name) {
				t.Errorf("%s is volatile and not in the list", name)
			} else if !is && volatileFunctions[name] {
				t.Errorf("%s is in the list and not volatile (%s)", name, kinds)
			}
		}
	})
}

func administers(name string) bool {
	for _, prefix := range []string{"pg_", "lo_", "lo", "binary_upgrade_", "brin_", "gin_", "ts_", "query_to_", "cursor_to_", "table_to_", "currtid", "current_query", "satisfies_hash", "amvalidate",
		"timezone", // only that of time with time zone, before 15
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func TestDefaultStorage(t *testing.T) {
	words := map[string]string{"p": "plain", "e": "external", "m": "main", "x": "extended"}
	known := 0
	eachMajor(t, func(t *testing.T, major int) {
		theirs := query(t, major, `
			SELECT format_type(oid, -1), typstorage::text FROM pg_type
			WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typname !~ '^pg_(node|ndist|dep|mcv|brin|snap)' AND typelem = 0`)
		for _, name := range slices.Sorted(maps.Keys(theirs)) {
			have := defaultStorage(parseType(name), false)
			if have == "" {
				continue
			}
			known++
			if have != words[theirs[name]] {
				t.Errorf("%s: %s, the server says %s", name, have, words[theirs[name]])
			}
		}
	})
	if known < 40 && len(dbtest.PostgresMajors()) > 0 {
		t.Errorf("only %d types were compared", known)
	}
}

// TestRewrites asks the server about every pair of common types whether ALTER
// COLUMN TYPE needs USING, rewrites the table, and keeps an index.
func TestRewrites(t *testing.T) {
	types := []string{
		"smallint", "integer", "bigint", "oid", "numeric", "numeric(10,2)", "numeric(12,2)", "numeric(12,3)", "numeric(8,2)", "real", "double precision",
		"text", "character varying", "character varying(10)", "character varying(20)", "character(5)", "character(9)", "name", "boolean", `"char"`,
		"bit(8)", "bit(9)", "bit varying(5)", "bit varying(9)", "bit varying", "bytea", "json", "jsonb", "uuid", "xml", "money",
		"inet", "cidr", "macaddr", "macaddr8", "date", "time without time zone", "time(2) without time zone", "time(4) without time zone", "time with time zone",
		"timestamp without time zone", "timestamp(2) without time zone", "timestamp(4) without time zone", "timestamp(6) without time zone",
		"timestamp with time zone", "timestamp(3) with time zone", "timestamp(6) with time zone", "interval", "interval(2)", "interval(4)", "interval day to second", "interval day to second(3)", "interval year",
		"integer[]", "bigint[]", "text[]", "character varying(5)[]", "character varying(9)[]", "int4range", "tsvector", "point", "box",
		"public.mood", "public.mood[]", "public.size",
	}
	majors := dbtest.PostgresMajors()
	if len(majors) == 0 {
		dbtest.Postgres(t)
	}
	for _, major := range []int{majors[0], majors[len(majors)-1]} {
		url := dbtest.PostgresMajor(t, major)
		dbtest.Exec(t, url, `
			CREATE TYPE public.mood AS ENUM ('a'); CREATE TYPE public.size AS ENUM ('a');
			CREATE FUNCTION probe(f text, t text) RETURNS text LANGUAGE plpgsql AS $$
			DECLARE was oid; answer text := '';
			BEGIN
				EXECUTE format('CREATE TEMP TABLE probed (c %s)', f);
				was := pg_relation_filenode('probed');
				BEGIN
					EXECUTE format('ALTER TABLE probed ALTER c TYPE %s', t);
				EXCEPTION WHEN datatype_mismatch THEN
					answer := 'using ';
					BEGIN
						EXECUTE format('ALTER TABLE probed ALTER c TYPE %s USING c::%1$s', t);
					EXCEPTION WHEN cannot_coerce THEN
						DROP TABLE probed;
						RETURN 'never';
					END;
				END;
				IF pg_relation_filenode('probed') <> was THEN answer := answer || 'rewrites'; END IF;
				DROP TABLE probed;
				RETURN answer;
			END $$`)
		conn, err := pgx.Connect(context.Background(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		if _, err := conn.Exec(context.Background(), "SET TimeZone = 'UTC'"); err != nil {
			t.Fatal(err)
		}
		pairs := 0
		for _, from := range types {
			rows, err := conn.Query(context.Background(), "SELECT t, probe($1, t) FROM unnest($2::text[]) t", from, types)
			if err != nil {
				t.Fatal(err)
			}
			var to, theirs string
			if _, err := pgx.ForEachRow(rows, []any{&to, &theirs}, func() error {
				if to == `"char"` { // a string type before 15, where USING does no harm
					return nil
				}
				newer := major >= 18 && (from == "bytea" || to == "bytea") // casts that we do without, see explicitTable
				if never := theirs == "never"; from != `"char"` && !newer && never == castable(parseType(from), parseType(to)) && (never || theirs == "using " || theirs == "using rewrites") {
					t.Errorf("PostgreSQL %d: %s → %s: castable is %v, the server says %q", major, from, to, never, theirs)
				}
				if theirs == "never" {
					return nil
				}
				pairs++
				ours := ""
				if !assignable(parseType(from), parseType(to)) {
					ours = "using "
				}
				if rewrites(parseType(from), parseType(to)) {
					ours += "rewrites"
				}
				if ours != theirs {
					t.Errorf("PostgreSQL %d: %s → %s: %q, the server says %q", major, from, to, ours, theirs)
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if pairs < 500 {
			t.Errorf("only %d pairs", pairs)
		}
	}
}

func TestParseTypePrintsBack(t *testing.T) {
	for _, text := range []string{
		"integer", "numeric(10,2)", "timestamp(3) without time zone", "time(2) with time zone", "interval(3)", "interval day to second(3)",
		"character varying(255)[]", `public."a(b)"`, "public.geometry(Point,4326)", `"char"`,
	} {
		if got := parseType(text).String(); got != text {
			t.Errorf("%s came back as %s", text, got)
		}
	}
}

func TestExpressions(t *testing.T) {
	for _, c := range []struct {
		what string
		got  bool
		want bool
	}{
		{"a column", mentions("(status = 'x'::text)", "status"), true},
		{"a quoted column", mentions(`("Status" > 1)`, "Status"), true},
		{"a column in a literal", mentions("(a = 'status')", "status"), false},
		{"a literal with quotes", mentions("(a = 'it''s status')", "status"), false},
		{"an escaped literal", mentions(`(a = E'\'status')`, "status"), false},
		{"a function of that name", mentions("lower(a)", "lower"), false},
		{"a type of that name", mentions("(a)::date", "date"), false},
		{"a part of a longer name", mentions("(status_id > 1)", "status"), false},
		{"a constant", volatile("'x'::text"), false},
		{"now()", volatile("now()"), false},
		{"a random value", volatile("(random() * (10)::double precision)"), true},
		{"a function of the user", volatile("public.f()"), true},
		{"a volatile name in a literal", volatile("'random()'::text"), false},
		{"a call", isCall("lower(email)"), true},
		{"a call of the user's", isCall("public.f(a, g(b))"), true},
		{"two calls", isCall("f(a) || g(b)"), false},
		{"a keyword call", isCall("COALESCE(a, b)"), false},
		{"a cast", isCall("(a)::text"), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: %t", c.what, c.got)
		}
	}
}
