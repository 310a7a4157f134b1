package sqlite

import (
	"context"
	"fmt"
	"testing"

	"github.com/gen-migrate/gen/introspect"
)

// What a clean check costs: reading a database of 1,000 tables and holding
// equal models against it.
func BenchmarkInspect(b *testing.B)   { benchmark(b, false) }
func BenchmarkCanonical(b *testing.B) { benchmark(b, true) }

func benchmark(b *testing.B, canonical bool) {
	var script []string
	for i := range 1000 {
		script = append(script, fmt.Sprintf(`CREATE TABLE t%04d (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL DEFAULT 'x', parent integer REFERENCES t%04d (id) ON DELETE CASCADE,
			created timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, total real CHECK (total >= 0 AND name <> ''), UNIQUE (name, parent))`, i, i/2),
			fmt.Sprintf(`CREATE INDEX t%04d_i ON t%04d (lower(name), created DESC) WHERE total IS NOT NULL`, i, i))
	}
	db := open(b, append(append([]string{"BEGIN"}, script...), "COMMIT")...)
	ctx := context.Background()
	have, _, err := Inspect(ctx, db, introspect.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if canonical {
			_, _, err = Canonical(ctx, have, have)
		} else {
			_, _, err = Inspect(ctx, db, introspect.Options{})
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
