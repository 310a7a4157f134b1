package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/modelscan"
)

// findGorm is how the program sets GORM up; nil where no package has models
// of GORM.
func (a *app) findGorm(ctx context.Context, found []modelscan.Found) (*modelscan.GormSetup, error) {
	if !slices.ContainsFunc(found, func(f modelscan.Found) bool { return f.Gorm > 0 }) {
		return nil, nil
	}
	setup, err := modelscan.FindGorm(ctx, a.path("."))
	if err != nil {
		return nil, err
	}
	if len(setup.Models) == 0 {
		for _, f := range found {
			if f.Gorm > 0 {
				setup.Packages = append(setup.Packages, f.Pattern)
			}
		}
		a.say("found structs with gorm tags and no call of AutoMigrate: those that look like models are taken for them")
		if setup.Migrations = sqlMigrations(a.path(".")); setup.Migrations != "" {
			a.say("found SQL migrations in %s: models and database are compared in compat mode, see docs/gorm.md", setup.Migrations)
		}
	} else {
		a.say("found %s of GORM in calls of AutoMigrate", plural(len(setup.Models), "model"))
	}
	for _, u := range setup.Unclear {
		a.say("%s %s", a.paintErr("note:", cyan), u)
	}
	return setup, nil
}

// gormText is the part of gen.toml about GORM.
func gormText(g *modelscan.GormSetup) string {
	if g == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(`
# Models of GORM: see docs/gorm.md. What the program tells GORM when it starts
# stands here; correct it where it is not what runs.
[gorm]
`)
	switch {
	case len(g.Calls) > 0:
		b.WriteString("# The structs passed to each call of AutoMigrate. What they refer to comes along.\ncalls = [\n")
		for _, call := range g.Calls {
			var quoted []string
			for _, m := range call {
				quoted = append(quoted, strconv.Quote(m))
			}
			fmt.Fprintf(&b, "  [%s],\n", strings.Join(quoted, ", "))
		}
		b.WriteString("]\n")
	case len(g.Models) > 0:
		b.WriteString("# The structs passed to AutoMigrate, in that order. What they refer to comes along.\nmodels = [\n")
		for _, m := range g.Models {
			fmt.Fprintf(&b, "  %s,\n", strconv.Quote(m))
		}
		b.WriteString("]\n")
	default:
		b.WriteString("# No call of AutoMigrate was found: structs that embed gorm.Model or have gorm\n# tags are the models. List them to be sure.\n# models = [\"import/path.User\"]\n")
	}
	if g.Migrations != "" {
		fmt.Fprintf(&b, "# The program has SQL migrations of its own, in %s: what its tags state counts.\n# exact holds the database to what AutoMigrate would make.\nmode = \"compat\"\n", g.Migrations)
	}
	if g.TablePrefix != "" {
		fmt.Fprintf(&b, "table_prefix = %s\n", strconv.Quote(g.TablePrefix))
	}
	for _, s := range []struct {
		key string
		yes bool
	}{{"singular_table", g.SingularTable}, {"no_lower_case", g.NoLowerCase}, {"disable_foreign_keys", g.DisableForeignKeys}, {"ignore_relations", g.IgnoreRelations}} {
		if s.yes {
			fmt.Fprintf(&b, "%s = true\n", s.key)
		}
	}
	if len(g.NameReplacer) > 0 {
		var quoted []string
		for _, w := range g.NameReplacer {
			quoted = append(quoted, strconv.Quote(w))
		}
		fmt.Fprintf(&b, "name_replacer = [%s]\n", strings.Join(quoted, ", "))
	}
	if g.TableOptions != "" {
		fmt.Fprintf(&b, "table_options = %s\n", strconv.Quote(g.TableOptions))
	}
	if g.IdentifierMaxLength > 0 {
		fmt.Fprintf(&b, "identifier_max_length = %d\n", g.IdentifierMaxLength)
	}
	for i, field := range slices.Sorted(maps.Keys(g.JoinTables)) {
		if i == 0 {
			b.WriteString("\n# Calls of SetupJoinTable.\n[gorm.join_tables]\n")
		}
		fmt.Fprintf(&b, "%s = %s\n", strconv.Quote(field), strconv.Quote(g.JoinTables[field]))
	}
	for _, u := range g.Unclear {
		fmt.Fprintf(&b, "# look at %s\n", u)
	}
	return b.String()
}
