package postgres

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// An other is an object that gen does not manage and that is read coarsely.
type other struct {
	kind  string
	self  object
	name  schema.Name
	table oid
	words string // what it is like, comparable between databases of one major; no secrets
}

func (k *catalog) readOther(r *row) {
	o := other{kind: r.name(), self: object{class: r.oid(), id: r.oid()}}
	o.name = schema.Name{Schema: k.namespaces[r.oid()], Local: r.text()}
	o.table = r.oid()
	o.words = r.text()
	k.others = append(k.others, o)
}

func (k *catalog) readUse(r *row) {
	user := object{class: r.oid(), id: r.oid()}
	k.uses[user] = append(k.uses[user], columnKey{table: r.oid(), number: int16(r.int())})
}

// usesOf are the columns of tables that the object cannot be without.
func (k *catalog) usesOf(user object) []schema.ColumnRef {
	var uses []schema.ColumnRef
	for _, key := range k.uses[user] {
		if rel := k.relations[key.table]; rel != nil && k.isTable(rel) {
			if c := rel.column(key.number); c != nil {
				uses = append(uses, schema.ColumnRef{Table: rel.name, Column: c.name})
			}
		}
	}
	slices.SortFunc(uses, func(a, b schema.ColumnRef) int {
		return cmp.Or(a.Table.Compare(b.Table), cmp.Compare(a.Column, b.Column))
	})
	return uses
}

// tablesOf are the tables that the object has as such.
func (k *catalog) tablesOf(user object) []schema.Ref {
	var needs []schema.Ref
	for _, key := range k.uses[user] {
		if rel := k.relations[key.table]; rel != nil && key.number == 0 && k.isTable(rel) {
			needs = append(needs, schema.Ref{Kind: schema.RefTable, Name: rel.name})
		}
	}
	slices.SortFunc(needs, schema.Ref.Compare)
	return needs
}

