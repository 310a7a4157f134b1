package schema

import "strings"

// Multirange is the name of the multirange type that came with a range type, as its
// definition says it. It is zero for every other object, and before PostgreSQL 14,
// which has none.
func (o Object) Multirange() Name {
	_, name, ok := strings.Cut(o.SQL, "MULTIRANGE_TYPE_NAME = ")
	if o.Kind != KindRange || !ok {
		return Name{}
	}
	in, rest := leadingIdent(name)
	local, _ := leadingIdent(strings.TrimPrefix(rest, "."))
	return Name{Schema: in, Local: local}
}

// leadingIdent is the identifier that the text begins with, without its quotes, and
// what stands behind it.
func leadingIdent(text string) (name, rest string) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ".,) ")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:]
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != '"':
		case i+1 < len(text) && text[i+1] == '"':
			i++
		default:
			return strings.ReplaceAll(text[1:i], `""`, `"`), text[i+1:]
		}
	}
	return text, ""
}
