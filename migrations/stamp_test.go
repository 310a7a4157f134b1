package migrations

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStamp(t *testing.T) {
	db := openSQLite(t)
	m := newRunner(t, db, SQLite, files(SQLite, blog...))
	ctx := context.Background()
	if _, err := m.Stamp(ctx, "bbbb2222"); err != nil {
		t.Fatal(err)
	}
	wantCurrent(t, m, "bbbb2222")
	if _, err := m.Stamp(ctx, "head"); err != nil {
		t.Fatal(err)
	}
	wantCurrent(t, m, "cccc3333")
	if diff := cmp.Diff([]string{"aaaa1111 stamp", "bbbb2222 stamp", "cccc3333 stamp"}, query(t, db, "SELECT revision || ' ' || kind FROM gen_revisions ORDER BY seq")); diff != "" {
		t.Error(diff)
	}
	if _, err := m.Stamp(ctx, "base"); err != nil {
		t.Fatal(err)
	}
	wantCurrent(t, m)
}