// othersQuery lists, in one statement, everything that is not a relation, a
// type or a constraint: kind in the manual's words, catalog, oid, schema, name,
// relation, and what it is like. Options and settings may hold passwords: of
// these only a digest is read. Kinds that do not live in a schema are those made
// since initdb. What is an object where objects are managed is like nothing here:
// two databases are never compared without them.
func othersQuery(version int) string {
	signature := `%s || '(' || pg_catalog.oidvectortypes(%s) || ')'`
	routine := fmt.Sprintf(signature, "p.proname", "p.proargtypes")
	return `SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' ELSE 'function' END,
 1255::pg_catalog.oid, p.oid, p.pronamespace, ` + routine + `, 0::pg_catalog.oid, '' FROM pg_catalog.pg_proc p
 WHERE p.pronamespace = ` + managed + implied("1255", "p.oid") + `
UNION ALL SELECT 'privileges', 1255, p.oid, p.pronamespace, ` + routine + `, 0, ` + granted("p.proacl") + ` FROM pg_catalog.pg_proc p
 WHERE p.pronamespace = ` + managed + ` AND ` + changedACL("p.proacl", "1255", "p.oid", "acldefault('f', p.proowner)") + `
UNION ALL SELECT 'trigger', 2620, t.oid, c.relnamespace, t.tgname, c.oid, ''
 FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
 WHERE t.tgparentid = 0 AND NOT t.tgisinternal AND c.relnamespace = ` + managed + `
UNION ALL SELECT DISTINCT 'disabled constraint trigger', 2606::pg_catalog.oid, x.oid, c.relnamespace, x.conname::text, c.oid, t.tgenabled::text
 FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_constraint x ON x.oid = t.tgconstraint
 WHERE t.tgparentid = 0 AND t.tgisinternal AND t.tgenabled <> 'O' AND c.relnamespace = ` + managed + `
UNION ALL SELECT 'NOT NULL constraint of a domain', 2606, k.oid, k.connamespace, t.typname || ' ' || k.conname, 0, ''
 FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid
 WHERE k.contype = 'n' AND k.conname <> t.typname || '_not_null' AND k.connamespace = ` + managed + `
UNION ALL SELECT 'trigger of a partition', 2620, t.oid, c.relnamespace, t.tgname, c.oid, t.tgenabled::text
 FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_trigger p ON p.oid = t.tgparentid JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
 WHERE t.tgenabled <> p.tgenabled AND NOT p.tgisinternal AND c.relnamespace = ` + managed + `
UNION ALL SELECT 'rule', 2618, r.oid, c.relnamespace, r.rulename, c.oid, '' FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
 WHERE r.rulename <> '_RETURN' AND c.relnamespace = ` + managed + `
UNION ALL SELECT 'policy', 3256, o.oid, c.relnamespace, o.polname, c.oid, '' FROM pg_catalog.pg_policy o JOIN pg_catalog.pg_class c ON c.oid = o.polrelid
 WHERE c.relnamespace = ` + managed + `
UNION ALL SELECT 'extended statistics', 3381, s.oid, s.stxnamespace, s.stxname, s.stxrelid, '' FROM pg_catalog.pg_statistic_ext s WHERE s.stxnamespace = ` + managed + `
UNION ALL SELECT 'collation', 3456, oid, collnamespace, collname, 0, '' FROM pg_catalog.pg_collation WHERE collnamespace = ` + managed + `
UNION ALL SELECT 'conversion', 2607, oid, connamespace, conname, 0, pg_catalog.concat_ws(' ', conforencoding, contoencoding, conproc, condefault) FROM pg_catalog.pg_conversion WHERE connamespace = ` + managed + `
UNION ALL SELECT 'operator', 2617, o.oid, o.oprnamespace, o.oprname || '(' ||
  CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END || ', ' ||
  CASE WHEN o.oprright = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END || ')', 0,
  pg_catalog.concat_ws(' ', o.oprcode, o.oprcom::pg_catalog.regoperator, o.oprnegate::pg_catalog.regoperator, o.oprrest, o.oprjoin, o.oprcanmerge, o.oprcanhash)
 FROM pg_catalog.pg_operator o WHERE o.oprnamespace = ` + managed + `
UNION ALL SELECT 'operator class', 2616, o.oid, o.opcnamespace, o.opcname || ' USING ' || a.amname, 0,
  pg_catalog.concat_ws(' ', o.opcintype::pg_catalog.regtype, o.opckeytype::pg_catalog.regtype, o.opcdefault)
 FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am a ON a.oid = o.opcmethod WHERE o.opcnamespace = ` + managed + `
UNION ALL SELECT 'operator family', 2753, o.oid, o.opfnamespace, o.opfname || ' USING ' || a.amname, 0,
  pg_catalog.concat_ws(' ', (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', m.amopstrategy, m.amopopr::pg_catalog.regoperator, m.amoppurpose), ', ' ORDER BY m.amopstrategy, m.amopopr::pg_catalog.regoperator::text)
    FROM pg_catalog.pg_amop m WHERE m.amopfamily = o.oid), '/',
   (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', m.amprocnum, m.amproc::pg_catalog.regprocedure), ', ' ORDER BY m.amprocnum, m.amproc::pg_catalog.regprocedure::text)
    FROM pg_catalog.pg_amproc m WHERE m.amprocfamily = o.oid))
 FROM pg_catalog.pg_opfamily o JOIN pg_catalog.pg_am a ON a.oid = o.opfmethod WHERE o.opfnamespace = ` + managed + `
UNION ALL SELECT 'text search configuration', 3602, oid, cfgnamespace, cfgname, 0,
  pg_catalog.concat_ws(' ', (SELECT pg_catalog.concat_ws('.', n.nspname, x.prsname) FROM pg_catalog.pg_ts_parser x JOIN pg_catalog.pg_namespace n ON n.oid = x.prsnamespace WHERE x.oid = cfgparser),
   (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::pg_catalog.regdictionary), ', ' ORDER BY m.maptokentype, m.mapseqno)
    FROM pg_catalog.pg_ts_config_map m WHERE m.mapcfg = pg_ts_config.oid)) FROM pg_catalog.pg_ts_config WHERE cfgnamespace = ` + managed + `
UNION ALL SELECT 'text search dictionary', 3600, oid, dictnamespace, dictname, 0,
  pg_catalog.concat_ws(' ', (SELECT pg_catalog.concat_ws('.', n.nspname, x.tmplname) FROM pg_catalog.pg_ts_template x JOIN pg_catalog.pg_namespace n ON n.oid = x.tmplnamespace WHERE x.oid = dicttemplate),
   dictinitoption) FROM pg_catalog.pg_ts_dict WHERE dictnamespace = ` + managed + `
UNION ALL SELECT 'text search parser', 3601, oid, prsnamespace, prsname, 0, pg_catalog.concat_ws(' ', prsstart, prstoken, prsend, prsheadline, prslextype) FROM pg_catalog.pg_ts_parser WHERE prsnamespace = ` + managed + `
UNION ALL SELECT 'text search template', 3764, oid, tmplnamespace, tmplname, 0, pg_catalog.concat_ws(' ', tmplinit, tmpllexize) FROM pg_catalog.pg_ts_template WHERE tmplnamespace = ` + managed + `
UNION ALL SELECT 'privileges', 1259, c.oid, c.relnamespace, c.relname, c.oid, ` + granted("c.relacl") + ` FROM pg_catalog.pg_class c
 WHERE c.relnamespace = ` + managed + ` AND ` + changedACL("c.relacl", "1259", "c.oid", `acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner)`) + `
UNION ALL SELECT 'column privileges', 1259, c.oid, c.relnamespace, a.attname, c.oid, ` + granted("a.attacl") + `
 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
 WHERE a.attacl IS NOT NULL AND a.attacl <> '{}' AND NOT a.attisdropped AND c.relnamespace = ` + managed + `
UNION ALL SELECT 'privileges', 1247, t.oid, t.typnamespace, t.typname, 0, ` + granted("t.typacl") + ` FROM pg_catalog.pg_type t
 WHERE t.typnamespace = ` + managed + ` AND ` + changedACL("t.typacl", "1247", "t.oid", "acldefault('T', t.typowner)") + `
UNION ALL SELECT 'privileges', 2615, n.oid, 0, n.nspname, 0, ` + granted("n.nspacl") + ` FROM pg_catalog.pg_namespace n
 WHERE n.nspname = ANY ($1::text[]) AND ` + changedACL("n.nspacl", "2615", "n.oid", "acldefault('n', n.nspowner)") + `
UNION ALL SELECT 'privileges', 2612, l.oid, 0, l.lanname, 0, ` + granted("l.lanacl") + ` FROM pg_catalog.pg_language l
 WHERE ` + changedACL("l.lanacl", "2612", "l.oid", "acldefault('l', l.lanowner)") + `
UNION ALL SELECT 'privileges', 2328, oid, 0, fdwname, 0, ` + granted("fdwacl") + ` FROM pg_catalog.pg_foreign_data_wrapper WHERE ` + changedACL("fdwacl", "2328", "oid", "acldefault('F', fdwowner)") + `
UNION ALL SELECT 'privileges', 1417, oid, 0, srvname, 0, ` + granted("srvacl") + ` FROM pg_catalog.pg_foreign_server WHERE srvacl IS NOT NULL AND srvacl <> acldefault('S', srvowner)
UNION ALL SELECT 'privileges', 1262, oid, 0, 'of the database', 0, ` + granted("datacl") + ` FROM pg_catalog.pg_database
 WHERE datname = current_database() AND datacl IS NOT NULL AND datacl <> acldefault('d', datdba)
UNION ALL SELECT 'default privileges', 826, oid, defaclnamespace, pg_catalog.pg_get_userbyid(defaclrole) || ' ' ||
  CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
   WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects' ELSE defaclobjtype::text END, 0, ` + granted("defaclacl") + `
 FROM pg_catalog.pg_default_acl WHERE defaclnamespace = 0 OR defaclnamespace = ` + managed + `
UNION ALL SELECT 'schema', 2615, oid, 0, nspname, 0, '' FROM pg_catalog.pg_namespace
 WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspname <> ALL ($1::text[])
UNION ALL SELECT 'extension', 3079, oid, 0, extname, 0, '' FROM pg_catalog.pg_extension WHERE oid >= 16384
UNION ALL SELECT 'extension dependency', d.classid, d.objid, 0, pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid), 0, ''
 FROM pg_catalog.pg_depend d WHERE d.deptype = 'x' AND d.refclassid = 3079
UNION ALL SELECT 'cast', 2605, oid, 0, pg_catalog.format_type(castsource, NULL) || ' AS ' || pg_catalog.format_type(casttarget, NULL), 0, pg_catalog.concat_ws(' ', castfunc::pg_catalog.regprocedure, castcontext, castmethod)
 FROM pg_catalog.pg_cast k WHERE oid >= 16384` + implied("2605", "k.oid") + `
UNION ALL SELECT 'language', 2612, oid, 0, lanname, 0,
  pg_catalog.concat_ws(' ', lanpltrusted, lanplcallfoid::pg_catalog.regprocedure, laninline::pg_catalog.regprocedure, lanvalidator::pg_catalog.regprocedure) FROM pg_catalog.pg_language WHERE oid >= 16384
UNION ALL SELECT 'transform', 3576, t.oid, 0, pg_catalog.format_type(t.trftype, NULL) || ' LANGUAGE ' || l.lanname, 0,
  pg_catalog.concat_ws(' ', t.trffromsql, t.trftosql)
 FROM pg_catalog.pg_transform t JOIN pg_catalog.pg_language l ON l.oid = t.trflang
UNION ALL SELECT 'access method', 2601, oid, 0, amname, 0, pg_catalog.concat_ws(' ', amtype, amhandler) FROM pg_catalog.pg_am WHERE oid >= 16384
UNION ALL SELECT 'foreign-data wrapper', 2328, oid, 0, fdwname, 0,
  pg_catalog.concat_ws(' ', fdwhandler::pg_catalog.regprocedure, fdwvalidator::pg_catalog.regprocedure, pg_catalog.md5(fdwoptions::text)) FROM pg_catalog.pg_foreign_data_wrapper
UNION ALL SELECT 'server', 1417, oid, 0, srvname, 0, pg_catalog.concat_ws(' ', srvtype, srvversion, pg_catalog.md5(srvoptions::text)) FROM pg_catalog.pg_foreign_server
UNION ALL SELECT 'user mapping', 1418, umid, 0, usename || ' SERVER ' || srvname, 0, pg_catalog.md5(umoptions::text) FROM pg_catalog.pg_user_mappings
UNION ALL SELECT 'event trigger', 3466, oid, 0, evtname, 0, pg_catalog.concat_ws(' ', evtevent, evtfoid::pg_catalog.regprocedure, evtenabled, evttags) FROM pg_catalog.pg_event_trigger
UNION ALL SELECT 'publication', 6104, oid, 0, pubname, 0, '' FROM pg_catalog.pg_publication
UNION ALL SELECT 'subscription', 6100, 0, 0, s.subname, 0, pg_catalog.concat_ws(' ', s.subenabled, s.subslotname, s.subpublications) FROM pg_catalog.pg_subscription s
 JOIN pg_catalog.pg_database b ON b.oid = s.subdbid WHERE b.datname = current_database()
UNION ALL SELECT 'database setting', 2964, 0, 0, coalesce(pg_catalog.pg_get_userbyid(nullif(r.setrole, 0)) || ' ', '') || pg_catalog.split_part(x, '=', 1), 0, pg_catalog.md5(x)
 FROM pg_catalog.pg_db_role_setting r JOIN pg_catalog.pg_database b ON b.oid = r.setdatabase, pg_catalog.unnest(r.setconfig) x
 WHERE b.datname = current_database()
UNION ALL SELECT DISTINCT 'role setting', 2964::pg_catalog.oid, 0::pg_catalog.oid, 0::pg_catalog.oid, CASE r.setrole WHEN 0 THEN 'ALL' ELSE pg_catalog.pg_get_userbyid(r.setrole) END || ' ' || pg_catalog.split_part(x, '=', 1), 0::pg_catalog.oid, pg_catalog.md5(x)
 FROM pg_catalog.pg_db_role_setting r, pg_catalog.unnest(r.setconfig) x WHERE r.setdatabase = 0
UNION ALL SELECT DISTINCT 'large objects', 2995::pg_catalog.oid, 0::pg_catalog.oid, 0::pg_catalog.oid, pg_catalog.pg_get_userbyid(lomowner)::text, 0::pg_catalog.oid, ''
 FROM pg_catalog.pg_largeobject_metadata
UNION ALL SELECT 'security label', l.classoid, l.objoid, 0, pg_catalog.pg_describe_object(l.classoid, l.objoid, l.objsubid), 0, l.provider || ' ' || l.label
 FROM pg_catalog.pg_seclabel l
UNION ALL SELECT 'comment', 1262, d.oid, 0, 'of the database', 0, c.description
 FROM pg_catalog.pg_database d JOIN pg_catalog.pg_shdescription c ON c.classoid = 1262 AND c.objoid = d.oid WHERE d.datname = current_database()`
}

