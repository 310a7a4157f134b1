package postgres

import (
	"strings"
	"testing"
)

func TestSkeleton(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"x in ('a', 'b')", "(x)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])", true},
		{"x in ('a')", "x = 'a'::text", true},
		{"x not in (1, 2)", "x <> ALL (ARRAY[1, 2])", true},
		{"x in (1, 2) and y in (3)", "(x = ANY (ARRAY[1, 2])) AND (y = 3)", true},
		{"x in (f(1, 2), 3)", "x = ANY (ARRAY[f(1, 2), 3])", true},
		{"n between 1 and 2", "(n >= (1)::numeric) AND (n <= (2)::numeric)", true},
		{"n not between 1 and 2 or ok", "(n < 1) OR (n > 2) OR ok", true},
		{"CAST(x AS numeric(10,2)) > 0", "(x)::numeric(10,2) > (0)::numeric", true},
		{"at > timestamp '2020-01-01'", "at > '2020-01-01'::timestamp without time zone", true},
		{"t.a > 0", "a > 0", true},
		{"a > pg_catalog.now()", "a > now()", true},
		{"a OPERATOR(public.=) b", "a = b", true},
		{"x > -1", "x > '-1'::integer", true},
		{"a[1] = 'x'", "a[1] = 'x'::text", true},
		{"x::timestamp(3) with time zone is null", "x isnull", true},
		{`"A" > 0`, "a > 0", false},
		{"x > 1", "x > 2", false},
		{"x in ('a', 'b')", "x in ('b', 'a')", false},
		{"f(x)", "g(x)", false},
		{"'1'", "1", false},
		{"a and b", "a or b", false},
	} {
		a, okA := skeleton(c.a)
		b, okB := skeleton(c.b)
		if !okA || !okB || (a == b) != c.same {
			t.Errorf("%s and %s: same is %v, want %v\n%q\n%q", c.a, c.b, a == b, c.same, a, b)
		}
	}
	for _, text := range []string{"'open", `"open`, "/* open", "$$open", "U&'x'", "x > other.f(3)"} {
		if _, ok := skeleton(text); ok {
			t.Errorf("%s has a skeleton", text)
		}
	}
}

func TestStripParens(t *testing.T) {
	for text, want := range map[string]string{
		"((a > 0))": "a > 0", "(a) + (b)": "(a) + (b)", "(a, b)": "(a, b)", "(')')": "')'", "( a )": "a", "": "", "()": "()", "(a -- )\n)": "a -- )",
	} {
		if got := stripParens(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestSameDefault(t *testing.T) {
	for _, c := range []struct {
		user, live, typ string
		same            bool
	}{
		{"'a'", "'a'::text", "text", true},
		{"'a'", "'a'::character varying", "character varying(20)", true},
		{"'a'", "'a'::bpchar", "character(3)", true},
		{"'a'", "'a'::text", "character varying(20)", false},
		{"'{}'", "'{}'::text[]", "text[]", true},
		{"'x'", "'x'::public.mood", "public.mood", true},
		{"'x'", `'x'::shop."Odd Kind"`, `shop."Odd Kind"`, true},
		{"'1 day'", "'1 day'::interval", "interval day to second(2)", true},
		{"'a'", "'a'::timestamp without time zone", "timestamp(3) without time zone", true},
		{"-1", "'-1'::integer", "bigint", true},
		{"-30000000000", "'-30000000000'::bigint", "bigint", true},
		{"-1.50", "'-1.50'::numeric", "numeric(10,2)", true},
		{"-1", "'-1'::bigint", "bigint", false},
		{"NOW()", "now()", "timestamp with time zone", true},
		{"now( )", "(now())", "timestamp with time zone", true},
		{`"now"()`, "now()", "timestamp with time zone", true},
		{`"user"`, "USER", "text", false},
		{"0", "1", "integer", false},
	} {
		if got := sameDefault(c.user, c.live, c.typ); got != c.same {
			t.Errorf("%s and %s for %s: %v, want %v", c.user, c.live, c.typ, got, c.same)
		}
	}
}

func FuzzLex(f *testing.F) {
	for _, s := range []string{"a > 0", "x in ('a', e'\\'b')", "$tag$ x $tag$ - $1", `"a""b"::int[3]`, "1e-5 between .5 and 0x1F", "--\n/* /* */ */ cast(x as", "(((", "a::b.c(1)[]", "u&'x'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, tok := range lex(text) {
			if tok.begin < end || tok.end <= tok.begin || tok.end > len(text) {
				t.Fatalf("token %+v of %q after offset %d", tok, text, end)
			}
			end = tok.end
		}
		skeleton(text)
		if s := stripParens(text); stripParens(s) != s || !strings.Contains(text, s) {
			t.Fatalf("%q is stripped to %q", text, s)
		}
		if !sameTokens(text, text) {
			t.Fatalf("%q differs from itself", text)
		}
		balanced(text)
		typeLike(lex(text))
	})
}
