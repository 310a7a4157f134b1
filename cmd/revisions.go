package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

// openDir reads the configured revision directories, for the dialect of the
// URL.
func (a *app) openDir(c *config) (*migrations.Dir, error) {
	db, err := a.database(c)
	if err != nil {
		return nil, err
	}
	return a.readDirs(c, db.row.runner)
}

// openFiles is openDir for commands that only read files: without a URL each
// file must name its dialect itself, as the files gen writes do.
func (a *app) openFiles(c *config) (*migrations.Dir, error) {
	if db, err := a.database(c); err == nil {
		return a.readDirs(c, db.row.runner)
	}
	return a.readDirs(c, "")
}

// openToWrite is openDir for a command that writes a revision by the files
// alone: where the URL does not tell the dialect, the files there do when they
// agree.
func (a *app) openToWrite(c *config) (*migrations.Dir, error) {
	dir, err := a.openDir(c)
	if _, noURL := a.database(c); noURL == nil {
		return dir, err
	}
	files, filesErr := a.readDirs(c, "")
	if filesErr != nil || len(files.Graph().Revisions()) == 0 {
		return nil, err
	}
	d := files.Graph().Revisions()[0].Dialect
	for _, r := range files.Graph().Revisions() {
		if r.Dialect == "" || r.Dialect != d {
			return nil, err
		}
	}
	return a.readDirs(c, d)
}

// meantFor refuses to run revisions on a product that none of them is for: it is
// the URL that is wrong, or not set.
func (a *app) meantFor(db *database, dir *migrations.Dir) error {
	var has []string
	for _, r := range dir.Graph().Revisions() {
		if _, err := r.For(db.row.runner); err == nil {
			return nil
		}
		for _, v := range append(r.Variants, migrations.Variant{Dialect: r.Dialect}) {
			if d := string(v.Dialect); d != "" && !slices.Contains(has, d) {
				has = append(has, d)
			}
		}
	}
	if len(has) == 0 {
		return nil
	}
	return withHint(fmt.Errorf("the revisions are for %s, and the database is %s", strings.Join(has, ", "), showURL(db.url)),
		"is DATABASE_URL set? --url names another database; for both products add -- gen:up dialect="+db.row.Name+" to each file")
}

func (a *app) readDirs(c *config, d migrations.Dialect) (*migrations.Dir, error) {
	dirs := a.revisionDirs(c)
	for _, d := range dirs {
		if _, err := os.Stat(d); errors.Is(err, fs.ErrNotExist) {
			return nil, withHint(fmt.Errorf("the revision directory %s is not there", d), "gen init makes one; or set revisions in gen.toml")
		}
	}
	dir, err := migrations.Open(d, dirs...)
	if err != nil {
		return nil, err
	}
	if err := a.checkVars(dir); err != nil {
		return nil, err
	}
	return dir, dir.UseFileNames(c.fileNames())
}

// runner builds the runner every command that talks to the version table
// uses.
func (a *app) runner(c *config, db *database, dir *migrations.Dir, more ...migrations.Option) (*migrations.Runner, error) {
	vars, err := a.vars()
	if err != nil {
		return nil, err
	}
	opts := []migrations.Option{
		migrations.WithLock(lockModes()[c.Run.Lock]),
		migrations.WithLockWait(time.Duration(c.Run.LockWait)),
		migrations.WithLockTimeout(time.Duration(c.Run.LockTimeout)),
		migrations.WithStatementTimeouts(migrations.StatementTimeouts{
			Transaction: time.Duration(c.Run.StatementTimeout), Batch: time.Duration(c.Run.BatchTimeout), Outside: time.Duration(c.Run.OutsideTimeout),
		}),
		migrations.WithErrorDetail(db.row.detail),
		migrations.WithVars(vars),
		migrations.WithTool("gen " + version()),
		migrations.WithHooks(a.hooks()),
	}
	if c.Run.Schema != "" {
		opts = append(opts, migrations.WithSchema(c.Run.Schema))
	}
	return migrations.NewFromDir(db.sql, dir, append(opts, more...)...), nil
}

