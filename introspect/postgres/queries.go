package postgres

import (
	"fmt"
	"strconv"
	"time"

	"github.com/gen-migrate/gen/introspect"
)

// Every statement that reads the catalog. None of them is about one object:
// their number does not depend on what the database holds.
//
// Joins stand here only where they cut rows; everything else is put together in
// the client, which costs the server less (measured on 5,000 tables).

// begin and settings open the transaction. Whatever changes how the server
// prints an expression is pinned, until the transaction ends.
const (
	begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`

	pinned = `set_config('client_encoding', 'UTF8', true),
 set_config('datestyle', 'ISO, YMD', true), set_config('intervalstyle', 'postgres', true),
 set_config('timezone', 'UTC', true), set_config('extra_float_digits', '1', true),
 set_config('bytea_output', 'hex', true), set_config('quote_all_identifiers', 'off', true),
 set_config('standard_conforming_strings', 'on', true), set_config('transform_null_equals', 'off', true),
 set_config('array_nulls', 'on', true), set_config('xmloption', 'content', true),
 set_config('default_tablespace', '', true)`

	// Expressions of the database are printed with every name qualified. Those of
	// the user are parsed under the session's own search_path, as they will be
	// when a revision runs.
	emptyPath = `set_config('search_path', '', true)`

	settings = `SELECT current_setting('server_version_num'), current_database(), pg_is_in_recovery(),
 has_database_privilege(current_database(), 'TEMPORARY')
  AND NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off',
 pg_current_snapshot(), set_config('lock_timeout', $1, true), ` + emptyPath + `, ` + pinned + `, set_config('jit', 'off', true),
 set_config('max_parallel_workers_per_gather', '0', true)`
)

// managed are the oids of the schemas named by the array $1.
const managed = `ANY (ARRAY(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[])))`

// lockHolders tells who holds a lock that blocks reading, or stands in the queue
// for one in front of us.
const lockHolders = `SELECT l.pid, coalesce(a.usename, '?'), coalesce(a.application_name, ''), coalesce(a.state, '?'),
 l.relation::pg_catalog.regclass, CASE WHEN l.granted THEN 'holds' ELSE 'waits for' END
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
 LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND c.relkind IN ('r', 'p')
 AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
 AND l.relation >= 16384 AND l.pid <> pg_backend_pid()
