package postgres

import (
	"github.com/gen-migrate/gen/lint"
	"github.com/gen-migrate/gen/migrations"
)

// section is the way forward of a revision, to be reported on.
func section(r *migrations.Revision) lint.Section {
	return lint.Section{Revision: r, Steps: r.Up, Selected: true}
}
