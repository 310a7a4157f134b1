package postgres

import "strings"

// Each query reads one kind of objects that are told by their definition, with
// the same columns: kind, catalog, oid, schema, name, arguments, relation, the
// statement that creates it, shape, facets (names and values in turn). The
// server writes the statement under an empty search_path, so that every name
// in it is qualified.

// objectQueries are those a server of that version understands.
// Without grants the privileges are read elsewhere (accessQuery).
func objectQueries(version int, names []string, grants bool) []query {
	var list []query
	add := func(name, sql string) { list = append(list, query{name, sql, names, (*catalog).readObject}) }
	add("views", viewsQuery(version))
	add("indexes of materialized views", viewIndexesQuery)
	add("routines", routinesQuery)
	add("aggregates", aggregatesQuery)
	add("triggers", triggersQuery)
	add("rules", rulesQuery)
	add("policies", policiesQuery)
	add("row security", rowSecurityQuery)
	add("replica identity", replicaIdentityQuery)
	add("clustered indexes", clusterQuery)
	add("extended statistics", statisticsQuery)
	add("domains", domainsQuery)
	add("composite types", compositesQuery)
	add("range types", rangesQuery(version))
	add("collations of schemas", ownCollationsQuery(version))
	add("tables of publications", publicationTablesQuery(version))
	list = append(list, query{"extensions as objects", extensionsQuery, nil, (*catalog).readObject},
		query{"publications", publicationsQuery(version), nil, (*catalog).readObject})
	if grants {
		list = append(list, query{"owners and privileges", grantsQuery, names, (*catalog).readGrant})
	}
	return append(list,
		query{"comments on composite types", compositeComments, nil, (*catalog).readComment},
		query{"owners of publications", publicationOwners, nil, (*catalog).readGrant},
		query{"owners of collations and statistics", ownersAlone, names, (*catalog).readGrant},
		query{"dependencies", dependenciesQuery, nil, (*catalog).readDependency},
		query{"users of objects", usersQuery(version), names, (*catalog).readUser})
}

const (
	// qualified is the name of relation c in schema n.
	qualified = `pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(%)`

	viewShape = `(SELECT pg_catalog.array_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) ||
  CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::pg_catalog.regcollation ELSE '' END ORDER BY a.attnum)
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)`
)

func quotedName(column string) string { return strings.ReplaceAll(qualified, "%", column) }

// commented is a facet for each comment on a column of relation c.
const commented = `(SELECT pg_catalog.array_agg(x ORDER BY a.attnum, i) FROM pg_catalog.pg_description m JOIN pg_catalog.pg_attribute a ON a.attrelid = m.objoid AND a.attnum = m.objsubid,
  unnest(ARRAY['comment ' || pg_catalog.quote_ident(a.attname), m.description]) WITH ORDINALITY AS p(x, i) WHERE m.classoid = 1259 AND m.objoid = c.oid AND m.objsubid > 0)`

// storedColumns are facets of the columns of materialized view c. That of the
// storage names the one that the type has by itself.
func storedColumns(version int) string {
	word := func(column string) string {
		return "CASE " + column + " WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END"
	}
	return `(SELECT pg_catalog.array_agg(x ORDER BY a.attnum, f.name, i) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid, LATERAL (VALUES
   ('statistics ' || pg_catalog.quote_ident(a.attname), CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END),
   ('storage ' || pg_catalog.quote_ident(a.attname) || ' ' || ` + word("t.typstorage") + `, CASE WHEN a.attstorage <> t.typstorage THEN ` + word("a.attstorage") + ` END),
   ('compression ' || pg_catalog.quote_ident(a.attname), ` + since(version, 140000, "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END", "NULL") + `),
   ('options ' || pg_catalog.quote_ident(a.attname), pg_catalog.array_to_string(a.attoptions, ', '))) AS f(name, value),
  unnest(ARRAY[f.name, f.value]) WITH ORDINALITY AS p(x, i) WHERE c.relkind = 'm' AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND f.value IS NOT NULL)
 || (SELECT ARRAY['toast', pg_catalog.array_to_string(s.reloptions, ', ')] FROM pg_catalog.pg_class s WHERE c.relkind = 'm' AND s.oid = c.reltoastrelid AND s.reloptions IS NOT NULL)`
}

