package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/gen-migrate/gen/internal/observe"
	"github.com/gen-migrate/gen/migrations"
)

// measure carries the revisions out once more, each statement in a transaction of
// its own, so that what one does is not hidden behind what those before it hold, and
// compares what the server sees with the comments.
func (v *verifying) measure(ctx context.Context) error {
	if len(v.report.Revisions) == 0 {
		return nil
	}
	if v.row.locks == nil {
		v.note(verifyFinding{Kind: "annotation", Text: v.row.Name + " has no locks of tables to see: what the comments say was not compared"})
		return nil
	}
	defer v.timing.stage("measure")()
	g, err := v.ground(ctx, nil)
	if err != nil {
		return err
	}
	defer g.close()
	return g.eachSelected(ctx, "measuring its statements", g.measured)
}

// measured applies a revision and takes it back under observation, and leaves it
// applied. A way back that fails has been found by walk.
func (g *ground) measured(ctx context.Context, r *migrations.Revision) error {
	before := maps.Clone(g.applied)
	after := maps.Clone(before)
	after[r.ID] = true
	variant, err := r.For(g.row.runner)
	if err != nil {
		return err
	}
	if _, err := g.observed(ctx, r, variant.Up, migrations.Up, before); err != nil {
		return err
	}
	if variant.Down == nil {
		return nil
	}
	if ok, err := g.observed(ctx, r, variant.Down, migrations.Down, after); err != nil || !ok {
		if err == nil {
			err = g.anew(ctx, after)
		}
		return err
	}
	if err := g.up(ctx, r.ID); err != nil {
		if _, failed := errors.AsType[*migrations.StatementError](err); !failed || ctx.Err() != nil {
			return err
		}
		return g.anew(ctx, after)
	}
	return nil
}

// observed runs one way of a revision and judges its statements. What does not run
// with a transaction for each statement runs as the file says, and what cannot wait
// for those in its way, as its lock_timeout is over first, runs without them; from
// what was before. ok is false when a way back fails all the same.
func (g *ground) observed(ctx context.Context, r *migrations.Revision, steps []migrations.Step, dir migrations.Direction, from map[string]bool) (ok bool, err error) {
	way := g.up
	if dir == migrations.Down {
		way = g.down
	}
	apart, alone := true, false
	for patience := 5; ; {
		m := &measurer{ground: g, apart: apart, alone: alone, results: map[int]measuredStatement{}}
		opts := []migrations.Option{migrations.WithHooks(migrations.Hooks{BeforeStatement: m.before, AfterStatement: m.after})}
		if apart {
			opts = append(opts, migrations.WithTransaction(migrations.SpanStatement))
		}
		err := way(ctx, r.ID, opts...)
		m.endWatch()
		if m.err != nil {
			return false, fmt.Errorf("looking at what revision %s does: %w", r.ID, m.err)
		}
		if err == nil {
			g.judge(r, steps, dir, m)
			return true, nil
		}
		failed, is := errors.AsType[*migrations.StatementError](err)
		switch {
		case !is || ctx.Err() != nil:
			return false, err
		case !alone && ranOutOfTime(failed):
			alone = true
		case alone && ranOutOfTime(failed) && patience > 0: // a session of before may still be ending
			patience--
		case apart:
			apart = false
		case dir == migrations.Up:
			return false, err
		default:
			return false, nil
		}
		if err := g.anew(ctx, from); err != nil {
			return false, err
		}
	}
}

// ranOutOfTime reports whether a lock_timeout or statement_timeout was over.
func ranOutOfTime(e *migrations.StatementError) bool {
	return e.Detail.SQLState == "55P03" || e.Detail.SQLState == "57014"
}

// A measurer looks at the session of a run before and after each statement.
type measurer struct {
	*ground
	apart   bool // each statement has a transaction
	alone   bool // nobody stands in the way of those that have none
	results map[int]measuredStatement
	err     error // of looking

	existing observe.Facts // at the beginning of the revision
	begin    observe.Facts // before the statement at hand
	settings []string      // of the step at hand, which reach only one statement when all are apart
	step     int           // its line
	watch    *observe.Watch
}

// A measuredStatement is what was seen of one statement of a run.
type measuredStatement struct {
	event  migrations.StatementEvent
	seen   observe.Seen
	unseen bool // it ran outside a transaction, and waited for nobody
}

