package migrations

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// What would give up the runner's lock is refused: by the file's text, by the plan,
// or, where only the server knows, by the step that does it.
func TestPostgresUnlockingIsRefused(t *testing.T) {
	key := lockKey("public", TableRevisions)
	if key > 0 {
		t.Fatal("the key is negative: the test has it with its sign")
	}
	_, err := Parse("a.sql", []byte("-- revision: aaaa1111\n-- parents:\n-- dialect: postgres\n\n-- gen:up\nSELECT 1;\nSELECT pg_catalog.pg_advisory_unlock_all ();\n"))
	if err == nil || err.Error() != "a.sql:7:1: pg_advisory_unlock_all() would drop the runner's lock\n    hint: release a lock of your own by its key: pg_advisory_unlock(key)" {
		t.Errorf("in the text: %v", err)
	}
	const gone = "a statement of this step gave up the lock that keeps other runs away"
	for name, tc := range map[string]struct{ body, first, state string }{
		"the key": {
			fmt.Sprintf("-- gen:up\nSELECT 1;\nSELECT pg_advisory_unlock(%d);\n", key),
			fmt.Sprintf("01_bbbb2222.sql:9:1: pg_advisory_unlock(%d) would drop the runner's lock", key), "",
		},
		"a block": {
			"-- gen:up\nCREATE TABLE b (n int);\nSELECT 1;\nDO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$;\n",
			"01_bbbb2222.sql:10:1: " + gone, "    rolled back: 3 statements of revision bbbb2222; nothing of it is in place",
		},
		"a statement of a step tx=each": {
			"-- gen:up tx=each\nCREATE TABLE b (n int);\nSELECT unlock();\n",
			"01_bbbb2222.sql:9:1: " + gone, "    rolled back: 1 statement of revision bbbb2222; in place: its first 1 statement of 2",
		},
		"a batch": {
			"-- gen:up tx=batch\nWITH u AS (SELECT unlock()) UPDATE a SET n = 1 FROM u WHERE n IS NULL;\n",
			"01_bbbb2222.sql:8:1: " + gone, "    rolled back: the first turn of this run of the batch of revision bbbb2222",
		},
		"a Go function": {
			"-- gen:up\n-- gen:go Unlock\n",
			"01_bbbb2222.sql:7:1: " + gone, "    rolled back: 1 statement of revision bbbb2222; nothing of it is in place",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := openPostgres(t)
			m := newRunner(t, db, Postgres, files(Postgres,
				[2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (n int);\nINSERT INTO a VALUES (NULL);\nCREATE FUNCTION unlock() RETURNS void LANGUAGE sql AS 'SELECT pg_advisory_unlock_all()';\n"},
				[2]string{"bbbb2222<aaaa1111", tc.body}), WithFunc("Unlock", func(ctx context.Context, tx Tx) error {
				_, err := tx.ExecContext(ctx, "SELECT unlock()")
				return err
			}))
			upgrade(t, m, "aaaa1111")
			lines := failing(t, m, "head")
			if lines[0] != tc.first {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), tc.first)
			}
			if tc.state == "" {
				return // refused by the plan
			}
			want := []string{tc.state, "    hint: take that out of the statement, or of the function it calls; release a lock of your own by its key: pg_advisory_unlock(key), then go on from here: gen upgrade"}
			if diff := cmp.Diff(want, lines[len(lines)-2:]); diff != "" {
				t.Errorf("%s\nin\n%s", diff, strings.Join(lines, "\n"))
			}
			if got := query(t, db, "SELECT n FROM a"); got[0] != "" {
				t.Errorf("the batch's turn was not rolled back: %v", got)
			}
		})
	}
}

// Locks of the file's own are its own business.
func TestPostgresOwnAdvisoryLocks(t *testing.T) {
	db := openPostgres(t)
	upgrade(t, newRunner(t, db, Postgres, files(Postgres, [2]string{"aaaa1111<", "-- gen:up\nSELECT pg_advisory_lock(7);\nCREATE TABLE a (n int);\nSELECT pg_advisory_unlock(7);\n"})), "head")
}

// What ran outside a transaction is not taken back: the lock is taken again, and
// the run goes on.
func TestPostgresLockIsRegained(t *testing.T) {
	url := dbtest.Postgres(t)
	db := openURL(t, url)
	held := func() string {
		return query(t, openURL(t, url), "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")[0]
	}
	var before []string
	m := newRunner(t, db, Postgres, files(Postgres,
		[2]string{"aaaa1111<", "-- gen:up\nCREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$;\n\n-- gen:step tx=each\nCALL p();\nCREATE TABLE a (n int);\n"}),
		WithHooks(Hooks{BeforeStatement: func(context.Context, StatementEvent) { before = append(before, held()) }}))
	upgrade(t, m, "head")
	if diff := cmp.Diff([]string{"1", "1", "1"}, before); diff != "" {
		t.Errorf("locks before each statement: %s", diff)
	}
	// Another run that has it then is waited for, and not for ever.
	m = newRunner(t, db, Postgres, files(Postgres,
		[2]string{"aaaa1111<", "-- gen:up\nCREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$;\n\n-- gen:step tx=each\nCALL p();\nCREATE TABLE a (n int);\n"},
		[2]string{"bbbb2222<aaaa1111", "-- gen:up tx=each\nCALL p();\n"}),
		WithLockWait(0), WithHooks(Hooks{AfterStatement: func(ctx context.Context, _ StatementEvent) {
			conn, err := openURL(t, url).Conn(ctx)
			if err == nil {
				_, err = conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", lockKey("public", TableRevisions))
			}
			if err != nil {
				t.Error(err)
			}
		}}))
	_, err := m.Upgrade(context.Background(), "head")
	if _, ok := errors.AsType[*LockHeldError](err); !ok || !strings.HasPrefix(err.Error(), "behind a statement of revision bbbb2222 that gave up the migration lock: another migration run holds the lock: ") {
		t.Errorf("got %v", err)
	}
}
