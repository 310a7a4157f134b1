package cmd

import (
	"strings"
	"testing"

	"github.com/gen-migrate/gen/internal/observe"
	"github.com/gen-migrate/gen/migrations"
	"github.com/gen-migrate/gen/schema"
)

func TestAnnotationDisagrees(t *testing.T) {
	lock := func(mode, name string) observe.Lock {
		return observe.Lock{Relation: schema.Name{Schema: "public", Local: name}, Mode: mode}
	}
	held := func(mode, name string) observe.Lock {
		l := lock(mode, name)
		l.Held = true
		return l
	}
	alter := migrations.StatementEvent{SQL: "ALTER TABLE t …"}
	outside := migrations.StatementEvent{SQL: "CREATE INDEX CONCURRENTLY …", Outside: true}
	app := observe.Lock{Relation: schema.Name{Schema: "app", Local: "o"}, Mode: "SHARE"}
	for _, c := range []struct {
		what, said string
		seen       observe.Seen
		event      migrations.StatementEvent
		want       string
	}{
		{"all equal", "lock ACCESS EXCLUSIVE on t and SHARE on app.o · reads and writes wait · no rewrite · reads every row", observe.Seen{Locks: []observe.Lock{lock("ACCESS EXCLUSIVE", "t"), app}, Scans: true}, alter, ""},
		{"a weaker lock", "lock SHARE on t, brief · no rewrite · no scan", observe.Seen{Locks: []observe.Lock{lock("ACCESS EXCLUSIVE", "t")}}, alter, "it takes ACCESS EXCLUSIVE on t; it does not take SHARE on t"},
		{"a lock too few", "lock ACCESS EXCLUSIVE on t, brief · no rewrite · no scan", observe.Seen{Locks: []observe.Lock{lock("ACCESS EXCLUSIVE", "t"), app}}, alter, "it takes SHARE on app.o"},
		{"ACCESS SHARE is not looked at", "lock ACCESS SHARE on t, brief · no rewrite · no scan", observe.Seen{}, alter, ""},
		{"nothing is said of a lock", "", observe.Seen{Locks: []observe.Lock{lock("SHARE", "t")}}, alter, "it takes SHARE on t"},
		{"a lock that was held before", "lock ACCESS EXCLUSIVE on t, brief · no rewrite · no scan", observe.Seen{Locks: []observe.Lock{held("ACCESS EXCLUSIVE", "t")}}, alter, ""},
		{"a weaker one beside a lock that was held before", "lock SHARE on t, brief · no rewrite · no scan", observe.Seen{Locks: []observe.Lock{held("ACCESS EXCLUSIVE", "t")}}, alter, ""},
		{"a stronger one than was held before", "lock ACCESS EXCLUSIVE on t, brief · no rewrite · no scan", observe.Seen{Locks: []observe.Lock{held("SHARE", "t")}}, alter, "it does not take ACCESS EXCLUSIVE on t"},
		{"a rewrite that is not said", "lock ACCESS EXCLUSIVE on t, brief · no rewrite · no scan", observe.Seen{Locks: []observe.Lock{lock("ACCESS EXCLUSIVE", "t")}, Rewrites: true, Scans: true}, alter, "every row is written anew"},
		{"a rewrite that is not done", "lock ACCESS EXCLUSIVE on t · reads and writes wait · rewrites every row and index", observe.Seen{Locks: []observe.Lock{lock("ACCESS EXCLUSIVE", "t")}}, alter, "no row is written anew"},
		{"a scan that is not said", "lock ACCESS EXCLUSIVE on t, brief · no rewrite · no scan", observe.Seen{Locks: []observe.Lock{lock("ACCESS EXCLUSIVE", "t")}, Scans: true}, alter, "rows are read"},
		{"a scan that is not done", "lock SHARE on t · writes wait · no rewrite · reads every row", observe.Seen{Locks: []observe.Lock{lock("SHARE", "t")}}, alter, "no row is read"},
		{"what a query reads is up to its plan", "lock ROW EXCLUSIVE on t, brief · no rewrite · no scan", observe.Seen{Locks: []observe.Lock{lock("ROW EXCLUSIVE", "t")}, Scans: true}, migrations.StatementEvent{SQL: "UPDATE t SET a = 1"}, ""},
		{"outside a transaction", "lock SHARE UPDATE EXCLUSIVE on t · reads and writes go on · outside a transaction", observe.Seen{Locks: []observe.Lock{lock("SHARE UPDATE EXCLUSIVE", "t")}, Scans: true}, outside, ""},
		{"outside a transaction, and said to be inside", "lock SHARE UPDATE EXCLUSIVE on t · reads and writes go on", observe.Seen{Locks: []observe.Lock{lock("SHARE UPDATE EXCLUSIVE", "t")}}, outside, "it runs outside a transaction"},
		{"inside, and said to be outside", "outside a transaction", observe.Seen{}, alter, "it runs in a transaction"},
		{"no transaction of its own", "in a transaction of its own", observe.Seen{}, alter, "it shares its transaction with others: its step is not tx=each"},
	} {
		said := annotationOf([]string{"+ a change", "  " + c.said})
		step := migrations.Step{Statements: make([]migrations.Statement, 2)}
		if got := strings.Join(said.disagrees(step, measuredStatement{event: c.event, seen: c.seen}), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestPlanned(t *testing.T) {
	for sql, want := range map[string]bool{
		"UPDATE t SET a = 1":                                        true,
		"\nwith x AS (SELECT 1) SELECT 1":                           true,
		"CREATE MATERIALIZED VIEW m AS SELECT 1":                    true,
		"CREATE TEMP TABLE x\nAS (SELECT 1)":                        true,
		"CREATE UNLOGGED TABLE x AS VALUES (1)":                     true,
		"CREATE TABLE x (id int GENERATED ALWAYS AS IDENTITY)":      false,
		"CREATE TABLE x (a int, b int GENERATED ALWAYS AS (a + 1))": false,
		"CREATE VIEW v AS SELECT 1":                                 false,
		"ALTER TABLE t ADD c int":                                   false,
		"DOMAIN":                                                    false,
	} {
		if got := planned(sql); got != want {
			t.Errorf("%s: %v", sql, got)
		}
	}
}
