package postgres

import (
	"cmp"
	"slices"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// What stands in schemas that nobody asked for, or is left alone by name, is not
// read, with one exception: what cannot be without a table or a column of the managed ones. The server
// refuses to drop those, or to give them another type, and a plan has to say so.

// outsideQuery reads it: kind, schema, name, the relation it belongs to, then the
// relation of a managed schema and the number of the column that it uses, 0 for
// the relation as such.
func outsideQuery(version int, g introspect.Ignore) string {
	outside := func(namespace, relation string) string {
		text := "NOT " + namespace + " = " + managed
		if selected := ignoredRelations(g); selected != "" {
			text = "(" + text + " OR " + relation + " IN (" + selected + "))"
		}
		return text
	}
	routines := since(version, 140000, `
 UNION ALL SELECT 1255, p.oid, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.pronamespace, p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')', NULL
 FROM pg_catalog.pg_proc p WHERE p.oid >= 16384 AND NOT p.pronamespace = `+managed, "")
	return `WITH u(class, id, kind, namespace, name, relation) AS (
 SELECT 2618::pg_catalog.oid, r.oid, CASE WHEN r.rulename <> '_RETURN' THEN 'rule' WHEN c.relkind = 'm' THEN 'materialized view' ELSE 'view' END, c.relnamespace,
  CASE WHEN r.rulename <> '_RETURN' THEN r.rulename ELSE c.relname END::text, CASE WHEN r.rulename <> '_RETURN' THEN c.relname END::text
 FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class WHERE r.oid >= 16384 AND ` + outside("c.relnamespace", "c.oid") + `
 UNION ALL SELECT 3256, o.oid, 'policy', c.relnamespace, o.polname, c.relname FROM pg_catalog.pg_policy o JOIN pg_catalog.pg_class c ON c.oid = o.polrelid WHERE ` + outside("c.relnamespace", "c.oid") + `
 UNION ALL SELECT 2620, g.oid, 'trigger', c.relnamespace, g.tgname, c.relname FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
  WHERE NOT g.tgisinternal AND g.tgconstrrelid <> 0 AND ` + outside("c.relnamespace", "c.oid") + routines + `)
SELECT u.kind, u.namespace, u.name, u.relation, d.refobjid, d.refobjsubid
FROM u JOIN pg_catalog.pg_depend d ON d.classid = u.class AND d.objid = u.id AND d.refclassid = 1259
 JOIN pg_catalog.pg_class t ON t.oid = d.refobjid AND t.relnamespace = ` + managed + `
WHERE d.deptype = 'n' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = u.class AND e.objid = u.id AND e.deptype = 'e')
UNION SELECT 'foreign key constraint', k.connamespace, k.conname, c.relname, k.confrelid, a
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_class t ON t.oid = k.confrelid AND t.relnamespace = ` + managed + `, unnest(k.confkey) a
WHERE k.contype = 'f' AND k.conparentid = 0 AND ` + outside("k.connamespace", "k.conrelid")
}

// An outsider is what stands outside and the relations and columns it uses.
type outsider struct {
	value schema.Object
	used  []columnKey
}

func (k *catalog) readOutside(r *row) {
	o := schema.Object{Kind: r.name()}
	namespace := k.namespaces[r.oid()]
	o.Name = schema.Name{Schema: namespace, Local: r.text()}
	if relation := r.text(); relation != "" {
		o.Table = schema.Name{Schema: namespace, Local: relation}
	}
	used := columnKey{table: r.oid(), number: int16(r.int())}
	i := slices.IndexFunc(k.outsiders, func(x outsider) bool { return x.value.Ref() == o.Ref() })
	if i < 0 {
		i = len(k.outsiders)
		k.outsiders = append(k.outsiders, outsider{value: o})
	}
	k.outsiders[i].used = append(k.outsiders[i].used, used)
}

// buildOutside lists those that use what is managed as a table. Any use of a
// table's column is one of the table too.
func (k *catalog) buildOutside(db *schema.Database) {
	for _, x := range k.outsiders {
		o := x.value
		for _, key := range x.used {
			rel := k.relations[key.table]
			if rel == nil || !k.isTable(rel) {
				continue
			}
			o.Needs = append(o.Needs, schema.Ref{Kind: schema.RefTable, Name: rel.name})
			if c := rel.column(key.number); c != nil {
				o.Uses = append(o.Uses, schema.ColumnRef{Table: rel.name, Column: c.name})
			}
		}
		if len(o.Needs) == 0 {
			continue
		}
		slices.SortFunc(o.Needs, schema.Ref.Compare)
		o.Needs = slices.Compact(o.Needs)
		slices.SortFunc(o.Uses, func(a, b schema.ColumnRef) int {
			return cmp.Or(a.Table.Compare(b.Table), cmp.Compare(a.Column, b.Column))
		})
		o.Uses = slices.Compact(o.Uses)
		if i := slices.IndexFunc(k.ignored, func(g schema.Object) bool { return g.Kind == "ignored "+o.Kind && g.Name == o.Name && o.Table.IsZero() }); i >= 0 {
			k.ignored[i].Uses, k.ignored[i].Needs = o.Uses, o.Needs // it is listed as that
			continue
		}
		db.Unmanaged = append(db.Unmanaged, o)
	}
}
