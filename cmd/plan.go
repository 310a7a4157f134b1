package cmd

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/autogen/plan"
	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/render"
)

// steps turns rendered statements into the steps of a revision file: what may
// share a transaction stands together, what may not gets a step of its own.
// The order is never changed.
func steps(statements []render.Statement) []migrations.Step {
	return plannedSteps(plan.New(diff.Plan{}, nil, statements, nil).Statements, false)
}

// plannedSteps is steps of statements that may have been edited. loses is for a
// way back: what is lost is written down for its gate.
func plannedSteps(statements []plan.Statement, loses bool) []migrations.Step {
	var out []migrations.Step
	for _, s := range statements {
		kind := migrations.Step{ForeignKeysOff: s.Rendered.Rebuild}
		switch s.Tx {
		case "each":
			kind.Tx = migrations.TxEach
		case "batch":
			kind.Tx = migrations.TxBatch // whose step holds one statement
		}
		if n := len(out); n == 0 || kind.Tx == migrations.TxBatch || out[n-1].Tx != kind.Tx || out[n-1].ForeignKeysOff != kind.ForeignKeysOff {
			out = append(out, kind)
		}
		last := &out[len(out)-1]
		if loses && s.Loses != "" && !slices.Contains(last.Loses, s.Loses) {
			last.Loses = append(last.Loses, s.Loses)
		}
		st := migrations.Statement{SQL: s.SQL, Comment: s.Comment}
		for _, q := range s.Rendered.Prechecks {
			st.Prechecks = append(st.Prechecks, migrations.Precheck{SQL: q})
		}
		last.Statements = append(last.Statements, st)
	}
	return out
}

// hazards are the ids of what a reviewer should look at, for the header:
// "LOCK01 orders", each once, in the order of the file.
func hazards(statements []plan.Statement) []string {
	var out []string
	for _, s := range statements {
		for _, h := range s.Rendered.Hazards {
			if h.Note {
				continue
			}
			line := h.ID + " " + cmp.Or(h.Object, diff.Describe(s.Rendered.Change).Name())
			if !slices.Contains(out, line) {
				out = append(out, line)
			}
		}
	}
	return out
}

// printLines prints changes as columns: sign and object, detail, position.
func (a *app) printLines(ls []diff.Line) {
	objects, details := 0, 0
	for _, l := range ls {
		objects = max(objects, len([]rune(l.Object)))
		details = max(details, len([]rune(l.Detail)))
	}
	objects, details = min(objects, 40), min(details, 60)
	for _, l := range ls {
		text := fmt.Sprintf("%s %s  %s", l.Sign, pad(l.Object, objects), pad(l.Detail, details))
		if l.Pos.IsValid() {
			text += "  " + a.paint(place(l), dim)
		}
		a.printf("%s\n", a.paint(strings.TrimRight(text, " "), signColour(l.Sign)))
	}
}

func place(l diff.Line) string {
	p := l.Pos
	p.Col = 0
	return p.String()
}

func pad(s string, width int) string {
	if n := len([]rune(s)); n < width {
		return s + strings.Repeat(" ", width-n)
	}
	return s
}

func signColour(sign string) colour {
	switch sign {
	case "+":
		return green
	case "-":
		return red
	}
	return yellow
}