ORDER BY l.granted DESC, 1, 5 LIMIT 10`

// lockTimeout is the option in milliseconds, the unit of the setting.
func lockTimeout(o introspect.Options) string {
	timeout := o.LockTimeout
	if timeout <= 0 {
		timeout = 5 * time.Second
	}
	return strconv.FormatInt(max(1, timeout.Milliseconds()), 10)
}

// since returns sql where the server is of that version or later, else other.
func since(version, at int, sql, other string) string {
	if version >= at {
		return sql
	}
	return other
}

// firstPipeline reads the rows of the catalog.
func firstPipeline(version int, o introspect.Options) []query {
	names := []string{textArray(o.Schemas)}
	first := []query{
		{"begin", begin, nil, nil},
		{"settings", settings, []string{lockTimeout(o)}, (*catalog).readSettings},
		{"schemas", `SELECT oid, nspname, nspname = ANY ($1::text[]) FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_t'`, names, (*catalog).readNamespace},
		{"extensions", `SELECT oid, extname, extnamespace, extversion FROM pg_catalog.pg_extension ORDER BY extname`, nil, (*catalog).readExtension},
		// Of a composite type the row type is the member; gen knows it by its relation.
		{"members", `SELECT classid, objid FROM pg_catalog.pg_depend
 WHERE deptype = 'e' AND refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
UNION ALL SELECT 1259::pg_catalog.oid, t.typrelid FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_type t ON t.oid = d.objid
 WHERE d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.classid = 1247 AND t.typtype = 'c' AND t.typrelid <> 0`, nil, (*catalog).readMember},
		{"relations", `SELECT oid, relnamespace, relname, relkind, relpersistence, relam, reltablespace, reloptions,
 relrowsecurity, relforcerowsecurity, relreplident, relispartition, reloftype, relnatts,
 CASE WHEN relkind = 'p' THEN pg_catalog.pg_get_partkeydef(oid) END, pg_catalog.pg_get_expr(relpartbound, oid)
FROM pg_catalog.pg_class WHERE relnamespace = ` + managed, names, (*catalog).readRelation},
		{"toast", `SELECT c.oid, t.reloptions FROM pg_catalog.pg_class t JOIN pg_catalog.pg_class c ON c.reltoastrelid = t.oid
 WHERE t.relkind = 't' AND t.reloptions IS NOT NULL AND c.relnamespace = ` + managed, names, (*catalog).readToast},
		{"inherits", "SELECT inhrelid, inhparent, " + since(version, 140000, "inhdetachpending", "false") + " FROM pg_catalog.pg_inherits ORDER BY inhrelid, inhseqno", nil, (*catalog).readInherits},
		{"columns", columnsQuery(version), names, (*catalog).readColumn},
		{"defaults", `SELECT d.oid, d.adrelid, d.adnum, d.adbin FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = ` + managed, names, (*catalog).readDefault},
		{"constraints", constraintsQuery(version), names, (*catalog).readConstraint},
		{"sequences", sequencesQuery, nil, (*catalog).readSequence},
		// The row types of tables and all array types are no objects of their own.
		{"types", `SELECT oid, typnamespace, typname, typtype, typisdefined, CASE typtype WHEN 'b' THEN
  pg_catalog.concat_ws(' ', typinput, typoutput, typreceive, typsend, typmodin, typmodout, typanalyze, typlen, typbyval, typalign, typstorage,
   typcategory, typispreferred, typdelim, typdefault, typelem::pg_catalog.regtype, nullif(typcollation, 0)::pg_catalog.regcollation) END
 FROM pg_catalog.pg_type
 WHERE (typtype IN ('e', 'd', 'r', 'p') OR (typtype = 'b' AND typarray <> 0)) AND typnamespace = ` + managed, names, (*catalog).readType},
		{"enum values", `SELECT e.enumtypid, e.enumlabel FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
 WHERE t.typnamespace = ` + managed + ` ORDER BY e.enumtypid, e.enumsortorder`, names, (*catalog).readEnumValue},
		{"access methods", `SELECT oid, amname FROM pg_catalog.pg_am`, nil, (*catalog).readAccessMethod},
		{"tablespaces", `SELECT oid, spcname FROM pg_catalog.pg_tablespace`, nil, (*catalog).readTablespace},
		{"operator classes", `SELECT oid, opcmethod, opcnamespace, opcname, opcintype, opcdefault FROM pg_catalog.pg_opclass`, nil, (*catalog).readOpclass},
		// Behind the columns, types and operator classes, which readIndex looks at.
		{"indexes", indexesQuery(version), names, (*catalog).readIndex},
		{"comments", `SELECT classoid, objoid, objsubid, description FROM pg_catalog.pg_description
 WHERE objoid >= 16384 OR (classoid = 2615 AND objoid = 2200)`, nil, (*catalog).readComment},
		{"other objects", othersQuery(version), names, (*catalog).readOther},
		{"uses", usesQuery, nil, (*catalog).readUse},
		{"users elsewhere", outsideQuery(version, o.Ignore), names, (*catalog).readOutside},
	}
	if ignoredRelations(o.Ignore) != "" {
		first = append(first, query{"left alone", ignoredQuery(o.Ignore), names, (*catalog).readIgnored})
	}
	if o.Objects {
		first = append(first, objectQueries(version, names, !o.Privileges)...)
	}
	if o.Privileges {
		first = append(first,
			query{"owners", ownersQuery, nil, (*catalog).readOwner},
			query{"role", roleQuery, nil, (*catalog).readRole},
			query{"access", accessQuery, names, (*catalog).readAccess},
			query{"default access", defaultAccessQuery, names, (*catalog).readDefaultAccess})
	}
	return first
}

