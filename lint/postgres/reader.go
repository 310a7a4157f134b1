package postgres

import (
	"fmt"
	"slices"

	"github.com/gen-migrate/gen/lint"
	"github.com/gen-migrate/gen/migrations"
)

// Facts are what is known beside the revisions.
type Facts struct {
	Schema string // where names without a schema lead; empty: public
	Server int    // server_version_num; 0: unknown
	// LockTimeout and StatementTimeout tell whether steps that say nothing have one.
	LockTimeout, StatementTimeout bool
}

// A Reader follows a history for lint.Run.
type Reader struct {
	facts Facts
	state *state
}

// New returns a reader at the beginning of a history.
func New(f Facts) *Reader {
	if f.Schema == "" {
		f.Schema = "public"
	}
	return &Reader{facts: f, state: newState(f.Schema)}
}

// A visit is a statement in its section, as the rules look at it.
type visit struct {
	*statement
	facts   Facts
	section lint.Section
	state   *state       // before the statement
	before  []*statement // of the section, in all steps
	after   []*statement
	made    map[string]bool // tables that the section has made so far
	hits    *[]lint.Hit
	rule    string
}

// Read is that of lint.Reader. A section down does not change what is known.
func (r *Reader) Read(sec lint.Section) []lint.Hit {
	var all []*statement
	for i := range sec.Steps {
		step := &sec.Steps[i]
		for j := range step.Statements {
			all = append(all, parse(&step.Statements[j], step, r.facts.Schema))
		}
	}
	var hits []lint.Hit
	made := map[string]bool{}
	for i, s := range all {
		if sec.Selected {
			v := &visit{statement: s, facts: r.facts, section: sec, state: r.state, before: all[:i], after: all[i+1:], made: made, hits: &hits}
			for _, c := range checks() {
				v.rule = c.rule
				c.look(v)
			}
		}
		switch s.verb {
		case "CREATE TABLE", "CREATE TEMPORARY TABLE", "CREATE MATERIALIZED VIEW":
			made[s.name()] = true
		}
		for _, a := range s.actions {
			if a.kind == "RENAME" && made[s.name()] {
				made[a.to] = true
			}
		}
		if !sec.Down {
			r.state.apply(s)
		}
	}
	return hits
}

// A check is the part of a rule that looks.
type check struct {
	rule string
	look func(*visit)
}

func checks() []check {
	return slices.Concat(lockIndexChecks(), lockConstraintChecks(), lockRewriteChecks(), lockStepChecks(), dataChecks(), compatChecks(),
		corrRowChecks(), corrChecks(), styleChecks(), txChecks())
}

// Checked are the ids of the rules that are looked for here.
func Checked() []string {
	var ids []string
	for _, c := range checks() {
		ids = append(ids, c.rule)
	}
	return ids
}

// say adds a finding about an object of a table; table is "" where no size plays
// a part.
func (v *visit) say(table, object, format string, args ...any) {
	*v.hits = append(*v.hits, lint.Hit{Rule: v.rule, Statement: v.source, Table: table, Object: object, Text: fmt.Sprintf(format, args...)})
}

// old reports whether the table was there before the section: only then is there
// anybody to wait.
func (v *visit) old(table string) bool { return table != "" && !v.made[table] }

// earlier are the statements before this one in the same transaction.
func (v *visit) earlier() []*statement {
	if v.step.Tx != migrations.TxOn {
		return nil
	}
	var out []*statement
	for _, s := range v.before {
		if s.step == v.step {
			out = append(out, s)
		}
	}
	return out
}

// each calls look for the actions of that kind in an ALTER TABLE of a table that
// was there before.
func (v *visit) each(kind string, look func(*action)) {
	if v.verb != "ALTER TABLE" || !v.old(v.name()) {
		return
	}
	for i := range v.actions {
		if v.actions[i].kind == kind {
			look(&v.actions[i])
		}
	}
}
