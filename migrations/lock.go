package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// lock polls the advisory lock. A waiting lock call would hold a snapshot that
// a CREATE INDEX CONCURRENTLY of the holder waits for: a deadlock.
func (s *postgresSession) lock(ctx context.Context) error {
	var (
		pause backoff
		wait  = waiting{opts: s.opts}
	)
	for {
		var got bool
		var pid int
		left := wait.left()
		if err := s.conn.QueryRowContext(ctx, "SELECT pg_catalog.pg_try_advisory_lock($1), pg_catalog.pg_backend_pid()", s.key).Scan(&got, &pid); err != nil {
			return fmt.Errorf("taking the migration lock: %w", err)
		}
		if got {
			s.locked, s.pid = true, pid
			return s.checkPooler(ctx, pid)
		}
		if left <= 0 || wait.due() {
			h, err := s.holder(ctx)
			if err != nil {
				return err
			}
			if left <= 0 {
				return &LockHeldError{Holder: h, Waited: time.Since(wait.started)}
			}
			wait.tell(ctx, h)
		}
		if err := pause.wait(ctx, left); err != nil {
			return fmt.Errorf("waiting for the migration lock: %w", err)
		}
	}
}

// beginLocked begins a transaction that has the lock, with the settings of a
// migrating session for it alone.
//
// It is READ COMMITTED whatever the database's default: in one of the others the
// snapshot is older than the lock, and would show the version table without what
// another run has done in between.
func (s *postgresSession) beginLocked(ctx context.Context) error {
	var (
		pause backoff
		wait  = waiting{opts: s.opts}
	)
	for {
		left := wait.left()
		var got bool
		if _, err := s.conn.ExecContext(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED"); err != nil {
			return err
		}
		err := s.conn.QueryRowContext(ctx, `SELECT pg_catalog.pg_try_advisory_xact_lock($1)`, s.key).Scan(&got)
		if err == nil && got {
			_, err = s.conn.ExecContext(ctx, `SELECT pg_catalog.set_config('lock_timeout', $1, true), pg_catalog.set_config('statement_timeout', '0', true),
  pg_catalog.set_config('idle_in_transaction_session_timeout', '10min', true), pg_catalog.set_config('standard_conforming_strings', 'on', true)`+s.noticing, millis(s.opts.lockTimeout))
		}
		if err == nil && got {
			return nil
		}
		s.inTx = true
		s.rollback(ctx, nil)
		if err != nil {
			return fmt.Errorf("taking the migration lock: %w", err)
		}
		if left <= 0 || wait.due() {
			h, err := s.holder(ctx)
			if err != nil {
				return err
			}
			if left <= 0 {
				return &LockHeldError{Holder: h, Waited: time.Since(wait.started)}
			}
			wait.tell(ctx, h)
		}
		if err := pause.wait(ctx, left); err != nil {
			return fmt.Errorf("waiting for the migration lock: %w", err)
		}
	}
}

// holder reads who has the lock. It is the zero Holder when the lock is free
// again.
func (s *postgresSession) holder(ctx context.Context) (Holder, error) { return s.holderOf(ctx, s.key) }

// holderOf is holder for the lock of a key.
func (s *postgresSession) holderOf(ctx context.Context, key int64) (Holder, error) {
	var h Holder
	var since sql.NullString
	err := s.conn.QueryRowContext(ctx, `SELECT l.pid, coalesce(a.application_name, ''), coalesce(a.usename::text, ''),
  coalesce(a.client_addr::text, ''), coalesce(a.query, ''), `+fmt.Sprintf(postgresStore.timeText, "coalesce(a.xact_start, a.query_start)")+`
  FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    AND (l.classid::bigint << 32) | l.objid::bigint = $1
  LIMIT 1`, key).Scan(&h.PID, &h.Application, &h.User, &h.Client, &h.Query, &since)
	if errors.Is(err, sql.ErrNoRows) {
		return Holder{}, nil
	}
	if err != nil {
		return Holder{}, fmt.Errorf("asking who holds the migration lock: %w", err)
	}
	if since.String != "" {
		h.Since, _ = time.Parse(time.RFC3339Nano, since.String)
	}
	return h, nil
}

var errPooler = errors.New("the connection goes through a pooler in transaction mode, where a lock cannot be held\n    hint: use the server's own URL for migrations, a pool in session mode, or --lock transaction (run.lock in gen.toml, migrations.WithLock)")

// ownSession looks, before anything is set or locked, whether this connection has
// a server process of its own. One that changes between two statements, or that
// answers on another connection too, belongs to a pooler in transaction mode. A
// pool of one connection can only look for the former.
func (s *postgresSession) ownSession(ctx context.Context) error {
	pid := func(c *sql.Conn) (pid int, err error) {
		err = c.QueryRowContext(ctx, "SELECT pg_catalog.pg_backend_pid()").Scan(&pid)
		return pid, err
	}
	first, err := pid(s.conn)
	if err != nil {
		return fmt.Errorf("looking for a pooler: %w", err)
	}
	if s.db.Stats().MaxOpenConnections != 1 {
		soon, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		// A busy pool, or a server that is full, is no reason not to migrate.
		if other, err := s.db.Conn(soon); err == nil {
			defer other.Close()
			if second, err := pid(other); err == nil && second == first {
				return errPooler
			}
		}
	}
	again, err := pid(s.conn)
	if err != nil {
		return fmt.Errorf("looking for a pooler: %w", err)
	}
	if again != first {
		return errPooler
	}
	return nil
}

// checkPooler makes sure that the session which took the lock is the one that
// answers now. A pooler in transaction mode hands out another one at will, and
// leaves the lock behind.
func (s *postgresSession) checkPooler(ctx context.Context, pid int) error {
	now, holds, err := s.holds(ctx)
	if err != nil {
		return err
	}
	if now != pid || !holds {
		return errPooler
	}
	return nil
}

// holds asks which process answers, and whether it has the lock.
func (s *postgresSession) holds(ctx context.Context) (pid int, holds bool, err error) {
	err = s.conn.QueryRowContext(ctx, `SELECT pg_catalog.pg_backend_pid(), EXISTS (SELECT 1 FROM pg_catalog.pg_locks l
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid = pg_catalog.pg_backend_pid()
    AND (l.classid::bigint << 32) | l.objid::bigint = $1)`, s.key).Scan(&pid, &holds)
	if err != nil {
		return 0, false, fmt.Errorf("checking the migration lock: %w", err)
	}
	return pid, holds, nil
}