func viewsQuery(version int) string {
	return `SELECT CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, 1259, c.oid, c.relnamespace, c.relname, '', 0,
 CASE c.relkind WHEN 'v' THEN 'CREATE VIEW ' ELSE 'CREATE MATERIALIZED VIEW ' END || ` + quotedName("c.relname") + `
  || CASE WHEN c.relkind = 'm' AND m.amname <> 'heap' THEN ' USING ' || pg_catalog.quote_ident(m.amname) ELSE '' END
  || coalesce(' WITH (' || pg_catalog.array_to_string(c.reloptions, ', ') || ')', '')
  || E' AS\n' || pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';'),
 ` + viewShape + `,
 (SELECT pg_catalog.array_agg(x ORDER BY a.attnum, i) FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum,
  unnest(ARRAY['default ' || pg_catalog.quote_ident(a.attname), pg_catalog.pg_get_expr(d.adbin, d.adrelid)]) WITH ORDINALITY AS p(x, i) WHERE d.adrelid = c.oid)
 || ` + commented + ` || ` + storedColumns(version) + `
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_am m ON m.oid = c.relam
WHERE c.relkind IN ('v', 'm') AND c.relnamespace = ` + managed
}

var viewIndexesQuery = `SELECT 'index', 1259, i.indexrelid, x.relnamespace, x.relname, '', c.oid, pg_catalog.pg_get_indexdef(i.indexrelid), NULL, NULL
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
WHERE c.relkind = 'm' AND i.indisvalid AND c.relnamespace = ` + managed

// CREATE OR REPLACE of a routine can change neither the names of parameters nor
// the result, and cannot take defaults away.
const routinesQuery = `SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'w' THEN 'window function' ELSE 'function' END, 1255, p.oid, p.pronamespace, p.proname,
 pg_catalog.oidvectortypes(p.proargtypes), 0,
 pg_catalog.regexp_replace(pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n'), '^CREATE OR REPLACE ', 'CREATE '),
 ARRAY[pg_catalog.pg_get_function_identity_arguments(p.oid), coalesce('returns ' || pg_catalog.pg_get_function_result(p.oid), ''), p.pronargdefaults || ' defaults'], NULL
FROM pg_catalog.pg_proc p WHERE p.prokind <> 'a' AND p.pronamespace = ` + managed + ` AND NOT EXISTS
 (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 1255 AND i.objid = p.oid AND i.deptype = 'i')`

var aggregatesQuery = `SELECT 'aggregate', 1255, p.oid, p.pronamespace, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid), 0,
 'CREATE AGGREGATE ' || ` + quotedName("p.proname") + ` || '(' || CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_catalog.pg_get_function_arguments(p.oid) END || ') (' ||
 pg_catalog.concat_ws(', ', 'SFUNC = ' || a.aggtransfn, 'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
  'SSPACE = ' || nullif(a.aggtransspace, 0), 'FINALFUNC = ' || nullif(a.aggfinalfn::oid, 0)::pg_catalog.regproc, CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
  CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END THEN 'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
  'COMBINEFUNC = ' || nullif(a.aggcombinefn::oid, 0)::pg_catalog.regproc, 'SERIALFUNC = ' || nullif(a.aggserialfn::oid, 0)::pg_catalog.regproc,
  'DESERIALFUNC = ' || nullif(a.aggdeserialfn::oid, 0)::pg_catalog.regproc, 'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
  'MSFUNC = ' || nullif(a.aggmtransfn::oid, 0)::pg_catalog.regproc, 'MINVFUNC = ' || nullif(a.aggminvtransfn::oid, 0)::pg_catalog.regproc,
  'MSTYPE = ' || pg_catalog.format_type(nullif(a.aggmtranstype, 0), NULL), 'MSSPACE = ' || nullif(a.aggmtransspace, 0),
  'MFINALFUNC = ' || nullif(a.aggmfinalfn::oid, 0)::pg_catalog.regproc, CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
  'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
  'SORTOP = ' || (SELECT 'OPERATOR(' || pg_catalog.quote_ident(s.nspname) || '.' || o.oprname || ')' FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace WHERE o.oid = a.aggsortop),
  CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END, CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END) || ')',
 ARRAY['returns ' || pg_catalog.pg_get_function_result(p.oid)], NULL
FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE p.pronamespace = ` + managed

