package cmd

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
)

// The states of a target.
const (
	targetDone    = "done"
	targetCurrent = "current" // there was nothing to do
	targetFailed  = "failed"
	targetSkipped = "skipped" // not begun: the run was stopped before
)

// A targetResult is how it went on one database. From and To are nil where the
// database was not asked, or did not answer.
type targetResult struct {
	Name       string   `json:"name"`
	URL        string   `json:"url"` // without password
	State      string   `json:"state"`
	From       []string `json:"from,omitzero"`
	To         []string `json:"to,omitzero"`
	Revisions  []string `json:"revisions"` // finished
	DurationMS float64  `json:"duration_ms"`
	Exit       int      `json:"exit"`

	Error    string        `json:"error,omitempty"`
	Hint     string        `json:"hint,omitempty"`
	Problems []jsonProblem `json:"problems,omitempty"`
}

func newTargetResult(t target, state string) targetResult {
	return targetResult{Name: t.name, URL: showURL(t.url), State: state, Revisions: []string{}}
}

// outcome is the last column of the table.
func (r *targetResult) outcome() string {
	switch {
	case r.State == targetFailed:
		what, _, _ := strings.Cut(r.Error, "\n")
		return what
	case r.State == targetSkipped:
		return "not begun"
	}
	return "at " + standing(r.To)
}

// A targetsReport is the JSON of a run over many databases.
type targetsReport struct {
	Targets    []targetResult `json:"targets"`
	Done       int            `json:"done"`
	Current    int            `json:"current"`
	Failed     int            `json:"failed"`
	Skipped    int            `json:"skipped"`
	Shard      string         `json:"shard,omitempty"`
	DurationMS float64        `json:"duration_ms"`
	Exit       int            `json:"exit"`
}

// reportTargets prints the summary. The exit status is that of the failures, where
// all have the same, else 2; that of a signal where one ended the run.
func (a *app) reportTargets(ctx context.Context, results []targetResult, shard string, took time.Duration) error {
	doc := targetsReport{Targets: results, Shard: shard, DurationMS: milliseconds(took)}
	for _, r := range results {
		switch r.State {
		case targetDone:
			doc.Done++
		case targetCurrent:
			doc.Current++
		case targetSkipped:
			doc.Skipped++
		default:
			doc.Failed++
			if doc.Exit == 0 || doc.Exit == r.Exit {
				doc.Exit = r.Exit
			} else {
				doc.Exit = exitWrong
			}
		}
	}
	if s, ok := context.Cause(ctx).(signalError); ok && doc.Failed+doc.Skipped > 0 {
		doc.Exit = exitSignal(s.signal)
	} else if doc.Skipped > 0 {
		doc.Exit = cmp.Or(doc.Exit, exitWrong)
	}
	if a.globals.format == "json" {
		if err := a.printJSON(doc); err != nil {
			return err
		}
	} else {
		a.printTargets(doc, took)
	}
	if doc.Exit == 0 {
		return nil
	}
	return &exitError{code: doc.Exit}
}

func (a *app) printTargets(doc targetsReport, took time.Duration) {
	name, count := 0, 0
	for _, r := range doc.Targets {
		name, count = max(name, len(r.Name)), max(count, len(plural(len(r.Revisions), "revision")))
	}
	for _, r := range doc.Targets {
		a.printf("%s  %-7s  %s  %s\n", pad(r.Name, name), r.State, pad(plural(len(r.Revisions), "revision"), count), r.outcome())
	}
	a.printf("%s: %d done, %d current, %d failed, %d skipped, in %s\n", plural(len(doc.Targets), "target"), doc.Done, doc.Current, doc.Failed, doc.Skipped, shortly(took))
}

// shortly is a duration that people read.
func shortly(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%dms", d.Milliseconds())
	}
	return d.Round(100 * time.Millisecond).String()
}
