package cmd

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/modelscan"
	"github.com/gen-migrate/gen/modelscan/xorm"
)

// An ormSetup is what gen init found out about the models of one ORM.
type ormSetup struct {
	packages []string // that hold them, as patterns
	text     string   // of gen.toml
}

// findOrms is how the program sets up the ORMs it uses.
func (a *app) findOrms(ctx context.Context, found []modelscan.Found) ([]ormSetup, error) {
	var list []ormSetup
	gorm, err := a.findGorm(ctx, found)
	if err != nil {
		return nil, err
	}
	if gorm != nil {
		list = append(list, ormSetup{gorm.Packages, gormText(gorm)})
	}
	x, err := a.findXorm(ctx, found)
	if err != nil {
		return nil, err
	}
	if x != nil {
		list = append(list, ormSetup{x.Packages, xormText(x)})
	}
	b, err := a.findBun(ctx, found)
	if err != nil {
		return nil, err
	}
	if b != nil {
		list = append(list, ormSetup{b.Packages, bunText(b, gorm)})
	}
	e, setup, err := a.findEnt(ctx, found)
	if err != nil {
		return nil, err
	}
	if e != "" {
		list = append(list, ormSetup{[]string{e}, entText(e, setup)})
	}
	return list, nil
}

// findXorm is how the program sets xorm up; nil where no package has models
// of xorm.
func (a *app) findXorm(ctx context.Context, found []modelscan.Found) (*modelscan.XormSetup, error) {
	if !slices.ContainsFunc(found, func(f modelscan.Found) bool { return f.Xorm > 0 }) {
		return nil, nil
	}
	setup, err := modelscan.FindXorm(ctx, a.path("."))
	if err != nil {
		return nil, err
	}
	if len(setup.Models) == 0 {
		for _, f := range found {
			if f.Xorm > 0 {
				setup.Packages = append(setup.Packages, f.Pattern)
			}
		}
		a.say("found structs with xorm tags and no call of Sync: those that look like models are taken for them")
	} else {
		a.say("found %s of xorm in calls of Sync", plural(len(setup.Models), "model"))
	}
	for _, u := range setup.Unclear {
		a.say("%s %s", a.paintErr("note:", cyan), u)
	}
	return setup, nil
}

// xormText is the part of gen.toml about xorm.
func xormText(x *modelscan.XormSetup) string {
	var b strings.Builder
	b.WriteString(`
# Models of xorm: see docs/xorm.md. What the program tells its engine stands
# here; correct it where it is not what runs.
[xorm]
`)
	if len(x.Models) > 0 {
		b.WriteString("# The structs passed to Sync, in that order.\nmodels = [\n")
		for _, m := range x.Models {
			fmt.Fprintf(&b, "  %s,\n", strconv.Quote(m))
		}
		b.WriteString("]\n")
	} else {
		b.WriteString("# No call of Sync was found: structs that have xorm tags are the models. List\n# them to be sure.\n# models = [\"import/path.User\"]\n")
	}
	mapperText(&b, "table", x.Tables)
	mapperText(&b, "column", x.Columns)
	if x.Tag != "" {
		fmt.Fprintf(&b, "tag = %s\n", strconv.Quote(x.Tag))
	}
	for _, u := range x.Unclear {
		fmt.Fprintf(&b, "# look at %s\n", u)
	}
	return b.String()
}

func mapperText(b *strings.Builder, what string, m xorm.Mapper) {
	for _, s := range []struct{ key, value string }{{"mapper", m.Rule}, {"prefix", m.Prefix}, {"suffix", m.Suffix}} {
		if s.value != "" {
			fmt.Fprintf(b, "%s_%s = %s\n", what, s.key, strconv.Quote(s.value))
		}
	}
}

// findEnt is the package with the tables that ent generated, or "", and how
// the program creates them. There may be several packages; one can be read.
func (a *app) findEnt(ctx context.Context, found []modelscan.Found) (pattern string, setup *modelscan.EntSetup, err error) {
	for _, f := range found {
		switch {
		case f.Ent == 0:
		case pattern == "":
			pattern = f.Pattern
			a.say("found the tables of ent in %s", f.Pattern)
		default:
			a.say("%s %s has tables of ent as well; gen reads one package of them, write the other into [ent] of a gen.toml of its own", a.paintErr("note:", cyan), f.Pattern)
		}
	}
	if pattern == "" {
		return "", nil, nil
	}
	if setup, err = modelscan.FindEnt(ctx, a.path(".")); err != nil {
		return "", nil, err
	}
	for _, u := range setup.Unclear {
		a.say("%s %s", a.paintErr("note:", cyan), u)
	}
	return pattern, setup, nil
}

// entText is the part of gen.toml about ent.
func entText(pattern string, e *modelscan.EntSetup) string {
	var b strings.Builder
	fmt.Fprintf(&b, `
# The tables that ent generates: see docs/ent.md.
[ent]
package = %s
`, strconv.Quote(pattern))
	if e.DisableForeignKeys {
		b.WriteString("# The program calls Schema.Create with WithForeignKeys(false).\ndisable_foreign_keys = true\n")
	}
	for _, u := range e.Unclear {
		fmt.Fprintf(&b, "# look at %s\n", u)
	}
	return b.String()
}
