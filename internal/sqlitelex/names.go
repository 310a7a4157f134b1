package sqlitelex

// Fold is the form in which SQLite compares names: ASCII letters in lower
// case, all else as it is.
func Fold(name string) string {
	i := 0
	for i < len(name) && fold(name[i]) == name[i] {
		i++
	}
	if i == len(name) {
		return name
	}
	b := []byte(name)
	for ; i < len(b); i++ {
		b[i] = fold(b[i])
	}
	return string(b)
}

func fold(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// Same reports whether SQLite takes two names for one.
func Same(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if fold(a[i]) != fold(b[i]) {
			return false
		}
	}
	return true
}

// Mentions reports whether name stands in the SQL text as a word or a quoted
// identifier, in any case. A string literal is no mention. Text that cannot be
// read mentions everything.
func Mentions(sql, name string) bool {
	toks, err := Lex(sql)
	if err != nil {
		return true
	}
	for _, t := range toks {
		if t.IsName() && Same(t.Value, name) {
			return true
		}
	}
	return false
}
