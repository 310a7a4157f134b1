package postgres

import (
	"slices"
	"strings"
)

// castTable is pg_cast of PostgreSQL 13, as far as a cast is implicit or done
// on assignment and its types can be those of a column: source, then targets.
// Behind the target stands how the server converts: b, the bytes stay as they
// are; f, a function; i, through text. TestCasts holds it against servers.
const castTable = `
"char": character/f, character varying/f, text/f
bigint: double precision/f, integer/f, money/f, numeric/f, oid/f, real/f, smallint/f
bit: bit varying/b
bit varying: bit/b
boolean: character/f, character varying/f, text/f
box: polygon/f
character: "char"/f, character varying/f, name/f, text/f
character varying: "char"/f, character/b, name/f, text/b
cidr: character/f, character varying/f, inet/b, text/f
date: timestamp with time zone/f, timestamp without time zone/f
double precision: bigint/f, integer/f, numeric/f, real/f, smallint/f
inet: character/f, character varying/f, cidr/f, text/f
integer: bigint/f, double precision/f, money/f, numeric/f, oid/b, real/f, smallint/f
interval: time without time zone/f
json: jsonb/i
jsonb: json/i
macaddr: macaddr8/f
macaddr8: macaddr/f
money: numeric/f
name: character/f, character varying/f, text/f
numeric: bigint/f, double precision/f, integer/f, money/f, real/f, smallint/f
oid: bigint/f, integer/b
path: polygon/f
point: box/f
polygon: path/f
real: bigint/f, double precision/f, integer/f, numeric/f, smallint/f
smallint: bigint/f, double precision/f, integer/f, numeric/f, oid/f, real/f
text: "char"/f, character/b, character varying/b, name/f
time with time zone: time without time zone/f
time without time zone: interval/f, time with time zone/f
timestamp with time zone: date/f, time with time zone/f, time without time zone/f, timestamp without time zone/f
timestamp without time zone: date/f, time without time zone/f, timestamp with time zone/f
xml: character/b, character varying/b, text/b
`

// explicitTable is the rest of pg_cast: what converts only where a cast is
// written. TestRewrites holds it against servers. The casts between integers
// and bytea, which only 18 has, are left out: the same file should do the same
// on every major.
const explicitTable = `
"char": integer/f
bigint: bit/f
bit: bigint/f, integer/f
boolean: integer/f
box: circle/f, lseg/f, point/f
circle: box/f, point/f, polygon/f
daterange: datemultirange/f
int4range: int4multirange/f
int8range: int8multirange/f
integer: "char"/f, bit/f, boolean/f
jsonb: bigint/f, boolean/f, double precision/f, integer/f, numeric/f, real/f, smallint/f
lseg: point/f
numrange: nummultirange/f
polygon: box/f, circle/f, point/f
tsrange: tsmultirange/f
tstzrange: tstzmultirange/f
`

// A pair is a source and a target type, without modifiers.
type pair struct{ from, to string }

// casts maps a pair to how it is converted, explicit those that are only
// converted where a cast is written.
var casts, explicit = parseCasts(castTable), parseCasts(explicitTable)

func parseCasts(table string) map[pair]byte {
	m := map[pair]byte{}
	for _, line := range strings.Split(strings.TrimSpace(table), "\n") {
		from, targets, _ := strings.Cut(line, ": ")
		for _, target := range strings.Split(targets, ", ") {
			to, how, _ := strings.Cut(target, "/")
			m[pair{from, to}] = how[0]
		}
	}
	return m
}

// assignable reports whether ALTER COLUMN TYPE converts by itself. Beside the
// casts of the catalog the server converts anything to a string type on
// assignment, and an array where it can convert the elements
// (find_coercion_pathway, src/backend/parser/parse_coerce.c of PostgreSQL 18).
func assignable(from, to typ) bool {
	switch {
	case from.array && to.array:
		from.array, to.array = false, false
		return assignable(from, to)
	case to.array:
		return false
	case isString(to):
		return true
	case from.array:
		return false
	case from.base == to.base:
		return true
	}
	return casts[pair{from.base, to.base}] != 0
}

// castable reports whether the server has a cast between two types of its own
// that are not assignable: one of pg_cast, or that of every string type, which
// reads and writes any other. Array elements are cast one by one.
func castable(from, to typ) bool {
	if from.array && to.array {
		from.array, to.array = false, false
		return assignable(from, to) || castable(from, to)
	}
	if !from.array && isString(from) || !to.array && isString(to) {
		return true
	}
	return !from.array && !to.array && explicit[pair{from.base, to.base}] != 0
}

func isString(t typ) bool {
	switch t.base {
	case "text", "character varying", "character", "name":
		return true
	}
	return t.local() == "citext"
}

// rewrites reports whether the server writes every row anew to get from one
// type to the other. The two timestamp types keep their bytes where TimeZone
// is UTC, which the renderer sees to.
func rewrites(from, to typ) bool {
	switch {
	case from == to:
		return false
	case from.array || to.array:
		return true
	case from.base == to.base:
		return !fits(from, to)
	case zoned(from, to) && (to.mods == "" || to.mods == "6"):
		return false
	case to.mods != "":
		return true // another type first, its modifiers in a second step
	case from.local() == "citext":
		return to.base != "text" && to.base != "character varying"
	case to.local() == "citext":
		return from.base != "text" && from.base != "character varying"
	}
	return casts[pair{from.base, to.base}] != 'b'
}

// zoned reports whether a change is between the timestamp types.
func zoned(from, to typ) bool {
	return !from.array && !to.array &&
		(from.base == timestampWith && to.base == timestampWithout || from.base == timestampWithout && to.base == timestampWith)
}

