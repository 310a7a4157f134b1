package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"

	"github.com/spf13/cobra"
)

type editOptions struct {
	app *app

	revision string
}

func newEditCmd(a *app) *cobra.Command {
	o := &editOptions{app: a}
	return &cobra.Command{
		Use:   "edit [REVISION]",
		Short: "Open a revision file in your editor",
		Long: `Opens the file of REVISION, head by default, in $VISUAL or $EDITOR, and reads it
when the editor is closed: what is no revision file any more is an error that
names line and column. REVISION is any revision symbol; where it means several
revisions, their files are opened one after the other.`,
		Example:           "  gen edit\n  gen edit 9c41\n  gen edit current\n  EDITOR=nano gen edit head-1",
		Args:              wantRevisions(0, 1, "gen edit head"),
		ValidArgsFunction: a.completeRevisions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.revision = "head"
			if len(args) > 0 {
				o.revision = args[0]
			}
			return runEdit(cmd.Context(), o)
		},
	}
}

// An editReport is the JSON of gen edit.
type editReport struct {
	Paths []string `json:"paths"`
}

func runEdit(ctx context.Context, o *editOptions) error {
	a := o.app
	editor := cmp.Or(a.getenv("VISUAL"), a.getenv("EDITOR"))
	words, err := splitWords(editor)
	if err != nil {
		return fmt.Errorf("the editor: %w", err)
	}
	if len(words) == 0 {
		return withHint(errors.New("neither VISUAL nor EDITOR is set, so there is no editor to open"), "EDITOR=vi gen edit "+o.revision)
	}
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	dir, err := a.openFiles(c)
	if err != nil {
		return err
	}
	current, err := a.countingFrom(ctx, c, dir, o.revision)
	if err != nil {
		return err
	}
	target, err := dir.Graph().Resolve(o.revision, current)
	if err != nil {
		return err
	}
	if target.Base() {
		return withHint(fmt.Errorf("%s names no revision: there is nothing to edit", o.revision), "gen history lists them")
	}
	report := editReport{}
	for _, r := range target.Revisions {
		run := exec.CommandContext(ctx, words[0], append(words[1:len(words):len(words)], r.Path)...)
		run.Stdin, run.Stdout, run.Stderr = a.stdin, a.stderr, a.stderr
		if a.stdoutTTY {
			run.Stdout = a.stdout
		}
		if err := run.Run(); err != nil {
			hint := "the file is " + r.Path
			if errors.Is(err, exec.ErrNotFound) {
				hint = "set VISUAL or EDITOR to a program that is there; " + hint
			}
			return withHint(fmt.Errorf("the editor %s: %w", words[0], err), hint)
		}
		report.Paths = append(report.Paths, r.Path)
	}
	again, err := a.readDirs(c, dir.Dialect())
	if err != nil {
		return err
	}
	if err := again.WriteHeads(); err != nil {
		return err
	}
	if a.globals.format == "json" {
		return a.printJSON(report)
	}
	for _, path := range report.Paths {
		a.printf("%s\n", path)
	}
	return nil
}
