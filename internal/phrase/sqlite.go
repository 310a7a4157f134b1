package phrase

import (
	"strings"

	"github.com/gen-migrate/gen/internal/sqlitelex"
)

// SQLite cuts a statement as SQLite does. It is nil for what is not SQL.
func SQLite(sql string) Phrase {
	tokens, err := sqlitelex.Lex(sql)
	if err != nil {
		return nil
	}
	out := make(Phrase, 0, len(tokens))
	depth := 0
	for _, t := range tokens {
		w := Word{Text: t.Text, Plain: t.Text, Start: t.Start, End: t.End}
		switch t.Kind {
		case sqlitelex.Word, sqlitelex.Number, sqlitelex.Param:
			w.Kind, w.Text = Name, strings.ToUpper(t.Text)
		case sqlitelex.Quoted:
			w.Kind = Quoted
		case sqlitelex.String, sqlitelex.Blob:
			w.Kind = String
		default:
			w.Kind = Sign
		}
		if t.Is(")") {
			depth--
		}
		w.Depth = depth
		if t.Is("(") {
			depth++
		}
		out = append(out, w)
	}
	return out
}
