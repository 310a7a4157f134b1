package postgres

import (
	"context"

	"github.com/gen-migrate/gen/schema"
)

// A placeQuestion is a key of a partitioned table, or the bound of a partition,
// that is spelled otherwise than in the database. The server prints a bound in
// the types of the key: '2024-01-01' of a timestamptz gets its time and zone.
type placeQuestion struct {
	text  *string
	live  string
	table *schema.Table // the partitioned one
	bound string        // empty: the key is asked about

	pos    schema.Pos
	object string
}

// settleFamilies puts keys and bounds into the database's words where they mean
// the same, and gives partitions what the version gives them.
func (w *canonizer) settleFamilies(ctx context.Context) error {
	var open []placeQuestion
	for i := range w.want.Tables {
		t := &w.want.Tables[i]
		have := w.haveTables[t.Name]
		if t.PartitionOf != nil && w.info.ServerVersion < 170000 {
			for j := range t.Columns {
				t.Columns[j].Identity = nil // "identity columns are not supported on partitions"
			}
		}
		if have == nil {
			continue
		}
		if t.PartitionBy != "" && have.PartitionBy != "" && t.PartitionBy != have.PartitionBy {
			q := placeQuestion{text: &t.PartitionBy, live: have.PartitionBy, table: t, pos: t.Pos, object: "partition key of " + t.Name.String()}
			open = w.placed(open, q)
		}
		if of, had := t.PartitionOf, have.PartitionOf; of != nil && had != nil && of.Bound != had.Bound {
			if parent := w.wantTables[of.Parent]; parent != nil && of.Parent == had.Parent {
				q := placeQuestion{text: &of.Bound, live: had.Bound, table: parent, bound: of.Bound, pos: t.Pos, object: "bound of partition " + t.Name.String()}
				open = w.placed(open, q)
			}
		}
	}
	if len(open) == 0 {
		return nil
	}
	if !w.info.CanTemp {
		for _, q := range open {
			w.refuse(q.pos, q.object, "whether "+*q.text+" is "+q.live+" cannot be asked: nothing can be written here", "compare with a server that is no standby, as a role that may create temporary tables")
		}
		return nil
	}
	return w.askPlaces(ctx, open)
}

// placed settles a question whose tokens are the same, and keeps any other.
func (w *canonizer) placed(open []placeQuestion, q placeQuestion) []placeQuestion {
	if w.memo.sameTokens(*q.text, q.live) {
		*q.text = q.live
		return open
	}
	return append(open, q)
}

// askPlaces makes temporary tables, each taken back at once, and reads how the
// server prints them. What it refuses stays in the user's words.
func (w *canonizer) askPlaces(ctx context.Context, open []placeQuestion) error {
	const table, part = `"gen partitioned"`, `"gen partition"`
	e := &enquiry{w: w}
	return e.transaction(ctx, "READ WRITE", func() error {
		var segments []segment
		for _, q := range open {
			key := q.table.PartitionBy
			s := segment{"SAVEPOINT gen", "CREATE TEMPORARY TABLE " + table + " (" + columnList(q.table.Columns) + ") PARTITION BY " + key}
			print := "SELECT pg_catalog.pg_get_partkeydef('pg_temp." + table + "'::pg_catalog.regclass)"
			if q.bound != "" {
				s = append(s, "CREATE TEMPORARY TABLE "+part+" PARTITION OF pg_temp."+table+" "+q.bound)
				print = "SELECT pg_catalog.pg_get_expr(relpartbound, oid) FROM pg_catalog.pg_class WHERE oid = 'pg_temp." + part + "'::pg_catalog.regclass"
			}
			segments = append(segments, append(s, "SELECT "+emptyPath, print), segment{"ROLLBACK TO SAVEPOINT gen"})
		}
		answers, err := run(ctx, w.c, segments)
		if err != nil {
			return err
		}
		for i, q := range open {
			a := answers[2*i]
			if a.refused != nil {
				w.refuse(q.pos, q.object, a.refused.Message, a.refused.Hint)
				continue
			}
			if rows := a.last(); len(rows) == 1 && string(rows[0][0]) == q.live {
				*q.text = q.live
			}
		}
		return nil
	})
}
