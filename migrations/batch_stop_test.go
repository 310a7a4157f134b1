package migrations

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const eaten = "-- gen:up\nCREATE TABLE o (n);\nINSERT INTO o VALUES (0), (0), (0), (0), (0), (0);\n\n" +
	"-- gen:step tx=batch throttle=THROTTLE\nDELETE FROM o WHERE rowid IN (SELECT rowid FROM o LIMIT 2);\n"

// A batch that is stopped says what stays: the turns that were committed, and
// their rows. The next run goes on behind them.
func TestStoppedBatchTellsWhatStays(t *testing.T) {
	for _, tc := range []struct {
		name, throttle string
		after          int // turns
		inside         bool
		want           string
	}{
		{"between two turns", "1ms", 2, false, "stopped between two turns of the batch of revision aaaa1111; committed before it, and staying: 2 turns of this run, 4 rows; in place: its first 2 statements of 3"},
		{"in the rest after a turn", "1h", 1, false, "stopped between two turns of the batch of revision aaaa1111; committed before it, and staying: 1 turn of this run, 2 rows; in place: its first 2 statements of 3"},
		{"in a turn", "1ms", 2, true, "rolled back: this turn of the batch of revision aaaa1111; committed before it, and staying: 2 turns of this run, 4 rows; in place: its first 2 statements of 3"},
		{"in the first turn", "1ms", 0, true, "rolled back: the first turn of this run of the batch of revision aaaa1111; in place: its first 2 statements of 3"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			turns := 0
			db, fsys := openSQLite(t), files(SQLite, [2]string{"aaaa1111<", strings.Replace(eaten, "THROTTLE", tc.throttle, 1)})
			m := newRunner(t, db, SQLite, fsys, WithHooks(Hooks{
				BeforeStatement: func(_ context.Context, ev StatementEvent) {
					if tc.inside && ev.Index == 2 && turns == tc.after {
						stop()
					}
				},
				Batch: func(_ context.Context, ev BatchEvent) {
					if turns = ev.Turns; !tc.inside && turns == tc.after {
						if tc.throttle == "1h" {
							time.AfterFunc(10*time.Millisecond, stop) // in the rest, or just before
							return
						}
						stop()
					}
				},
			}))
			_, err := m.Upgrade(ctx, "head")
			se, ok := errors.AsType[*StatementError](err)
			if !ok || !se.Stopped || se.Turns != tc.after || se.Rows != int64(2*tc.after) {
				t.Fatalf("got %+v", err)
			}
			lines := strings.Split(err.Error(), "\n")
			want := []string{
				"    statement: DELETE FROM o WHERE rowid IN (SELECT rowid FROM o LIMIT 2)",
				"    " + tc.want,
				"    hint: the run was stopped, nothing is wrong with the file, then go on from here: gen upgrade",
			}
			if diff := cmp.Diff(want, lines[1:]); diff != "" {
				t.Error(diff)
			}
			if got := query(t, db, "SELECT count(*) FROM o"); got[0] != []string{"6", "4", "2"}[tc.after] {
				t.Errorf("%s rows are left", got[0])
			}
			upgrade(t, newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", strings.Replace(eaten, "THROTTLE", "1ms", 1)})), "head")
			if got := query(t, db, "SELECT count(*) FROM o"); got[0] != "0" {
				t.Errorf("%s rows are left after the rerun", got[0])
			}
		})
	}
}

// A run that is stopped between two steps names the statement that comes next.
func TestStoppedBetweenStepsNamesTheNext(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	m := newRunner(t, openSQLite(t), SQLite, files(SQLite, [2]string{"aaaa1111<", "-- gen:up\nCREATE TABLE a (id int);\n\n-- gen:step\nCREATE TABLE b (id int);\n"}),
		WithHooks(Hooks{AfterStep: func(context.Context, StepEvent) { stop() }}))
	// The end of a step is told when the next one begins, so this stops in the second.
	_, err := m.Upgrade(ctx, "head")
	se, ok := errors.AsType[*StatementError](err)
	if !ok || se.SQL != "CREATE TABLE b (id int)" || !se.Stopped {
		t.Fatal(err)
	}
}

// COMMIT in a DO block, or in a procedure that is called inside a transaction.
func TestPostgresTransactionTerminationHint(t *testing.T) {
	for name, tc := range map[string]struct{ body, hint string }{
		"DO, each": {"-- gen:up tx=each\nDO $$ BEGIN COMMIT; END $$;\n", "make it a procedure and CALL it in a step with tx=each, then go on from here: gen upgrade"},
		"DO, on":   {"-- gen:up\nDO $$ BEGIN ROLLBACK; END $$;\n", "make it a procedure and CALL it in a step with tx=each, then go on from here: gen upgrade"},
		"CALL, on": {"-- gen:up\nCREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCALL p();\n", "put the CALL into a step of its own, -- gen:step tx=each, then go on from here: gen upgrade"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := failing(t, newRunner(t, openPostgres(t), Postgres, files(Postgres, [2]string{"aaaa1111<", tc.body})), "head")
			if !strings.HasSuffix(lines[0], "invalid transaction termination (SQLSTATE 2D000)") || !strings.HasSuffix(lines[len(lines)-1], tc.hint) {
				t.Error(strings.Join(lines, "\n"))
			}
		})
	}
}
