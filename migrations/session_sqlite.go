package migrations

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"
)

// sqliteSession runs on SQLite. There is no lock beside the transaction's own:
// each one begins with BEGIN IMMEDIATE and then makes sure, by the last id of
// the log table, that nobody wrote since this run last looked.
type sqliteSession struct {
	conn   *sql.Conn
	opts   *options
	busy   int // the caller's busy_timeout; -1 before locate
	fk     int // the caller's pragmas while a step changes them
	alter  int
	off    bool // the pragmas are changed
	inTx   bool
	spoilt bool // the pragmas could not be put back: nobody may have the connection
}

// ownBusyTimeout lets SQLite itself wait for the short locks of readers; the
// wait for another run is polled, so that it can be reported and cancelled:
// SQLite's own wait can not. Statements outside transactions, which are not
// polled, have the caller's busy_timeout where that is longer.
const ownBusyTimeout = 200 * time.Millisecond

func (s *sqliteSession) locate(ctx context.Context) (*store, error) {
	if s.busy < 0 {
		if err := s.pragma(ctx, "busy_timeout", &s.busy); err != nil {
			return nil, err
		}
		if err := s.setPragma(ctx, "busy_timeout", int(ownBusyTimeout.Milliseconds())); err != nil {
			return nil, err
		}
	}
	var st *store
	err := s.patiently(ctx, nil, func() (err error) {
		st, err = locateSQLite(ctx, s.conn)
		return err
	})
	return st, err
}

func (s *sqliteSession) open(context.Context, *store) error { return nil }

func (s *sqliteSession) begin(ctx context.Context, st *Step) error {
	if st != nil && st.ForeignKeysOff {
		if err := s.foreignKeysOff(ctx); err != nil {
			return err
		}
	}
	err := s.patiently(ctx, st, func() error {
		_, err := s.conn.ExecContext(ctx, "BEGIN IMMEDIATE")
		return err
	})
	s.inTx = err == nil
	if err != nil {
		s.restore(ctx)
	}
	return err
}

func (s *sqliteSession) commit(ctx context.Context, st *Step) error {
	if st != nil && st.ForeignKeysOff {
		if err := s.checkForeignKeys(ctx); err != nil {
			return err
		}
	}
	// A reader can hold a commit up; SQLite lets it be tried again.
	err := s.patiently(ctx, st, func() error {
		_, err := s.conn.ExecContext(ctx, "COMMIT")
		return err
	})
	if err != nil {
		return err
	}
	s.inTx = false
	return s.restore(ctx)
}

func (s *sqliteSession) rollback(ctx context.Context, _ *Step) {
	ctx, cancel := cleanup(ctx)
	defer cancel()
	if s.inTx {
		s.conn.ExecContext(ctx, "ROLLBACK") // fails when SQLite has rolled back by itself
		s.inTx = false
	}
	s.restore(ctx)
}

func (s *sqliteSession) outside(ctx context.Context, _ *Step, _ []string) (func(context.Context), error) {
	own := int(ownBusyTimeout.Milliseconds())
	if s.busy <= own {
		return func(context.Context) {}, nil
	}
	return func(ctx context.Context) { s.setPragma(ctx, "busy_timeout", own) }, s.setPragma(ctx, "busy_timeout", s.busy)
}

func (s *sqliteSession) reset(context.Context) error { return nil }

