package cmd

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootLong = `gen is Alembic for Go: it reads the structs you already have, reads the live
database, and writes the revision that leads from one to the other. A person
reviews it, git keeps it, gen runs it.

  1. change a struct
  2. gen revision --autogenerate -m "add column"
  3. read the file, commit it
  4. gen upgrade head
  5. gen check            (in CI: models, revisions and database agree?)

Your code is never built or run. Reading never writes to the database.

Exit status: 0 done · 1 a check found something · 2 something is wrong ·
3 the lock was not obtained · 4 an interrupted revision needs a decision ·
5 applied revision files were edited or are missing · 130/143 interrupted.`

func newRootCmd(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:           "gen",
		Short:         "Migrations from Go structs: compare, write, review, run",
		Long:          rootLong,
		Example:       "  gen init\n  gen revision --autogenerate -m \"first\"\n  gen upgrade head\n  gen check",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
		PersistentPreRunE: func(cmd *cobra.Command, args []string) error {
			return a.checkGlobals(cmd)
		},
		// A bare `gen` teaches; an unknown word is an error.
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetVersionTemplate("gen {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if asksForJSON(a.args) {
			a.globals.format = "json" // may stand behind the flag at which reading ended
		}
		hint := fmt.Sprintf("run `%s --help`", cmd.CommandPath())
		if strings.Contains(err.Error(), "time: ") {
			hint = "write a time as 500ms, 5s or 2m"
		}
		return withHint(err, hint)
	})
	g := &a.globals
	f := root.PersistentFlags()
	f.StringVar(&g.url, "url", "", "database `URL` (postgres://… or sqlite://…); overrides the configuration")
	f.StringVarP(&g.config, "config", "c", "", "configuration `file` (default gen.toml)")
	f.StringVarP(&g.dir, "dir", "C", "", "work as if started in this `directory`")
	f.StringVarP(&g.env, "env", "n", "", "take the overrides of [env.`NAME`] from the configuration")
	f.StringVar(&g.format, "format", "text", "output for people or machines: `text|json`")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "only the answer: no progress, no hints")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "say more")
	f.BoolVar(&g.noColor, "no-color", false, "no colour on the terminal (also: NO_COLOR in the environment)")
	f.BoolVar(&g.timing, "timing", false, "print milliseconds per stage to stderr")
	f.StringVar(&g.buildTags, "tags", "", "build `tags` to read the models with, comma-separated")
	f.StringArrayVarP(&g.vars, "var", "x", nil, "value of a variable a revision declares, `key=value` (repeatable)")

	// The only error is that there is no such flag.
	_ = root.RegisterFlagCompletionFunc("format", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return formatsOf(cmd), cobra.ShellCompDirectiveNoFileComp
	})
	_ = root.RegisterFlagCompletionFunc("env", a.completeEnvs)

	root.AddGroup(
		&cobra.Group{ID: "work", Title: "From models to database:"},
		&cobra.Group{ID: "look", Title: "Looking:"},
		&cobra.Group{ID: "mend", Title: "Mending:"},
	)
	for _, c := range []*cobra.Command{
		newInitCmd(a), newRevisionCmd(a), newLintCmd(a), newUpgradeCmd(a), newDowngradeCmd(a), newCheckCmd(a), newVerifyCmd(a),
	} {
		c.GroupID = "work"
		root.AddCommand(c)
	}
	for _, c := range []*cobra.Command{
		newDiffCmd(a), newSchemaCmd(a), newErdCmd(a), newCurrentCmd(a), newHistoryCmd(a), newHeadsCmd(a), newBranchesCmd(a), newShowCmd(a),
	} {
		c.GroupID = "look"
		root.AddCommand(c)
	}
	for _, c := range []*cobra.Command{
		newEditCmd(a), newMergeCmd(a), newRebaseCmd(a), newStampCmd(a), newEnsureVersionCmd(a), newResolveCmd(a), newAcceptCmd(a),
	} {
		c.GroupID = "mend"
		root.AddCommand(c)
	}
	root.SetHelpCommand(newHelpCmd(a))
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		// cobra helps before it looks at the words: gen nosuch --help is no help.
		if words := cmd.Flags().Args(); !cmd.HasParent() && len(words) > 0 {
			a.helpless = noArgs(cmd, words)
			return
		}
		help(cmd, args)
	})
	return root
}

// noArgs is cobra.NoArgs that helps: the command meant, or the help to read.
func noArgs(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasParent():
		return withHint(fmt.Errorf("%s takes no arguments, and there is %q", cmd.CommandPath(), args[0]), fmt.Sprintf("run `%s --help`", cmd.CommandPath()))
	}
	hint := "gen --help lists the commands"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean gen " + strings.Join(near, ", gen ") + "?"
	}
	return withHint(fmt.Errorf("unknown command %q", args[0]), hint)
}

// wantRevisions checks how many REVISIONs a command is given, and helps with
// an example. most is 1, or 0 for any number.
func wantRevisions(least, most int, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return withHint(fmt.Errorf("%s needs a REVISION", cmd.CommandPath()), example)
		case most > 0 && len(args) > most:
			return withHint(fmt.Errorf("%s takes one REVISION, and there are %d: %s", cmd.CommandPath(), len(args), strings.Join(args, ", ")), example)
		}
		return nil
	}
}

// asksForJSON reports whether a command line that could not be read to its end
// says --format json.
func asksForJSON(args []string) bool {
	for i, arg := range args {
		if arg == "--" {
			return false
		}
		if arg == "--format=json" || arg == "--format" && i+1 < len(args) && args[i+1] == "json" {
			return true
		}
	}
	return false
}

func (a *app) checkGlobals(cmd *cobra.Command) error {
	if err := emptyFlags(cmd); err != nil {
		return err
	}
	if dir := a.globals.dir; dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return withHint(fmt.Errorf("-C %s: there is no such directory", dir), "it counts from where you are, not from gen.toml")
		}
	}
	if f := a.globals.format; !slices.Contains(formatsOf(cmd), f) {
		return withHint(fmt.Errorf("--format %q is neither text nor json", f), "use --format "+strings.Join(formatsOf(cmd), " or --format "))
	}
	if a.globals.timing {
		a.timing = newTiming()
	}
	return nil
}

// formatsOf are the values of --format that a command knows.
func formatsOf(cmd *cobra.Command) []string {
	formats := []string{"text", "json"}
	switch cmd.Name() {
	case "history":
		return append(formats, "mermaid")
	case "diff":
		return append(formats, "sql", "html")
	case "show":
		return append(formats, "html")
	case "erd":
		return append(formats, "svg", "html", "mermaid")
	case "lint":
		return append(formats, "sarif", "github")
	}
	return formats
}

// emptyFlags refuses flags that were given nothing: `--url "$STAGING_URL"` with a
// variable that is not set would work on the configured database instead. A
// message may be empty.
func emptyFlags(cmd *cobra.Command) error {
	var empty []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" && f.Name != "message" {
			empty = append(empty, "--"+f.Name)
		}
	})
	if len(empty) == 0 {
		return nil
	}
	return withHint(fmt.Errorf("%s: the value is empty", strings.Join(empty, ", ")),
		"is the variable it comes from set? Leave the flag out for what is configured")
}

// version is what the module system knows: the tag of an installed binary,
// otherwise the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "devel-" + s.Value[:12]
		}
	}
	return "devel"
}
