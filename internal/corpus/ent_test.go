package corpus_test

import (
	"testing"

	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/schema"
)

const entDir = "../../testdata/orm/ent"

// TestEntTablesAreWhatCreateMakes is law 7 for ent: its own schema.Create on
// an empty database makes what gen reads from the package it generated, and a
// database that gen builds from that is the same to an independent witness.
func TestEntTablesAreWhatCreateMakes(t *testing.T) {
	for _, p := range []product{postgres, sqlite} {
		for _, option := range []string{"", "no-fks"} {
			t.Run(p.dialect.Name+"/"+option, func(t *testing.T) {
				t.Parallel()
				theirs := newDatabase(t, p)
				args := []string{"create", p.dialect.Name, theirs.ormURL()}
				if option != "" {
					args = append(args, option)
				}
				runProgram(t, dbtest.Program(t, entDir), "", args...)
				sameAsTheirs(t, p, theirs, func(d *database) *schema.Database {
					res, err := modelscan.Scan(t.Context(), modelscan.Options{
						Dir: entDir, Patterns: []string{"./migrate"}, Dialect: d.dialect,
						Ent: &modelscan.EntOptions{Package: "./migrate", DisableForeignKeys: option == "no-fks"},
					})
					if err != nil {
						t.Fatal(err)
					}
					return &res.Database
				}, func(d *database) string { return xormWitnessText(t, d) })
			})
		}
	}
}
