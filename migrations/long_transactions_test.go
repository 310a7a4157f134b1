package migrations

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// TestLongTransactions: before each strong lock, in any revision, with each
// transaction told once.
func TestLongTransactions(t *testing.T) {
	ctx := context.Background()
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	if _, err := db.Exec("CREATE TABLE old (x int); CREATE TABLE t (x int)"); err != nil {
		t.Fatal(err)
	}
	open := func(name string) *sql.Tx {
		tx, err := openURL(t, url+"&application_name="+name).Begin()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { tx.Rollback() })
		if _, err := tx.Exec("SELECT x FROM old"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(60 * time.Millisecond)
		return tx
	}
	open("first")
	later := map[string]*sql.Tx{}
	var told []string
	note := func(what string) { told = append(told, what) }
	fsys := files(Postgres,
		[2]string{"aaaa1111<", "-- gen:up\nINSERT INTO t VALUES (1);\n\n-- gen:step\nALTER TABLE t ADD COLUMN a int;\n\n-- gen:down\n"},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up\nSELECT 1;\nALTER TABLE t ADD COLUMN b int;\n\n-- gen:step\nINSERT INTO t VALUES (2);\n\n-- gen:step tx=each\nCREATE INDEX t_x ON t (x);\nALTER TABLE t ADD COLUMN c int;\nVACUUM t;\n\n-- gen:step\nINSERT INTO t VALUES (3);\n\n-- gen:step tx=each\nCREATE INDEX CONCURRENTLY t_y ON t (x);\n\n-- gen:down\n"})
	m := newRunner(t, db, Postgres, fsys, WithHooks(Hooks{
		BeforeStep: func(_ context.Context, ev StepEvent) {
			note(ev.Revision.ID + " step")
			if name := map[int]string{1: "second", 3: "third"}[ev.Index]; name != "" && ev.Revision.ID == "bbbb2222" {
				later[name] = open(name)
			}
		},
		LongTransactions: func(_ context.Context, open []Blocker) {
			for _, b := range open {
				note("long: " + b.Application)
			}
		},
	}))
	m.opts.longTransaction, m.opts.lookAgain = 50*time.Millisecond, 0
	if _, err := m.Upgrade(ctx, "head"); err != nil {
		t.Fatal(err)
	}
	want := []string{"aaaa1111 step", "long: first", "aaaa1111 step", "bbbb2222 step", "bbbb2222 step", "long: second", "bbbb2222 step", "bbbb2222 step", "long: third", "bbbb2222 step"}
	if d := cmp.Diff(want, told); d != "" {
		t.Error(d)
	}
	// In one transaction it is told before that begins.
	for _, tx := range later {
		tx.Rollback()
	}
	told = nil
	if _, err := db.Exec("DROP TABLE gen_revisions, gen_log, t; CREATE TABLE t (x int)"); err != nil {
		t.Fatal(err)
	}
	WithTransaction(SpanRun)(&m.opts)
	if _, err := m.Upgrade(ctx, "aaaa1111"); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"long: first", "aaaa1111 step", "aaaa1111 step"}, told); d != "" {
		t.Error(d)
	}
}

func TestStrong(t *testing.T) {
	for text, want := range map[string]bool{
		"ALTER TABLE t ADD c int": true, "drop index i": true, "CREATE UNIQUE INDEX CONCURRENTLY i ON t (x)": true, "VACUUM (FULL) t": true,
		"CREATE TABLE a (b int REFERENCES c)": true, "CREATE TABLE a PARTITION OF b DEFAULT": true, "CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f()": true,
		"DO $$ BEGIN END $$": true, "CALL p()": true, "LOCK t": true, "REFRESH MATERIALIZED VIEW v": true, "/* c */ TRUNCATE t": true,
		"CREATE TABLE a (b int)": false, "INSERT INTO t VALUES ('ALTER TABLE')": false, "VACUUM t": false, "SET search_path = ''": false,
		"CREATE VIEW v AS SELECT 1": false, "UPDATE t SET x = 1": false, "COMMENT ON TABLE t IS 'DROP'": false, "WITH a AS (SELECT 1) DELETE FROM t": false,
	} {
		if got := strong(statementWords(postgresRules(), text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
