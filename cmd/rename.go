package cmd

import (
	"bufio"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/spf13/pflag"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

func (o *compareOptions) addFlags(f *pflag.FlagSet) {
	f.StringArrayVar(&o.renames, "rename", nil, "a rename that keeps the data: `old=new`, as users.name=users.full_name or people=users (repeatable)")
	f.StringArrayVar(&o.noRenames, "no-rename", nil, "`old` column (users.name) or table (people) really goes; what looks like it is new (repeatable)")
}

// addSimple adds the flag of commands that write plans; planAs heeds it.
func (o *compareOptions) addSimple(f *pflag.FlagSet) {
	f.BoolVar(&o.simple, "simple", false, "the shortest plan: tables are locked for as long as rows are read or written (PostgreSQL)")
}

// planAs is the configuration that plans are written by.
func (o *compareOptions) planAs(c *config) *config {
	if !o.simple {
		return c
	}
	simple := *c
	simple.Postgres.Online = false
	return &simple
}

// addAgainst adds the flag of commands that can do without the live database.
func (o *compareOptions) addAgainst(f *pflag.FlagSet) {
	f.StringVar(&o.against, "against", "", "compare the models with the `database|revisions` (these are carried out in a scratch database)")
	o.addScratch(f)
}

// addScratch adds the flag of commands that need a scratch database.
func (o *compareOptions) addScratch(f *pflag.FlagSet) {
	f.StringVar(&o.scratch, "scratch", "", "where scratch databases are made: the `URL|server[@MAJOR]` of a server, or a throw-away one started from the programs of PostgreSQL on this machine")
}

// settleRenames finds out which drops and adds are renames. Look-alikes that
// neither a `was` hint nor a flag explains are asked on a terminal, and
// elsewhere an error that shows the flags: gen never takes a rename for a
// drop without being told.
func (a *app) settleRenames(have, want *schema.Database, defaultSchema string, o compareOptions) (diff.Renames, []diff.Question, error) {
	answers := diff.Answers{Rename: o.renames, NoRename: o.noRenames}
	in := bufio.NewReader(a.stdin)
	for {
		renames, questions, err := diff.FindRenames(have, want, answers, defaultSchema)
		if err != nil || len(questions) == 0 || o.guess {
			return renames, questions, err
		}
		if !a.stdinTTY || !a.stderrTTY || a.globals.format == "json" {
			return renames, nil, a.unanswered(questions)
		}
		yes, err := a.ask(in, questions[0])
		if err != nil {
			return renames, nil, err
		}
		if q := questions[0]; yes {
			answers.Rename = append(answers.Rename, q.From+"="+q.To)
		} else {
			answers.NoRename = append(answers.NoRename, q.From)
		}
	}
}

func (a *app) ask(in *bufio.Reader, q diff.Question) (yes bool, err error) {
	for {
		fmt.Fprintf(a.stderr, "%s %s is gone and %s is new (%s).\nRename it and keep the data? [y/n] ",
			a.paintErr("?", yellow), q.From, q.To, q.Why)
		line, err := in.ReadString('\n')
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
		if err != nil {
			return false, a.unanswered([]diff.Question{q})
		}
	}
}

func (a *app) unanswered(questions []diff.Question) error {
	var facts, flags []string
	for _, q := range questions {
		at := ""
		if q.Pos.IsValid() {
			at = a.here(q.Pos).String() + ": "
		}
		facts = append(facts, fmt.Sprintf("%s%s is gone and %s is new (%s): a rename, or not?", at, q.From, q.To, q.Why))
		flags = append(flags, fmt.Sprintf("%s   keeps the data;   %s   drops it", q.YesFlag, q.NoFlag))
	}
	return withHint(errors.New(strings.Join(facts, "\n")), strings.Join(flags, "\n"))
}

// matchesAny reports whether a table's name, with or without its schema,
// matches one of the patterns of path.Match.
func matchesAny(n schema.Name, patterns []string) bool {
	for _, p := range patterns {
		for _, name := range []string{n.Local, n.String()} {
			if ok, _ := path.Match(p, name); ok {
				return true
			}
		}
	}
	return false
}
