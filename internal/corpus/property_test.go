package corpus_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/corpus"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

// TestRandomPairs takes real databases from one random schema to a next one,
// back and forth. CORPUS_N is the number of pairs, CORPUS_SEED the first seed.
func TestRandomPairs(t *testing.T) {
	for _, c := range []struct {
		name    string
		product product
		pairs   int
	}{
		{"PostgreSQL", postgres, 8},
		{"SQLite", sqlite, 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := number(t, "CORPUS_N", c.pairs)
			first := number(t, "CORPUS_SEED", 1)
			for seed := first; seed < first+n; seed++ {
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { randomPair(t, c.product, uint64(seed)) })
			}
		})
	}
}

func number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

func randomPair(t *testing.T, p product, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	d := newDatabase(t, p)
	o := corpus.Options{SQLite: true}
	if d.postgres() {
		o = corpus.Options{Version: d.version / 10000}
	}
	a := corpus.Random(r, o)
	b := corpus.Evolve(r, a, o)
	if seed%4 == 0 {
		b = corpus.Random(r, o) // have nothing to do with each other
	}
	d.schemas = namespaces(a, b)
	d.become(t, a)
	before := d.witness(t, d)
	if !d.become(t, b) {
		return
	}
	fresh := newDatabase(t, p, d.schemas...)
	fresh.become(t, b)
	want := fresh.witness(t, fresh)
	if got, want := anyNames(d.witness(t, d)), anyNames(want); got != want {
		t.Errorf("up does not lead there (-built +migrated):\n%s\nrevision:\n%s", lineDiff(want, got), d.last())
	}
	d.downgrade(t, "-1")
	if got := d.witness(t, d); got != before {
		t.Errorf("down does not lead back (-before +after):\n%s\nrevision:\n%s", lineDiff(before, got), d.last())
	}
	d.upgrade(t, "head")
	d.clean(t, b)
	if got, want := anyNames(d.witness(t, d)), anyNames(want); got != want {
		t.Errorf("up again does not lead there (-built +migrated):\n%s\nrevision:\n%s", lineDiff(want, got), d.last())
	}
}

var pragmaConstraint = regexp.MustCompile(`(?m)^  constraint .*\n`)

// anyNames leaves out the names of SQLite's constraints: one that is to have
// no name keeps the one it has.
func anyNames(witness string) string { return pragmaConstraint.ReplaceAllString(witness, "") }

func (d *database) last() string {
	return string(d.files[fmt.Sprintf("%04d.sql", d.number)].Data)
}

// become takes the database to want; nothing is a rename. It is false where
// the product refuses the change by name.
func (d *database) become(t *testing.T, want *schema.Database) bool {
	t.Helper()
	var a diff.Answers
	for {
		p, err := d.plan(t.Context(), t, want, a)
		if questions, ok := errors.AsType[questionsError](err); ok {
			for _, q := range questions {
				a.NoRename = append(a.NoRename, q.From)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range []diff.Plan{p, p.Reverse()} {
			_, err = d.statements(one)
			if u, ok := errors.AsType[*render.UnsupportedError](err); ok {
				t.Logf("refused: %v", explain(u))
				return false
			}
		}
		d.add(d.revision(t, p))
		d.upgrade(t, "head")
		d.clean(t, want)
		return true
	}
}

// namespaces are those of the databases besides the default one.
func namespaces(list ...*schema.Database) []string {
	seen := map[string]bool{"public": true}
	var names []string
	for _, db := range list {
		for _, s := range db.Schemas {
			if !seen[s.Name] {
				seen[s.Name] = true
				names = append(names, s.Name)
			}
		}
	}
	return names
}