// checkVars refuses a -x that no revision declares: a misspelt one would be
// ignored.
func (a *app) checkVars(dir *migrations.Dir) error {
	given, err := a.vars()
	if err != nil || len(given) == 0 {
		return err
	}
	var known []string
	for _, r := range dir.Graph().Revisions() {
		known = append(known, r.Vars...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if slices.Contains(known, name) {
			continue
		}
		hint := "a revision declares what it uses in its header: -- vars: " + name
		if near := nearest(name, known); near != "" {
			hint = fmt.Sprintf("did you mean -x %s=…?", near)
		} else if len(known) > 0 {
			hint = "declared are " + strings.Join(known, ", ")
		}
		return withHint(fmt.Errorf("-x %s: no revision declares this variable", name), hint)
	}
	return nil
}

// vars are the -x key=value flags.
func (a *app) vars() (map[string]string, error) {
	m := map[string]string{}
	for _, v := range a.globals.vars {
		key, value, ok := cut(v, '=')
		if !ok {
			return nil, withHint(fmt.Errorf("-x %s has no value", v), "write -x key=value")
		}
		m[key] = value
	}
	return m, nil
}

func cut(s string, sep byte) (before, after string, ok bool) {
	for i := range len(s) {
		if s[i] == sep {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// hooks speak while a runner works: who holds the lock, which revision runs,
// which statement takes long.
func (a *app) hooks() migrations.Hooks {
	done := func() {}
	return migrations.Hooks{
		BeforeStatement: func(_ context.Context, e migrations.StatementEvent) {
			what, _, _ := strings.Cut(e.SQL, "\n")
			done = a.working(fmt.Sprintf("%s %s, statement %d of %d: %s", e.Direction, e.Revision.ID, e.Index+1, e.Count, what))
		},
		AfterStatement: func(context.Context, migrations.StatementEvent) { done() },
		LockWait: func(_ context.Context, h migrations.Holder, waited time.Duration) {
			a.say("waiting for the lock, held by %s (%s)", h, waited.Round(time.Second))
		},
		Retry: func(_ context.Context, e migrations.RetryEvent) {
			text, _, _ := strings.Cut(e.Err.Error(), "\n")
			a.say("attempt %d of %d found a lock taken and was rolled back, the next follows in %s: %s", e.Attempt, e.Attempts, e.Wait.Round(time.Millisecond), text)
			a.sayBlockers(e.Blockers)
		},
		Batch: func(_ context.Context, e migrations.BatchEvent) {
			if e.Turns%20 == 0 || e.Turns == 1 {
				a.say("    %s", batchText(e))
			}
		},
		Blocked: func(_ context.Context, e migrations.BlockedEvent) {
			a.say("waiting for others since %s", e.Waited.Round(time.Second))
			a.sayBlockers(e.Blockers)
		},
		LongTransactions: func(_ context.Context, open []migrations.Blocker) {
			a.say("%s transactions have been open for long; statements that need what they have used will wait, and others behind them", a.paintErr("warning:", yellow))
			a.sayBlockers(open)
		},
		AfterRevision: func(_ context.Context, e migrations.RevisionEvent) {
			if e.Err == nil {
				a.say("%s %s  %s  %s", a.paintErr(e.Direction.String(), green), e.Revision.ID, e.Revision.Message,
					a.paintErr(e.Duration.Round(time.Millisecond).String(), dim))
			}
		},
	}
}

// batchText is how far a batch is: the rows so far, of about how many at most, and
// how long that many take at this pace.
func batchText(e migrations.BatchEvent) string {
	text := fmt.Sprintf("%s: %s, %d rows", e.Revision.ID, plural(e.Turns, "turn"), e.Rows)
	if e.About > e.Rows && e.Rows > 0 {
		left := time.Duration(float64(e.Elapsed) * float64(e.About-e.Rows) / float64(e.Rows))
		text += fmt.Sprintf(" of at most about %d, %d %%, %s left at most", e.About, 100*e.Rows/e.About, left.Round(time.Second))
	}
	return text
}

func (a *app) sayBlockers(list []migrations.Blocker) {
	for _, b := range list {
		a.say("    %s", b)
	}
}

func joinIDs(revs []*migrations.Revision) string {
	ids := make([]string, len(revs))
	for i, r := range revs {
		ids[i] = r.ID
	}
	return strings.Join(ids, ", ")
}

// spaced are the ids as arguments of a command.
func spaced(revs []*migrations.Revision) string { return strings.ReplaceAll(joinIDs(revs), ", ", " ") }

// completeRevisions completes revision symbols in the shell.
func (a *app) completeRevisions(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	c, err := a.loadConfig()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	dir, err := a.openFiles(c)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	words := []string{"head", "heads", "base", "current"}
	for _, label := range dir.Graph().LabelNames() {
		words = append(words, label+"\tlabel", label+"@head")
	}
	revs, _ := dir.Graph().Range(":", nil)
	for _, r := range revs {
		words = append(words, r.ID+"\t"+r.Message)
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}

// completeEnvs completes the names of [env.NAME].
func (a *app) completeEnvs(_ *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	a.globals.env = "" // half a name is no name yet
	c, err := a.loadConfig()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return slices.Sorted(maps.Keys(c.Env)), cobra.ShellCompDirectiveNoFileComp
}

// standing is where a database is, for a sentence.
func standing(ids []string) string {
	if len(ids) == 0 {
		return "base"
	}
	return strings.Join(ids, ", ")
}