// firing is the facet of a trigger or rule; none is the default.
const firing = `CASE % WHEN 'D' THEN ARRAY['enabled', 'disabled'] WHEN 'R' THEN ARRAY['enabled', 'replica'] WHEN 'A' THEN ARRAY['enabled', 'always'] END`

var (
	triggersQuery = `SELECT 'trigger', 2620, t.oid, c.relnamespace, t.tgname, '', c.oid, pg_catalog.pg_get_triggerdef(t.oid), NULL, ` + strings.ReplaceAll(firing, "%", "t.tgenabled") + `
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE t.tgparentid = 0 AND NOT t.tgisinternal AND c.relnamespace = ` + managed

	rulesQuery = `SELECT 'rule', 2618, r.oid, c.relnamespace, r.rulename, '', c.oid, pg_catalog.rtrim(pg_catalog.pg_get_ruledef(r.oid), ';'), NULL, ` + strings.ReplaceAll(firing, "%", "r.ev_enabled") + `
FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN' AND c.relnamespace = ` + managed

	policiesQuery = `SELECT 'policy', 3256, o.oid, c.relnamespace, o.polname, '', c.oid,
 'CREATE POLICY ' || pg_catalog.quote_ident(o.polname) || ' ON ' || ` + quotedName("c.relname") + ` || CASE WHEN o.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END ||
 CASE o.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE '' END ||
 CASE WHEN o.polroles = '{0}' THEN '' ELSE ' TO ' || (SELECT pg_catalog.string_agg(CASE u WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(u)) END, ', ' ORDER BY pg_catalog.pg_get_userbyid(u)) FROM unnest(o.polroles) u) END ||
 coalesce(E'\n USING (' || pg_catalog.pg_get_expr(o.polqual, o.polrelid) || ')', '') || coalesce(E'\n WITH CHECK (' || pg_catalog.pg_get_expr(o.polwithcheck, o.polrelid) || ')', ''), NULL, NULL
FROM pg_catalog.pg_policy o JOIN pg_catalog.pg_class c ON c.oid = o.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relnamespace = ` + managed

	rowSecurityQuery = `SELECT 'row-level security', 1259, c.oid, c.relnamespace, c.relname, '', c.oid, '', NULL,
 CASE WHEN c.relrowsecurity THEN ARRAY['enabled', 'true'] END || CASE WHEN c.relforcerowsecurity THEN ARRAY['forced', 'true'] END
FROM pg_catalog.pg_class c WHERE (c.relrowsecurity OR c.relforcerowsecurity) AND c.relnamespace = ` + managed

	replicaIdentityQuery = `SELECT 'replica identity', 1259, c.oid, c.relnamespace, c.relname, '', c.oid,
 'ALTER TABLE ' || ` + quotedName("c.relname") + ` || ' REPLICA IDENTITY ' || CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX ' || pg_catalog.quote_ident(x.relname) END,
 CASE WHEN c.relreplident = 'i' THEN ARRAY[x.relname::text] END, NULL
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisreplident LEFT JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
WHERE c.relkind IN ('r', 'p') AND c.relreplident IN ('f', 'n', 'i') AND (c.relreplident <> 'i' OR x.oid IS NOT NULL) AND c.relnamespace = ` + managed

	clusterQuery = `SELECT 'clustered index', 1259, c.oid, c.relnamespace, c.relname, '', c.oid,
 CASE c.relkind WHEN 'm' THEN 'ALTER MATERIALIZED VIEW ' ELSE 'ALTER TABLE ' END || ` + quotedName("c.relname") + ` || ' CLUSTER ON ' || pg_catalog.quote_ident(x.relname), ARRAY[x.relname::text], NULL
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
WHERE i.indisclustered AND c.relkind IN ('r', 'p', 'm') AND c.relnamespace = ` + managed

	domainsQuery = `SELECT 'domain', 1247, t.oid, t.typnamespace, t.typname, '', 0,
 'CREATE DOMAIN ' || ` + quotedName("t.typname") + ` || ' AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod) ||
 CASE WHEN t.typcollation <> b.typcollation THEN ' COLLATE ' || t.typcollation::pg_catalog.regcollation ELSE '' END,
 ARRAY[pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typcollation::pg_catalog.regcollation::text],
 CASE WHEN t.typdefaultbin IS NOT NULL THEN ARRAY['default', pg_catalog.pg_get_expr(t.typdefaultbin, 0)] WHEN t.typdefault IS NOT NULL THEN ARRAY['default', pg_catalog.quote_literal(t.typdefault)] END
 || CASE WHEN t.typnotnull THEN ARRAY['not null', 'true'] END
 || (SELECT pg_catalog.array_agg(x ORDER BY k.conname, i) FROM pg_catalog.pg_constraint k,
  unnest(ARRAY['check ' || k.conname, pg_catalog.pg_get_constraintdef(k.oid)]) WITH ORDINALITY AS p(x, i) WHERE k.contypid = t.oid AND k.contype = 'c')
 || (SELECT pg_catalog.array_agg(x ORDER BY k.conname, i) FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_description m ON m.classoid = 2606 AND m.objoid = k.oid,
  unnest(ARRAY['comment ' || k.conname, m.description]) WITH ORDINALITY AS p(x, i) WHERE k.contypid = t.oid AND k.contype = 'c')
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd' AND t.typnamespace = ` + managed

	compositesQuery = `SELECT 'composite type', 1259, c.oid, c.relnamespace, c.relname, '', 0,
 'CREATE TYPE ' || ` + quotedName("c.relname") + ` || ' AS (' || coalesce(pg_catalog.array_to_string(` + viewShape + `, ', '), '') || ')', ` + viewShape + `, ` + commented + `
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'c' AND c.relnamespace = ` + managed
)

