package corpus_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/schema"
)

// An evolution is a set of models in versions v1, v2, …, each a package of
// its own below testdata, that follow one another in a database with rows.
type evolution struct {
	name     string
	product  product
	dir      string // below testdata
	versions int
	schemas  []string
	setup    string // before anything: what the models need and gen does not manage
	strange  string // after v1: objects that gen does not manage and must leave alone
	unknown  []string
	hints    hints
	answers  map[int]diff.Answers
	// repair is what rows need before they fit a version: the upgrade stops at
	// them, and goes on where it stopped once they are mended.
	repair map[int]repair
}

type repair struct {
	fails string // what the error says
	sql   string
	lose  []string // the columns it writes
}

var evolutions = []evolution{
	{
		name: "shop on PostgreSQL", product: postgres, dir: "shop", versions: 7,
		schemas: []string{"auth", "catalog", "sales", "stock", "ops"},
		setup:   `CREATE EXTENSION btree_gist;`,
		strange: shopStrangers,
		unknown: []string{
			"aggregate public.longest(text)", "collation public.strange_collation", "composite type public.strange_pair", "domain public.strange_domain",
			"function public.strange_trigger()", "materialized view catalog.brand_names", "typed table public.strange_typed",
			"policy catalog.brands catalog.strange_policy", "procedure public.strange_procedure()", "range type public.strange_range",
			"rule stock.tiers stock.strange_rule", "extended statistics catalog.brands public.strange_statistics", "trigger catalog.brands catalog.strange_trigger", "view public.strange_view",
		},
		hints: hints{
			"email": pattern("'user%d@example.com'"), "agent": pattern(`'"agent %d"'`), "attempts": pattern("'%d'"), "ver": pattern("'%d'"),
			"list_price": func(k int) string { return fmt.Sprint(k + 100) }, "percent": func(k int) string { return fmt.Sprint(1 + k%98) },
			"stars": func(k int) string { return fmt.Sprint(1 + k%5) }, "state": constant("'draft'"), "until": pattern("'2030-01-01 00:00:00'::timestamp + '%d days'::interval"),
			"age": func(k int) string { return fmt.Sprint(20 + k%100) }, "method": constant("'card'"), "amount": pattern("%d.5"),
			"events": constant("DEFAULT"), "country": func(k int) string { return fmt.Sprintf("'%c%c'", 'A'+k%26, 'A'+k/26) },
			"kind": constant("'text'"), "position": func(k int) string { return fmt.Sprint(k) },
		},
		repair: map[int]repair{6: {
			fails: `invalid input value for enum sales.order_status: "returned"`,
			sql:   `UPDATE sales.orders SET status = 'new' WHERE status = 'returned'; UPDATE sales.refunds SET was = 'new' WHERE was = 'returned';`,
			lose:  []string{"status", "was"},
		}},
	},
	{
		name: "little shop on SQLite", product: sqlite, dir: "shoplite", versions: 6,
		strange: `
			CREATE VIEW strange_view AS SELECT id, name FROM brands;
			CREATE VIEW strange_join AS SELECT u.id, o.total FROM users u JOIN orders o ON o.tenant_id = u.id;
			CREATE TABLE strange_log (what TEXT);
			CREATE TRIGGER strange_trigger AFTER INSERT ON products BEGIN INSERT INTO strange_log VALUES (new.name); END;
			CREATE TRIGGER strange_update AFTER UPDATE OF total ON orders WHEN new.total > 5 BEGIN INSERT INTO strange_log VALUES ('total; ' || new.total); END;
			CREATE VIRTUAL TABLE strange_search USING fts5(body);`,
		unknown: []string{"trigger products strange_trigger", "trigger orders strange_update", "view strange_join", "view strange_view", "virtual table strange_search"},
		hints: hints{
			"list_price": func(k int) string { return fmt.Sprint(k + 1000) }, "percent": func(k int) string { return fmt.Sprint(1 + k%98) },
			"state": constant("'draft'"), "age": func(k int) string { return fmt.Sprint(20 + k%100) }, "attrs": pattern(`'{"k": %d}'`),
			"country": func(k int) string { return fmt.Sprintf("'%c%c'", 'A'+k%26, 'A'+k/26) },
		},
	},
}

