package corpus_test

import (
	"os/exec"
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/schema"
)

// dbDir is a module of its own, with the libraries that db tags are for.
const dbDir = "../../testdata/orm/db"

// TestDBTagsNameWhatLibrariesRead: every column of a table that gen makes of
// structs with db tags is one that the library finds in the struct, by the
// names that naming.columns gives fields without a tag.
func TestDBTagsNameWhatLibrariesRead(t *testing.T) {
	for _, c := range []struct {
		library, mapper, table string
		products               []product
	}{
		{"sqlx", "lower", "rows", []product{postgres, sqlite}},
		{"sqlx", "lower", "pointer_rows", []product{postgres, sqlite}},
		{"scany", "snake", "rows", []product{postgres, sqlite}},
		{"scany", "snake", "pointer_rows", []product{postgres, sqlite}},
		{"pgx", "snake", "rows", []product{postgres}},
		{"pgx", "lower", "rows", []product{postgres}},
	} {
		for _, p := range c.products {
			t.Run(c.library+"/"+c.mapper+"/"+p.dialect.Name+"/"+c.table, func(t *testing.T) {
				t.Parallel()
				d := build(t, p, "", func(d *database) *schema.Database {
					res, err := modelscan.Scan(t.Context(), modelscan.Options{Dir: dbDir, Patterns: []string{"./models"}, Dialect: d.dialect, NameMapper: c.mapper})
					if err != nil {
						t.Fatal(err)
					}
					return &res.Database
				})
				cmd := exec.CommandContext(t.Context(), dbtest.Program(t, dbDir), c.library, p.dialect.Name, d.ormURL(), c.table)
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s", c.library, err, out)
				}
			})
		}
	}
}
