package cmd

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// tellSizes has the statements of a plan say how large the tables of the database
// are, where the configuration wants that.
func (a *app) tellSizes(ctx context.Context, c *config, db *database, plans ...[]render.Statement) error {
	if !c.Postgres.Sizes || db.row.runner != migrations.Postgres || db.sql == nil {
		return nil
	}
	defer a.timing.stage("sizes")()
	read, _, err := inspectpg.TableSizes(ctx, db.sql)
	if err != nil {
		return err
	}
	sizes := make(map[schema.Name]render.Size, len(read))
	for name, s := range read {
		sizes[schema.Name{Schema: name[0], Local: name[1]}] = render.Size(s)
	}
	for _, statements := range plans {
		render.TellSizes(statements, sizes, c.smallTable())
	}
	return nil
}

// smallTable is the size in bytes under which a lock is too short to be noticed.
func (c *config) smallTable() int64 {
	n, _ := parseBytes(c.Postgres.SmallTable) // checked when it was read
	return n
}

// parseBytes reads a size as PostgreSQL writes it: 10MB, 512 kB, 1GB.
func parseBytes(text string) (int64, error) {
	number := strings.TrimRight(text, "kMGTB ")
	unit := strings.TrimSpace(text[len(number):])
	shift, ok := map[string]int{"": 0, "B": 0, "kB": 10, "MB": 20, "GB": 30, "TB": 40}[unit]
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !ok || n < 0 || n > math.MaxInt64>>shift {
		return 0, fmt.Errorf("%q is no size; write it as 10MB, 512kB or 1GB", text)
	}
	return n << shift, nil
}
