package dbtest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNormaliseDump(t *testing.T) {
	dump := `--
-- PostgreSQL database dump
--

\restrict kQ3b
-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.6

SET statement_timeout = 0;
SET transaction_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;

--
-- Name: public; Type: SCHEMA; Schema: -; Owner: -
--

-- *not* creating schema, since initdb creates it


--
-- Name: f(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.f() RETURNS void
    LANGUAGE plpgsql
    AS $$
-- a line of the body
SET search_path = x;
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: a; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.a (
    id integer
);


SET default_tablespace = fast;

--
-- Name: b; Type: TABLE; Schema: public; Owner: -; Tablespace: fast
--

CREATE TABLE public.b (
    id integer
);


SET default_tablespace = '';

--
-- PostgreSQL database dump complete
--

\unrestrict kQ3b
`
	want := `CREATE FUNCTION public.f() RETURNS void
    LANGUAGE plpgsql
    AS $$
-- a line of the body
SET search_path = x;
$$;

CREATE TABLE public.a (
    id integer
);

SET default_tablespace = fast;

CREATE TABLE public.b (
    id integer
);

SET default_tablespace = '';
`
	if diff := cmp.Diff(want, normaliseDump(dump)); diff != "" {
		t.Errorf("normalised dump (-want +got):\n%s", diff)
	}
}

func TestPgDumpOfAnEmptyDatabaseIsEmpty(t *testing.T) {
	if got := PgDump(t, Postgres(t)); got != "" {
		t.Errorf("dump of an empty database:\n%s", got)
	}
}

func TestPgDumpIsTheSameForTheSameSchema(t *testing.T) {
	const schema = `
		CREATE TYPE mood AS ENUM ('sad', 'ok');
		CREATE TABLE people (id bigserial PRIMARY KEY, name text NOT NULL, mood mood DEFAULT 'ok');
		COMMENT ON TABLE people IS 'who';
		CREATE INDEX people_name ON people (lower(name));`
	one, two := Postgres(t), Postgres(t)
	Exec(t, one, schema)
	Exec(t, two, schema)
	dump := PgDump(t, one)
	for _, piece := range []string{"CREATE TYPE public.mood", "CREATE TABLE public.people", "COMMENT ON TABLE", "CREATE INDEX people_name"} {
		if !strings.Contains(dump, piece) {
			t.Errorf("the dump lacks %s:\n%s", piece, dump)
		}
	}
	if diff := cmp.Diff(dump, PgDump(t, two)); diff != "" {
		t.Errorf("two databases of one schema (-one +two):\n%s", diff)
	}
	Exec(t, two, `ALTER TABLE people ALTER name DROP NOT NULL`)
	if dump == PgDump(t, two) {
		t.Error("the dumps are the same after a column changed")
	}
}