func (m *measurer) before(ctx context.Context, ev migrations.StatementEvent) {
	if m.err != nil || ev.SQL == "" {
		return
	}
	if ev.Step.Line != m.step || ev.Index == 0 {
		m.step, m.settings = ev.Step.Line, nil
	}
	if m.apart && ev.Step.Tx == migrations.TxOn {
		for _, sql := range m.settings {
			if _, err := ev.Tx.ExecContext(ctx, sql); err != nil {
				m.err = err
				return
			}
		}
	}
	if m.begin, m.err = observe.Look(ctx, ev.Tx); m.err != nil {
		return
	}
	if m.existing == nil || ev.Index == 0 {
		m.existing = m.begin
	}
	if ev.Outside && !m.alone {
		m.err = m.standInTheWay(ctx, ev)
	}
}

func (m *measurer) after(ctx context.Context, ev migrations.StatementEvent) {
	locks, waited, err := m.endWatch()
	if m.err != nil || ev.SQL == "" || ev.Err != nil {
		return
	}
	if err != nil {
		m.err = err
		return
	}
	if setsSomething(ev.SQL) {
		m.settings = append(m.settings, ev.SQL)
	}
	end, err := observe.Look(ctx, ev.Tx)
	if err != nil {
		m.err = err
		return
	}
	said := annotationOf(commentAt(m.stepsOf(ev), ev.Line))
	result := measuredStatement{event: ev, seen: observe.Between(m.begin, end, m.existing, observe.About(ev.SQL, said.names()))}
	if ev.Outside {
		result.seen.Locks, result.unseen = nil, !waited
		for _, l := range locks {
			if m.wasThere(l) {
				result.seen.Locks = append(result.seen.Locks, l)
			}
		}
	}
	m.results[ev.Index] = result
}

// stepsOf are the steps that an event is of.
func (m *measurer) stepsOf(ev migrations.StatementEvent) []migrations.Step {
	variant, err := ev.Revision.For(m.row.runner)
	if err != nil {
		return nil
	}
	if ev.Direction == migrations.Down {
		return variant.Down
	}
	return variant.Up
}

// wasThere reports whether the relation of a lock was there before the revision.
func (m *measurer) wasThere(l observe.Lock) bool {
	for oid := range m.existing {
		if r, ok := m.begin[oid]; ok && r.Name == l.Relation {
			return true
		}
	}
	return false
}

// setsSomething: for the rest of the transaction, or of the session, which the run
// resets behind each.
func setsSomething(sql string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	return strings.EqualFold(word, "SET") || strings.EqualFold(word, "RESET")
}

// endWatch ends the watch of a statement outside a transaction, if there is one.
func (m *measurer) endWatch() ([]observe.Lock, bool, error) {
	if m.watch == nil {
		return nil, false, nil
	}
	defer func() { m.watch = nil }()
	return m.watch.End()
}

// standInTheWay has transactions hold up a statement that runs outside one, one for
// each table that its words name.
func (m *measurer) standInTheWay(ctx context.Context, ev migrations.StatementEvent) error {
	var pid int
	if err := ev.Tx.QueryRowContext(ctx, "SELECT pg_catalog.pg_backend_pid()").Scan(&pid); err != nil {
		return err
	}
	var inTheWay []string
	for _, name := range annotationOf([]string{"  lock " + m.row.locks(ev.SQL)}).names() {
		table, err := tableNamed(ctx, ev.Tx, name)
		if err != nil {
			return err
		}
		if table != "" {
			inTheWay = append(inTheWay, "LOCK TABLE ONLY "+table+" IN ROW EXCLUSIVE MODE")
		}
	}
	if len(inTheWay) == 0 {
		return nil
	}
	var err error
	m.watch, err = observe.Behind(ctx, m.db.sql, pid, inTheWay...)
	return err
}

// tableNamed is a table as LOCK TABLE names it, of its name in a statement or "the
// table of" an index; empty where it is not there, or is none that can be locked.
func tableNamed(ctx context.Context, tx migrations.Tx, name string) (string, error) {
	query := "SELECT c.oid::regclass::text FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)"
	if index, ok := strings.CutPrefix(name, "the table of "); ok {
		name, query = index, "SELECT c.oid::regclass::text FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid WHERE i.indexrelid = pg_catalog.to_regclass($1)"
	}
	rows, err := tx.QueryContext(ctx, query+" AND c.relkind IN ('r', 'p')", name)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	table := ""
	for rows.Next() {
		if err := rows.Scan(&table); err != nil {
			return "", err
		}
	}
	return table, rows.Err()
}

// commentAt is the comment above the statement at a line.
func commentAt(steps []migrations.Step, line int) []string {
	for _, step := range steps {
		for _, s := range step.Statements {
			if s.Line == line {
				return s.Comment
			}
		}
	}
	return nil
}
