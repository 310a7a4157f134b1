package corpus_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/dbtest"
	inspectpg "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/render"
	renderpg "github.com/gen-migrate/gen/render/postgres"
	"github.com/gen-migrate/gen/schema"
)

// A change of the battery leads from one state of a database to another one
// that differs in one thing. base is made in both, with rows; then from in the
// one and to in the other. The id stands for good: it names the test and the
// row of docs/compare.md.
type change struct {
	id, what       string
	base, from, to string
	objects        string            // the objects of the target as a file says them, with hints; made before to
	was            map[string]string // what enums and sequences of the models were called: "public.new": "public.old"
	answers        diff.Answers
	since          int    // the major that knows what the case is about; 0: all do
	access         bool   // owners and privileges are managed, and roles is run before base
	otherWay       bool   // from to to from is planned too where tests are not short
	refused        string // there is no plan, for this reason
	listed         string // it is not managed: what `gen check -v` lists of it
	noWayBack      string // there is none, for this reason, and the file says so
	returns        string // what the way back leads to instead of from, and says so
}

// A changeGroup is a section of docs/compare.md.
type changeGroup struct {
	title   string
	changes []change
}

// The titles of the groups.
const (
	groupColumns      = "Columns"
	groupDefaults     = "Defaults"
	groupNumbers      = "Identity, serial and sequences"
	groupGenerated    = "Generated columns"
	groupConstraints  = "Constraints"
	groupForeignKeys  = "Foreign keys"
	groupIndexes      = "Indexes"
	groupTables       = "Tables and schemas"
	groupEnums        = "Enum types"
	groupDomains      = "Domains"
	groupTypes        = "Composite and range types, collations, extensions"
	groupViews        = "Views"
	groupRoutines     = "Routines"
	groupTriggers     = "Triggers, rules and statistics"
	groupSecurity     = "Row-level security and replica identity"
	groupPublications = "Publications"
	groupPartitions   = "Partitions"
	groupInheritance  = "Inheritance"
	groupAccess       = "Owners and privileges"
	groupRenamed      = "Renamed objects, by a hint"
	groupObjects      = "Other objects"
	groupRefused      = "What is refused by name"
)

// battery is all of it, in the order of docs/compare.md.
func battery() []changeGroup {
	groups := []changeGroup{
		{groupColumns, columnChanges}, {groupDefaults, defaultChanges}, {groupNumbers, numberChanges}, {groupGenerated, generatedChanges},
		{groupConstraints, constraintChanges}, {groupForeignKeys, foreignKeyChanges}, {groupIndexes, indexChanges}, {groupTables, tableChanges},
		{groupEnums, slices.Concat(enumChanges, kindChanges)}, {groupDomains, slices.Concat(domainChanges, domainOverChanges)}, {groupTypes, slices.Concat(typeChanges, attributeChanges)},
		{groupViews, viewChanges}, {groupRoutines, slices.Concat(routineChanges, rowsChanges)}, {groupTriggers, slices.Concat(triggerChanges, cloneChanges)}, {groupSecurity, securityChanges}, {groupPublications, nil}, {groupRenamed, wasChanges},
		{groupPartitions, otherWay(partitionChanges)}, {groupInheritance, otherWay(slices.Concat(inheritChanges, inheritOwnChanges))}, {groupAccess, withPrivileges(grantChanges)},
		{groupObjects, nil}, {groupRefused, nil},
	}
	objects := objectChanges()
	for i := range groups {
		groups[i].changes = slices.Concat(groups[i].changes, objects[groups[i].title])
	}
	return groups
}

// otherWay are the changes, each of them planned in both directions.
func otherWay(changes []change) []change {
	list := slices.Clone(changes)
	for i := range list {
		list[i].otherWay = true
	}
	return list
}

// withPrivileges are the changes, with owners and privileges managed.
func withPrivileges(changes []change) []change {
	list := slices.Clone(changes)
	for i := range list {
		list[i].access = true
	}
	return list
}

