package postgres

import "github.com/gen-migrate/gen/schema"

// A publication belongs to the database and to no schema. What it says of one
// table is an object of its own, as it has one in the catalog: a column that
// gets another type takes the table out for a moment, and not the publication.

// publicationsQuery has the columns of the other object queries. Whether it is
// of all tables cannot be altered; schemas and options are facets, options only
// where they are not the default.
func publicationsQuery(version int) string {
	schemas := since(version, 150000, `(SELECT pg_catalog.array_agg(x ORDER BY s.nspname, i) FROM pg_catalog.pg_publication_namespace m JOIN pg_catalog.pg_namespace s ON s.oid = m.pnnspid,
  unnest(ARRAY['schema ' || pg_catalog.quote_ident(s.nspname), '']) WITH ORDINALITY AS u(x, i) WHERE m.pnpubid = p.oid)`, "NULL")
	generated := since(version, 180000, `CASE p.pubgencols WHEN 's' THEN ARRAY['publish_generated_columns', 'stored'] END`, "NULL")
	return `SELECT 'publication', 6104, p.oid, 0, p.pubname, '', 0,
 'CREATE PUBLICATION ' || pg_catalog.quote_ident(p.pubname) || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END,
 CASE WHEN p.puballtables THEN ARRAY['all tables'] END,
 CASE WHEN NOT (p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate) THEN ARRAY['publish', pg_catalog.concat_ws(', ',
  CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)] END
 || CASE WHEN p.pubviaroot THEN ARRAY['publish_via_partition_root', 'true'] END || ` + generated + ` || ` + schemas + `
FROM pg_catalog.pg_publication p`
}

// publicationTablesQuery reads what stands in a publication by name. A table
// outside of the managed schemas comes with its schema and name as the shape.
func publicationTablesQuery(version int) string {
	columns := since(version, 150000, `(SELECT ' (' || pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')' FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs))`, "NULL")
	filter := since(version, 150000, `' WHERE (' || pg_catalog.pg_get_expr(r.prqual, c.oid) || ')'`, "NULL")
	return `SELECT 'publication table', 6106, r.oid, 0, p.pubname, '', c.oid,
 'ALTER PUBLICATION ' || pg_catalog.quote_ident(p.pubname) || ' ADD TABLE ONLY ' || ` + quotedName("c.relname") + ` || coalesce(` + columns + `, '') || coalesce(` + filter + `, ''),
 CASE WHEN NOT c.relnamespace = ` + managed + ` THEN ARRAY[n.nspname, c.relname]::text[] END, NULL
FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
 JOIN pg_catalog.pg_class c ON c.oid = r.prrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`
}

const publicationOwners = `SELECT 6104, p.oid, '', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(p.pubowner)), '', false
FROM pg_catalog.pg_publication p WHERE pg_catalog.pg_get_userbyid(p.pubowner) <> current_user`

// ofDatabase reports whether objects of the kind have names of the database, not
// of a schema. In a scratch they go by an alias: their names are taken.
func ofDatabase(kind string) bool {
	return kind == schema.KindPublication || kind == schema.KindPublicationTable
}

// outside gives a table of a publication its name where the table is not in a
// managed schema.
func outside(o *schema.Object) {
	if o.Kind == schema.KindPublicationTable && len(o.Shape) == 2 {
		o.Table, o.Shape = schema.Name{Schema: o.Shape[0], Local: o.Shape[1]}, nil
	}
}
