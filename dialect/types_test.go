package dialect

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCanonicalType(t *testing.T) {
	for in, want := range map[string]string{
		"int":                             "integer",
		"INT4":                            "integer",
		"int2":                            "smallint",
		"int8":                            "bigint",
		"pg_catalog.int8":                 "bigint",
		`"int8"`:                          "bigint",
		"bool":                            "boolean",
		"float":                           "double precision",
		"float(24)":                       "real",
		"float(25)":                       "double precision",
		"float4":                          "real",
		"double  precision":               "double precision",
		"dec":                             "numeric",
		"decimal(10)":                     "numeric(10,0)",
		"numeric(12, 2)":                  "numeric(12,2)",
		"numeric(2,-3)":                   "numeric(2,-3)",
		"varchar":                         "character varying",
		"varchar(255)":                    "character varying(255)",
		"char varying(3)":                 "character varying(3)",
		"national character varying ( 7)": "character varying(7)",
		"char":                            "character(1)",
		"nchar(4)":                        "character(4)",
		"national char":                   "character(1)",
		"bpchar":                          "bpchar",
		"bpchar(3)":                       "character(3)",
		`"char"`:                          `"char"`,
		"pg_catalog.char":                 `"char"`,
		"bit":                             "bit(1)",
		"bit(8)":                          "bit(8)",
		`"bit"`:                           `"bit"`,
		"varbit(8)":                       "bit varying(8)",
		"bit varying":                     "bit varying",
		"timestamp":                       "timestamp without time zone",
		"timestamptz":                     "timestamp with time zone",
		"timestamptz(3)":                  "timestamp(3) with time zone",
		"timestamp(3) with time zone":     "timestamp(3) with time zone",
		"timestamp(9)":                    "timestamp(6) without time zone",
		"TIME WITHOUT TIME ZONE":          "time without time zone",
		"timetz(0)":                       "time(0) with time zone",
		"interval":                        "interval",
		"interval(3)":                     "interval(3)",
		"interval year to month":          "interval year to month",
		"interval day to second (2)":      "interval day to second(2)",
		"int[3]":                          "integer[]",
		"text[][]":                        "text[]",
		"text ARRAY[4]":                   "text[]",
		"timestamptz(3)[]":                "timestamp(3) with time zone[]",
		"tstzrange":                       "tstzrange",
		"jsonb":                           "jsonb",
	} {
		got, ok := CanonicalType(in)
		if !ok {
			t.Errorf("CanonicalType(%q) is not known", in)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("CanonicalType(%q) (-want +got):\n%s", in, diff)
		}
	}
}

func TestCanonicalTypeLeavesToTheServer(t *testing.T) {
	for _, in := range []string{"citext", "public.mood", "geometry(Point,4326)", `"Mood"`, "hstore[]", `"integer"`, "pg_catalog.integer", "double", ""} {
		if got, ok := CanonicalType(" " + in + " "); ok || got != in {
			t.Errorf("CanonicalType(%q) = %q, %v; want the text back, unknown", in, got, ok)
		}
		if _, _, err := ParseType(in); err != nil {
			t.Errorf("ParseType(%q): %v; want no opinion", in, err)
		}
	}
}

func TestParseTypeSaysWhatIsWrong(t *testing.T) {
	for in, want := range map[string]string{
		"int(11)":        "type integer takes no modifier in parentheses",
		"varchar(0)":     "length of type character varying must be one number between 1 and 10485760",
		"varchar(255":    "missing ) after character varying",
		"varchar(max)":   "type character varying takes numbers in its parentheses",
		"numeric(1001)":  "precision of type numeric must be between 1 and 1000, scale between -1000 and 1000",
		"numeric(1,2,3)": "type numeric takes precision and scale, as in numeric(12,2)",
		"float(54)":      "precision of type float must be between 1 and 53 bits",
		"text[":          "missing ] after the size of an array",
		"text not null":  `"not" cannot follow type text`,
		"time(-1)":       "precision of type time must be one number between 0 and 6",
	} {
		_, _, err := ParseType(in)
		if err == nil || err.Error() != want {
			t.Errorf("ParseType(%q): error %v, want %s", in, err, want)
		}
	}
}

func FuzzCanonicalType(f *testing.F) {
	for _, s := range []string{"int8", "varchar(3)[]", `"char"`, "interval day to second(2)", "numeric(1,-1)", "timestamp(3) with time zone[]", `a."b""c"(1)`, "bit varying(", "time with"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, ok := CanonicalType(s)
		if !ok {
			return
		}
		if twice, ok := CanonicalType(once); !ok || twice != once {
			t.Errorf("%q → %q → %q, %v", s, once, twice, ok)
		}
	})
}
