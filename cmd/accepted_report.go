package cmd

import (
	"fmt"
	"slices"

	"github.com/gen-migrate/gen/diff"
)

// An acceptedReport is what gen check says, in JSON too, about differences that
// are no changes.
type acceptedReport struct {
	// Accepted are those that the accept list takes as they are; Stale its
	// lines that accept nothing any more; Held those that cannot stay while
	// something else goes, and so are changes.
	Accepted []acceptedLine `json:"accepted,omitempty"`
	Stale    []acceptedLine `json:"stale,omitempty"`
	Held     []acceptedLine `json:"held,omitempty"`
	// PassedOver are those that the models do not state (compat mode).
	PassedOver []acceptedLine `json:"passed_over,omitempty"`

	file string
}

// mode is that of the comparison, where it is not the plain one.
func (acc *acceptance) mode() string {
	if acc.compat {
		return "compat"
	}
	return ""
}

// An acceptedLine is one difference, and the line of the list it stands in.
type acceptedLine struct {
	File       string     `json:"file,omitempty"`
	Line       int        `json:"line,omitempty"`
	Class      diff.Class `json:"class"` // leftover, missing, changed
	Difference string     `json:"difference"`
	Reason     string     `json:"reason,omitempty"`
	Now        string     `json:"now,omitempty"` // of a stale one: how its object differs now
}

func reportAccepted(acc *acceptance) acceptedReport {
	defaultSchema := acc.list.defaultSchema
	of := func(list []acceptEntry) (lines []acceptedLine) {
		for _, e := range list {
			lines = append(lines, acceptedLine{
				File: acc.list.path, Line: e.line, Class: e.Class,
				Difference: acceptText(e.Difference, defaultSchema), Reason: e.reason,
			})
		}
		return lines
	}
	r := acceptedReport{Accepted: of(acc.taken), Stale: of(acc.stale), Held: of(acc.held), file: acc.list.path}
	for i, e := range acc.stale {
		if n := slices.IndexFunc(acc.left, func(d diff.Difference) bool { return sameObject(d, e.Difference) }); n >= 0 {
			r.Stale[i].Now = acceptText(acc.left[n], defaultSchema)
		}
	}
	for _, d := range acc.passed {
		r.PassedOver = append(r.PassedOver, acceptedLine{Class: d.Class, Difference: acceptText(d, defaultSchema)})
	}
	return r
}

// sameObject reports whether two differences are about one object, of a column
// about one facet.
func sameObject(a, b diff.Difference) bool {
	return a.Kind == b.Kind && a.Table == b.Table && a.Name == b.Name && a.Facet == b.Facet
}

// sayAccepted tells of what is no change: how much there is of it, and which
// lines of the list do not hold.
func (a *app) sayAccepted(r *acceptedReport, mode string) {
	note := a.paintErr("note:", cyan)
	if mode == "compat" {
		a.say("%s compared in compat mode ([gorm] or [bun] mode): what the tags state counts; %s passed over%s", note,
			differencesAre(len(r.PassedOver)), a.unlessVerbose(len(r.PassedOver)))
	}
	if n := len(r.Accepted); n > 0 {
		a.say("%s %s accepted in %s%s", note, differencesAre(n), r.file, a.unlessVerbose(n))
	}
	for _, l := range r.Held {
		a.say("%s %s:%d: it cannot stay, as something that goes with it is not accepted: %s", note, l.File, l.Line, l.Difference)
	}
}

// sayStale tells which lines of the list can go.
func (a *app) sayStale(r *acceptedReport) {
	note := a.paintErr("note:", cyan)
	for _, l := range r.Stale {
		if l.Now != "" {
			a.say("%s %s:%d: it differs in another way than is accepted: %s; accepted is %s", note, l.File, l.Line, l.Now, l.Difference)
			continue
		}
		a.say("%s %s:%d: nothing differs there any more, take the line out: %s", note, l.File, l.Line, l.Difference)
	}
}

// listAccepted is all of it, for --verbose.
func (a *app) listAccepted(r *acceptedReport) {
	for _, l := range r.PassedOver {
		a.printf("passed over: %s\n", l.Difference)
	}
	for _, l := range r.Accepted {
		text := fmt.Sprintf("accepted: %s:%d: %s", l.File, l.Line, l.Difference)
		if l.Reason != "" {
			text += "  # " + l.Reason
		}
		a.printf("%s\n", text)
	}
}

func (a *app) unlessVerbose(n int) string {
	if n == 0 || a.globals.verbose {
		return ""
	}
	return " (gen check -v lists them)"
}

func differencesAre(n int) string {
	if n == 1 {
		return "1 difference is"
	}
	return fmt.Sprintf("%d differences are", n)
}
