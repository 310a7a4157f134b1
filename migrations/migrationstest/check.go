// Package migrationstest checks the revisions of an application in its own tests:
//
//	func TestMigrations(t *testing.T) {
//		migrationstest.Check(t, migrationstest.Config{
//			Dialect: migrations.SQLite,
//			Files:   files, // the embed.FS
//			Open:    func(t testing.TB) *sql.DB { return openEmpty(t) },
//		})
//	}
//
// It imports the standard library only; the driver is the caller's.
package migrationstest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/migrations"
)

// Config says what to check.
type Config struct {
	Dialect migrations.Dialect
	Files   fs.FS
	// Open returns an empty database, another one each time.
	Open func(t testing.TB) *sql.DB
	// Options are those the application gives its Runner: functions, variables.
	Options []migrations.Option
	// Match, where set, is called with a database at the head and errors when the
	// models do not match it.
	Match func(ctx context.Context, db *sql.DB) error
	// SeveralHeads allows more than one head.
	SeveralHeads bool
}

// Check fails the test unless
//
//   - every file can be read and there is one head,
//   - an empty database can be upgraded to it,
//   - Match agrees,
//   - from the head down, each revision that has a way back leaves the schema it
//     found when it was applied, and can be applied again with the same result. It
//     ends at the first that has none.
func Check(t testing.TB, c Config) {
	t.Helper()
	ctx := context.Background()
	probe, err := migrations.New(nil, c.Dialect, c.Files, c.Options...)
	if err != nil {
		t.Fatalf("the revision files cannot be read:\n%v", err)
	}
	order := probe.Graph().Revisions()
	if heads := probe.Graph().Heads(); len(heads) > 1 && !c.SeveralHeads {
		ids := make([]string, len(heads))
		for i, h := range heads {
			ids[i] = h.ID
		}
		t.Fatalf("there are %d heads: %s\nmerge them: gen merge -m \"merge heads\"", len(heads), strings.Join(ids, ", "))
	}
	db := c.Open(t)
	m, err := migrations.New(db, c.Dialect, c.Files, append(slices.Clone(c.Options), migrations.WithAcceptDataLoss(all(order)...))...)
	if err != nil {
		t.Fatal(err)
	}
	// Up, one revision at a time, with a picture before each.
	before := map[string][]string{}
	for _, r := range order {
		if before[r.ID], err = picture(ctx, c.Dialect, db); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Upgrade(ctx, r.ID); err != nil {
			t.Fatalf("upgrading an empty database to %s:\n%v", r.ID, err)
		}
	}
	if c.Match != nil {
		if err := c.Match(ctx, db); err != nil {
			t.Errorf("the database at the head does not match the models: %v", err)
		}
	}
	for _, r := range slices.Backward(order) {
		if !backAndForth(ctx, t, c, m, db, r, before[r.ID]) {
			return
		}
	}
}

func all(revs []*migrations.Revision) []string {
	ids := make([]string, len(revs))
	for i, r := range revs {
		ids[i] = r.ID
	}
	return ids
}

// backAndForth takes a revision back, applies it, and takes it back again. It
// reports whether the revision below is to be checked.
func backAndForth(ctx context.Context, t testing.TB, c Config, m *migrations.Runner, db *sql.DB, r *migrations.Revision, before []string) bool {
	t.Helper()
	after, err := picture(ctx, c.Dialect, db)
	if err != nil {
		t.Fatal(err)
	}
	down := func() bool {
		_, err := m.Downgrade(ctx, r.ID+"-1")
		var none *migrations.IrreversibleError
		if errors.As(err, &none) {
			t.Logf("%s has no way back; what is below it was not checked: %v", r.ID, none.Reason)
			return false
		}
		if err != nil {
			t.Fatalf("taking back %s:\n%v", r.ID, err)
		}
		return true
	}
	if !down() {
		return false
	}
	compare(ctx, t, c, db, before, "after taking %s back the schema is not what it was before it", r.ID)
	if _, err := m.Upgrade(ctx, r.ID); err != nil {
		t.Fatalf("applying %s again:\n%v", r.ID, err)
	}
	compare(ctx, t, c, db, after, "applied again, %s leaves another schema", r.ID)
	return down()
}

func compare(ctx context.Context, t testing.TB, c Config, db *sql.DB, want []string, format string, args ...any) {
	t.Helper()
	got, err := picture(ctx, c.Dialect, db)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range want {
		if !slices.Contains(got, line) {
			lines = append(lines, "- "+line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			lines = append(lines, "+ "+line)
		}
	}
	if len(lines) > 0 {
		t.Errorf("%s (- wanted, + got):\n%s", fmt.Sprintf(format, args...), strings.Join(lines, "\n"))
	}
}
