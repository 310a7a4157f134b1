package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/gen-migrate/gen/schema"
)

// A spelling asks how the server prints an expression that it has stored.
type spelling struct {
	q    *question
	text string

	printed string
	failed  bool
}

// confirm decides between equal and different for questions that EXPLAIN calls
// equal. It folds constants and inlines functions, so 1 + 2 and 3 look alike to
// it. What is stored is not folded: f(x) is what pg_get_expr prints of x.
//
// Printing is no fixed point: of x IN ('a') over varchar the second printing
// differs from the first, the third is the second again (measured on 13 to 18). A
// database that was dumped and restored holds a later one. So u equals live when
// live is f(u) or f(f(u)), or f(f(u)) is f(f(live)).
func (e *enquiry) confirm(ctx context.Context, unsure []*question) error {
	if len(unsure) == 0 || !e.w.info.CanTemp {
		return nil
	}
	user := make([]*spelling, len(unsure))
	for i, q := range unsure {
		user[i] = &spelling{q: q, text: q.user}
	}
	if err := e.spell(ctx, user); err != nil {
		return err
	}
	type chase struct{ user, live *spelling }
	var open []chase
	var next []*spelling
	for i, q := range unsure {
		switch s := user[i]; {
		case s.failed: // stays alike
		case s.printed == q.live:
			q.verdict = equal
		default:
			c := chase{&spelling{q: q, text: s.printed}, &spelling{q: q, text: q.live}}
			open = append(open, c)
			next = append(next, c.user, c.live)
		}
	}
	if err := e.spell(ctx, next); err != nil {
		return err
	}
	next = nil
	var rest []chase
	for _, c := range open {
		q := c.user.q
		switch {
		case c.user.failed || c.live.failed:
		case c.user.printed == q.live:
			q.verdict = equal
		default:
			last := &spelling{q: q, text: c.live.printed}
			rest = append(rest, chase{c.user, last})
			next = append(next, last)
		}
	}
	if err := e.spell(ctx, next); err != nil {
		return err
	}
	for _, c := range rest {
		q := c.user.q
		switch {
		case c.live.failed:
		case c.user.printed == c.live.printed:
			q.verdict = equal
		default:
			q.verdict = different
		}
	}
	return nil
}

// tablesPerTransaction bounds the temporary tables of one transaction: each
// takes about four locks of the server's shared table, which holds a few
// thousand.
const tablesPerTransaction = 200

// spell stores the expressions in temporary tables and reads them back. What
// fails together is tried alone.
func (e *enquiry) spell(ctx context.Context, list []*spelling) error {
	var groups [][]*spelling
	index := map[string]int{}
	for _, s := range list {
		at, ok := index[s.q.table]
		if !ok || len(groups[at]) >= perStatement || !agree(groups[at], s) {
			at = len(groups)
			index[s.q.table] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], s)
	}
	for len(groups) > 0 {
		n := min(len(groups), tablesPerTransaction)
		var alone [][]*spelling
		err := e.transaction(ctx, "READ WRITE", func() error {
			failed, err := e.spellGroups(ctx, groups[:n])
			for _, g := range failed {
				if len(g) == 1 {
					g[0].failed = true
					continue
				}
				for _, s := range g {
					alone = append(alone, []*spelling{s})
				}
			}
			return err
		})
		if err != nil {
			return err
		}
		groups = append(groups[n:], alone...)
	}
	return nil
}

// agree reports whether s can share a table with the group: tables of one name
// in two schemas may have other columns.
func agree(group []*spelling, s *spelling) bool {
	for _, g := range group {
		for _, a := range g.q.columns {
			for _, b := range s.q.columns {
				if a.Name == b.Name && (a.Type != b.Type || a.Collation != b.Collation) {
					return false
				}
			}
		}
	}
	return true
}

// spellGroups returns the groups that failed.
func (e *enquiry) spellGroups(ctx context.Context, groups [][]*spelling) ([][]*spelling, error) {
	var segments []segment
	for _, g := range groups {
		table := g[0].q.table
		segments = append(segments, segment{
			"SAVEPOINT gen", temporaryTable(table, g), "SELECT " + emptyPath, printedExpressions(table),
		}, segment{"ROLLBACK TO SAVEPOINT gen"})
	}
	answers, err := run(ctx, e.w.c, segments)
	if err != nil {
		return nil, err
	}
	var failed [][]*spelling
	for i, g := range groups {
		if answers[2*i].refused != nil {
			failed = append(failed, g)
			continue
		}
		printed := map[string]string{}
		for _, r := range answers[2*i].last() {
			printed[string(r[0])] = string(r[1])
		}
		for j, s := range g {
			s.printed = printed[spellingName(j)]
			switch s.q.kind {
			case defaultExpr:
			case keyExpr:
				s.printed = stripParens(strings.TrimSuffix(stripParens(s.printed), " IS NULL"))
			default:
				s.printed = stripParens(s.printed)
			}
		}
	}
	return failed, nil
}

func spellingName(i int) string { return fmt.Sprintf("gen %d", i) }

// temporaryTable holds the expressions as what they are: defaults and generated
// columns of the column's type, checks. A predicate is printed like a check. A
// key stands in a check as (key) IS NULL, which saves building an index.
func temporaryTable(table string, group []*spelling) string {
	var columns []schema.Column
	seen := map[string]bool{}
	var own strings.Builder
	for i, s := range group {
		name := quote(spellingName(i))
		switch s.q.kind {
		case defaultExpr:
			fmt.Fprintf(&own, ", %s %s DEFAULT (%s\n)", name, s.q.cast, s.text)
		case generatedExpr:
			fmt.Fprintf(&own, ", %s %s GENERATED ALWAYS AS (%s\n) STORED", name, s.q.cast, s.text)
		case keyExpr:
			fmt.Fprintf(&own, ", CONSTRAINT %s CHECK ((%s\n) IS NULL)", name, s.text)
		default:
			fmt.Fprintf(&own, ", CONSTRAINT %s CHECK (%s\n)", name, s.text)
		}
		for _, c := range s.q.columns {
			if !seen[c.Name] {
				seen[c.Name] = true
				columns = append(columns, c)
			}
		}
	}
	return "CREATE TEMPORARY TABLE " + quote(table) + " (" + columnList(columns) + own.String() + ")"
}

func printedExpressions(table string) string {
	return `SELECT a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_class c
 JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
 WHERE c.relnamespace = pg_catalog.pg_my_temp_schema() AND c.relname = ` + pg.Literal(table) + `
UNION ALL SELECT k.conname, pg_catalog.pg_get_expr(k.conbin, k.conrelid) FROM pg_catalog.pg_class c
 JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'c'
 WHERE c.relnamespace = pg_catalog.pg_my_temp_schema() AND c.relname = ` + pg.Literal(table)
}
