// Package lint finds in revision files what hurts a running system, loses data,
// breaks programs of today, fails on the rows there are, or cannot be told. It is
// pure: revisions and facts go in, findings come out.
//
// The rules are data, in Rules. What a statement does is read by the rooms of the
// products, lint/postgres and lint/sqlite, from the words of its SQL; statements
// that they cannot place are a finding themselves (TX05), never passed over.
package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/migrations"
)

// A Severity says how much a finding weighs.
type Severity int

const (
	Off Severity = iota
	Note
	Warning
	Error
)

var severityNames = []string{Off: "off", Note: "note", Warning: "warning", Error: "error"}

// String is the severity as it is written in gen.toml.
func (s Severity) String() string { return severityNames[s] }

// MarshalText is String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// SeverityNames are the names from Off to Error.
func SeverityNames() []string { return slices.Clone(severityNames) }

// ParseSeverity reads the name of a severity.
func ParseSeverity(text string) (Severity, error) {
	if i := slices.Index(severityNames, text); i >= 0 {
		return Severity(i), nil
	}
	return Off, fmt.Errorf("%q is no severity: write %s", text, strings.Join(severityNames, ", "))
}

// A Rule is one thing that is looked for.
type Rule struct {
	ID       string   // stable: "LOCK01"
	Name     string   // stable, words with hyphens: "index-not-concurrent"
	Severity Severity // unless configured otherwise
	On       []migrations.Dialect

	Why    string // what is wrong with it: sentences
	Blocks string // who waits or fails meanwhile, and for how long
	Safe   string // what to write instead
}

// A Finding is a rule that applies to a statement.
type Finding struct {
	Rule     string   `json:"rule"`
	Name     string   `json:"name"`
	Severity Severity `json:"severity"`

	Revision string `json:"revision"`
	Path     string `json:"path"`
	Line     int    `json:"line"` // from 1, of the statement
	Col      int    `json:"col"`  // from 1, in bytes

	Object string `json:"object,omitempty"` // the table, index, … it is about
	Text   string `json:"text"`             // the fact, a sentence without full stop
	Safe   string `json:"safe"`             // the safe way
	Small  bool   `json:"small,omitempty"`  // a note only because the table is small
}

// A Section is one way of a revision.
type Section struct {
	Revision *migrations.Revision
	Steps    []migrations.Step
	Down     bool
	Selected bool // findings are wanted; otherwise what it makes is noted only
}

// A Hit is what a product's room has found at a statement of a section. Severity
// and texts of the rule are added by Run.
type Hit struct {
	Rule      string
	Statement *migrations.Statement // nil: the file as a whole
	Table     string                // whose size decides; empty: it plays no part
	Object    string
	Text      string
	Safe      string // empty: the rule's
}

// A Reader follows a history. Read returns what is found in a section in view of
// all sections read before.
type Reader interface {
	Read(Section) []Hit
}

// Options are what a run goes by.
type Options struct {
	Severity map[string]Severity // by id; others have their rule's
	Down     bool                // the ways back too: rules of LOCK and TX
	// Small reports whether a table is small enough for a lock to be short. nil:
	// no sizes are known.
	Small func(table string) bool
}

// Run returns the findings in the selected revisions, in the order of the history
// and of each file. history is all revisions, parents first: what they make tells
// what a statement meets. Revisions without a section for d are passed over.
func Run(d migrations.Dialect, reader Reader, history []*migrations.Revision, selected func(*migrations.Revision) bool, o Options) []Finding {
	run := runner{options: o, rules: map[string]Rule{}}
	for _, rule := range Rules() {
		if slices.Contains(rule.On, d) {
			run.rules[rule.ID] = rule
		}
	}
	open := openEnds(history)
	for _, r := range history {
		v, err := r.For(d)
		if err != nil {
			continue
		}
		up := Section{Revision: r, Steps: v.Up, Selected: selected(r)}
		hits := reader.Read(up)
		if !up.Selected {
			continue
		}
		hits = append(hits, wayBack(r, v)...)
		if len(open) > 1 && slices.Contains(open, r.ID) {
			hits = append(hits, Hit{Rule: "TX03", Statement: firstStatement(v), Object: r.ID, Text: "the history ends in " + strings.Join(open, ", ")})
		}
		run.section(up, hits)
		if o.Down && v.Down != nil {
			down := Section{Revision: r, Steps: v.Down, Down: true, Selected: true}
			run.section(down, reader.Read(down))
		}
	}
	return run.findings
}

// runner makes findings of hits.
type runner struct {
	options  Options
	rules    map[string]Rule
	findings []Finding
}

// section adds the findings of one section: what its hits say and nothing keeps
// back, and what is wrong with the lines that keep back.
func (run *runner) section(s Section, hits []Hit) {
	var found []Finding
	used := map[use]bool{}
	for _, h := range hits {
		rule, ok := run.rules[h.Rule]
		if !ok {
			panic("lint: there is no rule " + h.Rule)
		}
		if h.ignored(rule, used) || s.Down && !strings.HasPrefix(rule.ID, "LOCK") && !strings.HasPrefix(rule.ID, "TX") {
			continue
		}
		f := run.finding(s.Revision, rule, h)
		if h.Table != "" && strings.HasPrefix(rule.ID, "LOCK") && f.Severity > Note && run.options.Small != nil && run.options.Small(h.Table) {
			f.Severity, f.Small = Note, true
		}
		found = append(found, f)
	}
	for _, h := range ignoreHits(s, used) {
		found = append(found, run.finding(s.Revision, run.rules[h.Rule], h))
	}
	found = slices.DeleteFunc(found, func(f Finding) bool { return f.Severity == Off })
	slices.SortStableFunc(found, func(a, b Finding) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Rule, b.Rule)
	})
	run.findings = append(run.findings, found...)
}

func (run *runner) finding(r *migrations.Revision, rule Rule, h Hit) Finding {
	f := Finding{
		Rule: rule.ID, Name: rule.Name, Severity: rule.Severity, Revision: r.ID, Path: r.Path, Line: 1, Col: 1,
		Object: h.Object, Text: h.Text, Safe: h.Safe,
	}
	if set, ok := run.options.Severity[rule.ID]; ok {
		f.Severity = set
	}
	if h.Statement != nil && h.Statement.Line > 0 {
		f.Line, f.Col = h.Statement.Line, h.Statement.Col
	}
	if f.Safe == "" {
		f.Safe = rule.Safe
	}
	return f
}

// wayBack finds revisions that cannot be reverted.
func wayBack(r *migrations.Revision, v migrations.Variant) []Hit {
	if len(v.Up) == 0 || v.Down != nil {
		return nil
	}
	text := "the revision has no way back"
	if v.Irreversible != "" {
		text += ": " + v.Irreversible
	}
	return []Hit{{Rule: "DATA13", Statement: firstStatement(v), Object: r.ID, Text: text}}
}

// firstStatement is where findings about a file as a whole stand; nil: it has none.
func firstStatement(v migrations.Variant) *migrations.Statement {
	for i := range v.Up {
		if len(v.Up[i].Statements) > 0 {
			return &v.Up[i].Statements[0]
		}
	}
	return nil
}

// openEnds are the revisions that none follows; none where labels say that there
// are branches on purpose.
func openEnds(history []*migrations.Revision) []string {
	followed := map[string]bool{}
	for _, r := range history {
		if len(r.Labels) > 0 {
			return nil
		}
		for _, id := range r.Parents {
			followed[id] = true
		}
	}
	var open []string
	for _, r := range history {
		if !followed[r.ID] {
			open = append(open, r.ID)
		}
	}
	slices.Sort(open)
	return open
}