// changedACL is true of an object whose privileges were changed since it was made:
// by initdb, by an extension, or by whoever owns it.
func changedACL(acl, class, id, byDefault string) string {
	return `(` + acl + ` IS NOT NULL AND ` + acl + ` <> coalesce((SELECT i.initprivs FROM pg_catalog.pg_init_privs i WHERE i.objoid = ` + id +
		` AND i.classoid = ` + class + ` AND i.objsubid = 0), ` + byDefault + `))`
}

// granted is a list of privileges as text, in one order.
func granted(acl string) string {
	return `(SELECT pg_catalog.string_agg(x::text, ' ' ORDER BY x::text) FROM pg_catalog.unnest(` + acl + `) x)`
}

// implied leaves out what came with another object and goes with it: the
// constructor functions of a range type.
func implied(class, id string) string {
	return ` AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = ` + class + ` AND i.objid = ` + id + ` AND i.deptype = 'i')`
}

// buildUnmanaged lists everything that was read and has no place in the
// managed part.
func (k *catalog) buildUnmanaged(db *schema.Database) {
	add := func(kind string, name, table schema.Name) *schema.Object {
		db.Unmanaged = append(db.Unmanaged, schema.Object{Kind: kind, Name: name, Table: table})
		return &db.Unmanaged[len(db.Unmanaged)-1]
	}
	for _, rel := range k.sortedRelations() {
		first := len(db.Unmanaged)
		k.unmanagedRelation(rel, add)
		if relationKinds[rel.kind] != "" && len(db.Unmanaged) > first {
			db.Unmanaged[first].Uses = k.usesOf(object{class: classRelation, id: rel.oid})
		}
		if len(rel.parents) > 0 && !k.isTable(rel) && len(db.Unmanaged) > first {
			db.Unmanaged[first].Uses = k.inherited(rel)
		}
	}
	for _, id := range k.typeOrder {
		t := k.types[id]
		if self := (object{class: classType, id: id}); t.unmanagedKind() != "" && !k.members[self] {
			k.like(add(t.unmanagedKind(), t.name, schema.Name{}), self, t.words)
		}
	}
	for _, o := range k.others {
		if k.members[o.self] && o.kind != "privileges" && o.kind != "column privileges" {
			continue // but what was granted on members is no part of the extension
		}
		var table schema.Name
		if rel := k.relations[o.table]; rel != nil {
			if k.excluded(rel.name) || k.passedOver(rel) && !k.members[o.self] {
				continue
			}
			table = rel.name
		}
		u := add(o.kind, o.name, table)
		if o.ownWords() {
			k.like(u, o.self, o.words)
		} else {
			k.like(u, object{}, o.words)
		}
		if o.self.class != classRelation { // privileges use nothing themselves
			u.Uses = k.usesOf(o.self)
			u.Needs = k.tablesOf(o.self)
		}
	}
	k.unmanagedComments(add)
}