// TestBattery takes each change there and back again on a real server. It
// arrives when pg_dump prints what it prints of the target, a second comparison
// finds nothing, and the rows are as they were, or the plan has said what it
// loses. GEN_BATTERY=both also plans every case the other way round.
func TestBattery(t *testing.T) {
	var results results
	t.Run("cases", func(t *testing.T) {
		var all []change
		for _, g := range battery() {
			all = append(all, g.changes...)
		}
		for i, c := range inReach(t, all, func(c change) int { return c.since }) {
			if !sampled(i) {
				continue
			}
			t.Run(c.id, func(t *testing.T) {
				t.Parallel()
				results.put(c.id, c.run(t))
			})
		}
	})
	if !t.Failed() && os.Getenv("GEN_SAMPLE") == "" {
		results.compare(t)
	}
}

// sampled reports whether the ith of many cases is to run. All are, unless
// GEN_SAMPLE is a number: then one in four, which four in a row make all of them.
// scripts/test-matrix sets it to the major where time is short.
func sampled(i int) bool {
	n, err := strconv.Atoi(os.Getenv("GEN_SAMPLE"))
	return err != nil || i%4 == n%4
}

// leftOut reports, and logs, that there is no server here for what needs the major.
func leftOut(t *testing.T, major int) bool {
	t.Helper()
	if dbtest.PostgresReaches(major) {
		return false
	}
	t.Logf("left out: it needs PostgreSQL %d, which is not here", major)
	return true
}

// inReach are the cases that there is a server for, going by the major that each
// needs. How many there is none for is logged.
func inReach[C any](t *testing.T, cases []C, since func(C) int) []C {
	t.Helper()
	kept := slices.DeleteFunc(slices.Clone(cases), func(c C) bool { return !dbtest.PostgresReaches(since(c)) })
	if left := len(cases) - len(kept); left > 0 {
		t.Logf("%d of %d cases are left out: they need a PostgreSQL that is not here", left, len(cases))
	}
	return kept
}

// run returns what became of the change.
func (c change) run(t *testing.T) *result {
	from, to := c.load(t, c.from), c.load(t, c.objects+";\n"+c.to)
	if from.dump == to.dump {
		t.Fatal("there is no difference")
	}
	if c.access && !strings.Contains(c.to, "SET ROLE") { // which files of objects do not take
		filesSay(t, to.url, c.base+c.to)
	}
	if c.listed != "" {
		c.isListed(t, from, to)
		return &result{major: from.major, gen: "listed"}
	}
	there := c.lead(t, from, to, c.answers)
	if there == nil {
		return &result{major: from.major, gen: "refused: " + c.refused}
	}
	if c.refused != "" {
		t.Fatalf("it was to be refused: %s", c.refused)
	}
	if c.objects == "" && c.was == nil && c.returns == "" && c.noWayBack == "" && (os.Getenv("GEN_BATTERY") == "both" || c.otherWay && !testing.Short()) {
		c.lead(t, to, from, diff.Answers{Rename: swapped(c.answers.Rename)})
	}
	return there
}

// isListed wants what gen does not manage to be told on one side, and no plan.
func (c change) isListed(t *testing.T, from, to *state) {
	t.Helper()
	listed := func(db *schema.Database) bool {
		return slices.ContainsFunc(db.Unmanaged, func(o schema.Object) bool {
			return o.Kind+" "+o.Name.String() == c.listed && (o.Kind != "access method" || !o.Table.IsZero())
		})
	}
	have, want := c.read(t, from.url), c.read(t, to.url)
	if listed(have) == listed(want) {
		t.Errorf("%s is not listed: %v", c.listed, want.Unmanaged)
	}
	p, err := c.planned(t, from.url, want, c.answers)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range p.Changes {
		t.Errorf("planned: %v", diff.Describe(one))
	}
}

// swapped are the answers for the way back: "a.b=a.c" becomes "a.c=a.b".
func swapped(renames []string) []string {
	var back []string
	for _, r := range renames {
		a, b, _ := strings.Cut(r, "=")
		back = append(back, b+"="+a)
	}
	return back
}

// A state is a database with what was read of it before anything happened.
type state struct {
	url     string
	major   int
	version int
	dump    string
	rows    rowsOf
}

// load makes base and one side.
func (c change) load(t *testing.T, side string) *state {
	t.Helper()
	url := dbtest.PostgresAtLeast(t, c.since)
	script := c.base + ";\n" + side
	if c.access {
		script = roles + script
	}
	dbtest.Exec(t, url, script)
	s := &state{url: url, dump: c.dump(t, url), rows: readTables(t, url)}
	s.version = s.rows.version
	s.major = s.version / 10000
	return s
}

