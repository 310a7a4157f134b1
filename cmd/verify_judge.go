package cmd

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/internal/observe"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/review"
)

// An annotation is what the comment above a statement says of it.
type annotation struct {
	told  review.Told
	locks []saidLock
}

type saidLock struct{ mode, relation string }

func annotationOf(comment []string) annotation {
	a := annotation{told: review.Read(comment)}
	for _, l := range a.told.Locks {
		if l.Mode == "ACCESS SHARE" {
			continue // is not looked at: it keeps nobody from anything but ACCESS EXCLUSIVE
		}
		for name := range strings.SplitSeq(l.On, ", ") {
			a.locks = append(a.locks, saidLock{l.Mode, name})
		}
	}
	return a
}

// there reports whether gen, or a person, has said anything: a change, or a line of
// facts. A change without facts says that nobody notices the statement.
func (a annotation) there() bool { return a.told.Said != "" || len(a.told.Changes) > 0 }

func (a annotation) says(fact string) bool { return slices.Contains(a.told.Facts, fact) }

func (a annotation) rewrites() bool {
	return slices.ContainsFunc(a.told.Facts, func(f string) bool { return strings.HasPrefix(f, "rewrites every row") })
}

func (a annotation) names() []string {
	var names []string
	for _, l := range a.locks {
		names = append(names, l.relation)
	}
	return names
}

// A measuredItem is a statement in the JSON of gen verify. Equal is absent where
// there is nothing to compare with.
type measuredItem struct {
	Revision  string   `json:"revision"`
	File      string   `json:"file"`
	Line      int      `json:"line"`
	Direction string   `json:"direction"`
	SQL       string   `json:"sql"`
	Annotated string   `json:"annotated,omitempty"`
	Observed  string   `json:"observed,omitempty"`
	Indexes   []string `json:"indexes,omitempty"` // built, of tables that were there before the revision
	Equal     *bool    `json:"equal,omitempty"`
}

const ownTransaction = "in a transaction of its own"

// nothingSeen is what is told of a statement that nobody notices.
const nothingSeen = "no lock that anybody notices"

// judge compares the statements of one way of a revision with their comments.
func (g *ground) judge(r *migrations.Revision, steps []migrations.Step, dir migrations.Direction, m *measurer) {
	count := 0
	for _, step := range steps {
		if step.Go != "" {
			count++
		}
		for _, s := range step.Statements {
			result, ok := m.results[count]
			count++
			if ok {
				g.judgeStatement(r, step, s, dir, result)
			} else {
				g.note(verifyFinding{Kind: "annotation", Revision: r.ID, File: r.Path, Line: s.Line, SQL: s.SQL, Text: "was not seen to run"})
			}
		}
	}
}

func (g *ground) judgeStatement(r *migrations.Revision, step migrations.Step, s migrations.Statement, dir migrations.Direction, result measuredStatement) {
	if strings.HasPrefix(s.SQL, "COMMENT ON ") {
		return // takes a weak lock for a moment, and is not worth a line
	}
	said := annotationOf(s.Comment)
	saw := observedText(result, said.says(ownTransaction) && step.Tx == migrations.TxEach)
	item := measuredItem{Revision: r.ID, File: r.Path, Line: s.Line, Direction: dir.String(), SQL: s.SQL, Annotated: said.told.Said, Observed: saw}
	for _, name := range result.seen.Builds {
		item.Indexes = append(item.Indexes, name.String())
	}
	f := verifyFinding{Kind: "annotation", Revision: r.ID, File: r.Path, Line: s.Line, SQL: s.SQL, Annotated: said.told.Said, Observed: saw}
	switch {
	case !said.there():
		if saw != "" {
			g.note(withText(f, "has no comment to compare with"))
		}
	case result.unseen:
		g.note(withText(f, "runs outside a transaction and waited for nobody: its locks were not seen"))
	default:
		var wrong []string
		if wrong = said.disagrees(step, result); len(wrong) > 0 {
			f.Details = wrong
			f.Hint = "write above it: --   " + cmp.Or(saw, "nothing about locks")
			f.Observed = cmp.Or(saw, nothingSeen)
			f.Annotated = cmp.Or(said.told.Said, nothingSeen)
			g.find(withText(f, "the comment does not say what the statement does"))
		} else {
			g.report.Counts.Annotations++
		}
		equal := len(wrong) == 0
		item.Equal = &equal
	}
	if item.Annotated != "" || item.Observed != "" {
		g.report.Measured = append(g.report.Measured, item)
	}
}