// inherited are the columns of managed tables that a child has from them.
func (k *catalog) inherited(rel *relation) []schema.ColumnRef {
	var uses []schema.ColumnRef
	for _, id := range rel.parents {
		if parent := k.relations[id]; parent != nil && k.isTable(parent) {
			for i := range parent.columns {
				uses = append(uses, schema.ColumnRef{Table: parent.name, Column: parent.columns[i].name})
			}
		}
	}
	slices.SortFunc(uses, func(a, b schema.ColumnRef) int {
		return cmp.Or(a.Table.Compare(b.Table), cmp.Compare(a.Column, b.Column))
	})
	return uses
}

// addObject lists an object and returns it until the next one is listed.
type addObject func(kind string, name, table schema.Name) *schema.Object

// relationKinds are the kinds of relations other than tables. Indexes and
// sequences are listed with what they belong to.
var relationKinds = map[byte]string{
	'p': "partitioned table", 'v': "view", 'm': "materialized view", 'f': "foreign table", 'c': "composite type",
}

func (k *catalog) unmanagedRelation(rel *relation, add addObject) {
	switch {
	case k.excluded(rel.name):
		return
	case k.passedOver(rel):
		// Its name is taken all the same.
		add("extension member", rel.name, schema.Name{})
		return
	case rel.kind == 'i' || rel.kind == 'I':
		return
	case rel.kind == 'S':
		if s := k.sequences[rel.oid]; s != nil && k.ownedElsewhere(s) {
			if owner := k.relations[s.table]; owner == nil || !k.passedOver(owner) {
				add("sequence", rel.name, k.tableOfSequence(rel.oid))
			}
		}
		k.unmanagedSequenceName(rel, add)
		if rel.tablespace != 0 {
			k.like(add("tablespace", rel.name, rel.name), object{}, k.tablespaces[rel.tablespace])
		}
		return
	case k.isTable(rel):
	case strangeKind(rel) != "":
		k.like(add(strangeKind(rel), rel.name, schema.Name{}), object{class: classRelation, id: rel.oid}, k.likeness[rel.oid])
	}
	k.unmanagedAttributes(rel, add)
	k.unmanagedIndexes(rel, add)
	table := k.isTable(rel)
	if table {
		k.unmanagedAncestry(rel, add)
	}
	for _, c := range rel.constraints {
		name := schema.Name{Schema: rel.name.Schema, Local: c.name}
		switch kind := k.unmodelled(rel, c); {
		case kind != "":
			k.like(add(kind, name, rel.name), object{class: classConstraint, id: c.oid}, notNullWords(rel, c))
		case c.kind == 'n' && table && !c.inherited: // of its column
		case c.kind == 'n':
			if text := k.comments[object{class: classConstraint, id: c.oid}]; text != "" {
				k.like(add("comment", name, rel.name), object{}, text)
			}
		case !table && c.kind == 'f':
			add("foreign key constraint", name, rel.name)
		}
	}
}

