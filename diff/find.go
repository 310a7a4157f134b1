package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// Answers are the user's words on what looks like a rename. A name is a table
// or table.column, with or without the schema; a part with a dot or a quote in
// it stands in double quotes.
type Answers struct {
	Rename   []string // "users.name=users.full_name", "old_table=new_table"
	NoRename []string // "users.name", "old_table": what is gone is gone
}

// A Question asks about something gone and something new that look alike.
// Nothing may be planned before it is answered: a drop would lose the data.
type Question struct {
	Kind    string     `json:"kind"` // "table" or "column"
	From    string     `json:"from"` // "users.name"
	To      string     `json:"to"`   // "users.full_name"
	Why     string     `json:"why"`  // what makes them look alike
	YesFlag string     `json:"yes_flag"`
	NoFlag  string     `json:"no_flag"`
	Pos     schema.Pos `json:"pos,omitzero"` // where the new one is declared
}

// FindRenames says which tables and columns of have go on in want under
// another name: those with an answer, then those with a hint (Was). Of a hint
// with only the old name in the database it makes a rename, with only the new
// one nothing, with neither nothing, with both an error. What looks alike and
// has neither hint nor answer comes back as questions. Answers that match
// nothing are errors. The error is a [*Conflicts] with all of them.
//
// defaultSchema is that of names without one; it is not shown in questions.
// Types are compared by their text, so want should have canonical types;
// expressions are not looked at.
func FindRenames(have, want *schema.Database, a Answers, defaultSchema string) (Renames, []Question, error) {
	f := finder{have: have, want: want, defaultSchema: defaultSchema}
	yes, no := f.parseAnswers(a)
	f.findTables(yes, no)
	f.findColumns(yes, no)
	f.findObjects()
	for _, ans := range slices.Concat(yes, no) {
		if !ans.used {
			f.conflict(schema.Pos{}, "run gen diff to see what looks like a rename",
				"%s matches nothing: %s", ans.flag, f.whyUnused(ans))
		}
	}
	if err := f.err(); err != nil {
		return Renames{}, nil, err
	}
	return f.renames, f.questions, nil
}

// A finder collects the renames.
type finder struct {
	problems
	have, want    *schema.Database
	defaultSchema string

	renames   Renames
	questions []Question
}

// An answer is one of the user's, in its parts.
type answer struct {
	flag     string // as the user wrote it
	from, to []string
	used     bool
}

func (f *finder) parseAnswers(a Answers) (yes, no []*answer) {
	for _, s := range a.Rename {
		flag := "--rename " + s
		from, to, ok := cutAnswer(s)
		if !ok {
			f.conflict(schema.Pos{}, "write --rename users.name=users.full_name", "%s is not old=new", flag)
			continue
		}
		yes = append(yes, &answer{flag: flag, from: from, to: to})
	}
	for _, s := range a.NoRename {
		flag := "--no-rename " + s
		parts, rest := splitName(s)
		if rest != "" || len(parts) == 0 {
			f.conflict(schema.Pos{}, "write --no-rename users.name", "%s is no name", flag)
			continue
		}
		no = append(no, &answer{flag: flag, from: parts})
	}
	return yes, no
}

func cutAnswer(s string) (from, to []string, ok bool) {
	from, rest := splitName(s)
	if !strings.HasPrefix(rest, "=") {
		return nil, nil, false
	}
	to, rest = splitName(rest[1:])
	return from, to, rest == "" && len(from) > 0 && len(to) > 0
}

// splitName reads up to three parts joined by dots and returns what follows.
func splitName(s string) (parts []string, rest string) {
	for len(parts) < 3 {
		part := ""
		if strings.HasPrefix(s, `"`) {
			t := quoted(tokenIdent, s, 0, '"', false)
			part, s = t.name, s[len(t.text):]
		} else {
			n := strings.IndexAny(s, `.="`)
			part = upTo(s, n)
			s = s[len(part):]
		}
		if part == "" {
			return nil, s
		}
		parts = append(parts, part)
		if !strings.HasPrefix(s, ".") {
			break
		}
		s = s[1:]
	}
	return parts, s
}

// isTable reports whether the parts can name the table.
func (f *finder) isTable(parts []string, n schema.Name) bool {
	switch len(parts) {
	case 1:
		return parts[0] == n.Local && n.Schema == f.defaultSchema
	case 2:
		return parts[0] == n.Schema && parts[1] == n.Local
	}
	return false
}

// isColumn reports whether the parts can name the column of either table (the
// same one by its old and its new name).
func (f *finder) isColumn(parts []string, old, renamed schema.Name, column string) bool {
	last := len(parts) - 1
	return last > 0 && parts[last] == column && (f.isTable(parts[:last], old) || f.isTable(parts[:last], renamed))
}

// shown is the table's name as answers have it.
func (f *finder) shown(n schema.Name, column ...string) string {
	parts := []string{n.Local}
	if n.Schema != f.defaultSchema {
		parts = []string{n.Schema, n.Local}
	}
	for i, p := range append(parts, column...) {
		if i == 0 {
			parts = parts[:0]
		}
		if strings.ContainsAny(p, `."=`) || p == "" {
			p = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
		}
		parts = append(parts, p)
	}
	return strings.Join(parts, ".")
}

func (f *finder) ask(kind, from, to, why string, at schema.Pos) {
	f.questions = append(f.questions, Question{
		Kind: kind, From: from, To: to, Why: why, Pos: at,
		YesFlag: "--rename " + shellWord(from+"="+to),
		NoFlag:  "--no-rename " + shellWord(from),
	})
}

// shellWord quotes for a POSIX shell where it must be.
func shellWord(s string) string {
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.ContainsRune("._=-/", c):
		default:
			return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		}
	}
	return s
}

// whyUnused looks for what an answer may have meant.
func (f *finder) whyUnused(a *answer) string {
	from := strings.Join(a.from, ".")
	if a.to == nil {
		return fmt.Sprintf("%s is not about to be dropped", from)
	}
	to := strings.Join(a.to, ".")
	return fmt.Sprintf("the database must have %s and not %s, the models %s", from, to, to)
}
