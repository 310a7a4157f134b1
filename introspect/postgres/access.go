package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// An aclRow is one row of accessQuery: one privilege of one role on one thing.
// Without a privilege it tells the owner (role), what the thing is called in GRANT
// (column), and whether anything was ever granted or revoked (grantable).
type aclRow struct {
	column, role, by, privilege string
	grantable                   bool
}

func (k *catalog) readAccess(r *row) {
	self := object{class: r.oid(), id: r.oid()}
	k.acl[self] = append(k.acl[self], aclRow{column: r.text(), role: r.name(), by: r.name(), privilege: r.name(), grantable: r.bool()})
}

// A defaultRow is one privilege that ALTER DEFAULT PRIVILEGES has granted; the
// privilege is empty where nothing is left.
type defaultRow struct {
	namespace   string
	role, class string
	acl         aclRow
}

func (k *catalog) readDefaultAccess(r *row) {
	d := defaultRow{namespace: k.namespaces[r.oid()], role: r.text(), class: defaultClasses[r.char()]}
	d.acl = aclRow{role: r.text(), by: r.text(), privilege: r.text(), grantable: r.bool()}
	k.defaultACL = append(k.defaultACL, d)
}

// defaultClasses are the kinds of pg_default_acl; large objects are not managed.
var defaultClasses = map[byte]string{'r': "tables", 'S': "sequences", 'f': "functions", 'T': "types", 'n': "schemas"}

func (k *catalog) readRole(r *row) { k.role = r.text() }

const (
	roleQuery = `SELECT pg_catalog.quote_ident(current_user)`

	roleName = `CASE % WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(%)) END`

	// defaultAccessQuery reads default privileges of all schemas and of managed ones.
	defaultAccessQuery = `SELECT d.defaclnamespace, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.defaclrole)), d.defaclobjtype,
 CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END,
 pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantor)), x.privilege_type, x.is_grantable
FROM pg_catalog.pg_default_acl d LEFT JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) x ON true
WHERE d.defaclobjtype <> 'L' AND (d.defaclnamespace = 0 OR d.defaclnamespace = ` + managed + `)
ORDER BY 1, 2, 3, 4, 5, 6`
)

// accessQuery reads owner and privileges of tables, partitioned ones and partitions
// each by itself as the server has them, sequences, views, routines,
// types and the managed schemas. A composite type has the address of its
// relation, as it has everywhere here. Rows of columns have their name; those of
// owners, see aclRow.
var accessQuery = `WITH o(class, id, owner, acl, what) AS (
 SELECT 1259::pg_catalog.oid, c.oid, c.relowner, c.relacl, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::pg_catalog.regclass
 FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'S', 'v', 'm') AND c.relnamespace = ` + managed + `
 UNION ALL SELECT 1255, p.oid, p.proowner, p.proacl, 'ROUTINE ' || p.oid::pg_catalog.regprocedure FROM pg_catalog.pg_proc p WHERE p.pronamespace = ` + managed + `
 UNION ALL SELECT 1247, t.oid, t.typowner, t.typacl, 'TYPE ' || t.oid::pg_catalog.regtype FROM pg_catalog.pg_type t WHERE t.typtype IN ('d', 'e', 'r') AND t.typnamespace = ` + managed + `
 UNION ALL SELECT 1259, c.oid, t.typowner, t.typacl, 'TYPE ' || t.oid::pg_catalog.regtype FROM pg_catalog.pg_class c JOIN pg_catalog.pg_type t ON t.oid = c.reltype WHERE c.relkind = 'c' AND c.relnamespace = ` + managed + `
 UNION ALL SELECT 2615, n.oid, n.nspowner, n.nspacl, 'SCHEMA ' || pg_catalog.quote_ident(n.nspname) FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY ($1::text[]))
SELECT o.class, o.id, o.what, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.owner)), '', '', o.acl IS NOT NULL FROM o
UNION ALL SELECT o.class, o.id, '', ` + strings.ReplaceAll(roleName, "%", "x.grantee") + `, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantor)), x.privilege_type, x.is_grantable
 FROM o, pg_catalog.aclexplode(o.acl) x
UNION ALL SELECT 1259, a.attrelid, a.attname, ` + strings.ReplaceAll(roleName, "%", "x.grantee") + `, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantor)), x.privilege_type, x.is_grantable
 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid, pg_catalog.aclexplode(a.attacl) x
 WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = ` + managed