// sequencesQuery reads the sequences of all schemas, the column that owns each,
// and whether columns other than that one draw from it by default. Most have one
// default alone: whose it is need not be looked up then.
const sequencesQuery = `SELECT s.seqrelid, s.seqtypid, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
 d.deptype, d.refobjid, d.refobjsubid, m.refobjid IS NOT NULL AND 1 < (
  SELECT count(*) FROM pg_catalog.pg_depend x JOIN pg_catalog.pg_attrdef f ON f.oid = x.objid
   JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum AND a.attinhcount = 0
  WHERE x.classid = 2604 AND x.refclassid = 1259 AND x.refobjid = s.seqrelid AND x.refobjsubid = 0)
FROM pg_catalog.pg_sequence s
 LEFT JOIN (SELECT refobjid FROM pg_catalog.pg_depend WHERE classid = 2604 AND refclassid = 1259 AND refobjsubid = 0
  GROUP BY refobjid HAVING count(*) > 1) m ON m.refobjid = s.seqrelid
 LEFT JOIN pg_catalog.pg_depend d ON d.classid = 1259 AND d.objid = s.seqrelid AND d.objsubid = 0
  AND d.refclassid = 1259 AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')`

// usesQuery reads which columns the rules, routines, triggers, policies, extended
// statistics and publications cannot be without; a rule _RETURN is the view. Of
// publications it reads the tables too, as column 0.
const usesQuery = `SELECT DISTINCT CASE WHEN r.oid IS NOT NULL THEN 1259 WHEN p.oid IS NOT NULL THEN 6104 ELSE d.classid END, coalesce(r.ev_class, p.prpubid, d.objid), d.refobjid, d.refobjsubid
FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 2618 AND r.oid = d.objid AND r.rulename = '_RETURN'
 LEFT JOIN pg_catalog.pg_publication_rel p ON d.classid = 6106 AND p.oid = d.objid
WHERE d.classid IN (1255, 2618, 2620, 3256, 3381, 6106) AND d.refclassid = 1259 AND d.refobjsubid > 0 AND d.refobjid >= 16384
UNION ALL SELECT 6104, prpubid, prrelid, 0 FROM pg_catalog.pg_publication_rel`

// columnsQuery reads the columns of tables, and of indexes those that carry
// options of an operator class or a statistics target.
func columnsQuery(version int) string {
	return fmt.Sprintf(`SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated,
 a.attcollation, a.attstorage, %s, a.attstattarget, a.attoptions,
 a.attinhcount > 0, a.attislocal
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = %s AND a.attnum > 0 AND NOT a.attisdropped
 AND (c.relkind IN ('r', 'p')
  OR (c.relkind IN ('i', 'I') AND (a.attoptions IS NOT NULL OR a.attstattarget >= 0)))`,
		since(version, 140000, "a.attcompression", "''"), managed)
}

// constraintsQuery reads constraints of relations. PostgreSQL 18 has a row for
// every NOT NULL; only those count that say more than pg_attribute.attnotnull: by a
// name that the server would not have chosen (dialect.DerivedName cuts long ones), or
// that carry a comment.
func constraintsQuery(version int) string {
	return fmt.Sprintf(`SELECT k.oid, k.conrelid, k.conname, k.contype, k.condeferrable, k.condeferred, k.convalidated, k.connoinherit,
 k.conindid, k.conparentid, k.conkey, k.confrelid, k.confkey, k.confupdtype, k.confdeltype, k.confmatchtype,
 k.conexclop, k.conbin, %s, %s, %s, k.conislocal, k.coninhcount > 0
FROM pg_catalog.pg_constraint k%s
WHERE k.conrelid <> 0 AND (k.contype <> 'n'%s OR NOT k.convalidated OR k.connoinherit
  OR k.oid IN (SELECT objoid FROM pg_catalog.pg_description WHERE classoid = 2606)) AND k.connamespace = %s`,
		since(version, 150000, "k.confdelsetcols", "NULL"),
		since(version, 180000, "k.conenforced", "true"),
		since(version, 180000, "k.conperiod", "false"),
		since(version, 180000, `
 LEFT JOIN pg_catalog.pg_class r ON k.contype = 'n' AND r.oid = k.conrelid
 LEFT JOIN pg_catalog.pg_attribute a ON k.contype = 'n' AND a.attrelid = k.conrelid AND a.attnum = k.conkey[1]`, ""),
		since(version, 180000, " OR k.coninhcount = 0 AND k.conname <> r.relname || '_' || a.attname || '_not_null'", ""), managed)
}

func indexesQuery(version int) string {
	return fmt.Sprintf(`SELECT i.indexrelid, i.indrelid, i.indisunique, i.indisclustered, i.indisvalid,
 i.indisreplident, i.indnkeyatts, i.indkey, i.indclass, i.indcollation, i.indoption, i.indexprs, i.indpred, %s
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE c.relnamespace = %s`, since(version, 150000, "i.indnullsnotdistinct", "false"), managed)
}

