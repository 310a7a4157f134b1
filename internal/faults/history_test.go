//go:build unix

package faults

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// The histories: ten revisions each, with every way in which gen runs statements.
// hits counts: each of its INSERTs must happen once, whatever happens to gen.
var elephants = []string{
	// One transaction.
	`-- gen:up
CREATE TABLE hits (what text NOT NULL);
CREATE TABLE n (i int, done int NOT NULL DEFAULT 0);
INSERT INTO n (i) SELECT generate_series(1, 7);
INSERT INTO hits VALUES ('1');

-- gen:down
DROP TABLE n;
DROP TABLE hits;
`,
	`-- gen:up lock_timeout=3s
INSERT INTO hits VALUES ('2');
ALTER TABLE n ADD COLUMN note text;
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2; ';

-- gen:down
DROP FUNCTION twice(int);
ALTER TABLE n DROP COLUMN note;
INSERT INTO hits VALUES ('undo 2');
`,
	// Statements of their own, some outside transactions.
	`-- gen:up tx=each
INSERT INTO hits VALUES ('3a');
CREATE INDEX CONCURRENTLY n_done ON n (done);
INSERT INTO hits VALUES ('3b');

-- gen:down tx=each
DROP INDEX CONCURRENTLY n_done;
INSERT INTO hits VALUES ('undo 3');
`,
	// A backfill.
	`-- gen:up tx=batch name=backfill
UPDATE n SET done = done + 1 WHERE i IN (SELECT i FROM n WHERE done = 0 ORDER BY i LIMIT 3);

-- gen:down
UPDATE n SET done = 0;
`,
	// Several transactions.
	`-- gen:up
INSERT INTO hits VALUES ('5a');
ALTER TABLE n ADD COLUMN more int;

-- gen:step
INSERT INTO hits VALUES ('5b');
UPDATE n SET more = i;

-- gen:down
ALTER TABLE n DROP COLUMN more;
INSERT INTO hits VALUES ('undo 5');
`,
	`-- gen:up
ALTER TABLE n ADD CONSTRAINT n_positive CHECK (i > 0) NOT VALID;

-- gen:step tx=each
ALTER TABLE n VALIDATE CONSTRAINT n_positive;
CREATE UNIQUE INDEX CONCURRENTLY n_i ON n (i);
INSERT INTO hits VALUES ('6');

-- gen:step tx=each
CREATE INDEX CONCURRENTLY gen_tmp_n_done ON n (done, i);
DROP INDEX CONCURRENTLY n_done;
ALTER INDEX gen_tmp_n_done RENAME TO n_done;

-- gen:down tx=each
DROP INDEX CONCURRENTLY n_i;
ALTER TABLE n DROP CONSTRAINT n_positive;
`,
	`-- gen:up
CREATE TYPE mood AS ENUM ('sad');

-- gen:step tx=each
ALTER TYPE mood ADD VALUE 'glad';
INSERT INTO hits VALUES ('7');

-- gen:down
DROP TYPE mood;
INSERT INTO hits VALUES ('undo 7');
`,
	// It ends outside a transaction.
	`-- gen:up tx=each
REINDEX INDEX CONCURRENTLY n_i;
DROP INDEX CONCURRENTLY n_done;
VACUUM n;
CREATE INDEX CONCURRENTLY IF NOT EXISTS n_done ON n (done, i);

-- gen:down tx=each
INSERT INTO hits VALUES ('undo 8');
DROP INDEX CONCURRENTLY n_done;
CREATE INDEX CONCURRENTLY n_done ON n (done);
`,
	// What a pg_dump file does to its session.
	`-- gen:up
INSERT INTO hits VALUES ('9');
SET search_path = '';
SET lock_timeout = 0;

-- gen:down
INSERT INTO hits VALUES ('undo 9');
`,
	`-- gen:up
INSERT INTO hits SELECT '10: ' || sum(done) || ' ' || sum(more) FROM n;
CREATE TABLE last (id int PRIMARY KEY, n int REFERENCES last (id));

-- gen:down
DROP TABLE last;
INSERT INTO hits VALUES ('undo 10');
`,
}

