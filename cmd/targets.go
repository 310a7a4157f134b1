package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/migrations"
)

// targetOptions are the flags of a run over many databases.
type targetOptions struct {
	file, query string
	template    string
	parallel    int
	shard       string
	stop        bool

	given []string // those of the flags below that need a list of targets
}

func (o *targetOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.file, "targets", "", "run on every database listed in `FILE` (- is stdin): a line is a URL, or a name and a URL")
	f.StringVar(&o.query, "targets-query", "", "run on every database that this `SQL` lists on the configured one: a column of URLs, or names and URLs")
	f.StringVar(&o.template, "target-url", "", "the targets are names; their `URL` is this one, with the name for {}")
	f.IntVar(&o.parallel, "parallel", 4, "how many targets to work on at once")
	f.StringVar(&o.shard, "shard", "", "take only the `i/n`-th part of the targets, i from 0")
	f.BoolVar(&o.stop, "stop-on-failure", false, "begin no further target after one has failed")
}

// note keeps which flags were given.
func (o *targetOptions) note(c *cobra.Command) {
	for _, name := range []string{"parallel", "shard", "stop-on-failure", "target-url"} {
		if c.Flags().Changed(name) {
			o.given = append(o.given, "--"+name)
		}
	}
}

// many reports whether there is a list of targets.
func (o *targetOptions) many() bool { return o.file != "" || o.query != "" }

// check refuses flags that go unheard without a list, or beside one.
func (o *runOptions) checkTargets() error {
	m := &o.many
	switch {
	case !m.many() && len(m.given) == 1:
		return withHint(fmt.Errorf("%s needs --targets or --targets-query", m.given[0]), "gen upgrade --targets FILE; see gen upgrade --help")
	case !m.many() && len(m.given) > 1:
		return withHint(fmt.Errorf("%s need --targets or --targets-query", strings.Join(m.given, ", ")), "gen upgrade --targets FILE; see gen upgrade --help")
	case !m.many():
		return nil
	case m.file != "" && m.query != "":
		return withHint(errors.New("--targets and --targets-query both list the targets"), "leave one of them out")
	case o.sql:
		return withHint(errors.New("--sql asks no database, and --targets lists some"), "the script is the same for all of them: leave --targets out")
	case o.dryRun:
		return withHint(errors.New("--dry-run looks at one database, not at --targets"), "give it one of them: gen upgrade --dry-run --url URL")
	case m.parallel < 1:
		return fmt.Errorf("--parallel %d: at least one target must be worked on", m.parallel)
	case m.template != "" && !strings.Contains(m.template, "{}"):
		return withHint(errors.New("--target-url has no {} for the name: all targets would be one database"), "write {} where the name goes: postgres://host/tenant_{}")
	}
	return nil
}

// A target is one database of many.
type target struct{ name, url string }

// runTargets is gen upgrade on many databases, each with a version table of its
// own. A failure of one does not stop the others.
func (a *app) runTargets(ctx context.Context, c *config, o *runOptions) error {
	began := time.Now()
	list, err := a.targets(ctx, c, &o.many)
	if err != nil {
		return err
	}
	results := make([]targetResult, len(list))
	next := make(chan int)
	var (
		working sync.WaitGroup
		mu      sync.Mutex
		speech  sync.Mutex
		failed  bool
	)
	for range min(o.many.parallel, len(list)) {
		working.Go(func() {
			for i := range next {
				mu.Lock()
				skip := ctx.Err() != nil || failed && o.many.stop
				mu.Unlock()
				if skip {
					results[i] = newTargetResult(list[i], targetSkipped)
					continue
				}
				results[i] = a.runTarget(ctx, *c, o, list[i], &speech)
				mu.Lock()
				failed = failed || results[i].Exit != 0
				mu.Unlock()
			}
		})
	}
	for i := range list {
		next <- i
	}
	close(next)
	working.Wait()
	return a.reportTargets(ctx, results, o.many.shard, time.Since(began))
}

// runTarget runs on one database, as an app of its own whose speech begins with
// the target's name.
func (a *app) runTarget(ctx context.Context, c config, o *runOptions, t target, mu *sync.Mutex) targetResult {
	began := time.Now()
	b := *a
	b.secrets, b.timing, b.warned = slices.Clone(a.secrets), nil, &serverWarnings{}
	b.stderr, b.stderrTTY = &prefixed{mu: mu, to: a.stderr, prefix: t.name + ": "}, false
	c.URL, c.expanded = t.url, true
	r := newTargetResult(t, targetCurrent)
	var res *migrations.Result
	own := *o
	own.app = &b
	err := b.withDatabase(ctx, &c, writing, own.options, func(db *database, m *migrations.Runner) (err error) {
		if !own.forceDrift {
			if err := b.checkDrift(ctx, &c, db, m, own.target); err != nil {
				return err
			}
		}
		if err := b.precheck(ctx, &c, m, &own); err != nil {
			return err
		}
		res, err = m.Upgrade(ctx, own.target)
		return err
	})
	b.again(err, &own)
	err = ownProgram(&c, signalled(ctx, err))
	r.DurationMS = milliseconds(time.Since(began))
	if res != nil {
		r.From, r.To = nonNil(res.From), nonNil(res.To)
		for _, d := range res.Applied {
			r.Revisions = append(r.Revisions, d.Revision.ID)
			r.State = targetDone
		}
	}
	if err != nil {
		e := b.jsonError(err, exitCode(err))
		r.State, r.Error, r.Hint, r.Problems, r.Exit = targetFailed, e.Error, e.Hint, e.Problems, e.Exit
		if a.globals.format != "json" {
			b.report(err)
		}
	}
	return r
}

// prefixed writes whole lines, each with a prefix.
type prefixed struct {
	mu     *sync.Mutex // of all that write to it
	to     io.Writer
	prefix string
	rest   []byte
}

func (p *prefixed) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rest = append(p.rest, text...)
	for {
		line, rest, ok := bytes.Cut(p.rest, []byte("\n"))
		if !ok {
			return len(text), nil
		}
		if _, err := p.to.Write([]byte(p.prefix + string(line) + "\n")); err != nil {
			return 0, err
		}
		p.rest = bytes.Clone(rest)
	}
}
