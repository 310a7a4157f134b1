package migrations

import (
	"fmt"
	"strings"
)

// sqliteScript writes for sqlite3 -bail, and for anything else that stops at
// an error. SQL alone cannot raise an error in SQLite, but a row can break a
// CHECK, whose name is then the message: the guards are rows of a temporary
// table. The last one of each transaction rolls it back, so that even a client
// that does not stop changes nothing of a database that is somewhere else.
type sqliteScript struct{}

const scriptTable = "temp.gen_script"

func (sqliteScript) start(s *script) {
	// Off is how a connection of gen upgrade begins, too.
	s.printf("sqlite3 -bail, or anything else that stops at an error.\n\nPRAGMA foreign_keys = OFF;\nDROP TABLE IF EXISTS %s;\n", scriptTable)
	s.printf(`CREATE TEMP TABLE gen_script (
  part INTEGER NOT NULL,
  log INTEGER NOT NULL,
  home INTEGER CONSTRAINT %s CHECK (home),
  sequence INTEGER CONSTRAINT %s CHECK (sequence),
  keys INTEGER CONSTRAINT %s CHECK (keys));
`, quote("gen: the database is not at "+orBaseIDs(s.x.graph.Current(s.from))+", for which this script was written; gen current tells where it is"),
		quote("gen: the part of this script before this one did not run, or another process migrated meanwhile"),
		quote("gen: rows would refer to nothing; PRAGMA foreign_key_check lists them"))
	s.printf("\nBEGIN IMMEDIATE;\n")
	if len(s.from) == 0 {
		s.tables()
	} else { // so that the refusal speaks of revisions, not of a missing table
		s.printf("INSERT OR ROLLBACK INTO %s (part, log, home) SELECT -1, 0, EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '%s');\n", scriptTable, TableRevisions)
	}
	s.printf("INSERT OR ROLLBACK INTO %s (part, log, home) SELECT 0, %s, %s;\nCOMMIT;\n", scriptTable, s.logEnd(), s.home())
}

func (sqliteScript) makeTables(s *script) {
	s.printf("BEGIN IMMEDIATE;\n")
	s.tables()
	s.printf("COMMIT;\n")
}

// logEnd is the last id of the log: every change of the version table writes
// an entry.
func (s *script) logEnd() string { return "(SELECT coalesce(max(id), 0) FROM " + s.x.store.log + ")" }

func (sqliteScript) begin(s *script, st *Step) {
	s.printf("\n")
	if st != nil && st.ForeignKeysOff {
		s.printf("PRAGMA legacy_alter_table = ON;\n")
	}
	s.printf("BEGIN IMMEDIATE;\n")
	s.liteTick("INSERT", s.logEnd()+" = (SELECT log FROM "+scriptTable+" ORDER BY part DESC LIMIT 1)", "")
}

// liteTick notes that one more part is done, when the one before was and the
// condition holds.
func (s *script) liteTick(insert, condition, keys string) {
	column, value := "", ""
	if keys != "" {
		column, value = ", keys", ", "+keys
	}
	if condition != "" {
		condition = " AND " + condition
	}
	s.printf("%s INTO %s (part, log, sequence%s) SELECT %d, %s, (SELECT max(part) FROM %s) IS %d%s%s;\n",
		insert, scriptTable, column, s.part+1, s.logEnd(), scriptTable, s.part, condition, value)
	s.part++
}

func (sqliteScript) commit(s *script, st *Step) {
	keys := ""
	if st != nil && st.ForeignKeysOff {
		keys = "NOT EXISTS (SELECT 1 FROM pragma_foreign_key_check)"
	}
	s.liteTick("INSERT OR ROLLBACK", "", keys)
	s.printf("COMMIT;\n")
	if keys != "" {
		s.printf("PRAGMA legacy_alter_table = OFF;\n")
	}
}

func (sqliteScript) settle(*script, []unit) {}

func (sqliteScript) outside(s *script, _ unit, text string) {
	s.printf("\n%s\n", terminated(s.x.dialect, text))
}

// batch is refused by scriptable.
func (sqliteScript) batch(s *script, _ unit, _ string, _ func()) {
	s.fail(fmt.Errorf("SQLite's SQL has no loop"))
}

func (sqliteScript) finish(s *script) { s.printf("DROP TABLE %s;\n", scriptTable) }

func (sqliteScript) literal(value any) string {
	switch v := value.(type) {
	case nil:
		return "NULL"
	case bool:
		return map[bool]string{true: "1", false: "0"}[v]
	case string:
		return sqlString(v)
	}
	return fmt.Sprint(value)
}

// tables makes the two tables of gen unless they are there.
func (s *script) tables() {
	st := s.x.store
	for _, text := range st.sql.create {
		text = strings.Replace(fmt.Sprintf(text, st.revisions, st.log), "CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1)
		s.printf("%s;\n", text)
	}
	s.printf("INSERT INTO %s (run, event, detail) SELECT %s, 'layout', '{\"layout\": %d}' WHERE NOT EXISTS (SELECT 1 FROM %s WHERE event = 'layout');\n",
		st.log, s.runID(), layoutVersion, st.log)
}

// runID is the id of the run, as the type of the log's column.
func (s *script) runID() string {
	if s.x.dialect == Postgres {
		return sqlString(s.x.id) + "::uuid"
	}
	return sqlString(s.x.id)
}
