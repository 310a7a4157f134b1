package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/autogen/plan"
	"github.com/gen-migrate/gen/migrations"
)

// A planFilter edits the plan of a revision before it is written. who is how
// it is called in the file and on stderr.
type planFilter interface {
	who() string
	edit(ctx context.Context, a *app, p plan.Plan) (plan.Plan, error)
}

// A commandFilter is the command of revision.filter or --filter: it reads the
// plan as JSON on its standard input and writes what it makes of it. Its standard
// error is the user's.
type commandFilter struct {
	words []string
	from  string // "revision.filter" or "--filter"
}

func (f *commandFilter) who() string { return "the filter " + strings.Join(f.words, " ") }

func (f *commandFilter) edit(ctx context.Context, a *app, p plan.Plan) (plan.Plan, error) {
	question := &bytes.Buffer{}
	enc := json.NewEncoder(question)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(p); err != nil {
		return plan.Plan{}, err
	}
	run := exec.CommandContext(ctx, f.words[0], f.words[1:]...)
	run.Dir, run.Stdin = a.globals.dir, question
	speech := &bytes.Buffer{}
	run.Stderr = speech
	answer, err := run.Output()
	text := strings.TrimRight(speech.String(), "\n")
	if err != nil {
		fact := fmt.Sprintf("%s failed: %v", f.who(), err)
		if text != "" {
			fact += "\n    " + strings.ReplaceAll(text, "\n", "\n    ")
		}
		return plan.Plan{}, withHint(errors.New(fact), "no file was written; mend the command of "+f.from+", or do without it: --filter none")
	}
	if text != "" {
		a.say("%s", text)
	}
	edited, err := plan.Decode(p, answer)
	return edited, f.blame(err)
}

// blame says whose answer an error is about, a line for each mistake.
func (f *commandFilter) blame(err error) error {
	if err == nil {
		return nil
	}
	lines := strings.Split(err.Error(), "\n")
	for i := range lines {
		lines[i] = f.who() + ": " + lines[i]
	}
	return withHint(errors.New(strings.Join(lines, "\n")), "no file was written; docs/json.md shows the plan, and --filter none does without the command")
}

// chooseFilter takes the filter of the flag or of the configuration.
func (o *revisionOptions) chooseFilter(c *config) error {
	line, from := c.Revision.Filter, "revision.filter"
	if o.filterBy != "" {
		if !o.autogenerate {
			return withHint(errors.New("--filter edits a plan, and there is none without --autogenerate"), "add --autogenerate")
		}
		line, from = o.filterBy, "--filter"
	}
	if line == "none" {
		return nil
	}
	words, err := splitWords(line)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	if len(words) > 0 {
		o.filter = &commandFilter{words, from}
	}
	return nil
}

// edit has the filter edit the plan, and holds the answer against it. What was
// edited is told on stderr, and at the top of the file: such a plan does not
// arrive at the models by itself.
func (a *app) edit(ctx context.Context, row dialectRow, given plan.Plan, f planFilter) (*plannedRevision, error) {
	if f == nil || len(given.Changes) == 0 {
		return &plannedRevision{plan: given}, nil
	}
	edited, err := f.edit(ctx, a, given.Clone())
	if err != nil {
		return nil, err
	}
	final, edits, err := plan.Check(given, edited)
	if err == nil {
		err = errors.Join(oneEach(row, "statements", final.Statements), oneEach(row, "down", final.Down))
	}
	if err != nil {
		if by, ok := f.(*commandFilter); ok {
			err = by.blame(err)
		}
		return nil, err
	}
	for _, e := range edits {
		a.say("%s %s: %s", a.paintErr("note:", cyan), f.who(), e)
	}
	if len(edits) > 0 {
		a.say("What is not carried out any more still differs when this revision has run: gen check tells.")
		tellInFile(&final, f.who(), edits)
	}
	return &plannedRevision{final, edits}, nil
}

// tellInFile puts what was edited above the first statement.
func tellInFile(p *plan.Plan, who string, edits []string) {
	if len(p.Statements) == 0 {
		return
	}
	lines := []string{"edited by " + oneLine(who) + ":"}
	for _, e := range edits {
		lines = append(lines, "  "+oneLine(e))
	}
	p.Statements = slices.Clone(p.Statements)
	p.Statements[0].Comment = append(lines, p.Statements[0].Comment...)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// oneEach refuses what is not one statement.
func oneEach(row dialectRow, key string, list []plan.Statement) error {
	var errs []error
	for i, s := range list {
		if s.SQL == s.Rendered.SQL {
			continue
		}
		where := fmt.Sprintf("%s: %s", key, s.ID)
		if s.ID == "" {
			where = fmt.Sprintf("%s: the added statement %d", key, i+1)
		}
		read, err := migrations.Split(row.runner, s.SQL)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: sql: %w", where, err))
		case len(read) != 1:
			errs = append(errs, fmt.Errorf("%s: sql holds %s: each is one of its own", where, plural(len(read), "statement")))
		case read[0].SQL != s.SQL:
			list[i].SQL = read[0].SQL // without the semicolon
		}
	}
	return errors.Join(errs...)
}
