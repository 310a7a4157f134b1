package postgres

import (
	"fmt"
	"strings"
)

// Publications have names of the database: while files are read they go by
// names of the scratch, so that none of those there is in the way.

// globalName is the index of the token that names a publication, 0 where the
// statement is about something else.
func (d *definition) globalName() int {
	i := 0
	switch {
	case d.is(0, "create", "publication"), d.is(0, "alter", "publication"):
		i = 2
	case d.is(0, "comment", "on", "publication"):
		i = 3
	}
	if i > 0 && i < len(d.tokens) && d.tokens[i].name() {
		return i
	}
	return 0
}

func (s *scratch) aliasGlobals(prefix string) {
	s.globals = map[string]string{}
	for _, d := range s.definitions {
		i := d.globalName()
		if i == 0 || s.globals[d.tokens[i].text] != "" {
			continue
		}
		name := d.tokens[i].text
		own := fmt.Sprintf("%s%d_", prefix, len(s.globals))
		s.globals[name], s.alias[own] = own, name
	}
}

// elsewhere gives the publication the name that it has here, and the schemas in
// it theirs: TABLES IN SCHEMA a, b. sql is the text of the statement as it
// stands in the file; other statements come back as they are.
func (s *scratch) elsewhere(d *definition, sql string) string {
	at := d.globalName()
	if at == 0 {
		return sql
	}
	var b strings.Builder
	done, begin := 0, d.tokens[0].begin
	put := func(t token, text string) {
		b.WriteString(sql[done:t.begin-begin] + text)
		done = t.end - begin
	}
	put(d.tokens[at], s.globals[d.tokens[at].text])
	for i := at + 1; i < len(d.tokens); i++ {
		if !d.is(i, "in", "schema") || d.is(0, "comment") {
			continue
		}
		for i += 2; i < len(d.tokens) && d.tokens[i].name(); i += 2 {
			switch t := d.tokens[i]; {
			case d.is(i, "current_schema"):
				put(t, s.scratchOf[s.schemas[0]])
			case s.scratchOf[t.text] != "":
				put(t, s.scratchOf[t.text])
			}
			if i+2 >= len(d.tokens) || !d.tokens[i+1].is(",") || d.is(i+2, "table") || d.is(i+2, "tables") {
				break
			}
		}
	}
	return b.String() + sql[done:]
}
