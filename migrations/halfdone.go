package migrations

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// HalfDone is a revision that a run is at, or was interrupted in.
type HalfDone struct {
	Row       Row
	Direction Direction
	// Place is where it goes on; Placed is false when the files do not have it
	// (any more).
	Place  Place
	Placed bool
	// Since is when it was begun in this direction; By and Tool say by whom. By
	// and Tool are empty where the log cannot be read and the row does not tell:
	// it names who applied a revision, not who is reverting it.
	Since    time.Time
	By, Tool string
	// Decide is true when Row.InFlight may or may not have been done and the catalog
	// does not tell: a run stops there until Resolve has been told.
	Decide bool
	// FailedAt is when Row.Error was met; zero when no attempt has failed since.
	FailedAt time.Time
	// Running is the run that has the lock of the version table now: it may well be
	// at this revision. Nil means that nobody has it, or that nobody can tell:
	// SQLite, and LockTransaction between two transactions.
	Running *Holder
}

// halfDone completes the half-done rows. What the log or the server does not tell
// stays empty: it is no error, a right to SELECT on the version table is enough.
func (x *run) halfDone(ctx context.Context, rows []Row) []HalfDone {
	var out []HalfDone
	var running *Holder
	if p, ok := x.sess.(*postgresSession); ok && len(rows) > 0 {
		if h, err := p.holderOf(ctx, lockKey(x.store.schema, TableRevisions)); err == nil && h.PID != 0 {
			running = &h
		}
	}
	for _, row := range rows {
		h := HalfDone{Row: row, Direction: Up, Running: running}
		h.Place, h.Placed = x.At(row)
		if row.InFlight != "" && running == nil {
			found, err := x.probe(ctx, row.InFlight)
			h.Decide = err == nil && found.verdict == probeUnknown
		}
		switch row.State {
		case Reverting:
			h.Direction = Down
		default:
			h.Since, h.By, h.Tool = row.StartedAt, row.AppliedBy, row.Tool
		}
		if begun, err := x.lastEvent(ctx, row.Revision, "start"); err == nil {
			h.Since = begun.at
			if begun.by != "" {
				h.By, h.Tool = begun.by, begun.tool
			}
			if failed, err := x.lastEvent(ctx, row.Revision, "fail"); err == nil && failed.id > begun.id && row.Error != "" {
				h.FailedAt = failed.at
			}
		}
		out = append(out, h)
	}
	return out
}

// pastEvent is an entry of the log.
type pastEvent struct {
	id       int64
	at       time.Time
	by, tool string
}

// lastEvent is the newest entry of a name for a revision; sql.ErrNoRows when there
// is none.
func (x *run) lastEvent(ctx context.Context, revision, name string) (ev pastEvent, err error) {
	var at string
	var detail sql.NullString
	query := x.store.bind("SELECT id, " + fmt.Sprintf(x.store.sql.timeText, "at") + ", detail FROM " + x.store.log + " WHERE revision = ? AND event = ? ORDER BY id DESC LIMIT 1")
	if err := x.conn.QueryRowContext(ctx, query, revision, name).Scan(&ev.id, &at, &detail); err != nil {
		return ev, err
	}
	var d struct{ By, Tool string }
	if detail.Valid {
		if err := json.Unmarshal([]byte(detail.String), &d); err != nil {
			return ev, err
		}
	}
	ev.by, ev.tool = d.By, d.Tool
	ev.at, err = time.Parse(time.RFC3339Nano, at)
	return ev, err
}
