package render_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/render"
	"github.com/gen-migrate/gen/schema"
)

var (
	orders = schema.Name{Schema: "public", Local: "orders"}
	users  = schema.Name{Schema: "app", Local: "users"}
	added  = diff.AddColumn{Table: orders, Column: schema.Column{Name: "status", Type: schema.Type{Text: "text"},
		Pos: schema.Pos{File: "models/order.go", Line: 17, Col: 2, Sym: "Order.Status"}}}
	dropped = diff.DropColumn{Table: orders, Column: schema.Column{Name: "status", Type: schema.Type{Text: "text"}}}
)

func TestComment(t *testing.T) {
	brief := []render.Lock{{Relation: orders, Mode: "ACCESS EXCLUSIVE"}}
	long := []render.Lock{{Relation: orders, Mode: "ACCESS EXCLUSIVE", Long: true}}
	for _, c := range []struct {
		what string
		s    render.Statement
		want string
	}{
		{"a change with its position at a fixed column", render.Statement{Change: added, First: true, Locks: brief}, `
+ orders.status text                         models/order.go:17 Order.Status
  lock ACCESS EXCLUSIVE on orders, brief · no rewrite · no scan`},
		{"a later statement of a change", render.Statement{Change: added, Locks: brief}, `
  lock ACCESS EXCLUSIVE on orders, brief · no rewrite · no scan`},
		{"several changes in one", render.Statement{Change: added, First: true, Also: []diff.Change{dropped}}, `
+ orders.status text                         models/order.go:17 Order.Status
- orders.status text`},
		{"nothing to say", render.Statement{Change: added}, ``},
		{"lost data and hazards", render.Statement{Change: dropped, Loses: "what was written to orders.status", Hazards: []render.Hazard{{ID: "DATA02", Text: "column\ngoes"}}}, `
  loses data: what was written to orders.status
  hazard DATA02: column goes`},
		{"a rewrite", render.Statement{Locks: long, Rewrites: true, Scans: true}, `
  lock ACCESS EXCLUSIVE on orders · reads and writes wait · rewrites every row and index`},
		{"a rewrite in SQLite", render.Statement{Rewrites: true}, `
  rewrites every row`},
		{"a scan", render.Statement{Locks: []render.Lock{{Relation: orders, Mode: "SHARE ROW EXCLUSIVE", Long: true}, {Relation: users, Mode: "SHARE ROW EXCLUSIVE", Long: true}}, Scans: true}, `
  lock SHARE ROW EXCLUSIVE on orders, app.users · writes wait · no rewrite · reads every row`},
		{"a scan beside which all goes on", render.Statement{Locks: []render.Lock{{Relation: orders, Mode: "SHARE UPDATE EXCLUSIVE", Long: true}, {Relation: users, Mode: "ROW SHARE", Long: true}}, Scans: true}, `
  lock SHARE UPDATE EXCLUSIVE on orders and ROW SHARE on app.users · reads and writes go on · reads every row`},
		{"the strongest lock counts", render.Statement{Locks: []render.Lock{{Relation: orders, Mode: "SHARE", Long: true}, {Relation: users, Mode: "ACCESS EXCLUSIVE", Long: true}}}, `
  lock SHARE on orders and ACCESS EXCLUSIVE on app.users · reads and writes wait · no rewrite · no scan`},
		{"an index built beside the work", render.Statement{Locks: []render.Lock{{Relation: orders, Mode: "SHARE UPDATE EXCLUSIVE", Long: true}}, Scans: true, Tx: render.NoTx}, `
  lock SHARE UPDATE EXCLUSIVE on orders · reads and writes go on · outside a transaction`},
		{"an enum value", render.Statement{Tx: render.OwnTx}, `
  in a transaction of its own`},
		{"a rebuild in SQLite", render.Statement{Change: dropped, First: true, Rebuild: true, Rewrites: true}, `
- orders.status text
  rebuild: every row is copied into a new table, foreign keys off meanwhile`},
		{"a later statement of a rebuild", render.Statement{Change: dropped, Rebuild: true, Rewrites: true}, ``},
	} {
		t.Run(c.what, func(t *testing.T) {
			got := strings.Join(render.Comment(c.s), "\n")
			if d := cmp.Diff(strings.TrimPrefix(c.want, "\n"), got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCommentKeepsALongLineApartFromItsPosition(t *testing.T) {
	long := added
	long.Column.Name = strings.Repeat("n", 60)
	line := render.Comment(render.Statement{Change: long, First: true})[0]
	if !strings.HasSuffix(line, " text  models/order.go:17 Order.Status") {
		t.Errorf("%q", line)
	}
}