// dump is the witness of what a database is.
func (c change) dump(t *testing.T, url string) string {
	t.Helper()
	if c.access {
		return accessDump(t, url)
	}
	return sortedDump(t, url)
}

// lead takes the database at from to what to is, and back; it returns nil where
// that was refused as foreseen.
func (c change) lead(t *testing.T, from, to *state, answers diff.Answers) *result {
	t.Helper()
	want := c.wanted(t, from.url, to.url)
	p, err := c.planned(t, from.url, want, answers)
	if err != nil {
		if c.refused == "" || c.refused != refusal(err) {
			t.Fatalf("there is no plan: %s\nwanted: %s", refusal(err), c.refused)
		}
		return nil
	}
	up, err := renderpg.Render(p, render.Options{ServerVersion: from.version, Online: true})
	if err != nil {
		if c.refused == "" || c.refused != refusal(err) {
			t.Fatalf("the plan cannot be written: %s\nwanted: %s", refusal(err), c.refused)
		}
		return nil
	}
	if why := render.NoWayBack(p); why != c.noWayBack {
		t.Fatalf("no way back: %q, wanted %q", why, c.noWayBack)
	}
	down, err := renderpg.Render(p.Reverse(), render.Options{ServerVersion: from.version, Online: true})
	if err != nil && c.refused != "" && c.refused == refusal(err) {
		return nil
	}
	if c.noWayBack != "" && (err == nil || refusal(err) != c.noWayBack) {
		t.Fatalf("the way back is written for which there is none: %v", err)
	}
	if err != nil && c.noWayBack == "" {
		t.Fatalf("the way back cannot be written: %s", refusal(err))
	}
	isClear(t, from.url, up)
	script := execute(t, from.url, up)
	if got := c.dump(t, from.url); got != to.dump {
		t.Errorf("it arrives elsewhere (- wanted, + reached):\n%s\n%s", lineDiff(to.dump, got), script)
	}
	after := readTables(t, from.url)
	if lost := lostRows(from.rows, after, answers.Rename); lost != "" && !saysLoss(up) {
		t.Errorf("rows are not as they were, and the plan does not say it: %s\n%s", lost, script)
	}
	again, err := c.planned(t, from.url, want, diff.Answers{})
	if err != nil {
		t.Errorf("a second comparison: %v", err)
	}
	for _, one := range again.Changes {
		l := diff.Describe(one)
		t.Errorf("a second comparison finds %s %s %s\n%s", l.Sign, l.Object, l.Detail, script)
	}
	if c.noWayBack != "" {
		return &result{major: from.major, gen: wayOf(p, up), back: backOf(p)}
	}
	isClear(t, from.url, down)
	back := execute(t, from.url, down)
	began := from.dump
	if c.returns != "" {
		began = c.load(t, c.returns).dump
		if !slices.ContainsFunc(down, func(s render.Statement) bool {
			return slices.ContainsFunc(s.Hazards, func(h render.Hazard) bool { return strings.Contains(h.Text, " comes back ") })
		}) {
			t.Errorf("the way back leads elsewhere and does not say it:\n%s", back)
		}
	}
	if got := c.dump(t, from.url); got != began {
		t.Errorf("the way back leads elsewhere (- began, + returned):\n%s\n%s", lineDiff(began, got), back)
	}
	if lost := lostRows(after, readTables(t, from.url), swapped(answers.Rename)); lost != "" && !saysLoss(down) {
		t.Errorf("rows are not as they were after the way back, and it does not say it: %s\n%s", lost, back)
	}
	return &result{major: from.major, gen: wayOf(p, up), back: backOf(p)}
}

// read reads schema public and, where a case has one, the schema other; app where
// it is about privileges.
func (c change) read(t *testing.T, url string) *schema.Database {
	t.Helper()
	if c.access {
		db, _ := readAs(t, url, withAccess)
		return db
	}
	schemas := []string{"public"}
	if strings.Contains(c.base+c.from+c.to, "SCHEMA other") {
		schemas = append(schemas, "other")
	}
	db, _ := objectsOf(t, url, schemas...)
	return db
}

