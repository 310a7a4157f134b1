package modelscan

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"github.com/gen-migrate/gen/modelscan/bun"
	"github.com/gen-migrate/gen/schema"
)

// bunChoose leaves one struct for each table. Of those the options list the
// first makes the table, as CREATE TABLE IF NOT EXISTS would; of those that
// only look like models the one with all columns.
func (s *scanner) bunChoose(tables []bun.Table) []bun.Table {
	byName := map[schema.Name][]bun.Table{}
	var out []bun.Table
	for _, t := range tables {
		key := s.nameKey(s.gormName(t.Name))
		byName[key] = append(byName[key], t)
	}
	for _, t := range tables {
		key := s.nameKey(s.gormName(t.Name))
		rivals := byName[key]
		if len(rivals) == 0 {
			continue // chosen before
		}
		byName[key] = nil
		if len(rivals) == 1 {
			out = append(out, t)
			continue
		}
		if winner, ok := s.bunWinner(rivals); ok {
			out = append(out, winner)
		}
	}
	return out
}

func (s *scanner) bunWinner(rivals []bun.Table) (bun.Table, bool) {
	if len(s.o.Bun.Models) > 0 {
		for _, other := range rivals[1:] {
			s.bunWarnTwice(rivals[0], other)
		}
		return rivals[0], true
	}
	if own := slices.DeleteFunc(slices.Clone(rivals), func(t bun.Table) bool { return s.bunEmbedsModel(t.Model.Origin.(*typeDecl)) }); len(own) > 0 {
		rivals = own
	}
	var full []bun.Table
	for _, t := range rivals {
		if !slices.ContainsFunc(rivals, func(o bun.Table) bool { return !holds(t, o) }) {
			full = append(full, t)
		}
	}
	if len(full) > 0 && !slices.ContainsFunc(full, func(t bun.Table) bool { return !sameColumns(full[0], t) }) {
		return full[0], true
	}
	why := "none has all columns"
	if len(full) > 0 {
		why = "their columns differ"
	}
	var all []string
	for _, t := range rivals {
		d := t.Model.Origin.(*typeDecl)
		all = append(all, fmt.Sprintf("%s (%s)", d.name, s.l.pos(d.spec.Name.Pos(), d.name)))
	}
	d := rivals[0].Model.Origin.(*typeDecl)
	s.fail(d.spec.Name.Pos(), d.name, "list the one that makes it in models of [bun], with all other models",
		"table %s is that of %s, and %s", rivals[0].Name, strings.Join(all, ", "), why)
	return bun.Table{}, false
}

// bunEmbedsModel reports whether a struct embeds one with a bun.BaseModel: as
// rows of a join do.
func (s *scanner) bunEmbedsModel(d *typeDecl) bool {
	st, ok := stripParens(d.spec.Type).(*ast.StructType)
	return ok && slices.ContainsFunc(s.bunLooks(st, d.file).embeds, func(f *ast.Field) bool {
		return slices.ContainsFunc(s.l.resolve(f.Type, scope{file: d.file}).chain, func(e *typeDecl) bool {
			in, ok := stripParens(e.spec.Type).(*ast.StructType)
			return ok && e != d && s.bunLooks(in, e.file).base
		})
	})
}

func (s *scanner) bunWarnTwice(winner, other bun.Table) {
	w, d := winner.Model.Origin.(*typeDecl), other.Model.Origin.(*typeDecl)
	s.probs.warn(s.l.pos(d.spec.Name.Pos(), d.name), "leave one of them out of models of [bun]",
		"model %s makes table %s as well as %s does: the one listed first, %s, is taken", d.name, other.Name, w.name, w.name)
}

// holds reports whether a table has all columns of the other.
func holds(t, other bun.Table) bool {
	return !slices.ContainsFunc(other.Columns, func(c bun.Column) bool {
		return !slices.ContainsFunc(t.Columns, func(d bun.Column) bool { return d.Name == c.Name })
	})
}

// sameColumns reports whether two tables with the same names of columns say
// the same about them.
func sameColumns(t, other bun.Table) bool {
	return holds(other, t) && !slices.ContainsFunc(t.Columns, func(c bun.Column) bool {
		return !slices.ContainsFunc(other.Columns, func(d bun.Column) bool { return d.Name == c.Name && d.SQL == c.SQL })
	})
}
