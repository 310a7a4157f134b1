package migrations

import "strings"

// substitute replaces :'name' and :"name" for the declared names by the
// value, quoted as a literal or an identifier (psql's syntax). Everything else,
// undeclared names too, stays. shift maps an offset of the result to one of
// sql.
func substitute(rules lexRules, sql string, declared []string, values map[string]string) (text string, shift func(int) int) {
	type edit struct{ at, end, oldEnd int } // result[at:end] replaced sql[…:oldEnd]
	var (
		edits []edit
		b     strings.Builder
		last  int
		s     = scanner{src: sql, rules: rules}
		colon = -1 // offset of a single ':' directly before
	)
	for len(declared) > 0 {
		t, err := s.next()
		if err != nil || t.kind == tokenEOF {
			break
		}
		quoted := t.kind == tokenIdent && sql[t.start] == '"' || t.kind == tokenLiteral && sql[t.start] == '\''
		if quoted && colon == t.start-1 && colon >= 0 {
			if name := sql[t.start+1 : t.end-1]; contains(declared, name) {
				b.WriteString(sql[last:colon])
				at := b.Len()
				q := string(sql[t.start])
				b.WriteString(q + strings.ReplaceAll(values[name], q, q+q) + q)
				edits = append(edits, edit{at, b.Len(), t.end})
				last = t.end
			}
		}
		if t.kind == tokenPunct && sql[t.start] == ':' && (t.start == 0 || sql[t.start-1] != ':') {
			colon = t.start
		} else {
			colon = -1
		}
	}
	b.WriteString(sql[last:])
	return b.String(), func(pos int) int {
		for i := len(edits) - 1; i >= 0; i-- {
			if e := edits[i]; pos >= e.end {
				return pos - e.end + e.oldEnd
			} else if pos >= e.at {
				return e.oldEnd
			}
		}
		return pos
	}
}
