package migrations

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A colleague's branch is merged after ours has been applied: what is missing
// runs in graph order, although it is older than what is there.
func TestLateRevisionsRunInGraphOrder(t *testing.T) {
	empty := "-- gen:up\n\n-- gen:down\n"
	ours := [][2]string{{"aaaa1111<", empty}, {"bbbb2222<aaaa1111", empty}, {"cccc3333<bbbb2222", empty}}
	db := openSQLite(t)
	upgrade(t, newRunner(t, db, SQLite, files(SQLite, ours...)), "head")

	both := append([][2]string{ours[0], {"late1111<aaaa1111", empty}, {"late2222<late1111", empty}}, ours[1:]...)
	m := newRunner(t, db, SQLite, files(SQLite, both...))
	if _, err := m.Upgrade(context.Background(), "head"); err == nil {
		t.Error("head was taken for one of two")
	}
	merged := newRunner(t, db, SQLite, files(SQLite, append(both, [2]string{"merg1111<cccc3333,late2222", empty})...))
	if diff := cmp.Diff([]string{"up late1111", "up late2222", "up merg1111"}, applied(upgrade(t, merged, "head"))); diff != "" {
		t.Error(diff)
	}
	wantCurrent(t, merged, "merg1111")
	if diff := cmp.Diff([]string{"down merg1111"}, applied(downgrade(t, merged, "-1"))); diff != "" {
		t.Error(diff)
	}
	wantCurrent(t, merged, "cccc3333", "late2222")
	if diff := cmp.Diff([]string{"down late2222", "down late1111"}, applied(downgrade(t, merged, "late2222@aaaa1111"))); diff != "" {
		t.Error(diff)
	}
	wantCurrent(t, merged, "cccc3333")
}

// One that was put between two applied ones would never run: Alembic, which
// stores heads only, does not notice.
func TestRevisionPutBelowAnAppliedOne(t *testing.T) {
	empty := "-- gen:up\n\n-- gen:down\n"
	db := openSQLite(t)
	upgrade(t, newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", empty}, [2]string{"bbbb2222<aaaa1111", empty})), "head")
	m := newRunner(t, db, SQLite, files(SQLite, [2]string{"aaaa1111<", empty}, [2]string{"putt1111<aaaa1111", empty}, [2]string{"bbbb2222<putt1111", empty}))
	_, err := m.Upgrade(context.Background(), "head")
	if e, ok := errors.AsType[*EditedError](err); !ok || e.Revision != "bbbb2222" || e.What != "parents" {
		t.Errorf("got %v", err)
	}
}
