package dialect

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// Refers reports whether PostgreSQL lets a column of type from refer to a key of
// type to. The server wants an operator that compares both in the class of the
// key's index, or an implicit cast to the key's type
// (ATAddForeignKeyConstraint, tablecmds.c). known is false where gen cannot
// tell: types of extensions and of the user's own, and "char", on which versions
// differ.
func Refers(from, to schema.Type) (ok, known bool) {
	f, knownFrom := referable(from)
	t, knownTo := referable(to)
	if !knownFrom || !knownTo {
		return false, false
	}
	return f == t || slices.Contains(referTo[t], f), true
}

// referable is the type without its modifier; enum types are known by name.
func referable(t schema.Type) (name string, known bool) {
	if !t.Ref.IsZero() {
		name = "enum " + t.Ref.String()
		if strings.HasSuffix(t.Text, "[]") {
			name += "[]"
		}
		return name, true
	}
	text, known := CanonicalType(t.Text)
	name, _, tail := typeMod(text)
	return name + tail, known && text != `"char"`
}

// referTo are the types beside itself that may refer to a key of the type.
var referTo = func() map[string][]string {
	var (
		integers = []string{"smallint", "integer", "bigint"}
		numbers  = append([]string{"numeric", "real", "double precision"}, integers...)
		texts    = []string{"text", "character varying", "character", "name"}
		moments  = []string{"date", "timestamp without time zone", "timestamp with time zone"}
		oids     = append([]string{"oid", "regclass", "regcollation", "regconfig", "regdictionary", "regnamespace",
			"regoper", "regoperator", "regproc", "regprocedure", "regrole", "regtype"}, integers...)
	)
	m := map[string][]string{
		"numeric": integers, "real": numbers, "double precision": numbers,
		"text": texts, "character varying": texts,
		"character": {"text", "character varying"}, "name": texts,
		"bit": {"bit varying"}, "bit varying": {"bit"},
		"inet": {"cidr"}, "cidr": {"inet"},
		"macaddr": {"macaddr8"}, "macaddr8": {"macaddr"},
		"interval": {"time without time zone"}, "time with time zone": {"time without time zone"},
	}
	for _, t := range integers {
		m[t] = integers
	}
	for _, t := range moments {
		m[t] = moments
	}
	for _, t := range oids[:len(oids)-len(integers)] {
		m[t] = oids
	}
	return m
}()