// allPrivileges are those that a class of things has (manual, §5.8).
func allPrivileges(version int, class string) []string {
	switch class {
	case "tables":
		all := []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"}
		if version >= 170000 {
			all = append(all, "MAINTAIN")
		}
		return all
	case "sequences":
		return []string{"SELECT", "UPDATE", "USAGE"}
	case "functions":
		return []string{"EXECUTE"}
	case "types":
		return []string{"USAGE"}
	}
	return []string{"CREATE", "USAGE"}
}

// grantsOf are the rows as far as they differ from what the server gives by
// itself. known: the rows are all there is; otherwise there are none but those of
// columns.
func grantsOf(version int, on schema.Ref, owner string, known bool, rows []aclRow) []schema.Grant {
	symbolic := func(role string) string {
		if role == owner {
			return ""
		}
		return role
	}
	var grants []schema.Grant
	full := map[schema.Grant]bool{}
	for _, r := range rows {
		g := schema.Grant{Column: r.column, Role: symbolic(r.role), Privilege: r.privilege, By: symbolic(r.by)}
		if schema.GivenAlone(on, g) {
			full[g] = true
			if !r.grantable {
				continue
			}
		}
		g.Grantable = r.grantable
		grants = append(grants, g)
	}
	if known {
		for _, p := range allPrivileges(version, schema.AccessClass(on)) {
			for _, role := range []string{"", schema.Public} {
				g := schema.Grant{Role: role, Privilege: p}
				if schema.GivenAlone(on, g) && !full[g] {
					g.Revoked = true
					grants = append(grants, g)
				}
			}
		}
	}
	slices.SortFunc(grants, schema.Grant.Compare)
	return grants
}

// An accessTarget is the address of something that has an owner and privileges.
type accessTarget struct {
	self object
	on   schema.Ref
	of   schema.ColumnRef
}

// accessTargets are those of a database that was read: its tables, with the
// sequences of their columns, and everything else that is managed.
func (k *catalog) accessTargets(db *schema.Database) []accessTarget {
	var list []accessTarget
	add := func(class, id oid, on schema.Ref, of schema.ColumnRef) {
		list = append(list, accessTarget{object{class: class, id: id}, on, of})
	}
	for _, id := range k.managed {
		add(classNamespace, id, schema.Ref{Kind: schema.RefSchema, Name: schema.Name{Local: k.namespaces[id]}}, schema.ColumnRef{})
	}
	enums, sequences, tables := map[schema.Name]bool{}, map[schema.Name]bool{}, map[schema.Name]*schema.Table{}
	for _, e := range db.Enums {
		enums[e.Name] = true
	}
	for _, s := range db.Sequences {
		sequences[s.Name] = true
	}
	for i := range db.Tables {
		tables[db.Tables[i].Name] = &db.Tables[i]
	}
	for _, id := range k.typeOrder {
		if t := k.types[id]; t.kind == 'e' && enums[t.name] {
			add(classType, id, schema.Ref{Kind: schema.RefEnum, Name: t.name}, schema.ColumnRef{})
		}
	}
	for _, rel := range k.sortedRelations() {
		switch {
		case (rel.kind == 'r' || rel.kind == 'p') && tables[rel.name] != nil:
			add(classRelation, rel.oid, schema.Ref{Kind: schema.RefTable, Name: rel.name}, schema.ColumnRef{})
		case rel.kind == 'S' && sequences[rel.name]:
			add(classRelation, rel.oid, schema.Ref{Kind: schema.RefSequence, Name: rel.name}, schema.ColumnRef{})
		case rel.kind == 'S':
			if of, ok := k.columnOf(rel.oid, tables); ok {
				add(classRelation, rel.oid, schema.Ref{Kind: schema.RefSequence, Name: rel.name}, of)
			}
		}
	}
	for _, o := range k.objects {
		if r := o.value.Ref(); schema.AccessClass(r) != "" && db.Object(r) != nil {
			add(o.self.class, o.self.id, r, schema.ColumnRef{})
		}
	}
	return list
}

