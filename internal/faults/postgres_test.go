//go:build unix

package faults

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/gen-migrate/gen/internal/dbtest"
)

// fresh empties the schema that the history lives in.
const fresh = "DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA app"

func inApp(t testing.TB, raw string) string {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", "app")
	u.RawQuery = q.Encode()
	return u.String()
}

// portrait is all that must be the same after a rerun: the schema by pg_dump, what
// pg_dump does not tell of indexes, the data, the version rows.
func portrait(t testing.TB, url string) []string {
	t.Helper()
	return append(ask(t, url,
		"SELECT 'index ' || c.relname || ' valid ' || i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'app'::regnamespace ORDER BY 1",
		"SELECT 'hit ' || what || ' x' || count(*) FROM app.hits GROUP BY what ORDER BY 1",
		"SELECT 'n ' || to_jsonb(n)::text FROM app.n ORDER BY n.i",
		"SELECT concat_ws(' ', 'row', revision, parents, state, kind, checksum, down_checksum, cursor, total, inflight, error) FROM app.gen_revisions ORDER BY seq",
	), dbtest.PgDump(t, url))
}

// ask runs queries of one text column each.
func ask(t testing.TB, url string, queries ...string) []string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var out []string
	for _, q := range queries {
		rows, _ := conn.Query(ctx, q, pgx.QueryExecModeSimpleProtocol)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		out = append(out, lines...)
	}
	return out
}

// A wireFault is something that happens at one message.
type wireFault struct {
	name string
	at   message
	then verdict
	kill bool // gen too
}

// wireFaults are the faults at the messages of an undisturbed run: the connection
// cut before each message of either side, and behind each request; gen killed
// before each request, right after it, and before the answer to it.
func wireFaults(all []message) []wireFault {
	var list []wireFault
	add := func(what string, m message, then verdict, kill bool) {
		who := [...]string{client: "client", server: "server"}[m.from]
		list = append(list, wireFault{fmt.Sprintf("%s %s message %d", what, who, m.n), m, then, kill})
	}
	for _, m := range all {
		add("cut before", m, cut, false)
		switch {
		case m.request():
			add("kill before", m, cut, true)
			add("kill after", m, cutAfter, true)
			add("cut after", m, cutAfter, false)
		case m.ready():
			add("kill before", m, cut, true)
		}
	}
	return list
}

// TestPostgresWire disturbs gen at every message between it and the server.
func TestPostgresWire(t *testing.T) {
	t.Parallel()
	for _, run := range []struct {
		name   string
		bodies []string
		before []string // undisturbed
		args   []string
		sample int
	}{
		{"upgrade", elephants, nil, []string{"upgrade", "head"}, 28},
		{"downgrade", elephants, []string{"upgrade", "head"}, []string{"downgrade", "rev01"}, 8},
		// What can share a transaction.
		{"one transaction", []string{elephants[0], elephants[1], elephants[4], elephants[8], elephants[9]}, nil, []string{"upgrade", "head", "--transaction", "run"}, 6},
		{"lock of transactions", []string{elephants[0], elephants[1], elephants[3], elephants[4], elephants[9]}, nil, []string{"upgrade", "head", "--lock", "transaction"}, 6},
	} {
		t.Run(run.name, func(t *testing.T) {
			t.Parallel()
			dir := writeHistory(t, "postgres", run.bodies)
			base := dbtest.Postgres(t)
			app := inApp(t, base)
			prepare := func(t testing.TB) {
				dbtest.Exec(t, base, fresh)
				if run.before != nil {
					runGen(t, dir, app, run.before...)
				}
			}
			prepare(t)
			p := startProxy(t, app, func(message) verdict { return pass })
			runGen(t, dir, p.url, run.args...)
			p.close()
			want := portrait(t, base)
			for _, f := range sampled(wireFaults(p.messages()), run.sample) {
				t.Run(f.name, func(t *testing.T) {
					prepare(t)
					out, fired := disturb(t, dir, app, f, run.args)
					if !fired {
						return
					}
					runGen(t, dir, app, run.args...)
					if d := cmp.Diff(want, portrait(t, base)); d != "" {
						t.Errorf("a rerun ends elsewhere (- undisturbed, + rerun):\n%s\nThe disturbed run said:\n%s", d, out)
					}
				})
			}
		})
	}
}

// disturb runs gen through a proxy with one fault; false where the run ended before
// it came to that.
func disturb(t testing.TB, dir, url string, f wireFault, args []string) (string, bool) {
	t.Helper()
	var g *gen
	started, fired := make(chan struct{}), false
	p := startProxy(t, url, func(m message) verdict {
		if fired || m.from != f.at.from || m.n != f.at.n {
			return pass
		}
		fired = true
		if f.kill {
			<-started
			g.kill()
			<-g.done
		}
		return f.then
	})
	defer p.close()
	g = startGen(t, dir, p.url, args...)
	close(started)
	out := g.wait(t)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !fired {
		t.Logf("the run was over before (exit %d): no fault, and not counted", g.code)
		return out, false
	}
	injected.Add(1)
	if strings.Contains(out, "panic") {
		t.Errorf("gen panicked:\n%s", out)
	}
	return out, true
}
