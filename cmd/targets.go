package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
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

func (o *targetOptions) many() bool { return o.file != "" || o.query != "" }

// A target is one database of many.
type target struct{ name, url string }

// A targetResult is how it went there.
type targetResult struct {
	Name       string   `json:"name"`
	URL        string   `json:"url"` // without password
	State      string   `json:"state"`
	From       []string `json:"from"`
	To         []string `json:"to"`
	Revisions  []string `json:"revisions"` // finished
	DurationMS float64  `json:"duration_ms"`
	Error      string   `json:"error,omitempty"`
	Hint       string   `json:"hint,omitempty"`
	Exit       int      `json:"exit"`
}

// A targetsReport is the JSON of a run over many databases. State of a target is
// done, current (there was nothing to do), failed or skipped.
type targetsReport struct {
	Targets []targetResult `json:"targets"`
	Done    int            `json:"done"`
	Current int            `json:"current"`
	Failed  int            `json:"failed"`
	Skipped int            `json:"skipped"`
}

// runTargets is gen upgrade on many databases, each with a version table of its
// own. A failure of one does not stop the others.
func (a *app) runTargets(ctx context.Context, c *config, o *runOptions) error {
	list, err := a.targets(ctx, c, &o.many)
	if err != nil {
		return err
	}
	if o.many.parallel < 1 {
		return fmt.Errorf("--parallel %d: at least one target must be worked on", o.many.parallel)
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
					results[i] = targetResult{Name: list[i].name, URL: showURL(list[i].url), State: "skipped", From: []string{}, To: []string{}, Revisions: []string{}}
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
	return a.reportTargets(results)
}

// runTarget runs on one database, as an app of its own whose speech begins with
// the target's name.
func (a *app) runTarget(ctx context.Context, c config, o *runOptions, t target, mu *sync.Mutex) targetResult {
	began := time.Now()
	b := *a
	b.secrets, b.timing = slices.Clone(a.secrets), nil
	b.stderr, b.stderrTTY = &prefixed{mu: mu, to: a.stderr, prefix: t.name + ": "}, false
	c.URL = t.url
	r := targetResult{Name: t.name, URL: showURL(t.url), State: "current", From: []string{}, To: []string{}, Revisions: []string{}}
	var res *migrations.Result
	own := *o
	own.app = &b
	err := b.withDatabase(ctx, &c, writing, own.options, func(db *database, m *migrations.Runner) (err error) {
		if !own.forceDrift {
			if err := b.checkDrift(ctx, &c, db, m, own.target); err != nil {
				return err
			}
		}
		res, err = m.Upgrade(ctx, own.target)
		return signalled(ctx, err)
	})
	r.DurationMS = milliseconds(time.Since(began))
	if res != nil {
		r.From, r.To = nonNil(res.From), nonNil(res.To)
		for _, d := range res.Applied {
			r.Revisions = append(r.Revisions, d.Revision.ID)
			r.State = "done"
		}
	}
	if err != nil {
		e := b.jsonError(err, exitCode(err))
		r.State, r.Error, r.Hint, r.Exit = "failed", e.Error, e.Hint, e.Exit
		if a.globals.format != "json" {
			b.report(err)
		}
	}
	return r
}

// reportTargets prints the summary. The exit status is that of the failures, where
// all have the same, else 2.
func (a *app) reportTargets(results []targetResult) error {
	doc := targetsReport{Targets: results}
	code, width := 0, 0
	for _, r := range results {
		width = max(width, len(r.Name))
		switch r.State {
		case "done":
			doc.Done++
		case "current":
			doc.Current++
		case "skipped":
			doc.Skipped++
		default:
			doc.Failed++
			if code == 0 {
				code = r.Exit
			} else if code != r.Exit {
				code = exitWrong
			}
		}
	}
	if a.globals.format == "json" {
		if err := a.printJSON(doc); err != nil {
			return err
		}
	} else {
		for _, r := range results {
			what := "at " + standing(r.To)
			if r.State == "failed" {
				what, _, _ = strings.Cut(r.Error, "\n")
			}
			a.printf("%s  %-7s  %s  %s\n", pad(r.Name, width), r.State, plural(len(r.Revisions), "revision"), what)
		}
		a.printf("%s: %d done, %d current, %d failed, %d skipped\n", plural(len(results), "target"), doc.Done, doc.Current, doc.Failed, doc.Skipped)
	}
	if code == 0 && doc.Skipped > 0 {
		code = exitWrong // interrupted
	}
	if code == 0 {
		return nil
	}
	return &exitError{code: code}
}

// targets reads the list and takes this shard of it.
func (a *app) targets(ctx context.Context, c *config, o *targetOptions) ([]target, error) {
	lines, err := a.targetLines(ctx, c, o)
	if err != nil {
		return nil, err
	}
	index, count, err := shardOf(o.shard)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var list []target
	for _, fields := range lines {
		t := target{name: fields[0], url: fields[len(fields)-1]}
		switch {
		case o.template != "" && len(fields) > 1:
			return nil, withHint(fmt.Errorf("target %s has a URL of its own beside --target-url", t.name), "leave one of them out")
		case o.template != "":
			t.url = strings.ReplaceAll(o.template, "{}", url.QueryEscape(t.name))
		case len(fields) == 1:
			t.name = showURL(t.url)
		}
		own := *c
		own.URL = t.url
		if t.url, err = a.databaseURL(&own); err != nil {
			return nil, fmt.Errorf("target %s: %w", t.name, err)
		}
		if _, err := dialectOf(t.url); err != nil {
			return nil, fmt.Errorf("target %s: %w", t.name, err)
		}
		if seen[t.name] {
			return nil, withHint(fmt.Errorf("target %s is listed twice", t.name), "give each line a name of its own")
		}
		seen[t.name] = true
		if inShard(t.name, index, count) {
			list = append(list, t)
		}
	}
	if len(lines) == 0 {
		return nil, errors.New("the list of targets is empty")
	}
	return list, nil
}

// targetLines are the targets as listed: name and URL, or one of them.
func (a *app) targetLines(ctx context.Context, c *config, o *targetOptions) ([][]string, error) {
	if o.query != "" {
		if o.file != "" {
			return nil, withHint(errors.New("--targets and --targets-query both list the targets"), "leave one of them out")
		}
		return a.queryTargets(ctx, c, o.query)
	}
	var text []byte
	var err error
	if o.file == "-" {
		text, err = io.ReadAll(a.stdin)
	} else {
		text, err = os.ReadFile(a.path(o.file))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the targets: %w", err)
	}
	var lines [][]string
	for n, line := range strings.Split(string(text), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) > 2 {
			return nil, withHint(fmt.Errorf("%s:%d:1: a target is a URL, or a name and a URL", o.file, n+1), "escape spaces in URLs as %20")
		}
		lines = append(lines, fields)
	}
	return lines, nil
}

