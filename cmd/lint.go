package cmd

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/lint"
	"github.com/gen-migrate/gen/migrations"
)

type lintOptions struct {
	app *app

	selection
	threshold string
	sizes     bool
	down      bool
	rules     bool
	explain   string
}

func newLintCmd(a *app) *cobra.Command {
	o := &lintOptions{app: a}
	c := &cobra.Command{
		Use:   "lint [REVISION…]",
		Short: "Find in revisions what hurts a running system",
		Long: `Reads revisions, generated and hand-written SQL alike, and reports what locks
others out, loses data, breaks the programs that run, or fails on the rows there
are: each with the statement, the fact and the safe way. docs/lint.md has the
rules; --rules lists them, --explain tells one.

Without arguments all revisions are read. REVISION is any revision symbol or a
range A:B; --since takes those behind one, --git-base those that are new or
changed in git since the branch forked off. Only files are read, unless --sizes
or a symbol that counts from current asks the database.

What revisions before have made is taken into account: a table of the same
revision has nobody to wait, a check that was validated saves reading the rows.
A line above a statement leaves a rule out, with the reason:

  -- gen:lint-ignore LOCK01 orders is empty until the launch
  CREATE INDEX orders_status_idx ON orders (status);

Exit 1 when there is a finding at or above the threshold (lint.threshold, warning
by default), 2 when something is wrong. --format sarif and github are for code
scanning and for annotations of a pull request.`,
		Example: `  gen lint
  gen lint head
  gen lint --since 9c41
  gen lint --git-base origin/main --format github
  gen lint --sizes                      # small tables: notes only
  gen lint --explain LOCK05`,
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revisions = args
			return runLint(cmd.Context(), o)
		},
	}
	f := c.Flags()
	o.addSelection(f)
	f.StringVar(&o.threshold, "threshold", "", "what makes the exit status 1: `error|warning|note|off`; overrides lint.threshold")
	f.BoolVar(&o.sizes, "sizes", false, "ask the database for table sizes: locks on tables under 10 MB become notes")
	f.BoolVar(&o.down, "down", false, "the ways back too: locks and transactions")
	f.BoolVar(&o.rules, "rules", false, "list the rules")
	f.StringVar(&o.explain, "explain", "", "tell one `RULE`: why, what it blocks, the safe way")
	c.MarkFlagsMutuallyExclusive("since", "git-base", "rules", "explain")
	return c
}

// A lintReport is the JSON of gen lint.
type lintReport struct {
	OK        bool           `json:"ok"` // nothing at or above the threshold
	Threshold lint.Severity  `json:"threshold"`
	Revisions []string       `json:"revisions"` // those that were looked at
	Findings  []lint.Finding `json:"findings"`
}

func runLint(ctx context.Context, o *lintOptions) error {
	a := o.app
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	switch {
	case o.rules:
		return a.listRules(c)
	case o.explain != "":
		return a.explainRule(c, o.explain)
	}
	report := &lintReport{Threshold: c.lintThreshold(), Revisions: []string{}, Findings: []lint.Finding{}}
	if o.threshold != "" {
		if report.Threshold, err = lint.ParseSeverity(o.threshold); err != nil {
			return withHint(fmt.Errorf("--threshold: %w", err), "")
		}
	}
	dir, err := a.openFiles(c)
	if err != nil {
		return err
	}
	selected, err := a.selected(ctx, c, dir, o.selection)
	if err != nil {
		return err
	}
	facts, err := a.lintFacts(ctx, c, o)
	if err != nil {
		return err
	}
	history := dir.Graph().Revisions()
	for _, r := range history {
		if selected[r.ID] {
			report.Revisions = append(report.Revisions, r.ID)
		}
	}
	for _, row := range dialects() {
		findings := lint.Run(row.runner, row.lint(facts), history, func(r *migrations.Revision) bool { return selected[r.ID] },
			lint.Options{Severity: c.lintSeverities(), Down: o.down, Small: facts.small})
		report.Findings = append(report.Findings, findings...)
	}
	report.OK = report.Threshold == lint.Off || !slices.ContainsFunc(report.Findings, func(f lint.Finding) bool { return f.Severity >= report.Threshold })
	if err := a.printLint(c, report); err != nil {
		return err
	}
	if !report.OK {
		return errFound
	}
	return nil
}