// The second pipeline. Its arguments are the oids the first one came across.
const (
	typesQuery = `SELECT q.t, q.m, pg_catalog.format_type(q.t, q.m), t.typcollation, t.typstorage, t.typtype, t.typbasetype,
 coalesce(e.oid, t.oid), coalesce(e.typnamespace, t.typnamespace), coalesce(e.typname, t.typname)
FROM unnest($1::pg_catalog.oid[], $2::int4[]) AS q(t, m) JOIN pg_catalog.pg_type t ON t.oid = q.t
 LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid`

	collationsQuery = `SELECT oid, collnamespace, collname FROM pg_catalog.pg_collation WHERE oid = ANY ($1::pg_catalog.oid[])`

	operatorsQuery = `SELECT oid, oprnamespace, oprname FROM pg_catalog.pg_operator WHERE oid = ANY ($1::pg_catalog.oid[])`

	// strangersQuery names what foreign keys refer to: tables elsewhere or of a
	// kind whose columns are not read.
	strangersQuery = `SELECT c.oid, c.relnamespace, c.relname, a.attnum, a.attname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid = ANY ($1::pg_catalog.oid[])`

	// A plain default holds no column: without its relation the server takes no
	// lock to print it. A generated column's expression needs it.
	defaultTexts = `SELECT d.oid, pg_catalog.pg_get_expr(d.adbin, q.rel)
FROM unnest($1::pg_catalog.oid[], $2::pg_catalog.oid[]) AS q(def, rel) JOIN pg_catalog.pg_attrdef d ON d.oid = q.def`

	checkTexts = `SELECT oid, pg_catalog.pg_get_expr(conbin, conrelid) FROM pg_catalog.pg_constraint WHERE oid = ANY ($1::pg_catalog.oid[])`

	predicateTexts = `SELECT indexrelid, pg_catalog.pg_get_expr(indpred, indrelid) FROM pg_catalog.pg_index WHERE indexrelid = ANY ($1::pg_catalog.oid[])`

	indexTexts = `SELECT i.indexrelid, pg_catalog.pg_get_indexdef(i.indexrelid),
 (SELECT pg_catalog.array_agg(pg_catalog.pg_get_indexdef(i.indexrelid, k, false) ORDER BY k) FROM pg_catalog.generate_series(1, i.indnkeyatts::int) k)
FROM pg_catalog.pg_index i WHERE i.indexrelid = ANY ($1::pg_catalog.oid[])`

	// movedQuery runs after the transaction: is there a row that the snapshot $2
	// did not show, of a kind that the printing of expressions looks at? xmin is
	// half a transaction id; the other half follows from the snapshot's. Only what
	// is as young as the snapshot is looked at closely: age(xid) costs little, and is
	// the same for all of one statement.
	movedQuery = `WITH s AS MATERIALIZED (SELECT $2::pg_catalog.pg_snapshot AS snap,
  pg_catalog.pg_snapshot_xmin($2::pg_catalog.pg_snapshot)::text::bigint AS base,
  pg_catalog.age(pg_catalog.pg_snapshot_xmin($2::pg_catalog.pg_snapshot)::pg_catalog.xid) AS span,
  pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint AS next),
r(x) AS (
 SELECT xmin FROM pg_catalog.pg_attribute WHERE attrelid = ANY ($3::pg_catalog.oid[])
 UNION ALL SELECT xmin FROM pg_catalog.pg_class WHERE oid = ANY ($3::pg_catalog.oid[])
 UNION ALL SELECT xmin FROM pg_catalog.pg_type WHERE typtype <> 'c' AND typnamespace = ` + managed + `
 UNION ALL SELECT xmin FROM pg_catalog.pg_proc WHERE pronamespace = ` + managed + `
 UNION ALL SELECT xmin FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1::text[])),
f(x) AS (SELECT s.base + ((x::text::bigint - s.base) % 4294967296 + 4294967296) % 4294967296 FROM r, s
 WHERE pg_catalog.age(x) <= s.span)
SELECT EXISTS (SELECT FROM f, s WHERE f.x < s.next AND NOT pg_catalog.pg_visible_in_snapshot(f.x::text::pg_catalog.xid8, s.snap))`
)
