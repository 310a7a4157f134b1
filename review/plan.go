package review

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/erd"
	"github.com/gen-migrate/gen/schema"
)

// mostNeighbours is how many tables that stay as they are the diagrams show, for
// the foreign keys between them and those that change. With more of them none is
// shown.
const mostNeighbours = 12

// Plan puts the changes of a plan into the page: grouped by table, and as
// diagrams. lines are the changes in words, in the order of p.Changes.
func (page *Page) Plan(p diff.Plan, lines []diff.Line) error {
	page.Groups = groups(p.Changes, lines)
	return page.Draw(p)
}

// Draw puts the tables a plan changes into the page, before and after.
func (page *Page) Draw(p diff.Plan) error {
	signs := signsOf(p)
	o := erd.Options{Only: signs.tables(&p.From, &p.To), Signs: signs.before}
	if len(o.Only) == 0 {
		page.NoDiagram = "No table and no enum changes."
		return nil
	}
	for n := range o.Only {
		if n.Schema != "" && !slices.Contains(o.Schemas, n.Schema) {
			o.Schemas = append(o.Schemas, n.Schema)
		}
	}
	slices.Sort(o.Schemas)
	var err error
	if page.Before, err = erd.New(&p.From, o); err != nil {
		return err
	}
	o.Signs = signs.after
	page.After, err = erd.New(&p.To, o)
	return err
}

// groups are the changes by table, each group where its first change is. What
// belongs to no table comes last.
func groups(changes []diff.Change, lines []diff.Line) []Group {
	renamed := map[schema.Name]schema.Name{}
	for _, c := range changes {
		if r, is := c.(diff.RenameTable); is {
			renamed[r.To] = r.From
		}
	}
	out, at := []Group{}, map[schema.Name]int{}
	var rest Group
	for i, c := range changes {
		l := lines[i]
		change := Change{Sign: l.Sign, Text: strings.TrimSpace(l.Object + " " + l.Detail), Pos: text(l.Pos)}
		table := diff.TableOf(c)
		if was, is := renamed[table]; is {
			table = was
		}
		if table.IsZero() {
			rest.Changes = append(rest.Changes, change)
			continue
		}
		n, known := at[table]
		if !known {
			n = len(out)
			at[table] = n
			out = append(out, Group{Name: table.String()})
		}
		out[n].Changes = append(out[n].Changes, change)
	}
	return withRest(out, rest)
}

// signs are what is marked in the two diagrams.
type signs struct{ before, after map[erd.Part]erd.Sign }

func signsOf(p diff.Plan) signs {
	s := signs{map[erd.Part]erd.Sign{}, map[erd.Part]erd.Sign{}}
	// A table that is renamed has its later name in what comes behind the rename,
	// and each diagram has its own.
	earlier, later := map[schema.Name]schema.Name{}, map[schema.Name]schema.Name{}
	for _, c := range p.Changes {
		if r, is := c.(diff.RenameTable); is {
			earlier[r.To], later[r.From] = r.From, r.To
		}
	}
	name := func(n schema.Name, renamed map[schema.Name]schema.Name) schema.Name {
		if other, is := renamed[n]; is {
			return other
		}
		return n
	}
	both := func(table schema.Name, from, to, constraintFrom, constraintTo string) {
		old, now := name(table, earlier), name(table, later)
		s.changed(old, now)
		if from != "" || constraintFrom != "" {
			s.before[erd.Part{Name: old, Column: from, Constraint: constraintFrom}] = sign(to == "" && constraintTo == "", erd.Removed)
		}
		if to != "" || constraintTo != "" {
			s.after[erd.Part{Name: now, Column: to, Constraint: constraintTo}] = sign(from == "" && constraintFrom == "", erd.Added)
		}
	}
	for _, c := range p.Changes {
		switch c := c.(type) {
		case diff.CreateTable:
			s.after[erd.Part{Name: c.Table.Name}] = erd.Added
		case diff.DropTable:
			s.before[erd.Part{Name: c.Table.Name}] = erd.Removed
		case diff.RenameTable:
			s.changed(c.From, c.To)
		case diff.CreateEnum:
			s.after[erd.Part{Name: c.Enum.Name}] = erd.Added
		case diff.DropEnum:
			s.before[erd.Part{Name: c.Enum.Name}] = erd.Removed
		case diff.AlterEnum:
			s.enum(c)
		case diff.AddColumn:
			both(c.Table, "", c.Column.Name, "", "")
		case diff.DropColumn:
			both(c.Table, c.Column.Name, "", "", "")
		case diff.AlterColumn:
			both(c.Table, c.From.Name, c.To.Name, "", "")
		case diff.RenameColumn:
			both(c.Table, c.From, c.To, "", "")
		case diff.AddConstraint:
			both(c.Table, "", "", "", c.Constraint.ConstraintName())
		case diff.DropConstraint:
			both(c.Table, "", "", c.Constraint.ConstraintName(), "")
		case diff.AlterConstraint:
			both(c.Table, "", "", c.From.ConstraintName(), c.To.ConstraintName())
		case diff.RenameConstraint:
			both(c.Table, "", "", c.From.ConstraintName(), c.To.ConstraintName())
		default:
			if table := diff.TableOf(c); p.From.Table(name(table, earlier)) != nil {
				s.changed(name(table, earlier), name(table, later))
			}
		}
	}
	return s
}

// sign is the one if it is, else that of a change.
func sign(is bool, one erd.Sign) erd.Sign {
	if is {
		return one
	}
	return erd.Changed
}

// changed marks a table, unless it comes or goes as a whole.
func (s signs) changed(before, after schema.Name) {
	if s.after[erd.Part{Name: after}] != erd.Added {
		s.before[erd.Part{Name: before}] = erd.Changed
		s.after[erd.Part{Name: after}] = erd.Changed
	}
}

func (s signs) enum(c diff.AlterEnum) {
	s.changed(c.From.Name, c.To.Name)
	for _, v := range c.From.Values {
		if !slices.Contains(c.To.Values, v) {
			s.before[erd.Part{Name: c.From.Name, Column: v}] = erd.Removed
		}
	}
	for _, v := range c.To.Values {
		if !slices.Contains(c.From.Values, v) {
			s.after[erd.Part{Name: c.To.Name, Column: v}] = erd.Added
		}
	}
}

// tables are what has a sign, and, where they are few, the tables that foreign
// keys join with those.
func (s signs) tables(from, to *schema.Database) map[schema.Name]bool {
	only := map[schema.Name]bool{}
	for _, list := range []map[erd.Part]erd.Sign{s.before, s.after} {
		for part := range list {
			only[part.Name] = true
		}
	}
	near := map[schema.Name]bool{}
	for _, db := range []*schema.Database{from, to} {
		for _, t := range db.Tables {
			for _, k := range t.ForeignKeys {
				if only[t.Name] && !only[k.RefTable] {
					near[k.RefTable] = true
				}
			}
		}
	}
	if len(near) <= mostNeighbours {
		for n := range near {
			only[n] = true
		}
	}
	return only
}