// columnOf is the identity or serial column of a table that a sequence belongs to.
func (k *catalog) columnOf(sequence oid, tables map[schema.Name]*schema.Table) (schema.ColumnRef, bool) {
	s := k.sequences[sequence]
	if s == nil {
		return schema.ColumnRef{}, false
	}
	rel := k.relations[s.table]
	if rel == nil || tables[rel.name] == nil {
		return schema.ColumnRef{}, false
	}
	row := rel.column(s.column)
	if row == nil {
		return schema.ColumnRef{}, false
	}
	c := tables[rel.name].Column(row.name)
	if c == nil || !countsAlone(k.version, tables[rel.name], c) {
		return schema.ColumnRef{}, false
	}
	return schema.ColumnRef{Table: rel.name, Column: row.name}, true
}

// countsAlone reports whether the column has a sequence of its own that is no object.
// From PostgreSQL 17 on a partition counts with its table, though in a scratch,
// where it is made by itself, it has one.
func countsAlone(version int, t *schema.Table, c *schema.Column) bool {
	return c.Serial || c.Identity != nil && (t.PartitionOf == nil || version < 170000)
}

// buildAccess tells owners and privileges, and takes them out of what is not
// managed.
func (k *catalog) buildAccess(db *schema.Database) {
	if !k.options.Privileges {
		return
	}
	db.Reader = k.role
	covered := map[object]bool{}
	composites := map[schema.Name]bool{}
	for _, t := range k.accessTargets(db) {
		covered[t.self] = true
		composites[t.on.Name] = composites[t.on.Name] || t.on.Kind == schema.KindComposite
		a := schema.Access{On: t.on, Of: t.of}
		owner, known, rows := splitACL(k.acl[t.self])
		a.Grants = grantsOf(k.version, t.on, owner, known, rows)
		if t.of == (schema.ColumnRef{}) && (t.on.Kind != schema.RefSequence || k.sequences[t.self.id].table == 0) {
			a.Owner = owner
		}
		db.Access = append(db.Access, a)
	}
	db.Access = append(db.Access, k.defaults()...)
	k.listOwners(db)
	for _, o := range k.others {
		privileges := o.kind == "privileges" || o.kind == "column privileges"
		composite := o.self.class == classType && composites[o.name]
		if privileges && (covered[o.self] || composite) || o.kind == "default privileges" && !strings.HasSuffix(o.name.Local, " large objects") {
			table := schema.Name{}
			if rel := k.relations[o.table]; rel != nil {
				table = rel.name
			}
			db.Unmanaged = slices.DeleteFunc(db.Unmanaged, func(u schema.Object) bool { return u.Kind == o.kind && u.Name == o.name && u.Table == table })
		}
	}
}

// splitACL takes the row of the owner out of the rest.
func splitACL(all []aclRow) (owner string, known bool, rows []aclRow) {
	for _, r := range all {
		if r.privilege == "" {
			owner, known = r.role, r.grantable
			continue
		}
		rows = append(rows, r)
	}
	return owner, known, rows
}

// defaults are the default privileges.
func (k *catalog) defaults() []schema.Access {
	var list []schema.Access
	rows := map[schema.Ref][]aclRow{}
	for _, d := range k.defaultACL {
		on := schema.Ref{Kind: schema.KindDefaults, Name: schema.Name{Schema: d.namespace, Local: d.role}, Args: d.class}
		if _, seen := rows[on]; !seen {
			list = append(list, schema.Access{On: on})
			rows[on] = nil
		}
		if d.acl.privilege != "" {
			rows[on] = append(rows[on], d.acl)
		}
	}
	for i := range list {
		on := list[i].On
		list[i].Grants = grantsOf(k.version, on, on.Name.Local, true, rows[on])
	}
	return list
}
