package modelscan

import (
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// dump prints a Database for people: one line per node, its position at the
// end, a * behind names that nobody chose.
func dump(d schema.Database) string {
	var w dumper
	for _, x := range d.Schemas {
		w.line(x.Pos, "schema %s", x.Name)
	}
	for _, x := range d.Enums {
		w.line(x.Pos, "enum %s %q%s%s", x.Name, x.Values, formers(x.Was), comment(x.Comment))
	}
	for _, x := range d.Sequences {
		owned := ""
		if x.OwnedBy != (schema.ColumnRef{}) {
			owned = fmt.Sprintf(" owned by %s.%s", x.OwnedBy.Table, x.OwnedBy.Column)
		}
		w.line(x.Pos, "sequence %s%s%s%s%s", x.Name, sequence(x.Options), on(x.Unlogged, "unlogged"), owned, formers(x.Was))
	}
	for _, t := range d.Tables {
		w.table(t)
	}
	return w.String()
}

func formers(list []schema.Former) string {
	was := ""
	for _, f := range list {
		was += " was " + f.Name.String()
	}
	return was
}

type dumper struct{ strings.Builder }

func (w *dumper) line(pos schema.Pos, format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	fmt.Fprintf(w, "%-60s  %s %s\n", s, pos, pos.Sym)
}

func (w *dumper) table(t schema.Table) {
	was := ""
	if len(t.Was) > 0 {
		was = fmt.Sprintf(" was %v", t.Was)
	}
	of := text_(" partition by ", t.PartitionBy) + on(t.OpenPartitions, "open")
	if t.PartitionOf != nil {
		of += " partition of " + t.PartitionOf.Parent.String() + " " + t.PartitionOf.Bound
	}
	for _, n := range t.Inherits {
		of += " inherits " + n.String()
	}
	w.line(t.Pos, "table %s%s%s%s%s%s%s%s%s", t.Name, of, text_(" using ", t.Method), on(t.Unlogged, "unlogged"), on(t.Strict, "strict"), on(t.WithoutRowid, "without_rowid"), options_(t.Options), was, comment(t.Comment))
	for _, c := range t.Columns {
		w.line(c.Pos, "  %s", column_(c))
	}
	if p := t.PrimaryKey; p != nil {
		w.line(p.Pos, "  primary key %s (%s)%s%s", name(p.Name, p.Derived), strings.Join(p.Columns, ", ")+on(p.WithoutOverlaps, "without overlaps"), include(p.Include), deferral(p.Deferrable, p.Deferred))
	}
	for _, c := range t.Uniques {
		w.line(c.Pos, "  unique %s (%s)%s%s%s%s", name(c.Name, c.Derived), strings.Join(c.Columns, ", "), on(c.WithoutOverlaps, "without overlaps"), include(c.Include), on(c.NullsNotDistinct, "nulls not distinct"), deferral(c.Deferrable, c.Deferred))
	}
	for _, c := range t.ForeignKeys {
		set := ""
		if len(c.SetColumns) > 0 {
			set = fmt.Sprintf(" %v", c.SetColumns)
		}
		w.line(c.Pos, "  foreign key %s (%s) -> %s (%s)%s%s%s%s%s%s", name(c.Name, c.Derived), strings.Join(c.Columns, ", "), c.RefTable, strings.Join(c.RefColumns, ", "),
			text_(" on delete ", string(c.OnDelete)), set, text_(" on update ", string(c.OnUpdate)), on(c.MatchFull, "match full"), deferral(c.Deferrable, c.Deferred), on(c.NotValid, "not valid")+on(c.NotEnforced, "not enforced")+on(c.Period, "period"))
	}
	for _, c := range t.Checks {
		w.line(c.Pos, "  check %s (%s)%s%s", name(c.Name, c.Derived), c.Expr, on(c.NotValid, "not valid")+on(c.NotEnforced, "not enforced"), on(c.NoInherit, "no inherit"))
	}
	for _, c := range t.Exclusions {
		var list []string
		for _, e := range c.Elements {
			list = append(list, key(e.Key)+" with "+e.Operator)
		}
		w.line(c.Pos, "  exclude %s using %s (%s)%s%s%s", name(c.Name, c.Derived), c.Method, strings.Join(list, ", "), include(c.Include), text_(" where ", c.Where), deferral(c.Deferrable, c.Deferred))
	}
	for _, x := range t.Indexes {
		var list []string
		for _, k := range x.Keys {
			list = append(list, key(k))
		}
		w.line(x.Pos, "  index %s%s%s (%s)%s%s%s%s", name(x.Name, x.Derived), on(x.Unique, "unique"), text_(" using ", x.Method), strings.Join(list, ", "),
			include(x.Include), on(x.NullsNotDistinct, "nulls not distinct"), options_(x.Options), text_(" where ", x.Where))
	}
}

func column_(c schema.Column) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", c.Name, c.Type.Text)
	if !c.Type.Ref.IsZero() {
		fmt.Fprintf(&b, " (ref %s)", c.Type.Ref)
	}
	b.WriteString(on(c.Inherited, "inherited"))
	b.WriteString(on(c.NotNull, "not null"))
	b.WriteString(text_(" default ", c.Default))
	if i := c.Identity; i != nil {
		b.WriteString(" identity" + on(i.Always, "always") + sequence(i.Options))
	}
	if g := c.Generated; g != nil {
		b.WriteString(" generated (" + g.Expr + ")" + on(g.Virtual, "virtual"))
	}
	b.WriteString(on(c.Serial, "serial") + on(c.Autoincrement, "autoincrement"))
	if !c.Collation.IsZero() {
		b.WriteString(" collate " + c.Collation.String())
	}
	b.WriteString(text_(" storage ", c.Storage) + text_(" compression ", c.Compression))
	b.WriteString(text_(" backfill ", c.Backfill))
	if c.Statistics != nil {
		fmt.Fprintf(&b, " statistics %d", *c.Statistics)
	}
	if len(c.Was) > 0 {
		fmt.Fprintf(&b, " was %v", c.Was)
	}
	b.WriteString(comment(c.Comment))
	return b.String()
}

