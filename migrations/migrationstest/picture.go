package migrationstest

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/gen-migrate/gen/migrations"
)

// The schema in lines that do not depend on the order of columns or on object ids.
// Names of NOT NULL constraints and system schemas are left out; so are gen's own
// tables.
var pictures = map[migrations.Dialect][]string{
	migrations.SQLite: {
		`SELECT type || ' ' || name || ' on ' || tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND tbl_name NOT IN ('gen_revisions', 'gen_log')`,
		`SELECT m.name || '.' || c.name || ' ' || c.type || ' not null ' || c."notnull" || ' default ' || coalesce(c.dflt_value, '-') || ' pk ' || c.pk || ' hidden ' || c.hidden
  FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT IN ('gen_revisions', 'gen_log', 'sqlite_sequence')`,
		`SELECT m.name || ' foreign key ' || f."from" || ' to ' || f."table" || '.' || coalesce(f."to", '') || ' ' || f.on_delete || ' ' || f.on_update
  FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`,
		`SELECT name || ': ' || sql FROM sqlite_schema WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL`,
	},
	migrations.Postgres: {
		`SELECT c.oid::regclass::text || ' kind ' || c.relkind::text || ' ' || c.relpersistence::text FROM pg_class c ` + ours + ` AND c.relkind NOT IN ('i', 'I')`,
		`SELECT c.oid::regclass::text || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' not null ' || a.attnotnull::text || ' identity ' || a.attidentity::text || ' generated ' || a.attgenerated::text || ' default ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '-')
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum ` + ours + ` AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')`,
		`SELECT c.oid::regclass::text || ' constraint ' || k.conname || ' ' || pg_get_constraintdef(k.oid) FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid ` + ours + ` AND k.contype <> 'n'`,
		`SELECT pg_get_indexdef(i.indexrelid) || ' valid ' || i.indisvalid::text FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid ` + ours,
		`SELECT c.oid::regclass::text || ' view ' || pg_get_viewdef(c.oid) FROM pg_class c ` + ours + ` AND c.relkind IN ('v', 'm')`,
		`SELECT pg_get_triggerdef(g.oid) FROM pg_class c JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal ` + ours,
		`SELECT e.enumtypid::regtype::text || ' enum ' || string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder) FROM pg_enum e GROUP BY e.enumtypid`,
		`SELECT f.oid::regprocedure::text || ' ' || md5(coalesce(f.prosrc, '')) FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')`,
		`SELECT 'schema ' || nspname::text FROM pg_namespace n WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'`,
	},
}

const ours = `JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg\_%' AND c.relname !~ '^gen_(revisions|log)'`

func picture(ctx context.Context, d migrations.Dialect, db *sql.DB) ([]string, error) {
	var out []string
	for _, q := range pictures[d] {
		lines, err := column(ctx, db, q)
		if err != nil {
			return nil, fmt.Errorf("reading the schema: %w", err)
		}
		out = append(out, lines...)
	}
	return out, nil
}

func column(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query+" ORDER BY 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, rows.Err()
}