const (
	timestampWith    = "timestamp with time zone"
	timestampWithout = "timestamp without time zone"
)

// fits reports whether every value within the modifiers of from is, byte by
// byte, one within those of to. Both have the same base.
func fits(from, to typ) bool {
	if to.mods == from.mods && to.fields == from.fields {
		return true
	}
	if from.base == "interval" {
		return fitsInterval(from, to)
	}
	if to.mods == "" {
		switch from.base {
		case "character", "bit":
			return false // without modifiers they are other types
		}
		return true
	}
	f, okFrom := from.numbers()
	t, okTo := to.numbers()
	if !okTo || from.mods != "" && !okFrom {
		return false
	}
	switch from.base {
	case "character varying", "bit varying":
		return len(f) == 1 && t[0] >= f[0]
	case "numeric":
		return len(f) == 2 && len(t) == 2 && t[1] == f[1] && t[0] >= f[0]
	case timestampWith, timestampWithout, "time with time zone", "time without time zone":
		return t[0] >= 6 || len(f) == 1 && t[0] >= f[0]
	}
	return false
}

// fitsInterval: fields only say what the smallest one is, and a precision
// counts where that is the second (interval_support,
// src/backend/utils/adt/timestamp.c of PostgreSQL 18).
func fitsInterval(from, to typ) bool {
	smallest := func(t typ) int {
		fields := strings.Fields(orDefault(t.fields, "second"))
		return slices.Index([]string{"year", "month", "day", "hour", "minute", "second"}, fields[len(fields)-1])
	}
	precision := func(t typ) int {
		if n, ok := t.numbers(); ok {
			return n[0]
		}
		return 6
	}
	const second = 5
	if smallest(to) < smallest(from) {
		return false
	}
	return smallest(from) < second || precision(to) >= precision(from)
}

// losing says what a conversion may do to values; empty: nothing.
func losing(from, to typ) string {
	from.array, to.array = false, false // arrays lose what their elements do
	switch {
	case from.base == to.base:
		return narrowing(from, to)
	case isInteger(from.base) && isInteger(to.base):
		if size(to.base) < size(from.base) {
			return "stops at the first value that is out of range for " + to.String()
		}
	case isInteger(to.base) && (from.base == "numeric" || isFloat(from.base)):
		return "values are rounded to whole numbers without notice"
	case from.base == "double precision" && to.base == "real", from.base == "numeric" && isFloat(to.base),
		isFloat(from.base) && to.base == "numeric", from.base == "bigint" && isFloat(to.base), from.base == "integer" && to.base == "real":
		return "digits beyond the precision of " + to.String() + " are lost without notice"
	case isInteger(from.base) && to.base == "numeric" && to.mods != "":
		return losingDigits(digitsOf(from.base), 0, to)
	case strings.HasPrefix(from.base, "timestamp") && (to.base == "date" || strings.HasPrefix(to.base, "time ")):
		return "the rest of the timestamp is lost without notice"
	case from.base == "interval" && to.base == "time without time zone":
		return "whole days are lost without notice"
	case from.base == "time with time zone" && to.base == "time without time zone":
		return "the time zone is lost without notice"
	case from.base == "json" && to.base == "jsonb":
		return "order of keys, duplicate keys and white space are lost without notice"
	case from.base == "character" && isString(to):
		return "trailing blanks are lost without notice"
	case from.base == "inet" && to.base == "cidr":
		return "host bits are lost without notice"
	case isString(to) && to.mods != "":
		return "stops at the first value that is too long for " + to.String()
	}
	return ""
}

// narrowing is losing within one type.
func narrowing(from, to typ) string {
	if fits(from, to) {
		return ""
	}
	f, _ := from.numbers()
	t, ok := to.numbers()
	switch {
	case !ok:
		return ""
	case from.base == "character varying" || from.base == "bit varying" || from.base == "bit":
		return "stops at the first value that is too long for " + to.String()
	case from.base == "character":
		if len(f) == 1 && t[0] > f[0] {
			return ""
		}
		return "stops at the first value that is too long for " + to.String()
	case from.base == "numeric":
		if len(f) != 2 {
			return losingDigits(maxDigits, maxDigits, to)
		}
		return losingDigits(f[0]-f[1], f[1], to)
	}
	return "values are rounded to the new precision without notice"
}

// maxDigits is more than a numeric without modifiers has on either side of the
// point (131072 and 16383, PostgreSQL's manual, Numeric Types).
const maxDigits = 1 << 20

// losingDigits is losing of a number with so many digits before and behind the
// point that becomes the numeric type to. Rounding can carry: 9.95 is 10.0.
func losingDigits(before, behind int, to typ) string {
	n, ok := to.numbers()
	if !ok || len(n) != 2 {
		return ""
	}
	rounds := n[1] < behind
	stops := n[0]-n[1] < before || rounds && n[0]-n[1] == before
	switch {
	case rounds && stops:
		return "values are rounded to the new scale without notice, and it stops at the first that does not fit " + to.String()
	case rounds:
		return "values are rounded to the new scale without notice"
	case stops:
		return "stops at the first value that does not fit " + to.String()
	}
	return ""
}

// digitsOf is how many digits the largest number of an integer type has.
func digitsOf(base string) int { return map[int]int{2: 5, 4: 10, 8: 19}[size(base)] }

func isInteger(base string) bool { return size(base) > 0 }

func size(base string) int {
	switch base {
	case "smallint":
		return 2
	case "integer":
		return 4
	case "bigint":
		return 8
	}
	return 0
}

func isFloat(base string) bool { return base == "real" || base == "double precision" }
