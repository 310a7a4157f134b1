package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/schema"
)

// The header's expects: is schema.Fingerprint of the managed schema that the
// revision was written for, a slash, and four digits that stand for how that was
// read: behind which parents, in whose words, with which schemas and what ignored.
// A revision that was put behind another one since was written for something
// else; with other settings other tables are seen. Such a revision expects
// nothing, and neither does one on a server that prints expressions in other
// words (date_part for EXTRACT before PostgreSQL 14). What the accept list calls
// left over is not seen; another list is another setting.

// expects is that value for a revision on a database.
func expects(have *schema.Database, c *config, row dialectRow, server serverInfo, parents []string, list *acceptList) string {
	return schema.Fingerprint(managedOf(list.withoutLeftovers(have), c, row)) + "/" + readingMark(c, row, server, parents, list.leftovers())
}

func readingMark(c *config, row dialectRow, server serverInfo, parents, leftovers []string) string {
	h := sha256.New()
	for _, list := range [][]string{parents, c.Schemas, c.Ignore.Tables, c.Ignore.Enums, c.Ignore.Sequences} {
		fmt.Fprintf(h, "%q\n", slices.Sorted(slices.Values(list)))
	}
	for _, list := range [][]string{c.Ignore.Views, c.Ignore.Functions, c.Ignore.Owners, c.Ignore.Kinds} {
		if len(list) > 0 { // without them the mark is that of revisions written before there were these keys
			fmt.Fprintf(h, "%q\n", slices.Sorted(slices.Values(list)))
		}
	}
	if len(c.Objects) > 0 {
		fmt.Fprintln(h, "objects")
	}
	if c.Postgres.Privileges {
		fmt.Fprintln(h, "privileges")
	}
	if len(leftovers) > 0 {
		fmt.Fprintf(h, "%q\n", slices.Sorted(slices.Values(leftovers)))
	}
	// PostgreSQL 14 began to print EXTRACT, OVERLAY, POSITION, AT TIME ZONE and
	// the like as the standard has them. SQLite keeps the words it was given.
	fmt.Fprintln(h, row.Name == "postgres" && server.version < 140000)
	return hex.EncodeToString(h.Sum(nil)[:2])
}

// managedOf is the part of a database that the configuration alone decides on,
// without the models, which gen upgrade does not read: the configured schemas, or
// the default one.
func managedOf(have *schema.Database, c *config, row dialectRow) *schema.Database {
	if row.DefaultSchema == "" {
		return have
	}
	managed := c.Schemas
	if len(managed) == 0 {
		managed = []string{row.DefaultSchema}
	}
	d := *have
	d.Schemas = keep(have.Schemas, func(s schema.Schema) bool { return slices.Contains(managed, s.Name) })
	d.Enums = keep(have.Enums, func(e schema.Enum) bool { return slices.Contains(managed, e.Name.Schema) })
	d.Objects = keep(have.Objects, func(o schema.Object) bool {
		return o.Name.Schema == "" || slices.Contains(managed, o.Name.Schema)
	})
	d.Access = keep(have.Access, func(a schema.Access) bool {
		if a.On.Kind == schema.RefSchema {
			return slices.Contains(managed, a.On.Name.Local)
		}
		return a.On.Name.Schema == "" || slices.Contains(managed, a.On.Name.Schema)
	})
	d.Sequences = keep(have.Sequences, func(s schema.Sequence) bool { return slices.Contains(managed, s.Name.Schema) })
	d.Tables = keep(have.Tables, func(t schema.Table) bool { return slices.Contains(managed, t.Name.Schema) })
	return &d
}

func keep[T any](list []T, want func(T) bool) []T {
	var out []T
	for _, v := range list {
		if want(v) {
			out = append(out, v)
		}
	}
	return out
}

// A driftError is a database that is not what the first pending revision was
// written for.
type driftError struct {
	revision string
	lines    []string
}

func (e *driftError) Error() string {
	return fmt.Sprintf("the database is not what revision %s was written for\n    %s", e.revision, strings.Join(e.lines, "\n    "))
}

func (e *driftError) Hint() string {
	return "gen check shows what differs from the models once the revisions have run; put the database right, or go on all the same: gen upgrade --force-drift"
}

// checkDrift compares the database with what the first revision to run expects.
// It says nothing where that cannot be known: a revision without expects, one that
// is half done, one that runs on other revisions than it was written behind, or
// one that was written with other settings or on another major version.
func (a *app) checkDrift(ctx context.Context, c *config, db *database, r *migrations.Runner, target string) error {
	plan, err := r.Plan(ctx, target)
	if err != nil || len(plan.Revisions) == 0 {
		return err
	}
	first := plan.Revisions[0]
	if first.Revision.Expects == "" || first.Skip > 0 || first.Revision.Dialect != db.row.runner || !sameIDs(plan.From, first.Revision.Parents) {
		return nil
	}
	defer a.timing.stage("drift")()
	have, server, err := db.inspect(ctx, c)
	if err != nil {
		return withHintOnce(fmt.Errorf("comparing the database with what revision %s was written for: %w", first.Revision.ID, err), "go on without comparing: gen upgrade --force-drift")
	}
	list, err := a.acceptList(c, db.row, true)
	if err != nil {
		return err
	}
	lines, _, err := a.drifted(c, db, first.Revision, server, list, have)
	if err != nil {
		return withHint(err, "remove the line, or go on without comparing: gen upgrade --force-drift")
	}
	if len(lines) > 0 {
		return &driftError{revision: first.Revision.ID, lines: lines}
	}
	return nil
}

// drifted are the differences of a database from what a revision was written for, a
// line each. compared is false where that cannot be known: the revision has no
// fingerprint, or was written with other settings. have is changed: what is ignored
// goes.
func (a *app) drifted(c *config, db *database, r *migrations.Revision, server serverInfo, list *acceptList, have *schema.Database) (lines []string, compared bool, err error) {
	wanted, mark, ok := strings.Cut(r.Expects, "/")
	if !ok || r.Dialect != db.row.runner || mark != readingMark(c, db.row, server, r.Parents, list.leftovers()) {
		return nil, false, nil
	}
	ignore(have, c)
	same, other, gone, err := schema.FingerprintDiff(managedOf(list.withoutLeftovers(have), c, db.row), wanted)
	if err != nil {
		return nil, false, fmt.Errorf("%s: expects: %w", r.Path, err)
	}
	if same {
		return nil, true, nil
	}
	for _, o := range other {
		lines = append(lines, "~ "+o+"  is new, or not as it was")
	}
	switch n := gone - len(other); {
	case gone < 0:
		lines = append(lines, "~ the schema as a whole differs; it is too large for the file to say where")
	case n > 0:
		lines = append(lines, fmt.Sprintf("- %s not there any more", are(n)))
	}
	if len(lines) == 0 { // two objects with one mark, or the order of things of one name
		lines = []string{"~ the schema as a whole differs"}
	}
	return lines, true, nil
}

func sameIDs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
