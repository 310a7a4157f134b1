package corpus_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// TestMadeAgainGivesNobodyMore: ALTER DEFAULT PRIVILEGES would give what is made
// again to somebody who had no right to what was there.
func TestMadeAgainGivesNobodyMore(t *testing.T) {
	t.Parallel()
	load := func(sql string) string {
		url := dbtest.Postgres(t)
		dbtest.Exec(t, url, sql)
		return url
	}
	from := load(`CREATE VIEW v AS SELECT 1 AS a; CREATE VIEW w AS SELECT 1 AS a; GRANT SELECT ON w TO pg_monitor;
ALTER DEFAULT PRIVILEGES GRANT SELECT, DELETE ON TABLES TO pg_monitor`)
	want, _ := objectsOf(t, load("CREATE VIEW v AS SELECT 2 AS b, 1 AS a; CREATE VIEW w AS SELECT 2 AS b, 1 AS a"))
	for i := range want.Objects {
		want.Objects[i].Grants = nil // as files of objects say it
	}
	lead(t, from, want)
	ctx := context.Background()
	c := connect(t, from)
	got := map[string][2]bool{}
	for _, view := range []string{"v", "w"} {
		var can [2]bool
		if err := c.QueryRow(ctx, "SELECT has_table_privilege('pg_monitor', $1, 'SELECT'), has_table_privilege('pg_monitor', $1, 'DELETE')", view).Scan(&can[0], &can[1]); err != nil {
			t.Fatal(err)
		}
		got[view] = can
	}
	if d := cmp.Diff(map[string][2]bool{"v": {false, false}, "w": {true, false}}, got); d != "" {
		t.Errorf("who may SELECT and DELETE (- before, + after):\n%s", d)
	}
}

// TestMadeAgainLacksWhatItLacked: an owner that took a privilege from himself has
// it no more afterwards, and privileges of columns are there again.
func TestMadeAgainLacksWhatItLacked(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	dbtest.Exec(t, url, `CREATE VIEW v AS SELECT 1 AS a; REVOKE INSERT, DELETE ON v FROM CURRENT_USER; GRANT SELECT (a), UPDATE (a) ON v TO pg_monitor;
CREATE FUNCTION f(n integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f(integer) FROM CURRENT_USER`)
	model := dbtest.Postgres(t)
	dbtest.Exec(t, model, `CREATE VIEW v AS SELECT 2 AS b, 1 AS a; CREATE FUNCTION f(m integer) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'`)
	want, _ := objectsOf(t, model)
	for i := range want.Objects {
		want.Objects[i].Grants = nil // as files of objects say it
	}
	ctx := context.Background()
	c := connect(t, url)
	read := func() []string {
		t.Helper()
		var list []string
		if err := c.QueryRow(ctx, `SELECT array_agg(x ORDER BY x) FROM (SELECT unnest(relacl)::text FROM pg_class WHERE relname = 'v'
UNION ALL SELECT unnest(attacl)::text FROM pg_attribute WHERE attrelid = 'v'::regclass AND attname = 'a'
UNION ALL SELECT 'f ' || unnest(proacl)::text FROM pg_proc WHERE proname = 'f') AS acl(x)`).Scan(&list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := read()
	lead(t, url, want)
	if d := cmp.Diff(before, read()); d != "" {
		t.Errorf("privileges (- before, + after):\n%s", d)
	}
}
