package postgres

import (
	"slices"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// What gen does not manage it still compares between two databases: each such
// object has words that differ where it differs (schema.Object.Facets). Most are
// read with the object (othersQuery); here is what those of relations are like, and
// for all of them the comment and, where owners are managed, the owner.

// likenessQuery reads what relations are like that are no tables to gen, by their
// oids: the type of a typed table, parents and bound, columns with all that hangs
// on them, constraints, indexes, and of a foreign table server and options, of
// which only a digest is read as they may hold passwords.
const likenessQuery = `SELECT c.oid, pg_catalog.concat_ws(' ', c.relkind, c.relpersistence, nullif(c.reloftype, 0)::pg_catalog.regtype, c.reloptions,
 pg_catalog.pg_get_expr(c.relpartbound, c.oid), CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
 (SELECT pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::text, ',' ORDER BY i.inhseqno) FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid),
 (SELECT s.srvname || ' ' || coalesce(pg_catalog.md5(f.ftoptions::text), '') FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid),
 (SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), nullif(a.attcollation, 0)::pg_catalog.regcollation,
   a.attnotnull, a.attidentity, a.attgenerated, a.attstorage, a.attstattarget, a.attoptions, pg_catalog.md5(a.attfdwoptions::text), a.attislocal,
   pg_catalog.pg_get_expr(d.adbin, d.adrelid), pg_catalog.col_description(c.oid, a.attnum)), ', ' ORDER BY a.attname)
  FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
 (SELECT pg_catalog.string_agg(k.conname || ' ' || pg_catalog.pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname) FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid),
 (SELECT pg_catalog.string_agg(pg_catalog.pg_get_indexdef(i.indexrelid), ', ' ORDER BY i.indexrelid::pg_catalog.regclass::text) FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid),
 pg_catalog.obj_description(c.oid, 'pg_class'))
FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::pg_catalog.oid[])`

func (k *catalog) readLikeness(r *row) { id := r.oid(); k.likeness[id] = r.text() }

// strangeRelations are those that likenessQuery is about.
func (k *catalog) strangeRelations() []oid {
	var list []oid
	for _, rel := range k.relations {
		if strings.IndexByte("rpf", rel.kind) >= 0 && !k.isTable(rel) && !k.passedOver(rel) {
			list = append(list, rel.oid)
		}
	}
	slices.Sort(list)
	return list
}

// ownersQuery reads whose things are that gen does not manage. What belongs to the
// role that initdb made is not in pg_shdepend.
const ownersQuery = `SELECT classid, objid, pg_catalog.pg_get_userbyid(refobjid) FROM pg_catalog.pg_shdepend
WHERE deptype = 'o' AND classid <> 1418 AND dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())`

func (k *catalog) readOwner(r *row) { k.owners[object{class: r.oid(), id: r.oid()}] = r.text() }

// listOwners lists whose objects are that have an owner and no privileges, and that
// gen manages but for that.
func (k *catalog) listOwners(db *schema.Database) {
	for _, o := range k.objects {
		switch o.value.Kind {
		case schema.KindCollation, schema.KindStatistics, schema.KindPublication:
			if owner := k.owners[o.self]; owner != "" && db.Object(o.value.Ref()) != nil {
				db.Unmanaged = append(db.Unmanaged, schema.Object{Kind: "owner of " + o.value.Kind, Name: o.value.Name,
					Facets: []schema.Option{{Name: "like", Value: owner}}})
			}
		}
	}
}

// like adds to an object that is listed words that differ where it differs, with its
// comment and owner. self is zero for what has neither: an attribute of another
// thing. What is managed where databases are compared has no words.
func (k *catalog) like(o *schema.Object, self object, words string) {
	switch o.Kind {
	case schema.KindExtension, schema.KindCollation, schema.KindDomain, schema.KindComposite, schema.KindRange, schema.KindFunction, schema.KindWindow,
		schema.KindProcedure, schema.KindAggregate, schema.KindView, schema.KindMaterializedView, schema.KindRule, schema.KindTrigger, schema.KindPolicy,
		schema.KindStatistics, schema.KindPublication, schema.RefSchema:
		return
	}
	if self != (object{}) {
		if text := k.comments[self]; text != "" {
			words += " comment " + text
		}
		if owner := k.owners[self]; owner != "" {
			words += " owner " + owner
		}
	}
	if words = strings.TrimSpace(words); words != "" {
		o.Facets = []schema.Option{{Name: "like", Value: words}}
	}
}

// ownWords reports whether comment and owner of what was read are its own: not
// those of the thing that it is only about.
func (o other) ownWords() bool {
	switch o.kind {
	case "privileges", "column privileges", "default privileges", "disabled constraint trigger", "trigger of a partition", "NOT NULL constraint of a domain",
		"extension dependency", "security label", "comment", "database setting", "role setting", "large objects":
		return false
	}
	return o.self.id != 0
}
