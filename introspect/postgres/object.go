package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// An objectRow is an object that is told by its definition.
type objectRow struct {
	self  object
	value schema.Object
	table oid
}

// A grant is one privilege on an object. Without privilege it names the owner;
// "none" takes from the role what it has by default, "without X" takes X.
type grant struct {
	column, role, privilege string
	grantable               bool
}

// A dependency says that user cannot be without used.
type dependency struct {
	user, used object
	attribute  string // of a composite type
}

func (k *catalog) readObject(r *row) {
	o := &objectRow{value: schema.Object{Kind: r.name()}}
	o.self = object{class: r.oid(), id: r.oid()}
	o.value.Name.Schema = k.namespaces[r.oid()]
	o.value.Name.Local, o.value.Args = r.text(), k.said(r.text())
	o.table = r.oid()
	o.value.SQL = oneSpelling(k.said(r.text()))
	for _, s := range r.texts() {
		o.value.Shape = append(o.value.Shape, k.said(s))
	}
	facets := r.texts()
	for i := 0; i+1 < len(facets); i += 2 {
		f := schema.Option{Name: k.said(facets[i]), Value: k.said(facets[i+1])}
		if !strings.HasPrefix(f.Name, "comment ") {
			f.Value = oneSpelling(f.Value)
		}
		o.value.Facets = append(o.value.Facets, f)
	}
	if ofDatabase(o.value.Kind) && k.options.Alias != nil {
		name, made := k.options.Alias[o.value.Name.Local]
		if !made {
			return // it is in the database, and not of the scratch
		}
		o.value.Name.Local = name
	}
	k.objects = append(k.objects, o)
}

// said is a text of the server with the schemas called as in k.namespaces.
func (k *catalog) said(text string) string {
	for from, to := range k.options.Alias {
		text = strings.ReplaceAll(text, from, pg.Ident(to))
	}
	return text
}

func (k *catalog) readGrant(r *row) {
	self := object{class: r.oid(), id: r.oid()}
	k.grants[self] = append(k.grants[self], grant{column: r.text(), role: r.text(), privilege: r.text(), grantable: r.bool()})
}

func (k *catalog) readDependency(r *row) {
	d := dependency{user: object{class: r.oid(), id: r.oid()}, used: object{class: r.oid(), id: r.oid()}}
	d.used.sub = int16(r.int())
	d.attribute = r.text()
	k.dependencies = append(k.dependencies, d)
}

// buildObjects puts the objects together with what they need, and takes them
// out of what is not managed.
func (k *catalog) buildObjects(db *schema.Database) {
	if !k.options.Objects {
		return
	}
	kept := map[object][]*objectRow{} // row security and replica identity share the address of their table
	for _, o := range k.objects {
		if k.members[o.self] || k.members[object{class: classRelation, id: o.table}] {
			continue
		}
		if rel := k.relations[o.table]; rel != nil {
			if k.passedOver(rel) {
				continue
			}
			o.value.Table = rel.name
			o.value.Needs = append(o.value.Needs, k.relationRef(rel))
		}
		kept[o.self] = append(kept[o.self], o)
	}
	for _, d := range k.dependencies {
		for _, o := range kept[d.user] {
			if !schema.IsState(o.value.Kind) {
				k.need(o, d, kept)
			}
		}
	}
	k.giveUsers(kept)
	for _, o := range k.objects {
		if !slices.Contains(kept[o.self], o) {
			continue
		}
		k.finish(o)
		db.Objects = append(db.Objects, o.value)
	}
	k.forget(db)
}

func (k *catalog) finish(o *objectRow) {
	v := &o.value
	if schema.IsState(v.Kind) && len(v.Shape) == 1 {
		v.Needs = append(v.Needs, schema.Ref{Kind: schema.KindIndex, Name: schema.Name{Schema: v.Table.Schema, Local: v.Shape[0]}, Table: v.Table})
		v.Shape = nil
	}
	outside(v)
	if !schema.IsState(v.Kind) {
		v.Comment = k.comments[o.self]
		v.Grants = grantTexts(*v, k.grants[o.self]) // none where access is managed
	}
	slices.SortFunc(v.Needs, schema.Ref.Compare)
	v.Needs = slices.Compact(v.Needs)
	slices.SortFunc(v.Users, schema.Ref.Compare)
}

func (k *catalog) relationRef(rel *relation) schema.Ref {
	switch rel.kind {
	case 'v':
		return schema.Ref{Kind: schema.KindView, Name: rel.name}
	case 'm':
		return schema.Ref{Kind: schema.KindMaterializedView, Name: rel.name}
	case 'c':
		return schema.Ref{Kind: schema.KindComposite, Name: rel.name}
	case 'S':
		return schema.Ref{Kind: schema.RefSequence, Name: rel.name}
	}
	return schema.Ref{Kind: schema.RefTable, Name: rel.name}
}

