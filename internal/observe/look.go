package observe

import (
	"context"
	"database/sql"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A Queryer is the session that is looked at: *sql.Conn, or *sql.DB of one
// connection.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Facts are the relations that a session sees, by oid: tables, views, sequences and
// indexes, but for those of the server itself and temporary ones.
type Facts map[uint32]Relation

// A Relation is what the server tells of one within a transaction.
type Relation struct {
	Name  schema.Name
	Kind  rune     // pg_class.relkind
	Table uint32   // of an index: oid of its table
	File  uint32   // what its rows are stored in; another one when they were written anew
	Scans int64    // begun in this transaction
	Locks []string // modes this session holds, but for ACCESS SHARE, which hardly keeps anybody from anything
}

// isTable reports whether locks on it are told whatever a statement is about.
// Those on indexes and sequences only where it is about them: whoever uses the
// table's waits for the table.
func (r Relation) isTable() bool { return strings.ContainsRune("rpvmf", r.Kind) }

const lookQuery = `SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text, coalesce(i.indrelid, 0)::bigint,
	coalesce(pg_catalog.pg_relation_filenode(c.oid), 0)::bigint, coalesce(pg_catalog.pg_stat_get_xact_numscans(c.oid), 0),
	coalesce(l.modes, '')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN (SELECT relation, pg_catalog.string_agg(DISTINCT mode, ',') AS modes FROM pg_catalog.pg_locks
	WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND mode <> 'AccessShareLock' GROUP BY relation) l ON l.relation = c.oid
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')`

// Look reads the facts of a session. It takes no lock on what it looks at.
func Look(ctx context.Context, session Queryer) (Facts, error) {
	rows, err := session.QueryContext(ctx, lookQuery)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	facts := Facts{}
	for rows.Next() {
		var oid, table, file int64
		var kind, held string
		var r Relation
		if err := rows.Scan(&oid, &r.Name.Schema, &r.Name.Local, &kind, &table, &file, &r.Scans, &held); err != nil {
			return nil, err
		}
		r.Kind, r.Table, r.File = rune(kind[0]), uint32(table), uint32(file)
		for mode := range strings.SplitSeq(held, ",") {
			if mode != "" {
				r.Locks = append(r.Locks, modeName(mode))
			}
		}
		facts[uint32(oid)] = r
	}
	return facts, rows.Err()
}