func key(k schema.IndexKey) string {
	s := k.Column
	if s == "" {
		s = "(" + k.Expr + ")"
	}
	if !k.Collation.IsZero() {
		s += " collate " + k.Collation.String()
	}
	if !k.Opclass.IsZero() {
		s += " " + k.Opclass.String() + options_(k.OpclassOptions)
	}
	s += on(k.Desc, "desc") + on(k.NullsFirst, "nulls first")
	if k.Statistics != nil {
		s += fmt.Sprintf(" statistics %d", *k.Statistics)
	}
	return s
}

func sequence(o schema.SequenceOptions) string {
	s := text_(" as ", o.Type)
	for _, n := range []struct {
		name string
		v    *int64
	}{{"start", o.Start}, {"increment", o.Increment}, {"min", o.Min}, {"max", o.Max}, {"cache", o.Cache}} {
		if n.v != nil {
			s += fmt.Sprintf(" %s %d", n.name, *n.v)
		}
	}
	return s + on(o.Cycle, "cycle")
}

func name(n string, derived bool) string {
	if derived {
		return n + "*"
	}
	return n
}

func on(yes bool, s string) string {
	if yes {
		return " " + s
	}
	return ""
}

func text_(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func include(cols []string) string { return text_(" include ", strings.Join(cols, ", ")) }
func comment(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf(" comment %q", s)
}

func options_(list []schema.Option) string {
	var parts []string
	for _, o := range list {
		parts = append(parts, o.Name+"="+o.Value)
	}
	return text_(" with ", strings.Join(parts, ", "))
}

func deferral(deferrable, deferred bool) string {
	return on(deferrable, "deferrable") + on(deferred, "deferred")
}
