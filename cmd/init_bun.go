package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/dialect"
	"github.com/gen-migrate/gen/modelscan"
)

// findBun is how the program sets bun up; nil where no package has models of
// bun.
func (a *app) findBun(ctx context.Context, found []modelscan.Found) (*modelscan.BunSetup, error) {
	if !slices.ContainsFunc(found, func(f modelscan.Found) bool { return f.Bun > 0 }) {
		return nil, nil
	}
	setup, err := modelscan.FindBun(ctx, a.path("."))
	if err != nil {
		return nil, err
	}
	if len(setup.Models) == 0 {
		if err := a.guessBun(ctx, found, setup); err != nil {
			return nil, err
		}
	} else {
		a.say("found %s of bun where the program creates tables", plural(len(setup.Models), "model"))
	}
	for _, u := range setup.Unclear {
		a.say("%s %s", a.paintErr("note:", cyan), u)
	}
	return setup, nil
}

// guessBun takes the structs that look like models of bun where the program
// creates no tables.
func (a *app) guessBun(ctx context.Context, found []modelscan.Found, setup *modelscan.BunSetup) error {
	for _, f := range found {
		if f.Bun > 0 && !slices.Contains(strings.Split(f.Dir, "/"), "migrations") {
			setup.Packages = append(setup.Packages, f.Pattern)
		}
	}
	if len(setup.Packages) == 0 {
		return nil
	}
	models, err := modelscan.BunModels(ctx, modelscan.Options{Dir: a.globals.dir, Patterns: setup.Packages, Tags: a.globals.buildTags, Dialect: dialect.Postgres()}, setup.Registered)
	var mistakes *modelscan.Errors
	switch {
	case errors.As(err, &mistakes):
		setup.Unclear = append(setup.Unclear, mistakes.Problems...)
	case err != nil:
		return err
	}
	setup.Models, setup.Guessed = models, true
	a.say("found %s of bun that look like models, and nothing that creates their tables", plural(len(models), "struct"))
	return nil
}

// bunText is the part of gen.toml about bun, beside that about GORM where there
// is one.
func bunText(s *modelscan.BunSetup, g *modelscan.GormSetup) string {
	var b strings.Builder
	b.WriteString(`
# Models of bun: see docs/bun.md. What the program tells bun when it creates
# tables stands here; correct it where it is not what runs.
[bun]
`)
	switch {
	case !s.Guessed:
		b.WriteString("# The structs that the program creates tables of, and those it registers.\n")
	case len(s.Models) > 0:
		b.WriteString("# Nothing creates their tables: these structs embed bun.BaseModel, have a primary\n# key in a bun tag or are registered. Take out what is no table.\n")
	default:
		b.WriteString("# List the models: see the notes below.\n# models = [\"import/path.User\"]\n")
	}
	if len(s.Models) > 0 {
		bunList(&b, "models", s.Models)
	}
	switch {
	case g != nil && g.Migrations == "":
		b.WriteString("# One mode holds for the whole run, and that of [gorm] is exact.\n")
	case s.Guessed || g != nil:
		b.WriteString(`# A program that creates its tables by SQL of its own is held to what its tags
# state; exact holds it to what CreateTable would make.
mode = "compat"
`)
	}
	switch {
	case s.ForeignKeys:
		b.WriteString("foreign_keys = true\n")
	case len(s.ForeignKeysOf) > 0:
		b.WriteString("# Those created WithForeignKeys.\n")
		bunList(&b, "foreign_keys_of", s.ForeignKeysOf)
	}
	if s.Varchar > 0 {
		fmt.Fprintf(&b, "varchar = %d\n", s.Varchar)
	}
	if s.SingularTables {
		b.WriteString("singular_tables = true\n")
	}
	for _, u := range s.Unclear {
		fmt.Fprintf(&b, "# look at %s\n", u)
	}
	if len(s.Own) > 0 {
		b.WriteString("\n# Where bun's migrator keeps its books.\n[ignore]\n")
		bunList(&b, "tables", s.Own)
	}
	return b.String()
}

func bunList(b *strings.Builder, key string, list []string) {
	fmt.Fprintf(b, "%s = [\n", key)
	for _, m := range list {
		fmt.Fprintf(b, "  %s,\n", strconv.Quote(m))
	}
	b.WriteString("]\n")
}
