package migrations

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Stamp makes the version table say what Graph.Stamped works out, without
// running anything: each symbol takes the place of the rows before and after
// it, base takes all away. Revisions half done become applied or go.
//
// A row without a file is a *MissingError: what it stands on is not known.
// PurgeAndStamp takes such rows away.
func (m *Runner) Stamp(ctx context.Context, symbols ...string) (*Result, error) {
	return m.restamp(ctx, false, symbols)
}

// PurgeAndStamp empties the version table first, whatever is in it, and then
// does as Stamp: exactly the revisions up to the symbols are applied. It is
// the cure for rows that no file explains. A symbol that counts from current is a
// *SymbolError: the record is empty by then.
func (m *Runner) PurgeAndStamp(ctx context.Context, symbols ...string) (*Result, error) {
	return m.restamp(ctx, true, symbols)
}

// EnsureVersionTable creates the two tables of gen unless they are there, and
// reports whether it did.
func (m *Runner) EnsureVersionTable(ctx context.Context) (created bool, err error) {
	x, err := m.connect(ctx, "ensure-version")
	if err != nil {
		return false, err
	}
	defer x.sess.close()
	if x.store.exists {
		return false, nil
	}
	if err := x.sess.open(ctx, x.store); err != nil {
		return false, err
	}
	return true, x.ensureTables(ctx)
}

func (m *Runner) restamp(ctx context.Context, purge bool, symbols []string) (*Result, error) {
	for _, text := range symbols {
		if purge && CountsFromCurrent(text) {
			return nil, &SymbolError{Symbol: text, Msg: "nothing is current once the record is empty, so nothing can count from there", Hint: "name the revision; gen current tells it"}
		}
	}
	x, err := m.connect(ctx, "stamp")
	if err != nil {
		return nil, err
	}
	defer x.sess.close()
	if err := x.sess.open(ctx, x.store); err != nil {
		return nil, err
	}
	if err := x.canWrite(ctx, "SELECT", "INSERT", "DELETE"); err != nil {
		return nil, err
	}
	if err := x.ensureTables(ctx); err != nil {
		return nil, err
	}
	for {
		res, err := x.stamp(ctx, purge, symbols)
		if err == nil || !staleErr(err) || ctx.Err() != nil {
			return res, err
		}
	}
}

// stamp rewrites the rows in one transaction.
func (x *run) stamp(ctx context.Context, purge bool, symbols []string) (*Result, error) {
	st, err := x.read(ctx)
	if err != nil {
		return nil, err
	}
	res := &Result{From: st.heads()}
	applied := map[string]bool{}
	if !purge {
		if err := st.unexplained(); err != nil {
			return nil, err
		}
		applied = st.applied()
	}
	want, err := x.graph.Stamped(applied, symbols...)
	if err != nil {
		return nil, err
	}
	err = x.transaction(ctx, nil, func() error { return x.rewrite(ctx, x.conn, st, want, purge) })
	if err != nil {
		return nil, fmt.Errorf("stamping: %w", err)
	}
	res.To = st.heads()
	return res, nil
}

// unexplained is an error when a row has no file.
func (st *state) unexplained() error {
	var errs []error
	for _, e := range st.missing() {
		errs = append(errs, e)
	}
	if len(errs) == 0 {
		return nil
	}
	return errors.Join(append(errs, errors.New("a stamp would have to guess what these revisions stand on\n    hint: gen stamp --purge empties the version table first"))...)
}

// rewrite takes away the rows that are not wanted, or all of them, and writes
// those that are.
func (x *run) rewrite(ctx context.Context, tx Tx, st *state, want map[string]bool, purge bool) error {
	for _, row := range slices.Backward(slices.Clone(st.rows)) {
		if want[row.Revision] && row.State == Applied && !purge {
			continue
		}
		ev := event{run: x.id, revision: row.Revision, name: "stamp", detail: map[string]any{"removed": string(row.State)}}
		if err := x.store.delete(ctx, tx, row.Revision, ev); err != nil {
			return err
		}
		st.set(row.Revision, nil)
	}
	for _, r := range x.graph.order {
		if !want[r.ID] || st.byID[r.ID] != nil {
			continue
		}
		row, err := x.stamped(r)
		if err != nil {
			return err
		}
		if err := x.store.insert(ctx, tx, row, event{run: x.id, revision: r.ID, name: "stamp"}); err != nil {
			return err
		}
		st.set(r.ID, row)
	}
	return nil
}

// stamped is the row of a revision that is taken to be applied.
func (x *run) stamped(r *Revision) (*Row, error) {
	v, err := r.For(x.dialect)
	if err != nil {
		return nil, err
	}
	if err := x.copyable(r, v); err != nil {
		return nil, err
	}
	n := len(units(v.Up))
	return &Row{Revision: r.ID, Parents: r.Parents, Depends: r.Depends, Message: r.Message, Kind: kindStamp, State: Applied,
		Checksum: v.Checksum(), DownChecksum: v.DownChecksum(), DownSQL: x.downSQL(r, v), Cursor: n, Total: n,
		Prefix: prefixHash(units(v.Up), n), AppliedBy: x.opts.appliedBy, Tool: x.opts.tool}, nil
}