func (s *sqliteSession) close() {
	ctx, cancel := cleanup(context.Background())
	defer cancel()
	if s.busy >= 0 {
		s.setPragma(ctx, "busy_timeout", s.busy)
	}
	if s.spoilt {
		s.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	s.conn.Close()
}

// foreignKeysOff does what a table rebuild needs before its transaction:
// with keys on, dropping the old table deletes the rows that refer to it;
// without legacy_alter_table, renaming the new one fails on views. Inside a
// transaction the first pragma would do nothing.
func (s *sqliteSession) foreignKeysOff(ctx context.Context) error {
	if err := errors.Join(s.pragma(ctx, "foreign_keys", &s.fk), s.pragma(ctx, "legacy_alter_table", &s.alter)); err != nil {
		return err
	}
	s.off = true
	return errors.Join(s.setPragma(ctx, "foreign_keys", 0), s.setPragma(ctx, "legacy_alter_table", 1))
}

// restore puts the pragmas of foreignKeysOff back.
func (s *sqliteSession) restore(ctx context.Context) error {
	if !s.off {
		return nil
	}
	s.off = false
	err := errors.Join(s.setPragma(ctx, "foreign_keys", s.fk), s.setPragma(ctx, "legacy_alter_table", s.alter))
	s.spoilt = s.spoilt || err != nil
	return err
}

// ForeignKeyError lists rows that refer to nothing after a step with
// foreign_keys=off. The step was rolled back.
type ForeignKeyError struct {
	// Rows are "child rowid 3 → parent", at most ten.
	Rows []string
	More bool
}

func (e *ForeignKeyError) Error() string {
	text := "the step would leave rows that refer to nothing: " + strings.Join(e.Rows, ", ")
	if e.More {
		text += ", …"
	}
	return text + "; PRAGMA foreign_key_check lists them"
}

func (s *sqliteSession) checkForeignKeys(ctx context.Context) error {
	rows, err := s.conn.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return fmt.Errorf("checking foreign keys: %w", err)
	}
	defer rows.Close()
	var bad ForeignKeyError
	for rows.Next() {
		var table, parent string
		var rowid, key sql.NullInt64
		if err := rows.Scan(&table, &rowid, &parent, &key); err != nil {
			return fmt.Errorf("checking foreign keys: %w", err)
		}
		if bad.More = len(bad.Rows) == 10; bad.More {
			break
		}
		which := table
		if rowid.Valid { // a WITHOUT ROWID table has none
			which = fmt.Sprintf("%s rowid %d", table, rowid.Int64)
		}
		bad.Rows = append(bad.Rows, which+" → "+parent)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("checking foreign keys: %w", err)
	}
	if len(bad.Rows) > 0 {
		return &bad
	}
	return nil
}

func (s *sqliteSession) pragma(ctx context.Context, name string, into *int) error {
	if err := s.conn.QueryRowContext(ctx, "PRAGMA "+name).Scan(into); err != nil {
		return fmt.Errorf("reading PRAGMA %s: %w", name, err)
	}
	return nil
}

func (s *sqliteSession) setPragma(ctx context.Context, name string, value int) error {
	if _, err := s.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA %s = %d", name, value)); err != nil {
		return fmt.Errorf("setting PRAGMA %s: %w", name, err)
	}
	return nil
}

// patiently repeats f while the database is locked, for as long as the step's
// lock_timeout or the run's lock wait allows.
func (s *sqliteSession) patiently(ctx context.Context, st *Step, f func() error) error {
	opts := *s.opts
	if st != nil && st.LockTimeout != 0 {
		opts.lockWait = st.LockTimeout
	}
	var (
		pause backoff
		wait  = waiting{opts: &opts}
	)
	for {
		left := wait.left()
		err := f()
		if !isBusy(err) {
			return err
		}
		if left <= 0 {
			return &LockHeldError{Waited: time.Since(wait.started)}
		}
		if wait.due() && time.Since(wait.started) > ownBusyTimeout {
			wait.tell(ctx, Holder{})
		}
		if err := pause.wait(ctx, left); err != nil {
			return fmt.Errorf("waiting for the database: %w", err)
		}
	}
}

// isBusy reports whether an error is SQLITE_BUSY or SQLITE_LOCKED, by the
// driver's code where it has one.
func isBusy(err error) bool {
	if err == nil {
		return false
	}
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		code := coded.Code() & 0xff
		return code == 5 || code == 6
	}
	return strings.Contains(err.Error(), "database is locked") || strings.Contains(err.Error(), "database table is locked")
}
