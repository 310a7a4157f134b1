package migrations

import (
	"context"
	"fmt"
	"slices"
)

// Resolve records a person's decision about a revision that an
// *InterruptedError named: whether the statement that was in flight has been
// done, or is to be run again. The next Upgrade or Downgrade goes on from
// there. id is a symbol as in Graph.Resolve that means one revision.
func (m *Runner) Resolve(ctx context.Context, id string, done bool) error {
	return m.amend(ctx, id, func(x *run, row *Row, v Variant) (event, error) {
		if row.InFlight == "" {
			return event{}, fmt.Errorf("revision %s has no statement in doubt\n    hint: gen current shows where the database is", row.Revision)
		}
		steps := v.Up
		if row.State == Reverting {
			steps = v.Down
		}
		us := units(steps)
		if done {
			if row.Cursor >= len(us) {
				return event{}, fmt.Errorf("revision %s: its file has only %s now", row.Revision, plural(len(us), "statement"))
			}
			row.Cursor++
			row.Prefix = prefixHash(us, row.Cursor)
		}
		ev := event{name: "resolve", detail: map[string]any{"statement": row.InFlight, "done": done}}
		row.InFlight, row.Error = "", ""
		return ev, nil
	})
}

// Accept records that the file of an applied revision, which was edited
// afterwards, is right as it is now: its checksums, parents and way back
// replace those in the version table. Nothing is run, and of a file that was not
// edited nothing is written. id is as for Resolve.
func (m *Runner) Accept(ctx context.Context, id string) error {
	return m.amend(ctx, id, func(x *run, row *Row, v Variant) (event, error) {
		r := m.graph.Revision(row.Revision)
		if row.State != Applied {
			return event{}, row.interrupted("only an applied revision can be accepted", "finish it first: gen upgrade "+row.Revision)
		}
		was := *row
		if err := x.copyable(r, v); err != nil {
			return event{}, err
		}
		ev := event{name: "accept", detail: map[string]any{"was": row.Checksum, "now": v.Checksum()}}
		n := len(units(v.Up))
		row.Checksum, row.DownChecksum, row.DownSQL = v.Checksum(), v.DownChecksum(), x.downSQL(r, v)
		row.Parents, row.Depends, row.Message = r.Parents, r.Depends, r.Message
		row.Cursor, row.Total, row.Prefix = n, n, prefixHash(units(v.Up), n)
		if sameSet(was.Parents, row.Parents) && slices.Equal(was.Depends, row.Depends) && was.Message == row.Message &&
			was.Checksum == row.Checksum && was.DownChecksum == row.DownChecksum && was.DownSQL == row.DownSQL {
			return event{}, nil
		}
		return ev, nil
	})
}

// amend changes one row under the lock.
func (m *Runner) amend(ctx context.Context, symbol string, change func(*run, *Row, Variant) (event, error)) error {
	x, err := m.connect(ctx, "resolve")
	if err != nil {
		return err
	}
	defer x.sess.close()
	if err := x.sess.open(ctx, x.store); err != nil {
		return err
	}
	if err := x.canWrite(ctx, "SELECT", "UPDATE"); err != nil {
		return err
	}
	for {
		err := x.amend(ctx, symbol, change)
		if err == nil || !staleErr(err) || ctx.Err() != nil {
			return err
		}
	}
}

func (x *run) amend(ctx context.Context, symbol string, change func(*run, *Row, Variant) (event, error)) error {
	st, err := x.read(ctx)
	if err != nil {
		return err
	}
	r, err := x.graph.One(symbol, st.heads())
	if err != nil {
		return err
	}
	row := st.byID[r.ID]
	if row == nil {
		return fmt.Errorf("revision %s is not applied\n    hint: gen current shows where the database is", r.ID)
	}
	v, err := r.For(x.dialect)
	if err != nil {
		return err
	}
	next := *row
	ev, err := change(x, &next, v)
	if err != nil {
		return err
	}
	if ev.name == "" {
		return nil // it is so already
	}
	ev.run, ev.revision = x.id, r.ID
	ev.detail["by"], ev.detail["tool"] = x.opts.appliedBy, x.opts.tool
	return x.journal(ctx, func() error { return x.store.update(ctx, x.conn, &next, row.State, row.Cursor, ev) })
}
