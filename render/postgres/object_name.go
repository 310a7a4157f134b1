package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// renameForm are the locks of ALTER … RENAME TO and SET SCHEMA, measured on 13 to
// 18. Kinds that are not here take none that anybody notices.
var renameForm = map[string]form{
	schema.KindView: renameView, schema.KindMaterializedView: renameView, schema.KindTrigger: renameTrigger,
	schema.KindRule: changeRule, schema.KindPolicy: changePolicy, schema.RefSequence: renameSequence,
}

func (r *renderer) renameObject(c diff.RenameObject) {
	constructors := r.constructors(c.From)
	renameTo := func(o schema.Ref, local string) {
		r.renameTo(o, local)
		r.alterConstructors(o, constructors, "RENAME TO "+r.Ident(local))
	}
	moveTo := func(o schema.Ref, namespace string) {
		r.alterName(o, "SET SCHEMA "+r.Ident(namespace))
		r.alterConstructors(o, constructors, "SET SCHEMA "+r.Ident(namespace))
	}
	switch {
	case schema.BelongsToRelation(c.From.Kind) || c.From.Kind == schema.KindPublication || c.From.Name.Schema == c.To.Name.Schema:
		renameTo(c.From, c.To.Name.Local)
	case c.From.Name.Local == c.To.Name.Local:
		moveTo(c.From, c.To.Name.Schema)
	case r.nameTaken(c.From, schema.Name{Schema: c.From.Name.Schema, Local: c.To.Name.Local}):
		between := c.From
		between.Name.Schema = c.To.Name.Schema
		moveTo(c.From, c.To.Name.Schema)
		renameTo(between, c.To.Name.Local)
	default:
		between := c.From
		between.Name.Local = c.To.Name.Local
		renameTo(c.From, c.To.Name.Local)
		moveTo(between, c.To.Name.Schema)
	}
}

func (r *renderer) renameTo(o schema.Ref, local string) {
	r.alterName(o, "RENAME TO "+r.Ident(local))
	if o.Kind != schema.KindTrigger || r.version >= 150000 {
		return
	}
	// Before 15 the copies of a trigger on partitions keep the old name.
	for _, below := range r.now.below(o.Table) {
		o.Table = below
		r.alterName(o, "RENAME TO "+r.Ident(local))
	}
}

func (r *renderer) alterName(o schema.Ref, action string) {
	self := schema.Object{Kind: o.Kind, Name: o.Name, Args: o.Args, Table: o.Table}
	name := r.objectName(self)
	switch o.Kind {
	case schema.RefEnum, schema.RefMultirange:
		name = "TYPE " + r.QName(o.Name)
	case schema.RefSequence:
		name = "SEQUENCE " + r.QName(o.Name)
	}
	f := renameForm[o.Kind]
	if o.Kind == schema.KindIndex {
		s := on(alterIndex, o.Name)
		s.SQL = "ALTER " + name + " " + action
		r.onTable(o.Table, s)
		return
	}
	r.onObject(f, self, "ALTER "+name+" "+action)
}

// nameTaken reports whether something that the plan begins or ends with stands
// where the object would pass through.
func (r *renderer) nameTaken(o schema.Ref, n schema.Name) bool {
	if r.now.tables[n] != nil {
		return true
	}
	for _, db := range []schema.Database{r.plan.From, r.plan.To} {
		if slices.ContainsFunc(db.Objects, func(x schema.Object) bool {
			return x.Name == n && (x.Kind == o.Kind || schema.IsType(x.Kind) || schema.IsRelation(x.Kind) || schema.IsRoutine(x.Kind) && schema.IsRoutine(o.Kind))
		}) || slices.ContainsFunc(db.Enums, func(e schema.Enum) bool { return e.Name == n }) ||
			slices.ContainsFunc(db.Sequences, func(s schema.Sequence) bool { return s.Name == n }) {
			return true
		}
	}
	return false
}

// renamedChecks are the checks of a domain that go on under another name: it was
// derived from that of the domain.
func renamedChecks(from, to schema.Object) map[string]string {
	if from.Kind != schema.KindDomain {
		return nil
	}
	names := map[string]string{}
	came := func(f schema.Option) bool {
		return strings.HasPrefix(f.Name, checkFacet) && !slices.ContainsFunc(from.Facets, func(h schema.Option) bool { return h.Name == f.Name })
	}
	taken := map[string]bool{}
	for _, h := range from.Facets {
		if !strings.HasPrefix(h.Name, checkFacet) || slices.ContainsFunc(to.Facets, func(f schema.Option) bool { return f.Name == h.Name }) {
			continue
		}
		i := slices.IndexFunc(to.Facets, func(f schema.Option) bool { return came(f) && f.Value == h.Value && !taken[f.Name] })
		if i >= 0 {
			taken[to.Facets[i].Name] = true
			names[h.Name] = to.Facets[i].Name
		}
	}
	return names
}

// renameChecks renames those checks and returns the object as it is then.
func (r *renderer) renameChecks(from, to schema.Object) schema.Object {
	names := renamedChecks(from, to)
	facets := slices.Clone(from.Facets)
	for i, f := range facets {
		if name, ok := names[f.Name]; ok {
			r.add(render.Statement{SQL: "ALTER DOMAIN " + r.QName(to.Name) + " RENAME CONSTRAINT " +
				r.Ident(strings.TrimPrefix(f.Name, checkFacet)) + " TO " + r.Ident(strings.TrimPrefix(name, checkFacet))})
			facets[i].Name = name
		}
		if check, ok := strings.CutPrefix(f.Name, commentFacet); ok && names[checkFacet+check] != "" {
			facets[i].Name = commentFacet + strings.TrimPrefix(names[checkFacet+check], checkFacet)
		}
	}
	from.Facets = facets
	return from
}
