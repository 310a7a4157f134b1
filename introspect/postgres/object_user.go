package postgres

import "github.com/gen-migrate/gen/schema"

// A user is what is no object and cannot be without one.
type user struct {
	value schema.Ref
	table oid // of what is managed
	used  object
}

// usersQuery reads what stands in the way of dropping a routine, a type, a
// collation or a view, besides the objects themselves: kind as in schema.Ref,
// relation, name, catalog and oid of what is used. An array stands for its
// elements, a multirange for its range, a row type for its relation, an attribute
// of a composite type for the type. What is
// not of a plain table of a managed schema is told in the server's words. Users of
// enums are left out, which are no objects here.
func usersQuery(version int) string {
	multirange := since(version, 140000, "(SELECT m.rngtypid FROM pg_catalog.pg_range m WHERE m.rngmultitypid = coalesce(nullif(y.typelem, 0), y.oid)), ", "")
	return `WITH d AS MATERIALIZED (
 SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid FROM pg_catalog.pg_depend d
 WHERE d.deptype IN ('n', 'a') AND d.refclassid IN (1247, 1255, 3456) AND d.refobjid >= 16384
  AND d.classid NOT IN (1247, 1255, 2618, 2620, 3256, 3381)
  AND (d.refclassid <> 1247 OR d.refobjid NOT IN (SELECT oid FROM pg_catalog.pg_type WHERE typtype = 'e'
   UNION ALL SELECT typarray FROM pg_catalog.pg_type WHERE typtype = 'e'))
 UNION ALL SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid FROM pg_catalog.pg_depend d
  LEFT JOIN pg_catalog.pg_proc p ON d.classid = 1255 AND p.oid = d.objid LEFT JOIN pg_catalog.pg_type t ON d.classid = 1247 AND t.oid = d.objid
  LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 2618 AND r.oid = d.objid LEFT JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
 WHERE d.deptype IN ('n', 'a') AND d.refclassid IN (1247, 1255, 1259, 3456) AND d.refobjid >= 16384 AND d.classid IN (1247, 1255, 2618)
  AND NOT coalesce(p.pronamespace, t.typnamespace, c.relnamespace) = ` + managed + `
 UNION ALL SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind = 'c'
 WHERE d.refclassid = 1259 AND d.refobjsubid > 0 AND d.classid IN (1259, 2604, 2606) AND d.refobjid >= 16384)
SELECT CASE WHEN c.oid IS NULL THEN 'other' WHEN a.oid IS NOT NULL THEN 'default' WHEN k.oid IS NOT NULL THEN 'constraint' WHEN i.indexrelid IS NOT NULL THEN 'index' ELSE 'column' END,
 coalesce(c.oid, 0),
 CASE WHEN c.oid IS NULL THEN pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
  ELSE coalesce(k.conname, (SELECT x.relname FROM pg_catalog.pg_class x WHERE x.oid = i.indexrelid),
   (SELECT n.attname FROM pg_catalog.pg_attribute n WHERE n.attrelid = c.oid AND n.attnum = coalesce(a.adnum, d.objsubid)))::text END,
 CASE WHEN t.typrelid <> 0 THEN 1259 ELSE d.refclassid END, CASE WHEN t.typrelid <> 0 THEN t.typrelid ELSE coalesce(t.oid, d.refobjid) END
FROM d LEFT JOIN pg_catalog.pg_attrdef a ON d.classid = 2604 AND a.oid = d.objid
 LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 2606 AND k.oid = d.objid
 LEFT JOIN pg_catalog.pg_index i ON d.classid = 1259 AND i.indexrelid = d.objid
 LEFT JOIN pg_catalog.pg_class c ON c.oid = coalesce(a.adrelid, k.conrelid, i.indrelid, CASE WHEN d.classid = 1259 THEN d.objid END)
  AND c.relkind IN ('r', 'p') AND c.relnamespace = ` + managed + `
 LEFT JOIN pg_catalog.pg_class w ON w.oid = coalesce(a.adrelid, i.indrelid, CASE WHEN d.classid = 1259 THEN d.objid END)
 LEFT JOIN pg_catalog.pg_type y ON d.refclassid = 1247 AND y.oid = d.refobjid
 LEFT JOIN pg_catalog.pg_type e ON e.oid = y.typelem AND e.typarray = y.oid
 LEFT JOIN pg_catalog.pg_type t ON t.oid = coalesce(` + multirange + `e.oid, y.oid)
WHERE coalesce(k.contypid, 0) = 0 AND NOT (coalesce(w.relkind IN ('v', 'm', 'c'), false) AND w.relnamespace = ` + managed + `)`
}

func (k *catalog) readUser(r *row) {
	u := user{value: schema.Ref{Kind: r.name()}, table: r.oid()}
	u.value.Name.Local = r.text()
	u.used = object{class: r.oid(), id: r.oid()}
	k.users = append(k.users, u)
}

// giveUsers tells each object who cannot be without it.
func (k *catalog) giveUsers(kept map[object][]*objectRow) {
	type given struct {
		to  *objectRow
		ref schema.Ref
	}
	told := map[given]bool{} // an object may have tens of thousands of users
	for _, u := range k.users {
		objects := kept[u.used]
		if len(objects) == 0 {
			continue
		}
		ref := u.value
		if rel := k.relations[u.table]; rel != nil {
			ref.Name.Schema, ref.Table = rel.name.Schema, rel.name
			switch {
			case k.isTable(rel):
			case ref.Name.Local == "":
				ref = schema.Ref{Kind: schema.RefOther, Name: schema.Name{Local: schema.TypedTable + rel.name.String()}}
			default:
				ref = schema.Ref{Kind: schema.RefOther, Name: schema.Name{Local: ref.Kind + " " + ref.Name.Local + " of " + rel.name.String()}}
			}
		}
		for _, o := range objects {
			if !schema.IsState(o.value.Kind) && !told[given{o, ref}] {
				told[given{o, ref}] = true
				o.value.Users = append(o.value.Users, ref)
			}
		}
	}
}