// unmanagedSequenceName lists the name of the sequence of an identity column that
// somebody has chosen, or that the table or column had when it was made.
func (k *catalog) unmanagedSequenceName(rel *relation, add addObject) {
	s := k.sequences[rel.oid]
	if s == nil || s.dependency != 'i' {
		return
	}
	owner := k.relations[s.table]
	if owner == nil || !k.isTable(owner) {
		return
	}
	if c := owner.column(s.column); c != nil && serialName(owner.name, c.name) != rel.name {
		k.like(add("sequence name", rel.name, owner.name), object{}, c.name)
	}
}

// strangeKind says what a relation is that is no table to gen.
func strangeKind(rel *relation) string {
	switch {
	case rel.detaching:
		return "partition half detached"
	case rel.partition:
		return "partition"
	case len(rel.parents) > 0 && rel.kind == 'r':
		return "inheritance child"
	case rel.ofType != 0:
		return "typed table"
	}
	return relationKinds[rel.kind]
}

// notNullWords are what a NOT NULL constraint is like.
func notNullWords(rel *relation, c *constraintRow) string {
	var words []string
	for _, number := range c.columns {
		if col := rel.column(number); col != nil {
			words = append(words, col.name)
		}
	}
	if c.noInherit {
		words = append(words, "NO INHERIT")
	}
	if !c.validated {
		words = append(words, "NOT VALID")
	}
	return strings.Join(words, " ")
}

