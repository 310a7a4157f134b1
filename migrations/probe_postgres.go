package migrations

import (
	"context"
	"database/sql"
	"errors"
)

// probePostgres asks the catalog about one of the statements that
// classifyPostgres takes out of transactions.
func probePostgres(ctx context.Context, q Tx, text string) (finding, error) {
	t := &takeApart{tokens: statementTokens(postgresRules(), text)}
	switch {
	case t.skip("CREATE", "INDEX", "CONCURRENTLY"), t.skip("CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"):
		t.skip("IF", "NOT", "EXISTS")
		name := t.name()
		t.skip("ON")
		t.skip("ONLY")
		return probeCreateIndex(ctx, q, name, t.name())
	case t.skip("DROP", "INDEX", "CONCURRENTLY"):
		t.skip("IF", "EXISTS")
		return probeGone(ctx, q, "SELECT pg_catalog.to_regclass($1) IS NULL", t.name())
	case t.skip("REINDEX"):
		return probeReindex(ctx, q, t)
	case t.skip("ALTER", "TABLE"):
		return probeDetach(ctx, q, t)
	case t.skip("CREATE", "DATABASE"), t.skip("DROP", "DATABASE"):
		return probeObject(ctx, q, t, "SELECT count(*) FROM pg_catalog.pg_database WHERE datname = (pg_catalog.parse_ident($1))[1]::name")
	case t.skip("CREATE", "TABLESPACE"), t.skip("DROP", "TABLESPACE"):
		return probeObject(ctx, q, t, "SELECT count(*) FROM pg_catalog.pg_tablespace WHERE spcname = (pg_catalog.parse_ident($1))[1]::name")
	case t.skip("CREATE", "SUBSCRIPTION"), t.skip("DROP", "SUBSCRIPTION"):
		return probeObject(ctx, q, t, "SELECT count(*) FROM pg_catalog.pg_subscription WHERE subname = (pg_catalog.parse_ident($1))[1]::name")
	case t.skip("VACUUM"), t.skip("CLUSTER"), t.skip("ALTER", "SYSTEM"), t.skip("ALTER", "DATABASE"):
		return finding{}, nil // running it again does no harm
	}
	return finding{verdict: probeUnknown}, nil
}

// probeCreateIndex looks for the index in the schema of its table. An invalid
// one is what a lost connection or a duplicate leaves: it serves no query and
// slows every write, and goes before the next attempt.
func probeCreateIndex(ctx context.Context, q Tx, index, table string) (finding, error) {
	var valid bool
	var qualified string
	err := q.QueryRowContext(ctx, `SELECT i.indisvalid, pg_catalog.format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class t JOIN pg_catalog.pg_class c ON c.relnamespace = t.relnamespace
  JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE t.oid = pg_catalog.to_regclass($2) AND c.relname = (pg_catalog.parse_ident($1))[1]::name`, index, table).Scan(&valid, &qualified)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return finding{}, nil
	case err != nil:
		return finding{}, err
	case valid:
		return finding{verdict: probeDone}, nil
	}
	return finding{left: []string{"the INVALID index " + qualified}, first: []string{"DROP INDEX CONCURRENTLY " + qualified}}, nil
}

// probeGone runs a query that is true when the object no longer exists.
func probeGone(ctx context.Context, q Tx, query, name string) (finding, error) {
	var gone bool
	if err := q.QueryRowContext(ctx, query, name).Scan(&gone); err != nil {
		return finding{}, err
	}
	if gone {
		return finding{verdict: probeDone}, nil
	}
	return finding{}, nil
}

// probeObject handles CREATE and DROP of something that a query counts.
func probeObject(ctx context.Context, q Tx, t *takeApart, query string) (finding, error) {
	create := t.tokens[0].word == "CREATE"
	t.skip("IF", "EXISTS")
	var n int
	if err := q.QueryRowContext(ctx, query, t.name()).Scan(&n); err != nil {
		return finding{}, err
	}
	if create == (n > 0) {
		return finding{verdict: probeDone}, nil
	}
	return finding{}, nil
}

// probeReindex may simply run again; a concurrent one leaves invalid indexes
// named …_ccnew or …_ccold behind, which go first.
func probeReindex(ctx context.Context, q Tx, t *takeApart) (finding, error) {
	t.parentheses()
	kind := ""
	for _, k := range [...]string{"INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"} {
		if t.skip(k) {
			kind = k
		}
	}
	t.skip("CONCURRENTLY")
	where, args := "true", []any{}
	switch kind {
	case "INDEX":
		where, args = "i.indrelid = (SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass($1))", []any{t.name()}
	case "TABLE":
		where, args = "i.indrelid = pg_catalog.to_regclass($1)", []any{t.name()}
	}
	rows, err := q.QueryContext(ctx, `SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND n.nspname <> 'pg_toast' AND `+where+` ORDER BY 1`, args...)
	if err != nil {
		return finding{}, err
	}
	defer rows.Close()
	var f finding
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return finding{}, err
		}
		f.left = append(f.left, "the INVALID index "+name)
		f.first = append(f.first, "DROP INDEX CONCURRENTLY "+name)
	}
	return f, rows.Err()
}

// probeDetach handles ALTER TABLE … DETACH PARTITION … CONCURRENTLY, which an
// interruption leaves pending until FINALIZE.
func probeDetach(ctx context.Context, q Tx, t *takeApart) (finding, error) {
	t.skip("IF", "EXISTS")
	t.skip("ONLY")
	parent := t.name()
	if !t.until("PARTITION") {
		return finding{verdict: probeUnknown}, nil
	}
	child := t.name()
	// inhdetachpending came with the command, in PostgreSQL 14.
	var pending bool
	err := q.QueryRowContext(ctx, `SELECT inhdetachpending FROM pg_catalog.pg_inherits
  WHERE inhparent = pg_catalog.to_regclass($1) AND inhrelid = pg_catalog.to_regclass($2)`, parent, child).Scan(&pending)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return finding{verdict: probeDone}, nil
	case err != nil:
		return finding{}, err
	case pending:
		return finding{verdict: probeDone, left: []string{"the partition " + child + ", half detached from " + parent},
			first: []string{"ALTER TABLE " + parent + " DETACH PARTITION " + child + " FINALIZE"}}, nil
	}
	return finding{}, nil
}