// shopStrangers depend on tables of the shop that stay as they are as far as
// the objects see, and live in schemas that gen manages.
const shopStrangers = `
CREATE DOMAIN public.strange_domain AS text CHECK (VALUE <> '');
CREATE TYPE public.strange_pair AS (a integer, b text);
CREATE TYPE public.strange_range AS RANGE (subtype = date);
CREATE COLLATION public.strange_collation FROM "C";
CREATE FUNCTION public.strange_trigger() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  -- a comment; with a semicolon

  RETURN NEW;
END $$;
CREATE PROCEDURE public.strange_procedure() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE public.longest(text) (SFUNC = textcat, STYPE = text);
CREATE TRIGGER strange_trigger BEFORE UPDATE OF name ON catalog.brands FOR EACH ROW EXECUTE FUNCTION public.strange_trigger();
CREATE POLICY strange_policy ON catalog.brands USING (name <> 'nobody');
CREATE RULE strange_rule AS ON DELETE TO stock.tiers DO INSTEAD NOTHING;
CREATE STATISTICS public.strange_statistics ON id, name FROM catalog.brands;
CREATE VIEW public.strange_view AS SELECT id, name FROM stock.suppliers;
CREATE MATERIALIZED VIEW catalog.brand_names AS SELECT name FROM catalog.brands;
CREATE TABLE public.strange_typed OF public.strange_pair;
`

func (e evolution) path() string {
	return filepath.Join("..", "..", "testdata", e.dir)
}

func (e evolution) models(t testing.TB, d *database, version int) *schema.Database {
	t.Helper()
	want := d.scan(t, e.path(), fmt.Sprintf("./v%d", version))
	if d.postgres() {
		return want
	}
	// strange_log stands for a table that the models do not know. gen would
	// drop it, so it takes part.
	for _, table := range d.have(t).Tables {
		if table.Name.Local == "strange_log" {
			want.Tables = append(want.Tables, table)
		}
	}
	want.Sort()
	return want
}

// TestVersionsForthAndBack takes a database with rows through every version:
// laws 2 and 3 with an independent witness, and rows that live on.
func TestVersionsForthAndBack(t *testing.T) {
	for _, e := range evolutions {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			fresh := e.fresh(t)
			d := newDatabase(t, e.product, e.schemas...)
			d.exec(t, e.setup)
			for v := 1; v <= e.versions; v++ {
				if !t.Run(fmt.Sprintf("v%d", v), func(t *testing.T) { e.advance(t, d, v, fresh[v]) }) {
					return
				}
				if v == 1 {
					d.exec(t, e.strange)
				}
				e.unmanaged(t, d)
				d.seed(t, 10*v, 3, e.hints)
			}
		})
	}
}

// fresh is the witness of each version built out of nothing.
func (e evolution) fresh(t *testing.T) []string {
	t.Helper()
	witnesses := []string{""}
	for v := 1; v <= e.versions; v++ {
		d := build(t, e.product, e.setup, func(d *database) *schema.Database { return e.models(t, d, v) }, e.schemas...)
		if v > 1 {
			d.exec(t, e.strange)
		}
		witnesses = append(witnesses, d.witness(t, d))
	}
	return witnesses
}

