package diff

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// families are the types that one Go type goes to and comes from alike, per
// product: a database made by hand and one made by an ORM choose differently
// among them. A type may be in several.
func families(product string) [][]string {
	if product == "sqlite" {
		// By the names people declare (https://www.sqlite.org/datatype3.html): what
		// is stored goes by affinity, which any of a family can hold.
		return [][]string{
			{"text", "varchar", "character varying", "character", "char", "nchar", "nvarchar", "clob", "citext", "uuid", "json", "jsonb", "string", "enum", "name"},
			{"integer", "int", "bigint", "smallint", "tinyint", "mediumint", "int2", "int4", "int8", "unsigned big int", "boolean", "bool", "numeric"},
			{"real", "double", "double precision", "float", "numeric", "decimal"},
			{"datetime", "timestamp", "date", "timestamp with time zone", "timestamptz", "timestamp without time zone"},
			{"blob", "bytea", "binary", "varbinary", "json", "jsonb", "uuid", "text"},
		}
	}
	return [][]string{
		{"text", "character varying", "character", "bpchar", "citext", "public.citext", "name", "uuid", "json", "jsonb", "xml", "inet", "cidr", "macaddr"},
		{"smallint", "integer", "bigint"},
		{"real", "double precision", "numeric"},
		{"timestamp with time zone", "timestamp without time zone", "date"},
		{"bytea", "json", "jsonb", "uuid"},
	}
}

// sameFamily reports whether values of one Go type fit both types. An enum is a
// text of few values; arrays are of one family when their elements are.
func sameFamily(product string, a, b schema.Type) bool {
	x, xArray := familyName(a)
	y, yArray := familyName(b)
	if xArray != yArray {
		return false
	}
	if x == y {
		return true
	}
	return slices.ContainsFunc(families(product), func(f []string) bool { return slices.Contains(f, x) && slices.Contains(f, y) })
}

// familyName is the type without length, precision and array brackets. The
// modifier may stand inside: timestamp(3) with time zone.
func familyName(t schema.Type) (name string, array bool) {
	name = strings.ToLower(strings.TrimSpace(t.Text))
	for strings.HasSuffix(name, "[]") {
		name, array = strings.TrimSuffix(name, "[]"), true
	}
	if !t.Ref.IsZero() {
		return "text", array
	}
	if before, rest, ok := strings.Cut(name, "("); ok {
		_, after, _ := strings.Cut(rest, ")")
		name = strings.TrimSpace(before) + after
	}
	return name, array
}
