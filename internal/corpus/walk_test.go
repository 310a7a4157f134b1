package corpus_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	"github.com/gen-migrate/gen/introspect"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/schema"
)

// TestNothingIsSilent walks through the catalogs: it makes one of everything,
// and alters one fact after the other. Each alteration must be a difference, or
// among what is listed as not managed; and every column of every catalog must
// be altered by one of them, or stand in a list that says why it need not be.
// Without CORPUS_WALK=all only one alteration in eight is looked at.
func TestNothingIsSilent(t *testing.T) {
	t.Parallel()
	url := dbtest.Postgres(t)
	ctx := context.Background()
	c := connect(t, url)
	here := func(text string) string { return strings.ReplaceAll(text, "CURRENT_DATABASE", c.Config().Database) }
	exec := func(sql string) error {
		_, err := c.Exec(ctx, here(sql))
		return err
	}
	defer func() { // else the database cannot be dropped
		if err := exec("ALTER SUBSCRIPTION subbed SET (slot_name = NONE); DROP SUBSCRIPTION subbed"); err != nil {
			t.Error(err)
		}
	}()
	read := func() (*schema.Database, int) {
		t.Helper()
		db, info, err := inspectpg.Inspect(ctx, c, introspect.Options{Objects: true})
		if err != nil {
			t.Fatal(err)
		}
		return db, info.ServerVersion / 10000
	}
	for _, sql := range []string{"SET allow_in_place_tablespaces = on", "CREATE TABLESPACE walk_CURRENT_DATABASE LOCATION ''"} {
		if err := exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	defer func() { // it belongs to the cluster
		if err := exec("DROP TABLESPACE walk_CURRENT_DATABASE"); err != nil {
			t.Error(err)
		}
	}()
	every := 8
	if os.Getenv("CORPUS_WALK") == "all" {
		every = 1
	}
	walk := newCatalogWalk(ctx, t, c)
	for _, sql := range []string{oneOfEverything(t), walkScene} {
		if err := exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	before, major := read()
	was := walk.take(ctx, t)
	altered, changes := map[catalogFact]bool{}, 0
	fresh := true // before and was are of the moment before the change
	for _, ch := range walkChanges {
		if major < ch.since || ch.until != 0 && major > ch.until {
			continue
		}
		changes++
		look := changes%every == 0
		if look && !fresh {
			before, _ = read()
			was = walk.take(ctx, t)
		}
		if err := exec(ch.sql); err != nil {
			t.Errorf("%s: %v", ch.sql, err)
			continue
		}
		if fresh = look; !look {
			continue
		}
		after, _ := read()
		ch.covers = here(ch.covers)
		if !told(t, ch, before, after) {
			t.Errorf("silent: %s", ch.sql)
		}
		is := walk.take(ctx, t)
		facts := walk.altered(was, is)
		if len(facts) == 0 {
			t.Errorf("alters nothing: %s", ch.sql)
		}
		maps.Copy(altered, facts)
		before, was = after, is
	}
	if every == 1 {
		walk.missed(t, major, altered)
	}
	t.Logf("PostgreSQL %d: %d of %d changes alter %d columns of %d catalogs", major, changes/every, changes, len(altered), len(walk.tables))
}

// told reports whether a comparison of the two says that something is another.
func told(t *testing.T, ch walkChange, before, after *schema.Database) bool {
	t.Helper()
	p, err := diff.Diff(before, after, diff.Renames{})
	if strings.HasPrefix(ch.sql, "COMMENT") && err != nil {
		t.Errorf("%s: %v", ch.sql, err)
	}
	noticed := err != nil || len(p.Changes) > 0 || !cmp.Equal(unmanaged(before), unmanaged(after))
	if ch.covers == "" {
		return noticed
	}
	if noticed {
		t.Errorf("%s is told by itself: it needs no %q", ch.sql, ch.covers)
	}
	listed := func(db *schema.Database) bool {
		return slices.ContainsFunc(unmanaged(db), func(r schema.Ref) bool { return r.Kind+" "+r.Name.String() == ch.covers })
	}
	return listed(before) && listed(after)
}

// unmanaged is what gen check -v lists.
func unmanaged(db *schema.Database) []schema.Ref {
	var list []schema.Ref
	for _, o := range db.Unmanaged {
		list = append(list, o.Ref())
	}
	return list
}

// missed holds the columns that nothing altered against the reasons for it.
func (w *catalogWalk) missed(t *testing.T, major int, altered map[catalogFact]bool) {
	t.Helper()
	var list []string
	for _, x := range w.tables {
		for _, column := range x.columns {
			f := catalogFact{x.name, column}
			switch reason := unalteredColumns[f.String()]; {
			case altered[f] && reason != "" && reason != library:
				t.Errorf("%s is altered, and yet has a reason not to be: %s", f, reason)
			case !altered[f] && reason == "" && column != "oid" && major >= unalteredBefore[f.String()]:
				list = append(list, f.String())
			}
		}
	}
	if len(list) > 0 {
		t.Errorf("no change alters %s", strings.Join(list, ", "))
	}
}