// unmanagedAttributes lists what hangs on a relation and is no object.
func (k *catalog) unmanagedAttributes(rel *relation, add addObject) {
	self := rel.name
	if rel.rowSecurity || rel.forced {
		add("row-level security", self, self)
	}
	if rel.tablespace != 0 {
		k.like(add("tablespace", self, self), object{}, k.tablespaces[rel.tablespace])
	}
	if m := k.methods[rel.method]; rel.method != 0 && m != "heap" && !k.isTable(rel) {
		k.like(add("access method", schema.Name{Local: m}, self), object{}, m)
	}
	if (rel.kind == 'r' || rel.kind == 'p') && rel.identity != 'd' {
		add("replica identity", self, self)
	}
	for i := range rel.columns {
		if c := &rel.columns[i]; c.options != nil {
			options := slices.Sorted(slices.Values(c.options))
			k.like(add("column options", schema.Name{Local: c.name}, self), object{}, strings.Join(options, " "))
		}
	}
}

func (k *catalog) unmanagedIndexes(rel *relation, add addObject) {
	for _, x := range rel.indexes {
		self := x.relation.name
		switch {
		case k.passedOver(x.relation):
			continue
		case !k.isTable(rel):
			add("index", self, rel.name)
		case !x.valid:
			add("invalid index", self, rel.name)
		}
		if x.clustered {
			k.like(add("clustered index", self, rel.name), object{}, "clustered")
		}
		if x.relation.tablespace != 0 {
			k.like(add("tablespace", self, rel.name), object{}, k.tablespaces[x.relation.tablespace])
		}
		switch of := k.parentIndex(x); {
		case !k.isTable(rel):
		case of != nil:
			if !slices.Equal(of.options, x.relation.options) {
				k.like(add("storage parameters", self, rel.name), object{}, strings.Join(x.relation.options, " "))
			}
		case rel.backing(x) != nil && len(x.relation.options) > 0:
			k.like(add("storage parameters", self, rel.name), object{}, strings.Join(x.relation.options, " "))
		}
		for i := range x.relation.columns {
			if c := &x.relation.columns[i]; c.statistics >= 0 && !k.told(rel, x) {
				target := add("statistics target", schema.Name{Schema: self.Schema, Local: self.Local + "." + c.name}, rel.name)
				k.like(target, object{}, strconv.FormatInt(c.statistics, 10))
			}
		}
	}
}

