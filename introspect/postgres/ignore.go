package postgres

import (
	"strings"

	"github.com/gen-migrate/gen/introspect"
	"github.com/gen-migrate/gen/schema"
)

// What the configuration leaves alone is not read: the queries that cost
// something pass over it, and one query lists it by name.

// ignoredRelations selects the oids of relations that are left alone, of the
// schemas in $1. Empty: none is.
func ignoredRelations(g introspect.Ignore) string {
	var any []string
	add := func(kinds, condition string) {
		if condition != "" {
			any = append(any, "x.relkind IN ("+kinds+") AND ("+condition+")")
		}
	}
	add("'r', 'p', 'f'", nameMatches("x.relname", "y.nspname", g.Tables))
	add("'v', 'm'", nameMatches("x.relname", "y.nspname", g.Views))
	add("'S'", nameMatches("x.relname", "y.nspname", g.Sequences))
	add("'r', 'p', 'f', 'v', 'm', 'S'", nameMatches("pg_catalog.pg_get_userbyid(x.relowner)", "", g.Owners))
	if len(any) == 0 {
		return ""
	}
	return "SELECT x.oid FROM pg_catalog.pg_class x JOIN pg_catalog.pg_namespace y ON y.oid = x.relnamespace WHERE y.nspname = ANY ($1::text[]) AND (" + strings.Join(any, " OR ") + ")"
}

// withDependents adds what cannot be without them: sequences of their columns,
// partitions.
func withDependents(selected string) string {
	return selected + " UNION ALL SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.classid = 1259 AND d.refclassid = 1259 AND d.deptype IN ('a', 'i') AND d.refobjid IN (" + selected + ")"
}

// ignoredQuery lists what is left alone.
func ignoredQuery(g introspect.Ignore) string {
	return `SELECT CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END, c.relnamespace, c.relname, pg_catalog.pg_get_userbyid(c.relowner)
FROM pg_catalog.pg_class c WHERE c.oid IN (` + ignoredRelations(g) + `)`
}

func (k *catalog) readIgnored(r *row) {
	o := schema.Object{Kind: "ignored " + r.text(), Name: schema.Name{Schema: k.namespaces[r.oid()], Local: r.text()}}
	o.Facets = []schema.Option{{Name: "owner", Value: r.text()}}
	k.ignored = append(k.ignored, o)
}

// withoutIgnored makes queries pass over what is left alone. In each of them c
// is a relation or what a row hangs on, but for those named here.
func withoutIgnored(queries []query, g introspect.Ignore) []query {
	selected := ignoredRelations(g)
	if selected == "" {
		return queries
	}
	all := withDependents(selected)
	not := func(column string) string { return " AND " + column + " NOT IN (" + all + ")" }
	for i := range queries {
		q := &queries[i]
		switch q.name {
		case "left alone", "users elsewhere", "users of objects", "dependencies", "publications": // these tell who needs what, also of what is left alone
			continue
		case "relations":
			q.sql += not("oid") + " AND oid NOT IN (SELECT indexrelid FROM pg_catalog.pg_index WHERE indrelid IN (" + all + "))"
			continue
		case "indexes":
			q.sql += not("i.indrelid")
			continue
		case "constraints":
			q.sql += not("k.conrelid")
			continue
		}
		q.sql = strings.ReplaceAll(q.sql, "c.relnamespace = "+managed, "c.relnamespace = "+managed+not("c.oid"))
		q.sql = strings.ReplaceAll(q.sql, "s.stxnamespace = "+managed, "s.stxnamespace = "+managed+not("s.stxrelid"))
	}
	return queries
}

// nameMatches is the condition that a name matches one of the patterns, by itself or
// behind its schema; empty without patterns.
func nameMatches(local, namespace string, patterns []string) string {
	var any []string
	for _, p := range patterns {
		re := "'^" + strings.ReplaceAll(globPattern(p), "'", "''") + "$'"
		any = append(any, local+"::text ~ "+re)
		if namespace != "" {
			any = append(any, "("+namespace+" || '.' || "+local+") ~ "+re)
		}
	}
	return strings.Join(any, " OR ")
}

// globPattern is a pattern of path.Match as a regular expression of the server
// (manual, §9.7.3).
func globPattern(glob string) string {
	var b strings.Builder
	class := false
	for i := 0; i < len(glob); i++ {
		c := glob[i]
		switch {
		case c == '\\' && i+1 < len(glob):
			i++
			b.WriteString(escaped(glob[i]))
		case class && c == ']':
			class = false
			b.WriteByte(c)
		case class && (c == '^' || c == '-'):
			b.WriteByte(c)
		case c == '[' && !class:
			class = true
			b.WriteByte(c)
		case c == '*' && !class:
			b.WriteString("[^/]*")
		case c == '?' && !class:
			b.WriteString("[^/]")
		default:
			b.WriteString(escaped(c))
		}
	}
	return b.String()
}

// escaped is a byte that stands for itself: letters, digits and what lies beyond
// ASCII as they are.
func escaped(c byte) string {
	if isWordStart(c) || c >= '0' && c <= '9' {
		return string([]byte{c})
	}
	return `\` + string([]byte{c})
}