func (a *app) queryTargets(ctx context.Context, c *config, query string) ([][]string, error) {
	db, err := a.openDatabase(ctx, c, reading)
	if err != nil {
		return nil, err
	}
	defer db.close()
	rows, err := db.sql.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("listing the targets: %w", err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("listing the targets: %w", err)
	}
	if len(columns) > 2 {
		return nil, fmt.Errorf("listing the targets: the query gives %d columns; it is URLs, or names and URLs", len(columns))
	}
	var lines [][]string
	for rows.Next() {
		fields, into := make([]string, len(columns)), make([]any, len(columns))
		for i := range fields {
			into[i] = &fields[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("listing the targets: %w", err)
		}
		lines = append(lines, fields)
	}
	return lines, rows.Err()
}

// shardOf reads i/n.
func shardOf(text string) (index, count int, err error) {
	if text == "" {
		return 0, 1, nil
	}
	i, n, ok := strings.Cut(text, "/")
	index, err1 := strconv.Atoi(i)
	count, err2 := strconv.Atoi(n)
	if !ok || err1 != nil || err2 != nil || index < 0 || index >= count {
		return 0, 0, withHint(fmt.Errorf("--shard %q is no i/n with i from 0 to n-1", text), "in an indexed Job: --shard $JOB_COMPLETION_INDEX/8")
	}
	return index, count, nil
}

// inShard goes by the name, so that a list that grows in the meantime moves no
// target to another shard.
func inShard(name string, index, count int) bool {
	h := fnv.New32a()
	io.WriteString(h, name)
	return int(h.Sum32()%uint32(count)) == index
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