// printLint writes the report in the format that was asked for.
func (a *app) printLint(c *config, r *lintReport) error {
	switch a.globals.format {
	case "json":
		return a.printJSON(r)
	case "sarif":
		return a.printJSON(sarifOf(r.Findings, c.lintSeverities()))
	case "github":
		for _, f := range r.Findings {
			a.printf("%s\n", githubLine(f))
		}
	default:
		for _, f := range r.Findings {
			a.printFinding(f)
		}
	}
	counts := map[lint.Severity]int{}
	for _, f := range r.Findings {
		counts[f.Severity]++
	}
	if len(r.Findings) == 0 {
		a.say("%s %s: nothing found.", a.paintErr("ok", green), plural(len(r.Revisions), "revision"))
		return nil
	}
	var parts []string
	for _, s := range []lint.Severity{lint.Error, lint.Warning, lint.Note} {
		if n := counts[s]; n > 0 {
			parts = append(parts, plural(n, s.String()))
		}
	}
	a.say("%s in %s.", strings.Join(parts, ", "), plural(len(r.Revisions), "revision"))
	return nil
}

func (a *app) printFinding(f lint.Finding) {
	colours := map[lint.Severity]colour{lint.Error: red, lint.Warning: yellow, lint.Note: cyan}
	small := ""
	if f.Small {
		small = " (a small table)"
	}
	a.printf("%s:%d:%d: %s %s %s: %s%s\n", f.Path, f.Line, f.Col, a.paint(f.Severity.String(), colours[f.Severity]), f.Rule, f.Name, f.Text, small)
	a.printf("    %s\n", a.paint("safe: "+f.Safe, dim))
}

// listRules is gen lint --rules.
func (a *app) listRules(c *config) error {
	severities := c.lintSeverities()
	if a.globals.format == "json" {
		items := []ruleItem{}
		for _, r := range lint.Rules() {
			items = append(items, itemOf(r, severities))
		}
		return a.printJSON(items)
	}
	for _, r := range lint.Rules() {
		a.printf("%-8s %-7s %-30s %s\n", r.ID, severityOf(r, severities), r.Name, strings.Join(products(r), ", "))
	}
	return nil
}

// A ruleItem is the JSON of a rule.
type ruleItem struct {
	Rule     string        `json:"rule"`
	Name     string        `json:"name"`
	Severity lint.Severity `json:"severity"`
	Dialects []string      `json:"dialects"`
	Why      string        `json:"why"`
	Blocks   string        `json:"blocks"`
	Safe     string        `json:"safe"`
}

func itemOf(r lint.Rule, severities map[string]lint.Severity) ruleItem {
	return ruleItem{r.ID, r.Name, severityOf(r, severities), products(r), r.Why, r.Blocks, r.Safe}
}

func severityOf(r lint.Rule, severities map[string]lint.Severity) lint.Severity {
	if s, ok := severities[r.ID]; ok {
		return s
	}
	return r.Severity
}

func products(r lint.Rule) []string {
	var out []string
	for _, d := range r.On {
		out = append(out, string(d))
	}
	return out
}

// explainRule is gen lint --explain.
func (a *app) explainRule(c *config, word string) error {
	r, ok := lint.FindRule(word)
	if !ok {
		return withHint(fmt.Errorf("there is no rule %s", word), didYouMeanRule(word))
	}
	if a.globals.format == "json" {
		return a.printJSON(itemOf(r, c.lintSeverities()))
	}
	a.printf("%s %s (%s; %s)\n\nWhy:      %s\nBlocks:   %s\nSafe way: %s\n", r.ID, r.Name, severityOf(r, c.lintSeverities()), strings.Join(products(r), ", "), r.Why, r.Blocks, r.Safe)
	return nil
}

// didYouMeanRule is the rule nearest to a word, as a hint.
func didYouMeanRule(word string) string {
	var known []string
	for _, r := range lint.Rules() {
		known = append(known, r.ID, r.Name)
	}
	near := cmp.Or(nearest(word, known), nearest(strings.ToUpper(word), known))
	if near == "" {
		return "gen lint --rules lists them"
	}
	return "did you mean " + near + "?"
}
