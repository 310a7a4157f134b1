package migrations

import (
	"fmt"
	"strings"
	"time"
)

// postgresScript writes for psql, and for anything else that sends one
// statement after the other. Where a statement fails inside a transaction the
// server refuses the rest of it; a setting of the session, changed in each
// transaction, makes sure that none is skipped. Only statements outside a
// transaction need a client that stops at an error, so a script with such
// begins with psql's own word for that, which other clients refuse.
type postgresScript struct{}

func (postgresScript) start(s *script) {
	s.printf("psql -X -f, or anything else that sends one statement after the other")
	if words := s.pgBare(); words != "" {
		s.printf("\n-- and stops at an error: %s … has no transaction that would.\n\\set ON_ERROR_STOP on", words)
	}
	s.printf("\n\n")
	s.pgSettings()
	s.printf("\nBEGIN ISOLATION LEVEL READ COMMITTED;\n") // what is read after the wait must not be older than it
	s.pgLock()
	if len(s.from) == 0 {
		s.pgTables()
	}
	s.printf(`DO $gen$ BEGIN
  IF to_regclass(%s) IS NULL THEN
    RAISE EXCEPTION 'gen: this database has no version table, and the script is for one at %s';
  ELSIF NOT (%s) THEN
    RAISE EXCEPTION 'gen: the database is not at %s, for which this script was written' USING HINT = 'gen current tells where it is';
  END IF;
END $gen$;
`, sqlString(s.x.store.revisions), s.pgFrom(), s.home(), s.pgFrom())
	s.pgTick()
	s.printf("COMMIT;\n")
}

func (postgresScript) makeTables(s *script) {
	s.pgSettings()
	s.printf("\nBEGIN;\n")
	s.pgLock()
	s.pgTables()
	s.printf("COMMIT;\n")
}

func (s *script) pgFrom() string { return orBaseIDs(s.x.graph.Current(s.from)) }

// pgBare are the first words of a statement that runs outside a transaction,
// or "".
func (s *script) pgBare() string {
	rules, _ := rulesFor(s.x.dialect)
	for _, u := range s.all {
		if u.statement != nil && u.of.Tx == TxEach && s.x.classify(u) != transactional {
			words := statementWords(rules, u.statement.SQL)
			return strings.Join(words[:min(len(words), 3)], " ")
		}
	}
	return ""
}

// pgSettings are those of a runner's session.
func (s *script) pgSettings() {
	s.printf(`SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET lock_timeout = '%s';
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = '10min';
`, millis(s.x.opts.lockTimeout))
}

// pgLock takes the lock of lockKey, waiting for it as a run would, or two minutes
// where a run would wait for ever. It asks again and again: a lock waited for
// would hold up a CREATE INDEX CONCURRENTLY of its holder. It is the session's,
// so it lasts over the transactions.
func (s *script) pgLock() {
	wait := s.x.opts.lockWait
	if wait < 0 {
		wait = 2 * time.Minute
	}
	s.printf(`DO $gen$ DECLARE
  deadline timestamptz := pg_catalog.clock_timestamp() + interval '%s';
BEGIN
  WHILE NOT pg_catalog.pg_try_advisory_lock(%s) LOOP
    IF pg_catalog.clock_timestamp() > deadline THEN
      RAISE EXCEPTION 'gen: another migration run holds the lock; waited %s';
    END IF;
    PERFORM pg_catalog.pg_sleep(0.1);
  END LOOP;
END $gen$;
`, millis(wait), s.pgKey(), wait)
}

// pgKey is lockKey in SQL: the schema of the version table may be known only
// to the server.
func (s *script) pgKey() string {
	if s.x.store.schema != "" {
		return fmt.Sprint(lockKey(s.x.store.schema, TableRevisions))
	}
	return `('x' || pg_catalog.substr(pg_catalog.encode(pg_catalog.sha256('gen'::bytea || '\x00'::bytea || pg_catalog.convert_to(coalesce(
    (SELECT n.nspname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = pg_catalog.to_regclass('gen_revisions')), pg_catalog.current_schema()::text), 'UTF8') || '\x00'::bytea || 'gen_revisions'::bytea), 'hex'), 1, 16))::bit(64)::bigint`
}

// pgTables makes the tables unless they are there.
func (s *script) pgTables() {
	if s.x.store.schema != "" {
		s.printf("CREATE SCHEMA IF NOT EXISTS %s;\n", quote(s.x.store.schema))
	}
	s.tables()
}

// pgTick notes in the session that one more part is done.
func (s *script) pgTick() {
	s.printf("SET gen.script = '%s.%d';\n", s.x.id[:8], s.part)
}

func (postgresScript) begin(s *script, st *Step) {
	s.printf("\nBEGIN;\n")
	s.pgInOrder("")
	if st == nil {
		return
	}
	s.pgTimeouts(st, "SET LOCAL")
}