var feathers = []string{
	`-- gen:up
CREATE TABLE hits (what TEXT NOT NULL);
CREATE TABLE n (i INTEGER, done INTEGER NOT NULL DEFAULT 0);
INSERT INTO n (i) VALUES (1), (2), (3), (4), (5), (6), (7);
INSERT INTO hits VALUES ('1');

-- gen:down
DROP TABLE n;
DROP TABLE hits;
`,
	`-- gen:up
INSERT INTO hits VALUES ('2');
ALTER TABLE n ADD COLUMN note TEXT;

-- gen:down
ALTER TABLE n DROP COLUMN note;
INSERT INTO hits VALUES ('undo 2');
`,
	`-- gen:up tx=each
INSERT INTO hits VALUES ('3a');
VACUUM;
CREATE INDEX n_done ON n (done);
INSERT INTO hits VALUES ('3b');

-- gen:down tx=each
DROP INDEX n_done;
INSERT INTO hits VALUES ('undo 3');
`,
	`-- gen:up tx=batch name=backfill
UPDATE n SET done = done + 1 WHERE rowid IN (SELECT rowid FROM n WHERE done = 0 ORDER BY i LIMIT 3);

-- gen:down
UPDATE n SET done = 0;
`,
	`-- gen:up
INSERT INTO hits VALUES ('5a');
ALTER TABLE n ADD COLUMN more INTEGER;

-- gen:step
INSERT INTO hits VALUES ('5b');
UPDATE n SET more = i;

-- gen:down
ALTER TABLE n DROP COLUMN more;
INSERT INTO hits VALUES ('undo 5');
`,
	// A table rebuild.
	`-- gen:up foreign_keys=off
CREATE TABLE n_new (i INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0, note TEXT, more INTEGER);
INSERT INTO n_new (i, done, note, more) SELECT i, done, note, more FROM n;
DROP TABLE n;
ALTER TABLE n_new RENAME TO n;
CREATE INDEX n_done ON n (done);
INSERT INTO hits VALUES ('6');

-- gen:down
INSERT INTO hits VALUES ('undo 6');
`,
	`-- gen:up
CREATE VIEW seen AS SELECT i FROM n WHERE done > 0;
CREATE TRIGGER counted AFTER INSERT ON n BEGIN
  INSERT INTO hits VALUES ('row');
END;
INSERT INTO n (i) VALUES (8);

-- gen:down
DROP TRIGGER counted;
DROP VIEW seen;
DELETE FROM n WHERE i = 8;
`,
	// It ends outside a transaction.
	`-- gen:up tx=each
INSERT INTO hits VALUES ('8');
DROP INDEX n_done;
CREATE UNIQUE INDEX n_i ON n (i);
VACUUM;

-- gen:down tx=each
DROP INDEX n_i;
CREATE INDEX n_done ON n (done);
INSERT INTO hits VALUES ('undo 8');
`,
	`-- gen:up tx=batch
DELETE FROM n WHERE rowid IN (SELECT rowid FROM n WHERE i > 4 LIMIT 1);

-- gen:down
INSERT INTO n (i) VALUES (5), (6), (7), (8);
`,
	`-- gen:up
INSERT INTO hits SELECT '10: ' || sum(done) || ' ' || sum(more) FROM n;
CREATE TABLE last (id INTEGER PRIMARY KEY, n INTEGER REFERENCES last (id));

-- gen:down
DROP TABLE last;
INSERT INTO hits VALUES ('undo 10');
`,
}

// writeHistory makes a project of the revisions and returns its directory.
func writeHistory(t testing.TB, dialect string, bodies []string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "migrations"), 0o755); err != nil {
		t.Fatal(err)
	}
	parent := ""
	for i, body := range bodies {
		id := fmt.Sprintf("rev%02d", i+1)
		text := fmt.Sprintf("-- revision: %s\n-- parents: %s\n-- message: step %d\n-- dialect: %s\n\n%s", id, parent, i+1, dialect, body)
		if err := os.WriteFile(filepath.Join(dir, "migrations", id+".sql"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		parent = id
	}
	return dir
}
