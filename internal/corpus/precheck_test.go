package corpus_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/gen-migrate/gen/render"
)

// isClear asks the queries beside statements that are about to succeed: they find
// nothing, and each can be asked, unless it calls a function or casts to a type that
// the plan makes.
func isClear(t *testing.T, url string, statements []render.Statement) {
	t.Helper()
	var queries []string
	for _, s := range statements {
		queries = append(queries, s.Prechecks...)
	}
	if len(queries) == 0 {
		return
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "SET default_transaction_read_only = on; SET search_path = ''"); err != nil {
		t.Fatal(err)
	}
	for _, q := range queries {
		result := conn.PgConn().ExecParams(ctx, q, nil, nil, nil, nil).Read()
		e, ok := errors.AsType[*pgconn.PgError](result.Err)
		if made := ok && (e.Code == "42883" || e.Code == "42704"); made {
			continue
		}
		if result.Err != nil || len(result.Rows) > 0 {
			t.Errorf("before a plan that succeeds a precheck finds %d rows (%v): %s", len(result.Rows), result.Err, q)
		}
	}
}
