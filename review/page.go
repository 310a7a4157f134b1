package review

import (
	_ "embed"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/gen-migrate/gen/erd"
	"github.com/gen-migrate/gen/migrations"
)

// A Page is what is to be reviewed.
type Page struct {
	Title string
	Facts []Fact // of the header

	// Groups are the changes. Nil: those that stand above the statements.
	Groups []Group
	// Before and After are the tables that change. NoDiagram is why there are
	// none, where there are none.
	Before, After *erd.Diagram
	NoDiagram     string

	Up   []migrations.Step
	Down []migrations.Step // nil: there is no way back
	// Irreversible is why there is no way back, in the words of the file.
	Irreversible string

	// Hazards are those of the header of a file: "LOCK13 things". They are shown
	// where no statement tells of one with that id.
	Hazards []string
	Notes   []string
}

// A Fact is a line of the header.
type Fact struct{ Name, Value string }

// A Group is the changes of one table, or of what belongs to none.
type Group struct {
	Name    string
	Changes []Change
}

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
)

// HTML is the page. It is complete by itself and has no script.
func HTML(p Page) ([]byte, error) {
	t, err := template.New("page").Funcs(template.FuncMap{"seen": seen}).Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	v := view{Page: p, CSS: template.CSS(pageCSS + erd.CSS())}
	v.Up, v.Down = read(p.Up, "s"), read(p.Down, "w")
	if v.Groups == nil {
		v.Groups = told(v.Up)
	}
	v.risks()
	v.class()
	if p.Before != nil && p.After != nil {
		// Made of escaped parts alone.
		v.BeforeSVG, v.AfterSVG = template.HTML(p.Before.Drawing("x", false)), template.HTML(p.After.Drawing("y", false))
	}
	var b strings.Builder
	err = t.Execute(&b, v)
	return []byte(b.String()), err
}

// A view is what the template shows.
type view struct {
	Page
	CSS                 template.CSS
	BeforeSVG, AfterSVG template.HTML
	Up, Down            []step
	Risks               []risk
	Back                string // the class of the way back
	BackClass           string
}

// A step is statements that are run as one, or one by one.
type step struct {
	Number     int
	Name, Mode string
	Settings   []string
	Loses      []string
	Go         string
	Statements []statement
}

type statement struct {
	ID     string // "s3"
	Number int
	SQL    string
	Told
	Worst string // class of the worst lock; empty: none is told
}

// A risk is a hazard or a loss, and the statement it is of.
type risk struct {
	ID, Text, Link string
	Number         int
	Loss           bool
}

func read(steps []migrations.Step, prefix string) []step {
	var out []step
	number := 0
	for i, s := range steps {
		st := step{Number: i + 1, Name: s.Name, Mode: mode(s), Settings: settings(s), Loses: s.Loses, Go: s.Go}
		for _, q := range s.Statements {
			number++
			one := statement{ID: fmt.Sprintf("%s%d", prefix, number), Number: number, SQL: q.SQL, Told: Read(q.Comment)}
			for _, l := range one.Locks {
				if class := l.Class(); one.Worst == "" || class == "all" || class == "write" && one.Worst == "none" {
					one.Worst = class
				}
			}
			st.Loses = slices.DeleteFunc(slices.Clone(st.Loses), func(l string) bool { return slices.Contains(one.Loses, l) })
			st.Statements = append(st.Statements, one)
		}
		out = append(out, st)
	}
	return out
}

// mode is how a step runs, in words.
func mode(s migrations.Step) string {
	switch {
	case s.Go != "" && s.Tx == migrations.TxOn:
		return "a Go function, in one transaction"
	case s.Go != "":
		return "a Go function"
	case s.Tx == migrations.TxEach:
		return "statement by statement: what is done is done, and is not undone when a later one fails"
	case s.Tx == migrations.TxBatch:
		return "in batches, each in a transaction of its own, until no row is left"
	case s.ForeignKeysOff:
		return "one transaction, foreign keys off meanwhile and checked before it ends"
	}
	return "one transaction: all of it is done, or nothing"
}

func settings(s migrations.Step) []string {
	var out []string
	for _, v := range []struct {
		name  string
		value time.Duration
	}{{"lock_timeout", s.LockTimeout}, {"statement_timeout", s.StatementTimeout}, {"rest between batches", s.Throttle}} {
		switch {
		case v.value == migrations.NoTimeout:
			out = append(out, v.name+" off")
		case v.value > 0:
			out = append(out, v.name+" "+v.value.String())
		}
	}
	return out
}

// told are the changes above the statements, by the table of each.
func told(steps []step) []Group {
	var out []Group
	var rest Group
	for _, s := range steps {
		for _, q := range s.Statements {
			if len(q.Changes) == 0 {
				continue
			}
			name := tableIn(q.SQL)
			i := slices.IndexFunc(out, func(g Group) bool { return g.Name == name })
			switch {
			case name == "":
				rest.Changes = append(rest.Changes, q.Changes...)
			case i < 0:
				out = append(out, Group{name, q.Changes})
			default:
				out[i].Changes = append(out[i].Changes, q.Changes...)
			}
		}
	}
	return withRest(out, rest)
}

// withRest adds what belongs to no table.
func withRest(groups []Group, rest Group) []Group {
	if len(rest.Changes) == 0 {
		return groups
	}
	if len(groups) > 0 {
		rest.Name = "other"
	}
	return append(groups, rest)
}

// risks are the hazards and losses of the way up, losses first.
func (v *view) risks() {
	known := map[string]bool{}
	var losses, hazards []risk
	for _, s := range v.Up {
		for _, l := range s.Loses {
			losses = append(losses, risk{ID: "loses data", Text: l, Loss: true})
		}
		for _, q := range s.Statements {
			for _, l := range q.Loses {
				losses = append(losses, risk{"loses data", l, q.ID, q.Number, true})
			}
			for _, h := range q.Hazards {
				known[h.ID] = true
				hazards = append(hazards, risk{h.ID, h.Text, q.ID, q.Number, false})
			}
		}
	}
	for _, line := range v.Hazards {
		id, rest, _ := strings.Cut(line, " ")
		if !known[id] {
			hazards = append(hazards, risk{ID: id, Text: rest})
		}
	}
	v.Risks = append(losses, hazards...)
}

// class is that of the way back as a whole: the least of what its statements
// tell.
func (v *view) class() {
	switch {
	case v.Irreversible != "":
		v.BackClass, v.Back = "irreversible", "There is no way back: "+v.Irreversible
		return
	case v.Page.Down == nil:
		v.BackClass, v.Back = "irreversible", "No way back is written down."
		return
	}
	v.BackClass, v.Back = "exact", "Leads back to the schema as it was; what was written to new objects meanwhile goes with them."
	for _, s := range v.Down {
		for _, q := range s.Statements {
			for _, b := range q.Told.Back {
				switch class, _, _ := strings.Cut(b, ":"); {
				case class == "irreversible":
					v.BackClass, v.Back = class, "Does not lead back all the way: see the statements."
				case class == "structure-only" && v.BackClass != "irreversible":
					v.BackClass, v.Back = class, "Structure comes back, rows and values do not: see the statements."
				case class == "fallible" && v.BackClass == "exact":
					v.BackClass, v.Back = class, "May fail on rows that are written meanwhile: see the statements."
				}
			}
		}
	}
}

// seen is text in characters that can be seen: a mark that turns the direction of
// what follows would show a statement otherwise than it runs.
func seen(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case r < 0x20:
			return 0x2400 + r
		case r == 0x7f:
			return 0x2421
		case r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return 0xfffd
		}
		return r
	}, s)
}
