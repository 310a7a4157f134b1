package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/internal/phrase"
)

// names makes keys of names: folded as the server does, without quotes, and
// without the schema where it is the one that names without one lead to.
type names struct{ schema string }

// key is the name at the beginning of p.
func (n names) key(p phrase.Phrase) string {
	var parts []string
	for _, w := range p[:len(p)-len(p.AfterName())] {
		if w.Kind == phrase.Sign {
			continue
		}
		parts = append(parts, local(w))
	}
	if len(parts) == 2 && parts[0] == n.schema {
		parts = parts[1:]
	}
	return strings.Join(parts, ".")
}

// local is one word as the server takes it for a name.
func local(w phrase.Word) string {
	if w.Kind == phrase.Quoted {
		return strings.ReplaceAll(strings.Trim(w.Plain, `"`), `""`, `"`)
	}
	return strings.ToLower(w.Plain)
}

// word is the first word of p as a name, or "".
func word(p phrase.Phrase) string { return p.Column(local) }

// list are the names in a list of columns: the first word of each part.
func list(p phrase.Phrase) []string { return p.Columns(local) }

// bare is the last part of a key.
func bare(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// typeWords are other names of types, and those that the server prints.
func typeWords(t string) string {
	switch t {
	case "int", "int4":
		return "integer"
	case "int8":
		return "bigint"
	case "int2":
		return "smallint"
	case "bool":
		return "boolean"
	case "decimal":
		return "numeric"
	case "float4":
		return "real"
	case "float8", "float":
		return "double precision"
	case "timestamptz", "timestamp with time zone":
		return "timestamptz"
	case "timestamp without time zone":
		return "timestamp"
	case "timetz", "time with time zone":
		return "timetz"
	case "time without time zone":
		return "time"
	case "character varying":
		return "varchar"
	case "character", "bpchar":
		return "char"
	}
	return t
}

// normalType is a type in one way of writing it: "varchar(20)", "integer[]".
func normalType(p phrase.Phrase) string {
	base, modifier, array := "", "", ""
	for i := 0; i < len(p); i++ {
		w := p[i]
		switch {
		case w.Is("("):
			in, rest, _ := p[i:].Inside()
			modifier = "(" + strings.ReplaceAll(in.String(), " ", "") + ")"
			i = len(p) - len(rest) - 1
		case w.Is("["):
			array += "[]"
		case w.Is("]") || w.Kind == phrase.Name && w.Plain[0] >= '0' && w.Plain[0] <= '9':
		case w.Is("ARRAY"):
			array += "[]"
		case w.Is("."):
			base += "."
		default:
			if base != "" && !strings.HasSuffix(base, ".") {
				base += " "
			}
			base += local(w)
		}
	}
	base = strings.TrimPrefix(base, "pg_catalog.")
	return typeWords(base) + modifier + array
}

// baseType is a type without modifier and brackets.
func baseType(t string) string {
	if i := strings.IndexAny(t, "(["); i >= 0 {
		return t[:i]
	}
	return t
}