// told reports whether the index is one of the table that stands in its list.
func (k *catalog) told(rel *relation, x *indexRow) bool {
	return k.isTable(rel) && x.valid && rel.backing(x) == nil && rel.backingAttached(x) == nil && k.parentIndex(x) == nil
}

func (t *typeRow) unmanagedKind() string {
	switch t.kind {
	case 'd':
		return "domain"
	case 'r':
		return "range type"
	case 'b':
		return "base type"
	case 'p':
		if !t.defined {
			return "shell type"
		}
		return "pseudo-type"
	}
	return ""
}

// unmanagedComments lists comments whose object is not returned: on the
// sequence of a serial or identity column, on the index behind a constraint.
// Comments on listed objects are part of them.
func (k *catalog) unmanagedComments(add addObject) {
	for _, rel := range k.sortedRelations() {
		self := object{class: classRelation, id: rel.oid}
		text := k.comments[self]
		if text == "" || k.used[self] || k.passedOver(rel) {
			continue
		}
		switch rel.kind {
		case 'S':
			k.like(add("comment", rel.name, k.tableOfSequence(rel.oid)), object{}, text)
		case 'i', 'I':
			k.like(add("comment", rel.name, schema.Name{}), object{}, text)
		}
	}
}

func (k *catalog) tableOfSequence(id oid) schema.Name {
	if s := k.sequences[id]; s != nil {
		if rel := k.relations[s.table]; rel != nil {
			return rel.name
		}
	}
	return schema.Name{}
}
