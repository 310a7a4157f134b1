package dialect

import (
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// NeedsToast reports whether PostgreSQL gives a table of these columns a TOAST
// table. Without one it takes storage parameters that begin with "toast." and
// forgets them. The rule is that of heapam_relation_needs_toast_table and
// type_maximum_size, with blocks of 8 KB and characters of up to four bytes:
// there must be a column that can be stored out of line, and rows that can
// become longer than a quarter of a block. Types that are not built in count as
// ones of any length.
func NeedsToast(columns []schema.Column) bool {
	most, unlimited, out := 0, false, false
	for _, c := range columns {
		if c.Generated != nil && c.Generated.Virtual {
			continue
		}
		if f, ok := fixedOf(c.Type); ok {
			most = align(most, f.align) + f.size
			continue
		}
		// tsquery alone of the types with a length is stored plain by itself.
		out = out || c.Storage != "plain" && (c.Storage != "" || c.Type.Text != "tsquery")
		if n := longest(c.Type.Text); n < 0 {
			unlimited = true
		} else {
			most = align(most, 4) + n
		}
	}
	const header, threshold = 23, 2032 // SizeofHeapTupleHeader, TOAST_TUPLE_THRESHOLD
	return out && (unlimited || align(header+(len(columns)+7)/8, 8)+align(most, 8) > threshold)
}

func align(n, to int) int { return (n + to - 1) / to * to }

// A fixed is a type whose values have all the same length: typlen and typalign
// of pg_type.
type fixed struct{ size, align int }

var fixedTypes = map[string]fixed{
	"boolean": {1, 1}, `"char"`: {1, 1}, "smallint": {2, 2}, "integer": {4, 4}, "bigint": {8, 8}, "real": {4, 4}, "double precision": {8, 8},
	"date": {4, 4}, "time without time zone": {8, 8}, "time with time zone": {12, 8}, "timestamp without time zone": {8, 8},
	"timestamp with time zone": {8, 8}, "interval": {16, 8}, "uuid": {16, 1}, "money": {8, 8}, "oid": {4, 4}, "xid": {4, 4}, "xid8": {8, 8},
	"cid": {4, 4}, "tid": {6, 2}, "macaddr": {6, 4}, "macaddr8": {8, 4}, "point": {16, 8}, "line": {24, 8}, "lseg": {32, 8}, "box": {32, 8},
	"circle": {24, 8}, "name": {64, 1}, "pg_lsn": {8, 8}, "aclitem": {12, 4},
	"regclass": {4, 4}, "regcollation": {4, 4}, "regconfig": {4, 4}, "regdictionary": {4, 4}, "regnamespace": {4, 4}, "regoper": {4, 4},
	"regoperator": {4, 4}, "regproc": {4, 4}, "regprocedure": {4, 4}, "regrole": {4, 4}, "regtype": {4, 4},
}

// fixedOf finds the type among those of one length, as enums are, too.
func fixedOf(t schema.Type) (f fixed, ok bool) {
	if strings.HasSuffix(t.Text, "[]") {
		return fixed{}, false
	}
	if !t.Ref.IsZero() {
		return fixed{4, 4}, true
	}
	text, known := CanonicalType(t.Text)
	if !known {
		return fixed{}, false
	}
	name, _, tail := typeMod(text)
	f, ok = fixedTypes[name+tail]
	return f, ok
}

// longest is the greatest length of a value in bytes; -1: there is none.
func longest(text string) int {
	text, _ = CanonicalType(text)
	name, mod, tail := typeMod(text)
	if mod == "" || tail != "" {
		return -1
	}
	n, _ := strconv.Atoi(strings.SplitN(mod, ",", 2)[0])
	switch name {
	case "character", "character varying":
		return 4*n + 4
	case "bit", "bit varying":
		return (n+7)/8 + 8
	case "numeric":
		return 2*((n+3)/4+2) + 8 // numeric_maximum_size
	}
	return -1
}

// typeMod cuts "timestamp(3) without time zone" into name, modifier and tail.
func typeMod(text string) (name, mod, tail string) {
	name, rest, found := strings.Cut(text, "(")
	if !found {
		return text, "", ""
	}
	mod, tail, _ = strings.Cut(rest, ")")
	return name, mod, tail
}
