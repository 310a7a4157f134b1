package corpus_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// TestDefaultsOfViewsGiveWay: the default of a view's column uses functions and
// sequences as that of a table's does, and must not be in their way.
func TestDefaultsOfViewsGiveWay(t *testing.T) {
	t.Parallel()
	const view = "CREATE VIEW v AS SELECT 1 AS id, 2 AS age;"
	for _, test := range []struct{ name, from, to string }{
		{"a function that is made again", one + view + "ALTER VIEW v ALTER COLUMN age SET DEFAULT f(1)", another + view + "ALTER VIEW v ALTER COLUMN age SET DEFAULT f(1)"},
		{"a function that goes", one + view + "ALTER VIEW v ALTER COLUMN age SET DEFAULT f(1)", view},
		{"a sequence that goes", "CREATE SEQUENCE s;" + view + "ALTER VIEW v ALTER COLUMN id SET DEFAULT nextval('s')", view},
	} {
		t.Run(test.name, func(t *testing.T) {
			load := func(sql string) string {
				url := dbtest.Postgres(t)
				dbtest.Exec(t, url, sql)
				return url
			}
			from, to := load(test.from), load(test.to)
			before := dbtest.PgDump(t, from)
			want, version := objectsOf(t, to)
			back := lead(t, from, want)
			if d := cmp.Diff(dbtest.PgDump(t, to), dbtest.PgDump(t, from)); d != "" {
				t.Errorf("it arrives elsewhere (- wanted, + reached):\n%s", d)
			}
			carryOut(t, from, back, version)
			if d := cmp.Diff(before, dbtest.PgDump(t, from)); d != "" {
				t.Errorf("the way back leads elsewhere (- began, + returned):\n%s", d)
			}
		})
	}
}
