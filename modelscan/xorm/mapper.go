package xorm

import "strings"

// A Mapper makes names of tables and columns of Go names.
type Mapper struct {
	Rule   string // snake (the default), gonic or same
	Prefix string
	Suffix string
}

// Mappers are the rules there are.
func Mappers() []string { return []string{"snake", "gonic", "same"} }

// Name is the name that the mapper makes of a Go name.
func (m Mapper) Name(name string) string {
	switch m.Rule {
	case "gonic":
		name = gonic(name)
	case "", "snake":
		name = snake(name)
	}
	return m.Prefix + name + m.Suffix
}

// snake puts '_' before every capital but the first letter: ID → i_d.
func snake(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		b.WriteByte(c)
	}
	return b.String()
}

// gonic takes a run of capitals for one word: UserID → user_id, but
// IDs → i_ds. The index in its conditions counts bytes of the name, as in
// xorm, so names that are not ASCII come out as there.
func gonic(name string) string {
	upper := func(r rune) bool { return 'A' <= r && r <= 'Z' }
	var out []rune
	for i, r := range name {
		if upper(r) && i > 0 && !upper(out[len(out)-1]) {
			out = append(out, '_')
		}
		if !upper(r) && i > 1 {
			if l := len(out); l > 1 && upper(out[l-1]) && upper(out[l-2]) {
				out = append(out, out[l-1])
				out[l-1] = '_'
			}
		}
		out = append(out, r)
	}
	return strings.ToLower(string(out))
}
