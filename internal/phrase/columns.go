package phrase

// Column is the name that the phrase begins with, as the dialect spells it (spell);
// empty where it begins with no name.
func (p Phrase) Column(spell func(Word) string) string {
	if len(p) == 0 || p[0].Kind == Sign || p[0].Kind == String {
		return ""
	}
	return spell(p[0])
}

// Columns are the names in a list of columns: the first word of each part.
func (p Phrase) Columns(spell func(Word) string) []string {
	var out []string
	for _, part := range p.Parts() {
		if name := part.Column(spell); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// Assigned are the columns that an UPDATE or INSERT gives values, where p is what
// follows the table's name. Other statements give none.
func (p Phrase) Assigned(verb string, spell func(Word) string) []string {
	switch verb {
	case "UPDATE":
		set, _ := p.Behind("SET")
		if i := set.Find("WHERE|FROM|RETURNING"); i >= 0 {
			set = set[:i]
		}
		var names []string
		for _, part := range set.Parts() {
			if in, _, ok := part.Inside(); ok {
				names = append(names, in.Columns(spell)...)
			} else if len(part) > 1 && part[1].Is("=") {
				names = append(names, part.Column(spell))
			}
		}
		return names
	case "INSERT":
		if in, _, ok := p.Inside(); ok && !in.Begins("SELECT|WITH|VALUES") {
			return in.Columns(spell)
		}
	}
	return nil
}