// pgInOrder fails unless the part before was done.
func (s *script) pgInOrder(indent string) {
	text := fmt.Sprintf(`IF pg_catalog.current_setting('gen.script', true) IS DISTINCT FROM '%s.%d' THEN
  RAISE EXCEPTION 'gen: the part of this script before this one did not run';
END IF;`, s.x.id[:8], s.part)
	s.part++
	if indent == "" {
		s.printf("DO $gen$ BEGIN\n  %s\nEND $gen$;\n", strings.ReplaceAll(text, "\n", "\n  "))
		return
	}
	s.printf("%s%s\n", indent, strings.ReplaceAll(text, "\n", "\n"+indent))
}

func (s *script) pgTimeouts(st *Step, set string) {
	if st.LockTimeout != 0 {
		s.printf("%s lock_timeout = '%s';\n", set, millis(st.LockTimeout))
	}
	if st.StatementTimeout != 0 {
		s.printf("%s statement_timeout = '%s';\n", set, millis(st.StatementTimeout))
	}
}

func (postgresScript) settle(s *script, us []unit) {
	if touchesSession(s.x.dialect, us) {
		s.pgReset()
	}
}

func (postgresScript) commit(s *script, _ *Step) {
	s.pgTick()
	s.printf("COMMIT;\n")
}

func (postgresScript) outside(s *script, u unit, text string) {
	own := *s.x.settings(u.of, true)
	rules, _ := rulesFor(s.x.dialect)
	if own.LockTimeout == 0 && contains(statementWords(rules, text), "CONCURRENTLY") {
		own.LockTimeout = NoTimeout // as postgresSession.outside
	}
	s.printf("\n")
	s.pgTimeouts(&own, "SET")
	s.printf("%s\n", terminated(s.x.dialect, text))
	switch {
	case touchesSession(s.x.dialect, []unit{u}):
		s.pgReset()
		s.printf("SET gen.script = '%s.%d';\n", s.x.id[:8], s.part)
	case own.LockTimeout != 0 || own.StatementTimeout != 0:
		s.printf("SET lock_timeout = '%s';\nSET statement_timeout = 0;\n", millis(s.x.opts.lockTimeout))
	}
}

// pgReset undoes what statements did to the session, as postgresSession.reset.
func (s *script) pgReset() {
	s.printf("RESET SESSION AUTHORIZATION;\nRESET ALL;\n")
	s.pgSettings()
}

// batch is a loop that commits each time. COMMIT ends what SET LOCAL set, so
// the timeouts are set in each turn.
func (postgresScript) batch(s *script, u unit, text string, f func()) {
	own := s.x.settings(u.of, false)
	inner := &script{x: s.x, in: s.in, dir: s.dir, from: s.from, all: s.all, part: s.part}
	inner.printf("DECLARE\n  affected bigint;\nBEGIN\n")
	inner.pgInOrder("  ")
	inner.printf("  LOOP\n")
	for _, t := range [...]struct {
		name string
		set  bool
		text string
	}{{"lock_timeout", own.LockTimeout != 0, millis(own.LockTimeout)}, {"statement_timeout", own.StatementTimeout != 0, millis(own.StatementTimeout)}} {
		if t.set {
			inner.printf("    PERFORM pg_catalog.set_config('%s', '%s', true);\n", t.name, t.text)
		}
	}
	tag := freeTag(text, "gen_batch")
	inner.printf("    EXECUTE %s%s%s;\n    GET DIAGNOSTICS affected = ROW_COUNT;\n    EXIT WHEN affected = 0;\n    COMMIT;\n  END LOOP;\n", tag, text, tag)
	outer := s.out
	s.out = inner.out
	s.part = inner.part
	f()
	body := s.out.String()
	s.out = outer
	body += fmt.Sprintf("  PERFORM pg_catalog.set_config('gen.script', '%s.%d', false);\nEND", s.x.id[:8], s.part)
	around := freeTag(body, "gen")
	s.printf("\nDO %s\n%s\n%s;\n", around, body, around)
}

// freeTag is a dollar quote that text does not hold.
func freeTag(text, name string) string {
	tag := "$" + name + "$"
	for i := 1; strings.Contains(text, tag); i++ {
		tag = fmt.Sprintf("$%s%d$", name, i)
	}
	return tag
}

func (postgresScript) finish(s *script) {
	s.printf("DO $gen$ BEGIN\n  PERFORM pg_catalog.pg_advisory_unlock(%s);\nEND $gen$;\nRESET ALL;\n", s.pgKey())
}

func (postgresScript) literal(value any) string {
	switch v := value.(type) {
	case nil:
		return "NULL"
	case bool:
		return strings.ToUpper(fmt.Sprint(v))
	case string:
		return sqlString(v)
	}
	return fmt.Sprint(value)
}