func rangesQuery(version int) string {
	multirange := since(version, 140000, `'MULTIRANGE_TYPE_NAME = ' || (SELECT pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(m.typname) FROM pg_catalog.pg_type m JOIN pg_catalog.pg_namespace s ON s.oid = m.typnamespace WHERE m.oid = r.rngmultitypid)`, "NULL")
	return `SELECT 'range type', 1247, t.oid, t.typnamespace, t.typname, '', 0,
 'CREATE TYPE ' || ` + quotedName("t.typname") + ` || ' AS RANGE (' || pg_catalog.concat_ws(', ', 'SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL),
  CASE WHEN NOT o.opcdefault THEN 'SUBTYPE_OPCLASS = ' || pg_catalog.quote_ident(on_.nspname) || '.' || pg_catalog.quote_ident(o.opcname) END,
  CASE WHEN r.rngcollation <> b.typcollation THEN 'COLLATION = ' || r.rngcollation::pg_catalog.regcollation END,
  'CANONICAL = ' || nullif(r.rngcanonical::oid, 0)::pg_catalog.regproc, 'SUBTYPE_DIFF = ' || nullif(r.rngsubdiff::oid, 0)::pg_catalog.regproc, ` + multirange + `) || ')', NULL, NULL
FROM pg_catalog.pg_range r JOIN pg_catalog.pg_type t ON t.oid = r.rngtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 JOIN pg_catalog.pg_type b ON b.oid = r.rngsubtype JOIN pg_catalog.pg_opclass o ON o.oid = r.rngsubopc JOIN pg_catalog.pg_namespace on_ ON on_.oid = o.opcnamespace
WHERE t.typnamespace = ` + managed
}

func ownCollationsQuery(version int) string {
	locale := since(version, 170000, "c.colllocale", since(version, 150000, "c.colliculocale", "NULL"))
	rules := since(version, 160000, "c.collicurules", "NULL")
	return `SELECT 'collation', 3456, c.oid, c.collnamespace, c.collname, '', 0,
 'CREATE COLLATION ' || ` + quotedName("c.collname") + ` || ' (' || pg_catalog.concat_ws(', ',
  'provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
  'locale = ' || pg_catalog.quote_literal(coalesce(` + locale + `, CASE WHEN c.collcollate = c.collctype THEN c.collcollate END)),
  CASE WHEN coalesce(` + locale + `, '') = '' AND c.collcollate <> c.collctype THEN 'lc_collate = ' || pg_catalog.quote_literal(c.collcollate) || ', lc_ctype = ' || pg_catalog.quote_literal(c.collctype) END,
  CASE WHEN NOT c.collisdeterministic THEN 'deterministic = false' END, 'rules = ' || pg_catalog.quote_literal(` + rules + `)) || ')', NULL, NULL
FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace WHERE c.collnamespace = ` + managed
}

