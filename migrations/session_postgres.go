package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"
)

// postgresSession runs on PostgreSQL 13 and later.
type postgresSession struct {
	db      *sql.DB
	conn    *sql.Conn
	opts    *options
	command string // upgrade or downgrade, for application_name
	facts   postgresFacts
	key     int64
	locked  bool
	pid     int         // of the backend; 0 where a pooler may change it
	role    string      // the role to return to in reset
	caller  [][2]string // the caller's own session settings
	inTx    bool

	noticing string // what beginLocked also sets; see canNotice
}

func (s *postgresSession) locate(ctx context.Context) (*store, error) {
	st, facts, err := locatePostgres(ctx, s.conn, s.opts.schema)
	s.facts = facts
	if err != nil {
		return nil, s.refusedSchema(ctx, err)
	}
	return st, nil
}

func (s *postgresSession) open(ctx context.Context, st *store) error {
	if s.facts.standby {
		return errors.New("this server is a standby: it can be read, not migrated\n    hint: use the primary's URL")
	}
	if st.schema == "" {
		return errors.New("search_path names no schema that exists and that this role may use, so there is no place for the version table\n    hint: name one: run.schema in gen.toml, or migrations.WithSchema; or have its owner GRANT USAGE, CREATE ON SCHEMA public to this role")
	}
	if s.opts.lockMode == LockTransaction {
		// Nothing is set on a session that others may have next.
		s.key = lockKey(st.schema, TableRevisions)
		s.noticing = s.canNotice(ctx)
		return nil
	}
	if err := s.ownSession(ctx); err != nil {
		return err
	}
	if err := s.remember(ctx); err != nil {
		return err
	}
	if err := s.set(ctx, "application_name", applicationName(s.command)); err != nil {
		return err
	}
	s.key = lockKey(st.schema, TableRevisions)
	if err := s.lock(ctx); err != nil {
		return err
	}
	return s.settings(ctx)
}

// canNotice is what has the server notice, while a statement runs, that a pooler
// has dropped the connection of a client that is gone. It is tried on a transaction
// of its own: not every platform's server knows the setting (14+).
func (s *postgresSession) canNotice(ctx context.Context) string {
	const set = "pg_catalog.set_config('client_connection_check_interval', '500ms', true)"
	if s.facts.version < 140000 {
		return ""
	}
	if _, err := s.conn.ExecContext(ctx, "SELECT "+set); err != nil {
		return ""
	}
	return ", " + set
}

// applicationName names this process in pg_stat_activity, so that others can
// say whom they wait for. PostgreSQL keeps 63 bytes.
func applicationName(command string) string {
	host, _ := os.Hostname()
	name := fmt.Sprintf("gen %s %s:%d", command, host, os.Getpid())
	return name[:min(len(name), 63)]
}