// need notes what o cannot be without, as far as it is managed.
func (k *catalog) need(o *objectRow, d dependency, kept map[object][]*objectRow) {
	v, used := &o.value, d.used
	switch used.class {
	case classRelation:
		rel := k.relations[used.id]
		if rel == nil || rel.kind == 'i' || rel.kind == 'I' || used.id == o.self.id {
			return
		}
		v.Needs = append(v.Needs, k.relationRef(rel))
		if d.attribute != "" {
			v.Uses = append(v.Uses, schema.ColumnRef{Table: rel.name, Column: d.attribute})
		}
		if c := rel.column(used.sub); c != nil && k.isTable(rel) {
			v.Uses = append(v.Uses, schema.ColumnRef{Table: rel.name, Column: c.name})
		}
	case classConstraint:
		if c := k.constraints[used.id]; c != nil && c.parent == 0 {
			name := schema.Name{Schema: c.relation.name.Schema, Local: c.name}
			v.Needs = append(v.Needs, schema.Ref{Kind: schema.RefConstraint, Name: name, Table: c.relation.name})
		}
	default:
		used.sub = 0
		if t := k.types[used.id]; used.class == classType && t != nil && t.kind == 'e' {
			v.Needs = append(v.Needs, schema.Ref{Kind: schema.RefEnum, Name: t.name})
			return
		}
		for _, other := range kept[used] {
			if other != o {
				v.Needs = append(v.Needs, other.value.Ref())
			}
		}
	}
}

// grantTexts are the statements that give an object its owner and privileges.
// The owner comes last: whoever gives it away may grant nothing any more.
func grantTexts(o schema.Object, grants []grant) []string {
	on := "ON " + pg.QName(o.Name)
	alter := strings.ToUpper(o.Kind) + " " + pg.QName(o.Name)
	switch {
	case schema.IsRoutine(o.Kind):
		on, alter = "ON ROUTINE "+pg.QName(o.Name)+"("+o.Args+")", "ROUTINE "+pg.QName(o.Name)+"("+o.Args+")"
	case o.Kind == schema.KindDomain || o.Kind == schema.KindRange || o.Kind == schema.KindComposite:
		on, alter = "ON TYPE "+pg.QName(o.Name), "TYPE "+pg.QName(o.Name)
	case o.Kind == schema.KindStatistics:
		alter = "STATISTICS " + pg.QName(o.Name)
	}
	var texts []string
	owner := ""
	for _, g := range grants {
		switch g.privilege {
		case "":
			owner = "ALTER " + alter + " OWNER TO " + g.role
			continue
		case "none":
			texts = append([]string{"REVOKE ALL " + on + " FROM " + g.role}, texts...)
			continue
		}
		if lacks, ok := strings.CutPrefix(g.privilege, "without "); ok {
			texts = append([]string{"REVOKE " + lacks + " " + on + " FROM " + g.role}, texts...)
			continue
		}
		privilege := g.privilege
		if g.column != "" {
			privilege += " (" + g.column + ")"
		}
		sql := "GRANT " + privilege + " " + on + " TO " + g.role
		if g.grantable {
			sql += " WITH GRANT OPTION"
		}
		texts = append(texts, sql)
	}
	if owner != "" {
		texts = append(texts, owner)
	}
	return texts
}

// forget takes what is managed out of the unmanaged list.
func (k *catalog) forget(db *schema.Database) {
	managed := map[string]bool{}
	for _, kind := range []string{schema.KindExtension, schema.KindCollation, schema.KindDomain, schema.KindComposite, schema.KindRange,
		schema.KindFunction, schema.KindWindow, schema.KindProcedure, schema.KindAggregate, schema.KindView, schema.KindMaterializedView,
		schema.KindRule, schema.KindTrigger, schema.KindPolicy, schema.KindStatistics, schema.KindCluster, schema.KindPublication} {
		managed[kind] = true
	}
	states := map[schema.Ref]bool{}
	indexes := map[schema.Name]bool{} // their comments are read with them
	for _, o := range db.Objects {
		indexes[o.Name] = indexes[o.Name] || o.Kind == schema.KindIndex
		if schema.IsState(o.Kind) || o.Kind == schema.KindIndex {
			states[schema.Ref{Kind: o.Kind, Name: o.Name, Table: o.Table}] = true
		}
	}
	db.Unmanaged = slices.DeleteFunc(db.Unmanaged, func(o schema.Object) bool {
		if o.Kind == "comment" && indexes[o.Name] {
			return true
		}
		return managed[o.Kind] || states[schema.Ref{Kind: o.Kind, Name: o.Name, Table: o.Table}]
	})
}