// advance takes the database to version v, back, and to v again.
func (e evolution) advance(t *testing.T, d *database, v int, fresh string) {
	want, answers := e.models(t, d, v), e.answers[v]
	before, rows := d.witness(t, d), d.contents(t)
	had := d.have(t)

	p, err := d.plan(t.Context(), t, want, answers)
	if err != nil {
		t.Fatal(err)
	}
	data := d.revision(t, p)
	if dir := os.Getenv("CORPUS_KEEP"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s_v%d.sql", e.dir, v)), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	d.same(t, want, answers, data)
	d.add(data)
	forward := func() {
		d.upgrade(t, "head")
		d.clean(t, want)
		if got, fresh := withNamesOf(d.witness(t, d), fresh, want), sortWitness(fresh); got != fresh {
			t.Errorf("v%d reached step by step is not v%d built out of nothing (-nothing +steps):\n%s\nrevision:\n%s", v, v, lineDiff(fresh, got), data)
		}
		survive(t, p, rows, d.contents(t), false)
	}
	if r, ok := e.repair[v]; ok {
		_, err := d.runnerOf(t).Upgrade(t.Context(), "head")
		if err == nil || !strings.Contains(err.Error(), r.fails) {
			t.Fatalf("rows that do not fit v%d: upgrade says %v, want %q", v, err, r.fails)
		}
		d.exec(t, r.sql)
		for _, columns := range rows {
			for _, c := range r.lose {
				delete(columns, c)
			}
		}
	}
	forward()
	d.downgrade(t, "-1")
	// The sequence of a serial column has no name in the models; the way back
	// names it after the table as it is called then.
	if got, before := withNamesOf(d.witness(t, d), before, &schema.Database{}), sortWitness(before); got != before {
		t.Errorf("down from v%d does not lead back (-before +after):\n%s\nrevision:\n%s", v, lineDiff(before, got), data)
	}
	if a, b := catalog(had), catalog(d.have(t)); a != b {
		t.Errorf("down from v%d: the catalog reads differently (-before +after):\n%s", v, lineDiff(a, b))
	}
	survive(t, p, rows, d.contents(t), true)
	if t.Failed() {
		t.FailNow()
	}
	forward()
}

// catalog is what gen itself reads, in the form of the witnesses.
func catalog(db *schema.Database) string {
	db = schema.Clone(db)
	for i := range db.Tables {
		slices.SortFunc(db.Tables[i].Columns, func(a, b schema.Column) int { return strings.Compare(a.Name, b.Name) })
	}
	return foldTexts(schema.Format(db))
}

// unmanaged fails unless gen lists what it does not manage (law 5); that it
// leaves the objects alone is in the witness.
func (e evolution) unmanaged(t *testing.T, d *database) {
	t.Helper()
	var listed []string
	for _, o := range d.have(t).Unmanaged {
		line := o.Kind
		if !o.Table.IsZero() {
			line += " " + o.Table.String()
		}
		listed = append(listed, line+" "+o.Name.String())
	}
	for _, o := range e.unknown {
		if !slices.ContainsFunc(listed, func(l string) bool { return l == o }) {
			t.Errorf("not listed as unmanaged: %s; these are: %q", o, listed)
		}
	}
}

// TestAllVersionsWithoutRows runs all revisions in one go, back to nothing,
// and forth again.
func TestAllVersionsWithoutRows(t *testing.T) {
	for _, e := range evolutions {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, e.product, e.schemas...)
			d.exec(t, e.setup)
			empty := d.witness(t, d)
			for v := 1; v <= e.versions; v++ {
				d.step(t, e.models(t, d, v), e.answers[v])
			}
			last := d.witness(t, d)
			d.downgrade(t, "base")
			if got := d.witness(t, d); got != empty {
				t.Errorf("down to base leaves something (-before +after):\n%s", lineDiff(empty, got))
			}
			d.upgrade(t, "head")
			if got := d.witness(t, d); got != last {
				t.Errorf("all at once is not one after the other (-single +at once):\n%s", lineDiff(last, got))
			}
		})
	}
}

// lineDiff shows the lines that only one of two texts has, with the line that
// begins the block they are part of.
func lineDiff(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	// common[i][j] is the length of the longest common part of x[i:] and y[j:].
	common := make([][]int32, len(x)+1)
	for i := range common {
		common[i] = make([]int32, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out strings.Builder
	block, shown := "", ""
	show := func(sign, line string) {
		if block != shown && block != line {
			fmt.Fprintln(&out, "  "+block)
		}
		shown = block
		fmt.Fprintln(&out, sign+line)
	}
	for i, j := 0, 0; i < len(x) || j < len(y); {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			if !strings.HasPrefix(x[i], " ") {
				block = x[i]
			}
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && common[i+1][j] >= common[i][j+1]:
			show("- ", x[i])
			i++
		default:
			show("+ ", y[j])
			j++
		}
	}
	return out.String()
}