// lockKey is the advisory lock of a version table. Advisory locks are per
// database, so its name need not be in it.
func lockKey(schema, table string) int64 {
	sum := sha256.Sum256([]byte("gen\x00" + schema + "\x00" + table))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// remember notes what the caller's pool has set on the connection, which RESET
// ALL would forget.
func (s *postgresSession) remember(ctx context.Context) error {
	rows, err := s.conn.QueryContext(ctx, `SELECT name, setting FROM (
  SELECT name, pg_catalog.current_setting(name) AS setting FROM pg_catalog.pg_settings
    WHERE source = 'session' AND context IN ('user', 'superuser') AND NOT name LIKE 'transaction\_%'
  UNION ALL SELECT 'role', pg_catalog.current_setting('role')) x ORDER BY name`)
	if err != nil {
		return fmt.Errorf("reading the session's settings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return fmt.Errorf("reading the session's settings: %w", err)
		}
		if name == "role" {
			s.role = value
			continue
		}
		s.caller = append(s.caller, [2]string{name, value})
	}
	return rows.Err()
}

// defaultLockTimeout keeps a waiting ALTER from blocking everyone behind it.
const defaultLockTimeout = 5 * time.Second

// settings are those of a migrating session.
func (s *postgresSession) settings(ctx context.Context) error {
	_, err := s.conn.ExecContext(ctx, `SELECT pg_catalog.set_config('lock_timeout', $1, false),
  pg_catalog.set_config('statement_timeout', '0', false),
  pg_catalog.set_config('idle_in_transaction_session_timeout', '10min', false),
  pg_catalog.set_config('standard_conforming_strings', 'on', false)`, millis(s.opts.lockTimeout))
	if err != nil {
		return fmt.Errorf("setting up the session: %w", err)
	}
	// A client that is gone must not keep its locks: the server notices a
	// closed connection by itself while a statement runs (14+), and a silent
	// one by keepalives. Not every server's platform has these settings, and
	// where they are missing nothing else is lost.
	if s.facts.version >= 140000 {
		_ = s.set(ctx, "client_connection_check_interval", "500ms")
	}
	_, _ = s.conn.ExecContext(ctx, `SELECT pg_catalog.set_config('tcp_keepalives_idle', '10', false),
  pg_catalog.set_config('tcp_keepalives_interval', '5', false),
  pg_catalog.set_config('tcp_keepalives_count', '3', false),
  pg_catalog.set_config('tcp_user_timeout', '30s', false)`)
	return nil
}

func (s *postgresSession) set(ctx context.Context, name, value string) error {
	if _, err := s.conn.ExecContext(ctx, "SELECT pg_catalog.set_config($1, $2, false)", name, value); err != nil {
		return fmt.Errorf("setting %s: %w", name, err)
	}
	return nil
}

// millis is a timeout as PostgreSQL takes it.
func millis(d time.Duration) string {
	if d == NoTimeout {
		return "0"
	}
	return fmt.Sprintf("%dms", d.Milliseconds())
}

func (s *postgresSession) begin(ctx context.Context, st *Step) error {
	if s.opts.lockMode == LockTransaction && s.key != 0 {
		if err := s.beginLocked(ctx); err != nil {
			return err
		}
	} else if _, err := s.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	s.inTx = true
	if st == nil {
		return nil
	}
	if st.Go != "" {
		// The function may work long between two statements.
		if _, err := s.conn.ExecContext(ctx, "SET LOCAL idle_in_transaction_session_timeout = 0"); err != nil {
			return err
		}
	}
	return s.timeouts(ctx, st, true)
}

// timeouts sets those a step names.
func (s *postgresSession) timeouts(ctx context.Context, st *Step, local bool) error {
	for _, t := range [...]struct {
		name string
		d    time.Duration
	}{{"lock_timeout", st.LockTimeout}, {"statement_timeout", st.StatementTimeout}} {
		if t.d == 0 {
			continue
		}
		if _, err := s.conn.ExecContext(ctx, "SELECT pg_catalog.set_config($1, $2, $3)", t.name, millis(t.d), local); err != nil {
			return fmt.Errorf("setting %s: %w", t.name, err)
		}
	}
	return nil
}

func (s *postgresSession) commit(ctx context.Context, _ *Step) error {
	_, err := s.conn.ExecContext(ctx, "COMMIT")
	if err == nil {
		s.inTx = false
	}
	return err
}

func (s *postgresSession) rollback(ctx context.Context, _ *Step) {
	if !s.inTx {
		return
	}
	ctx, cancel := cleanup(ctx)
	defer cancel()
	s.conn.ExecContext(ctx, "ROLLBACK") // on failure the connection is gone, and the transaction with it
	s.inTx = false
}

// outside turns lock_timeout off for CONCURRENTLY statements unless the step
// sets one: the timeout would also cut their wait for old transactions short
// and leave an invalid index behind.
func (s *postgresSession) outside(ctx context.Context, st *Step, words []string) (func(context.Context), error) {
	own := *st
	if own.LockTimeout == 0 && contains(words, "CONCURRENTLY") {
		own.LockTimeout = NoTimeout
	}
	if own.LockTimeout == 0 && own.StatementTimeout == 0 {
		return func(context.Context) {}, nil
	}
	if err := s.timeouts(ctx, &own, false); err != nil {
		return nil, err
	}
	return func(ctx context.Context) {
		s.timeouts(ctx, &Step{LockTimeout: s.opts.lockTimeout, StatementTimeout: NoTimeout}, false)
	}, nil
}

// reset undoes SET, SET ROLE and SET SESSION AUTHORIZATION of the statements,
// then sets again what the caller and the runner had set.
func (s *postgresSession) reset(ctx context.Context) error {
	if s.opts.lockMode == LockTransaction {
		return nil // plans with SET and RESET were refused
	}
	for _, text := range []string{"RESET SESSION AUTHORIZATION", "RESET ALL"} {
		if _, err := s.conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("resetting the session: %w", err)
		}
	}
	for _, kv := range append(s.caller, [2]string{"role", s.role}, [2]string{"application_name", applicationName(s.command)}) {
		if err := s.set(ctx, kv[0], kv[1]); err != nil {
			return fmt.Errorf("resetting the session: %w", err)
		}
	}
	return s.settings(ctx)
}

// close unlocks and drops the connection from the pool, so that none of its
// settings reach the application.
func (s *postgresSession) close() {
	if s.key == 0 {
		s.conn.Close() // only read
		return
	}
	if s.locked {
		ctx, cancel := cleanup(context.Background())
		defer cancel()
		s.conn.ExecContext(ctx, "SELECT pg_catalog.pg_advisory_unlock($1)", s.key)
	}
	s.conn.Raw(func(any) error { return driver.ErrBadConn })
	s.conn.Close()
}