func withText(f verifyFinding, text string) verifyFinding {
	f.Text = text
	return f
}

// disagrees lists in what a comment and the server differ. A lock that was held before
// the statement counts as taken: nobody can see whether it takes it too.
func (a annotation) disagrees(step migrations.Step, result measuredStatement) []string {
	var wrong []string
	add := func(is bool, text string) {
		if is {
			wrong = append(wrong, text)
		}
	}
	wrong = append(wrong, a.otherLocks(result.seen.Locks)...)
	rewrites, outside := a.rewrites(), a.says("outside a transaction")
	add(rewrites && !result.seen.Rewrites, "no row is written anew")
	add(!rewrites && result.seen.Rewrites, "every row is written anew")
	if !rewrites && !result.event.Outside && !planned(result.event.SQL) { // what one outside a transaction reads is not told
		scans := a.says("reads every row")
		add(scans && !result.seen.Scans, "no row is read")
		add(!scans && result.seen.Scans && !result.seen.Rewrites, "rows are read")
	}
	add(outside && !result.event.Outside, "it runs in a transaction")
	add(!outside && a.told.Said != "" && result.event.Outside, "it runs outside a transaction")
	add(a.says(ownTransaction) && step.Tx != migrations.TxEach && len(step.Statements) > 1, "it shares its transaction with others: its step is not tx=each")
	return wrong
}

// otherLocks are the locks that one side has and the other has not.
func (a annotation) otherLocks(seen []observe.Lock) []string {
	var wrong []string
	for _, l := range seen {
		name := render.Short(l.Relation)
		said := slices.ContainsFunc(a.locks, func(s saidLock) bool {
			return s.relation == name && (s.mode == l.Mode || observe.Strength(s.mode) > observe.Strength(l.Mode) && held(seen, name, s.mode))
		})
		if !said && !l.Held {
			wrong = append(wrong, "it takes "+l.Mode+" on "+name)
		}
	}
	for _, s := range a.locks {
		took := slices.ContainsFunc(seen, func(l observe.Lock) bool {
			return render.Short(l.Relation) == s.relation && l.Mode == s.mode
		})
		if !took && !held(seen, s.relation, s.mode) {
			wrong = append(wrong, "it does not take "+s.mode+" on "+s.relation)
		}
	}
	return wrong
}

// held reports whether a lock at least as strong was there before the statement, so
// that nobody can see whether it takes the lock too.
func held(seen []observe.Lock, name, mode string) bool {
	return slices.ContainsFunc(seen, func(l observe.Lock) bool {
		return l.Held && render.Short(l.Relation) == name && observe.Strength(l.Mode) >= observe.Strength(mode)
	})
}

// observedText is what was seen in the words of a comment; empty where nobody
// notices the statement.
// own says that it has a transaction of its own because it needs one, which cannot be
// seen.
func observedText(result measuredStatement, own bool) string {
	s := render.Statement{Rewrites: result.seen.Rewrites, Scans: result.seen.Scans && !result.event.Outside && !planned(result.event.SQL)}
	if result.event.Outside {
		s.Tx = render.NoTx
	}
	if own && s.Tx == render.InTx {
		s.Tx = render.OwnTx
	}
	long := s.Rewrites || s.Scans || result.event.Outside || planned(result.event.SQL)
	for _, l := range result.seen.Locks {
		if !l.Held {
			s.Locks = append(s.Locks, render.Lock{Relation: l.Relation, Mode: l.Mode, Long: long})
		}
	}
	if len(s.Locks) == 0 && !s.Rewrites && !s.Scans && s.Tx == render.InTx {
		return ""
	}
	return render.Facts(s)
}

// planned reports whether the server plans a statement by the rows there are: what it
// reads of empty tables, and for how long, says nothing.
func planned(sql string) bool { return plannedForms.MatchString(sql) }

var plannedForms = regexp.MustCompile(`(?is)^\s*(?:(?:INSERT|UPDATE|DELETE|MERGE|SELECT|WITH|VALUES|COPY|DO|CALL|EXECUTE|REFRESH)\b|CREATE\s+MATERIALIZED\b|CREATE\s+(?:(?:GLOBAL|LOCAL|TEMPORARY|TEMP|UNLOGGED)\s+)*TABLE\b.*\bAS\s*\(?\s*(?:SELECT|WITH|VALUES|TABLE|EXECUTE)\b)`)
