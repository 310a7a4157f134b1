//go:build pages

package review

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/diff"
	"github.com/gen-migrate/gen/internal/browser"
	"github.com/gen-migrate/gen/schema"
)

// fits complains about text that is wider than what it stands in, and boxes of the
// diagrams that lie on each other. The diagrams and nothing else may scroll.
const fits = `
const wrong = [];
for (const e of document.querySelectorAll("section, header, article, p, li, td, th, pre, dd, h1, h2, h3, span")) {
  if (e.classList.contains("away")) continue;
  const box = e.getBoundingClientRect();
  if (box.width && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline") wrong.push(e.tagName + " " + e.id + " is too narrow: " + e.textContent.slice(0, 60));
  if (box.right > innerWidth + 1 && !e.closest(".pan")) wrong.push(e.tagName + " " + e.id + " ends at " + box.right);
}
for (const svg of document.querySelectorAll("svg.erd")) {
  const boxes = [...svg.querySelectorAll(".b")], places = boxes.map((b) => b.querySelector(".box").getBoundingClientRect());
  places.forEach((a, i) => places.slice(0, i).forEach((b, j) => {
    if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) wrong.push(boxes[i].id + " lies on " + boxes[j].id);
  }));
  for (const b of boxes) for (const text of b.querySelectorAll("text")) {
    const t = text.getBBox();
    if (t.x < 0 || t.x + t.width > b.querySelector(".box").getBBox().width) wrong.push(b.id + ": " + text.textContent + " does not fit");
  }
}
for (const a of document.querySelectorAll("a")) if (!document.getElementById(a.hash.slice(1))) wrong.push("nothing is at " + a.hash);
const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
if (new Set(ids).size !== ids.length) wrong.push("an id is there twice");
return wrong;
`

// changing is a plan that changes each of so many tables, which refer to each
// other.
func changing(t *testing.T, tables int) Page {
	from, to := &schema.Database{Schemas: []schema.Schema{{Name: "public"}}}, &schema.Database{Schemas: []schema.Schema{{Name: "public"}}}
	text := schema.Type{Text: "text"}
	for i := range tables {
		name := public(fmt.Sprintf("table_%03d_with_a_name_that_is_long", i))
		table := func(more ...schema.Column) schema.Table {
			tab := schema.Table{
				Name: name, Columns: append([]schema.Column{id(), {Name: "parent", Type: schema.Type{Text: "bigint"}}}, more...),
				PrimaryKey: &schema.PrimaryKey{Name: name.Local + "_pkey", Columns: []string{"id"}},
			}
			if i > 0 {
				tab.ForeignKeys = []schema.ForeignKey{{Name: fmt.Sprintf("fk_%d", i), Columns: []string{"parent"}, RefTable: to.Tables[(i-1)/3].Name, RefColumns: []string{"id"}}}
			}
			return tab
		}
		if i%7 != 1 {
			from.Tables = append(from.Tables, table(schema.Column{Name: "old", Type: text}))
		}
		to.Tables = append(to.Tables, table(schema.Column{Name: "new", Type: text, NotNull: true, Default: "'a_very_long_default_without_any_space_in_it_that_must_be_broken_somewhere_to_fit_a_narrow_page'",
			Pos: schema.Pos{File: "internal/some/where/deep/models/in_a_file_with_a_long_name.go", Line: 100 + i, Sym: "SomeStruct.SomeField"}}))
	}
	from.Sort()
	to.Sort()
	p := planned(t, from, to, diff.Renames{})
	p.Title = fmt.Sprintf("%d tables change", tables)
	return p
}

func TestPageInABrowser(t *testing.T) {
	b := browser.Find(t)
	all := pages(t)
	for _, n := range []int{1, 50, 500} {
		all[fmt.Sprint(n)] = changing(t, n)
	}
	for _, width := range []int{1280, 480} {
		for name, p := range all {
			t.Run(fmt.Sprintf("%s at %d", name, width), func(t *testing.T) {
				page := []byte(html(t, p))
				for _, c := range b.Complaints(t, page, width, fits) {
					t.Error(c)
				}
				if drawn, light := browser.Ground(b.Picture(t, page, width, fmt.Sprintf("review-%s-%d", name, width))); drawn < 0.02 || light < 0.8 {
					t.Errorf("the picture is empty or dark: %.3f is drawn on a ground of %.2f", drawn, light)
				}
			})
		}
	}
	t.Run("in the dark", func(t *testing.T) {
		if drawn, light := browser.Ground(b.Picture(t, []byte(html(t, all["small"])), 1280, "review-dark", browser.Dark()...)); drawn < 0.02 || light > 0.2 {
			t.Errorf("the picture is empty or light: %.3f is drawn on a ground of %.2f", drawn, light)
		}
	})
	t.Run("what does not fit is found", func(t *testing.T) {
		page := strings.Replace(html(t, all["small"]), "overflow-wrap: anywhere", "white-space: nowrap", -1)
		page = strings.Replace(page, "<h1>", "<h1>"+strings.Repeat("long", 300), 1)
		page = strings.Replace(page, `href="#s1"`, `href="#nowhere"`, 1)
		found := strings.Join(b.Complaints(t, []byte(page), 1280, fits), "\n")
		for _, want := range []string{"px wide", "H1  is too narrow", "nothing is at #nowhere"} {
			if !strings.Contains(found, want) {
				t.Errorf("%q is not among the complaints: %s", want, found)
			}
		}
	})
}
