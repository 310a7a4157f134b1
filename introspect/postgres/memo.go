package postgres

import "github.com/gen-migrate/gen/dialect"

// A memo keeps what was worked out about a text: large schemas say the same few
// things many times.
type memo struct {
	types map[string]parsedType
	bones map[string]skeletonOf
	same  map[[2]string]bool
	words map[string]map[string]bool
	whole map[string]bool
}

type parsedType struct {
	text  string
	known bool
	err   error
}

type skeletonOf struct {
	text string
	ok   bool
}

func newMemo() memo {
	return memo{map[string]parsedType{}, map[string]skeletonOf{}, map[[2]string]bool{}, map[string]map[string]bool{}, map[string]bool{}}
}

// parseType is dialect.ParseType.
func (m memo) parseType(text string) (string, bool, error) {
	p, ok := m.types[text]
	if !ok {
		p.text, p.known, p.err = dialect.ParseType(text)
		m.types[text] = p
	}
	return p.text, p.known, p.err
}

func (m memo) skeleton(text string) (string, bool) {
	s, ok := m.bones[text]
	if !ok {
		s.text, s.ok = skeleton(text)
		m.bones[text] = s
	}
	return s.text, s.ok
}

func (m memo) sameTokens(a, b string) bool {
	key := [2]string{a, b}
	same, ok := m.same[key]
	if !ok {
		same = sameTokens(a, b)
		m.same[key] = same
	}
	return same
}

func (m memo) balanced(text string) bool {
	whole, ok := m.whole[text]
	if !ok {
		whole = balanced(text)
		m.whole[text] = whole
	}
	return whole
}

// names are the identifiers in the text; with "" among them where it cannot be
// split safely.
func (m memo) names(text string) map[string]bool {
	set, ok := m.words[text]
	if !ok {
		set = map[string]bool{}
		for _, t := range lex(text) {
			switch {
			case t.name():
				set[t.text] = true
			case t.kind == broken:
				set[""] = true
			}
		}
		m.words[text] = set
	}
	return set
}

// mentions reports whether an identifier of the text is in the set.
func (m memo) mentions(text string, set map[string]bool) bool {
	if len(set) == 0 {
		return false
	}
	for name := range m.names(text) {
		if set[name] {
			return true
		}
	}
	return false
}