// ownersAlone reads the owners of what has no privileges, as grantsQuery does of
// what has some. They come back with the object whether owners are managed or not.
const ownersAlone = `SELECT 3456, c.oid, '', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.collowner)), '', false
FROM pg_catalog.pg_collation c WHERE pg_catalog.pg_get_userbyid(c.collowner) <> current_user AND c.collnamespace = ` + managed + `
UNION ALL SELECT 3381, s.oid, '', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(s.stxowner)), '', false
FROM pg_catalog.pg_statistic_ext s WHERE pg_catalog.pg_get_userbyid(s.stxowner) <> current_user AND s.stxnamespace = ` + managed + `
ORDER BY 1, 2`

const (
	// A comment on a composite type is one on the row type of its relation.
	compositeComments = `SELECT 1259, c.oid, 0, d.description FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON c.reltype = d.objoid
WHERE d.classoid = 1247 AND c.relkind = 'c' AND d.objoid >= 16384`

	// The server prints the columns as they stand in the table, which is no
	// difference to gen: here they stand by name.
	statisticsQuery = `SELECT 'extended statistics', 3381, s.oid, s.stxnamespace, s.stxname, '', s.stxrelid,
 coalesce(pg_catalog.replace(pg_catalog.pg_get_statisticsobjdef(s.oid), ' ON ' || k.placed, ' ON ' || k.named), pg_catalog.pg_get_statisticsobjdef(s.oid)), NULL,
 CASE WHEN s.stxstattarget >= 0 THEN ARRAY['statistics', s.stxstattarget::text] END
FROM pg_catalog.pg_statistic_ext s, LATERAL (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum),
  pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attname COLLATE "C")
  FROM pg_catalog.pg_attribute a WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)) AS k(placed, named)
WHERE s.stxnamespace = ` + managed

	extensionsQuery = `SELECT 'extension', 3079, e.oid, 0, e.extname, '', 0, 'CREATE EXTENSION ' || pg_catalog.quote_ident(e.extname), NULL,
 ARRAY['schema', n.nspname, 'version', e.extversion]
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.oid >= 16384`

	// grantsQuery reads who may do what with an object, unless that is the
	// default, and its owner where that is somebody else than who asks. An empty
	// privilege tells the owner. What ALTER DEFAULT PRIVILEGES would give is taken
	// away before the rest is given, and so is what the owner has taken from himself:
	// whoever makes the object is its owner then.
	grantsQuery = `WITH o(class, id, owner, acl, kind, columns) AS (
 SELECT 1259::pg_catalog.oid, c.oid, c.relowner, c.relacl, 'r'::"char", c.oid FROM pg_catalog.pg_class c WHERE c.relkind IN ('v', 'm') AND c.relnamespace = ` + managed + `
 UNION ALL SELECT 1255, p.oid, p.proowner, p.proacl, 'f', 0 FROM pg_catalog.pg_proc p WHERE p.pronamespace = ` + managed + `
 UNION ALL SELECT 1247, t.oid, t.typowner, t.typacl, 'T', 0 FROM pg_catalog.pg_type t WHERE t.typtype IN ('d', 'r') AND t.typnamespace = ` + managed + `
 UNION ALL SELECT 1259, c.oid, t.typowner, t.typacl, 'T', 0 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_type t ON t.oid = c.reltype WHERE c.relkind = 'c' AND c.relnamespace = ` + managed + `)
SELECT o.class, o.id, '', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END, x.privilege_type, x.is_grantable
FROM o, pg_catalog.aclexplode(o.acl) x WHERE o.acl <> acldefault(o.kind, o.owner) AND x.grantee <> o.owner
UNION ALL SELECT o.class, o.id, pg_catalog.quote_ident(a.attname), CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END, x.privilege_type, x.is_grantable
FROM o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.columns, pg_catalog.aclexplode(a.attacl) x WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
UNION ALL SELECT o.class, o.id, '', 'PUBLIC', 'none', false FROM o WHERE o.kind <> 'r' AND o.acl IS NOT NULL
 AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(o.acl) x WHERE x.grantee = 0)
UNION ALL SELECT o.class, o.id, '', 'CURRENT_USER', 'without ' || d.privilege_type, false FROM o, pg_catalog.aclexplode(acldefault(o.kind, o.owner)) d
 WHERE o.acl IS NOT NULL AND d.grantee = o.owner AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(o.acl) x WHERE x.grantee = o.owner AND x.privilege_type = d.privilege_type)
UNION ALL SELECT DISTINCT o.class, o.id, '', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(x.grantee)) END, 'none', false
 FROM o JOIN pg_catalog.pg_default_acl a ON a.defaclobjtype = o.kind AND a.defaclrole = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)
  AND (a.defaclnamespace = 0 OR a.defaclnamespace = ` + managed + `), pg_catalog.aclexplode(a.defaclacl) x WHERE x.grantee <> a.defaclrole AND x.grantee <> 0
UNION ALL SELECT o.class, o.id, '', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.owner)), '', false FROM o WHERE pg_catalog.pg_get_userbyid(o.owner) <> current_user
ORDER BY 1, 2, 3, 4, 5`

	// dependenciesQuery reads what objects made since initdb cannot be without. A
	// rule _RETURN is the view, and so is the default of a column of a view; a
	// constraint of a domain is the domain, an array its elements, and the row type
	// of a relation the relation. Attributes of composite types come with their names.
	// Most of what is recorded is what tables, their indexes, sequences, defaults and
	// constraints need. Nobody asks for that, and it is passed over first: a list of
	// the few that are objects costs less than joining all.
	dependenciesQuery = `SELECT DISTINCT CASE WHEN r.oid IS NOT NULL OR f.oid IS NOT NULL THEN 1259 WHEN k.oid IS NOT NULL THEN 1247 ELSE d.classid END,
 coalesce(r.ev_class, f.adrelid, k.contypid, d.objid),
 CASE WHEN t.typrelid <> 0 THEN 1259 ELSE d.refclassid END, CASE WHEN t.typrelid <> 0 THEN t.typrelid ELSE coalesce(t.oid, d.refobjid) END, d.refobjsubid, coalesce(b.attname, '')
FROM pg_catalog.pg_depend d
 LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 2618 AND r.oid = d.objid AND r.rulename = '_RETURN'
 LEFT JOIN pg_catalog.pg_attrdef f ON d.classid = 2604 AND f.oid = d.objid AND EXISTS (SELECT FROM pg_catalog.pg_class v WHERE v.oid = f.adrelid AND v.relkind = 'v')
 LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 2606 AND k.oid = d.objid AND k.contypid <> 0
 LEFT JOIN pg_catalog.pg_class c ON d.refclassid = 1259 AND d.refobjsubid > 0 AND c.oid = d.refobjid AND c.relkind = 'c'
 LEFT JOIN pg_catalog.pg_attribute b ON b.attrelid = c.oid AND b.attnum = d.refobjsubid
 LEFT JOIN pg_catalog.pg_type y ON d.refclassid = 1247 AND y.oid = d.refobjid
 LEFT JOIN pg_catalog.pg_type e ON e.oid = y.typelem AND e.typarray = y.oid
 LEFT JOIN pg_catalog.pg_type t ON t.oid = coalesce(e.oid, y.oid)
WHERE d.deptype IN ('n', 'a') AND d.classid IN (1247, 1255, 1259, 2604, 2606, 2618, 2620, 3256, 3381, 6106)
 AND d.refclassid IN (1247, 1255, 1259, 2606, 3456, 6104) AND d.refobjid >= 16384 AND (d.classid <> 2606 OR k.oid IS NOT NULL)
 AND (d.classid <> 2604 OR f.oid IS NOT NULL)
 AND (d.classid NOT IN (1259, 2604, 2606) OR d.objid IN (SELECT oid FROM pg_catalog.pg_class WHERE relkind IN ('v', 'm', 'c')
  UNION ALL SELECT x.indexrelid FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class m ON m.oid = x.indrelid WHERE m.relkind = 'm'
  UNION ALL SELECT x.oid FROM pg_catalog.pg_attrdef x JOIN pg_catalog.pg_class v ON v.oid = x.adrelid WHERE v.relkind = 'v'
  UNION ALL SELECT oid FROM pg_catalog.pg_constraint WHERE contypid <> 0))`
)
