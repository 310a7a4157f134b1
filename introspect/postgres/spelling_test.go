package postgres

import "testing"

func TestOneSpelling(t *testing.T) {
	for _, test := range []struct{ name, first, again string }{
		{"a list of varchars", "((x)::text = ANY ((ARRAY['a'::character varying, 'b, ]'::character varying])::text[]))", "((x)::text = ANY (ARRAY[('a'::character varying)::text, ('b, ]'::character varying)::text]))"},
		{"columns and calls", "ANY ((ARRAY[t.y, f(1, ARRAY[2]), 'c'::character varying(4)])::text[])", "ANY (ARRAY[(t.y)::text, (f(1, ARRAY[2]))::text, ('c'::character varying(4))::text])"},
		{"another type", "(ARRAY[1, 2])::double precision[]", "ARRAY[(1)::double precision, (2)::double precision]"},
		{"two of them", "(ARRAY[a])::text[] || (ARRAY[b])::text[]", "ARRAY[(a)::text] || ARRAY[(b)::text]"},
		{"one within another", "(ARRAY[f((ARRAY[a])::text[])])::text[]", "ARRAY[(f(ARRAY[(a)::text]))::text]"},
		{"no cast", "(ARRAY[1, 2])", "(ARRAY[1, 2])"},
		{"a cast to what is no array", "(ARRAY[1, 2])::text", "(ARRAY[1, 2])::text"},
		{"the name a cast gives", "SELECT NULL::integer AS int4, 'a'::text AS text, 1::numeric(4,2) AS n, ''::character varying(3) AS varchar", "SELECT NULL::integer, 'a'::text, 1::numeric(4,2) AS n, ''::character varying(3)"},
		{"the name a type of somebody gives", `NULL::app."Mood"[] AS "Mood", NULL::timestamp(3) with time zone AS timestamptz, NULL::timestamp without time zone AS t`, `NULL::app."Mood"[], NULL::timestamp(3) with time zone, NULL::timestamp without time zone AS t`},
		{"in a string", "'(ARRAY[1])::text[]'::text", "'(ARRAY[1])::text[]'::text"},
	} {
		if got := oneSpelling(test.first); got != test.again {
			t.Errorf("%s:\ngot  %s\nwant %s", test.name, got, test.again)
		}
	}
}