// wanted is the target, and of objects what the file says where there is one.
func (c change) wanted(t *testing.T, url, target string) *schema.Database {
	t.Helper()
	want := c.read(t, target)
	former := func(n schema.Name) []schema.Former {
		in, local, ok := strings.Cut(c.was[n.String()], ".")
		if !ok {
			return nil
		}
		return []schema.Former{{Name: schema.Name{Schema: in, Local: local}}}
	}
	for i, e := range want.Enums {
		want.Enums[i].Was = former(e.Name)
	}
	for i, q := range want.Sequences {
		want.Sequences[i].Was = former(q.Name)
	}
	if c.objects == "" {
		return want
	}
	var schemas []string
	for _, s := range want.Schemas {
		schemas = append(schemas, s.Name)
	}
	slices.SortFunc(schemas, func(a, b string) int { return cmp.Compare(b, a) }) // public before other
	want.Objects = nil
	read, err := readFilesIn(t, url, want, schemas, c.objects)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range read.Enums {
		t.Fatalf("enum %s is in no model", e.Name)
	}
	want.Objects = read.Objects
	want.Sort()
	return want
}

// planned compares as the commands do: renames, the server's words, the plan.
func (c change) planned(t *testing.T, url string, want *schema.Database, answers diff.Answers) (diff.Plan, error) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	return c.planOf(t, conn, c.read(t, url), want, answers)
}

func (c change) planOf(t *testing.T, conn *pgx.Conn, have, want *schema.Database, answers diff.Answers) (diff.Plan, error) {
	t.Helper()
	renames, questions, err := diff.FindRenames(have, want, answers, "public")
	if err != nil {
		return diff.Plan{}, err
	}
	if len(questions) > 0 {
		return diff.Plan{}, questionsError(questions)
	}
	canonical, notes, err := inspectpg.Canonical(t.Context(), conn, want, diff.ApplyRenames(have, renames), nil)
	if err != nil {
		return diff.Plan{}, err
	}
	for _, n := range notes {
		t.Logf("note: %s: %s", n.Object, n.Text)
	}
	return diff.Diff(have, canonical, renames)
}

// refusal is the reason on one line.
func refusal(err error) string {
	if u, ok := errors.AsType[*render.UnsupportedError](err); ok {
		return u.Why
	}
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}

func saysLoss(statements []render.Statement) bool {
	return slices.ContainsFunc(statements, func(s render.Statement) bool {
		return s.Loses != "" || slices.ContainsFunc(s.Hazards, func(h render.Hazard) bool { return strings.HasPrefix(h.ID, "DATA") })
	})
}

// execute runs statements as a revision's steps do, and returns them as a script.
func execute(t *testing.T, url string, statements []render.Statement) string {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	var b strings.Builder
	run := func(sql string) int64 {
		t.Helper()
		b.WriteString(sql + ";\n")
		done, err := c.Exec(ctx, sql)
		if err != nil {
			t.Fatalf("%v in the last statement of\n%s", err, b.String())
		}
		return done.RowsAffected()
	}
	open := false
	for _, s := range statements {
		if in := s.Tx == render.InTx; in != open {
			run(map[bool]string{true: "BEGIN", false: "COMMIT"}[in])
			open = in
		}
		for run(s.SQL) > 0 && s.Tx == render.Batches {
		}
	}
	if open {
		run("COMMIT")
	}
	return b.String()
}

// sortedDump is what pg_dump prints, in an order that does not tell how it came
// about. Names of NOT NULL constraints stay.
func sortedDump(t *testing.T, url string) string {
	t.Helper()
	var kept []string
	for _, s := range dumpStatements(dbtest.PgDump(t, url)) {
		if strings.HasPrefix(s, "CREATE TABLE ") || strings.HasPrefix(s, "CREATE UNLOGGED TABLE ") {
			s = sortLines(s)
		}
		kept = append(kept, foldTexts(s))
	}
	slices.Sort(kept)
	return strings.Join(kept, "\n")
}

// sortLines sorts the columns and constraints of a CREATE TABLE.
func sortLines(s string) string {
	lines := strings.Split(s, "\n")
	end := 1
	for end < len(lines) && strings.HasPrefix(lines[end], "    ") {
		lines[end] = strings.TrimSuffix(lines[end], ",")
		end++
	}
	slices.SortFunc(lines[1:end], cmp.Compare)
	return strings.Join(lines, "\n")
}
