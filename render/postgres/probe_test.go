package postgres_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	read "github.com/gen-migrate/gen/introspect/postgres"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/render/postgres"
)

// asked and left count the ALTER TABLE statements of TestEvolve that a clone
// answered for, and those that it could not.
var asked, left atomic.Int64

// probe holds what a clone says of the statements of a plan against what they say of
// themselves, which measure holds against the tables.
func (s *server) probe(t *testing.T, have catalog, p diff.Plan) {
	t.Helper()
	up, err := postgres.Render(p, render.Options{ServerVersion: have.version})
	if err != nil {
		t.Fatal(err)
	}
	down, err := postgres.Render(p.Reverse(), render.Options{ServerVersion: have.version})
	if err == nil {
		up = append(up, down...)
	}
	sql := make([]string, len(up))
	for i, st := range up {
		sql[i] = st.SQL
	}
	verdicts, err := read.Probe(context.Background(), s.conn, read.Info{CanTemp: true}, have.db, sql)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range verdicts {
		switch {
		case v.Why != "":
			left.Add(1)
			t.Logf("left out: %s: %s", sql[i], v.Why)
		case v.Asked:
			asked.Add(1)
			if v.Rewrites != up[i].Rewrites || v.Scans != up[i].Scans && !v.Rewrites {
				t.Errorf("said rewrites %t, scans %t, and the clone rewrites %t, scans %t: %s", up[i].Rewrites, up[i].Scans, v.Rewrites, v.Scans, sql[i])
			}
		}
	}
}

// A table of facts that is wrong is found out, and the server is believed.
func TestProbeFindsWrongFacts(t *testing.T) {
	for _, major := range majors(t) {
		s := newServer(t, newDatabase(t, major, "CREATE TABLE t (id int PRIMARY KEY, a varchar(5), b int); ALTER TABLE t ADD CONSTRAINT c CHECK (b > 0) NOT VALID; INSERT INTO t VALUES (1, 'x', 1)"))
		have, version := s.objects(t)
		sql := []string{
			"ALTER TABLE public.t ALTER COLUMN a TYPE varchar(9)", "ALTER TABLE public.t ALTER COLUMN id TYPE bigint", "ALTER TABLE public.t VALIDATE CONSTRAINT c",
			"ALTER TABLE public.t ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES public.t (id)", "ALTER TABLE public.t ALTER COLUMN nope SET NOT NULL", "SELECT 1",
		}
		verdicts, err := read.Probe(t.Context(), s.conn, read.Info{CanTemp: true}, have, sql)
		if err != nil {
			t.Fatal(err)
		}
		want := []read.Verdict{{Asked: true}, {Asked: true, Rewrites: true, Scans: true}, {Asked: true, Scans: true},
			{Why: "it is about more than the table's own rows"}, {Why: `column "nope" of relation "t" does not exist`}, {}}
		if d := cmp.Diff(want, verdicts); d != "" {
			t.Errorf("on %d (-want +got):\n%s", version, d)
		}
		for i, wrong := range []render.Statement{{Scans: true}, {}, {Rewrites: true, Scans: true}} {
			if render.Believe(&wrong, verdicts[i].Rewrites, verdicts[i].Scans) == "" || wrong.Rewrites != want[i].Rewrites || wrong.Scans != want[i].Scans {
				t.Errorf("the fault in %q goes unnoticed: %v", sql[i], wrong)
			}
		}
		after, _ := s.objects(t)
		if d := cmp.Diff(have, after); d != "" {
			t.Errorf("the database is not as it was:\n%s", d)
		}
		if none, err := read.Probe(t.Context(), s.conn, read.Info{}, have, sql); err != nil || none[0].Asked {
			t.Errorf("asked where nothing may be made: %v %v", none, err)
		}
	}
}

// Who holds the table is not waited for long, and keeps nothing else.
func TestProbeDoesNotWaitForLocks(t *testing.T) {
	url := newDatabase(t, majors(t)[0], "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY)")
	s, other := newServer(t, url), newServer(t, url)
	have, _ := s.objects(t)
	other.exec(t, "BEGIN; LOCK TABLE t")
	defer other.exec(t, "ROLLBACK")
	verdicts, err := read.Probe(t.Context(), s.conn, read.Info{CanTemp: true}, have, []string{"ALTER TABLE public.t ADD COLUMN a int", "ALTER TABLE public.u ADD COLUMN a int"})
	if err != nil {
		t.Fatal(err)
	}
	if verdicts[0].Asked || verdicts[0].Why != "canceling statement due to lock timeout" || !verdicts[1].Asked {
		t.Errorf("got %+v", verdicts)
	}
}
