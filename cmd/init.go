package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gen-migrate/gen/modelscan"
)

type initOptions struct {
	app *app

	models    []string
	revisions string
	baseline  bool
}

func newInitCmd(a *app) *cobra.Command {
	o := &initOptions{app: a}
	c := &cobra.Command{
		Use:   "init",
		Short: "Look around and write gen.toml and the revisions directory",
		Long: `Looks for packages that declare models and for a database URL, and writes a
gen.toml that works, with comments, and a directory for the revisions. Files
that are there already are never changed.

The URL is never copied into the file: it stays in the environment variable
DATABASE_URL. Where that is not set, the file falls back to SQLite in gen.db.

With --baseline gen also reads the database, which somebody else has made, and
writes down where it is otherwise than the models: left over, missing, changed.
That list, gen.accepted, is yours to review and shorten. The database as it is
becomes the first revision and is recorded to be at it. From then on gen check
is clean, and shows each difference that comes. Run again, with gen.toml there
already, it brings the list up to date.`,
		Example: "  gen init\n  gen init --models ./internal/models/...\n  DATABASE_URL=postgres://me@localhost/app gen init\n  DATABASE_URL=postgres://me@localhost/app gen init --baseline",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runInit(cmd.Context(), o) },
	}
	c.Flags().StringArrayVar(&o.models, "models", nil, "package `pattern` of the models, instead of looking for them (repeatable)")
	c.Flags().StringVar(&o.revisions, "revisions", "migrations", "`directory` for the revision files")
	c.Flags().BoolVar(&o.baseline, "baseline", false, "take the database as it is: accept its differences, make it the first revision")
	return c
}

// An initReport is the JSON of gen init.
type initReport struct {
	Models  []string `json:"models"`
	Written []string `json:"written"`
	Kept    []string `json:"kept"`

	Baseline *baselineReport `json:"baseline,omitempty"` // with --baseline
}

func runInit(ctx context.Context, o *initOptions) error {
	a := o.app
	path := a.globals.config
	if path == "" {
		path = configFile
	}
	path = a.path(path)
	report := initReport{Models: []string{}, Written: []string{}, Kept: []string{}}
	if _, err := os.Stat(path); err == nil {
		if !o.baseline {
			return withHint(fmt.Errorf("%s is there already", path), "edit it, or remove it and run gen init again; for a database that is there already: gen init --baseline")
		}
		report.Kept = append(report.Kept, path)
	} else if err := a.writeConfig(ctx, o, path, &report); err != nil {
		return err
	}
	var err error
	if o.baseline {
		report.Baseline, err = a.takeBaseline(ctx)
	}
	if err == nil && a.globals.format == "json" {
		return a.printJSON(report)
	}
	a.printInit(&report, err)
	return err
}

// printInit tells what was written, also before an error.
func (a *app) printInit(report *initReport, err error) {
	if a.globals.format == "json" {
		return
	}
	for _, p := range report.Written {
		a.printf("wrote %s\n", p)
	}
	for _, p := range report.Kept {
		a.printf("kept  %s\n", p)
	}
	switch {
	case err != nil:
	case report.Baseline != nil:
		a.printBaseline(report.Baseline)
	default:
		a.say("Next: gen revision --autogenerate -m \"first\", read the file, gen upgrade head")
	}
}

// writeConfig looks around and writes gen.toml and the revisions directory.
func (a *app) writeConfig(ctx context.Context, o *initOptions, path string, report *initReport) error {
	patterns, orms, err := a.findModels(ctx, o.models)
	if err != nil {
		return err
	}
	report.Models = patterns
	dir := a.path(o.revisions)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range []struct{ path, text string }{
		{path, configText(patterns, o.revisions) + orms},
		{filepath.Join(dir, ".gitattributes"), "*.sql text eol=lf\n"},
	} {
		switch err := writeNew(f.path, f.text); {
		case errors.Is(err, fs.ErrExist):
			report.Kept = append(report.Kept, f.path)
		case err != nil:
			return err
		default:
			report.Written = append(report.Written, f.path)
		}
	}
	return nil
}

// findModels is what the flag says, or the packages that look as if they
// declare models, and the text of gen.toml about the ORMs that are in use.
func (a *app) findModels(ctx context.Context, given []string) (patterns []string, orms string, err error) {
	found, err := modelscan.Find(ctx, a.path("."))
	if err != nil {
		return nil, "", err
	}
	if err := a.checkPatterns(given, found); err != nil {
		return nil, "", err
	}
	setups, err := a.findOrms(ctx, found)
	if err != nil {
		return nil, "", err
	}
	for _, s := range setups {
		orms += s.text
		for _, p := range s.packages {
			if !slices.Contains(patterns, p) {
				patterns = append(patterns, p)
			}
		}
	}
	if len(given) > 0 {
		return given, orms, nil
	}
	for _, f := range found {
		if f.Native() {
			if !slices.Contains(patterns, f.Pattern) {
				patterns = append(patterns, f.Pattern)
			}
			a.say("found models in %s", f.Pattern)
			continue
		}
		if f.DB > 0 {
			a.say("%s %s has %s with db tags, which name columns and make no table: write //gen:table above those that are tables",
				a.paintErr("note:", cyan), f.Pattern, plural(f.DB, "struct"))
		}
	}
	if len(patterns) == 0 {
		patterns = []string{"./..."}
		a.say("found no models yet: tag a struct with gen:\"…\" or //gen:table, see docs/tags.md")
	}
	return patterns, orms, nil
}

// checkPatterns refuses patterns of directories that are not there: a gen.toml
// that cannot work is not written.
func (a *app) checkPatterns(given []string, found []modelscan.Found) error {
	for _, p := range given {
		if p != "." && p != ".." && !strings.HasPrefix(p, "./") && !strings.HasPrefix(p, "../") && !filepath.IsAbs(p) {
			continue // an import path; reading the models finds out
		}
		dir := a.path(strings.TrimSuffix(strings.TrimSuffix(p, "..."), "/"))
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			continue
		}
		hint := "write it as for go build, from the directory of gen.toml: ./internal/models/..."
		var there []string
		for _, f := range found {
			there = append(there, f.Pattern)
		}
		if len(there) > 0 {
			hint = "packages that look like models: " + strings.Join(there, ", ")
		}
		return withHint(fmt.Errorf("--models %s: there is no directory %s", p, dir), hint)
	}
	return nil
}

func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func configText(models []string, revisions string) string {
	return fmt.Sprintf(`# gen: Go structs -> reviewed revisions -> database.
# Every key is explained in docs/configuration.md.

# Go packages whose structs are the models. They are read, never built or run.
models = %s

# Where the revision files live.
revisions = %q

# The database: postgres://user@host/name or sqlite://file.db. Environment
# variables expand; what follows :- is used when the variable is not set.
url = "${DATABASE_URL:-%s}"

# The schemas gen manages; whatever else the database holds is left alone.
# schemas = ["public"]

# Views, functions, triggers and the like (PostgreSQL), as CREATE statements in
# files. Without this key those of the database are left alone.
# objects = ["schema/*.sql"]

# Tables gen leaves alone, by name or pattern.
# [ignore]
# tables = ["spatial_ref_sys", "audit_*"]

# Overrides chosen with --env ci.
# [env.ci]
# url = "${CI_DATABASE_URL}"
`, tomlList(models), revisions, defaultURL)
}

// tomlList writes a list as gen.toml has it.
func tomlList(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = strconv.Quote(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
