//go:build pages

package erd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gen-migrate/gen/internal/browser"
	"github.com/gen-migrate/gen/schema"
)

// boxesFit complains about boxes that lie on each other and text that is larger
// than its box or lies on other text of its row.
const boxesFit = `
const wrong = [], boxes = [...document.querySelectorAll("svg.erd .b")];
const places = boxes.map((b) => b.querySelector(".box").getBoundingClientRect());
places.forEach((a, i) => places.slice(0, i).forEach((b, j) => {
  if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) wrong.push(boxes[i].id + " lies on " + boxes[j].id);
}));
for (const b of boxes) {
  const size = b.querySelector(".box").getBBox();
  for (const text of b.querySelectorAll("text")) {
    const t = text.getBBox();
    if (t.x < 0 || t.x + t.width > size.width || t.y < -1 || t.y + t.height > size.height + 1) wrong.push(b.id + ": " + text.textContent + " does not fit: " + t.width);
  }
  for (const row of b.querySelectorAll(".r")) {
    const texts = [...row.querySelectorAll("text")].map((t) => [t.getBBox(), t.textContent]).sort((a, b) => a[0].x - b[0].x);
    for (let i = 1; i < texts.length; i++) {
      if (texts[i - 1][0].x + texts[i - 1][0].width > texts[i][0].x) wrong.push(b.id + ": " + texts[i - 1][1] + " lies on " + texts[i][1]);
    }
  }
}
`

// used is a visitor who searches, chooses a table and zooms.
const used = `
const search = document.getElementById("search"), some = () => document.querySelectorAll("#list li[data-words]:not([hidden])").length;
const key = (where, key) => where.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const all = some();
search.value = "NO such table"; search.dispatchEvent(new Event("input"));
if (some() !== 0 || document.getElementById("none").hidden) wrong.push("the search finds what is not there");
search.value = "table_000 ID"; search.dispatchEvent(new Event("input"));
if (some() !== 1) wrong.push("the search finds " + some());
key(search, "Enter");
const here = document.querySelector(".b.here");
if (!here || !here.textContent.includes("table_000")) wrong.push("Enter does not choose what was found");
const near = new Set([here.id]);
for (const e of document.querySelectorAll(".e.on")) { near.add(e.dataset.a); near.add(e.dataset.b); }
if (document.querySelectorAll(".b.on").length !== near.size) wrong.push("neighbours: " + near.size);
const r = here.getBoundingClientRect(), s = document.getElementById("stage").getBoundingClientRect();
if (r.left < s.left - 1 || r.right > s.right + 1 && r.width < s.width) wrong.push("what was found is not in sight");
document.getElementById("list").open = true; search.focus(); key(search, "Escape");
if (some() !== all || document.querySelector(".here")) wrong.push("Escape does not clear");
const stage = document.getElementById("stage"), svg = stage.querySelector("svg");
stage.focus(); key(stage, "0");
const before = svg.getBoundingClientRect().width;
key(stage, "+");
if (!(svg.getBoundingClientRect().width > before)) wrong.push("+ does not zoom");
const box = document.querySelector(".b"); box.focus(); key(box, "Enter");
if (!box.classList.contains("here")) wrong.push("Enter does not choose a box");
`

func TestPageInABrowser(t *testing.T) {
	b := browser.Find(t)
	for _, width := range []int{1280, 480} {
		for name, db := range map[string]*schema.Database{"shop": shop(), "odd": odd(), "1": large(1), "50": large(50), "500": large(500)} {
			t.Run(fmt.Sprintf("%s tables at %d", name, width), func(t *testing.T) {
				page, err := diagram(t, db, Options{}).HTML("Schema")
				if err != nil {
					t.Fatal(err)
				}
				check := boxesFit
				if strings.HasSuffix(name, "0") || name == "1" {
					check += used
				}
				for _, c := range b.Complaints(t, page, width, check+"return wrong;") {
					t.Error(c)
				}
				if drawn, light := browser.Ground(b.Picture(t, page, width, fmt.Sprintf("erd-%s-%d", name, width))); drawn < 0.02 || light < 0.8 {
					t.Errorf("the picture is empty or dark: %.3f is drawn on a ground of %.2f", drawn, light)
				}
			})
		}
	}
	t.Run("in the dark", func(t *testing.T) {
		page, err := diagram(t, shop(), Options{}).HTML("Schema")
		if err != nil {
			t.Fatal(err)
		}
		if drawn, light := browser.Ground(b.Picture(t, page, 1280, "erd-dark", browser.Dark()...)); drawn < 0.02 || light > 0.2 {
			t.Errorf("the picture is empty or light: %.3f is drawn on a ground of %.2f", drawn, light)
		}
	})
	t.Run("what does not fit is found", func(t *testing.T) {
		d := diagram(t, shop(), Options{})
		d.Boxes[0].W, d.Boxes[1].X, d.Boxes[1].Y = 60, d.Boxes[0].X, d.Boxes[0].Y
		page, err := d.HTML("Schema")
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(b.Complaints(t, page, 1280, boxesFit+"return wrong;"), "\n"); !strings.Contains(all, "b2 lies on b1") || !strings.Contains(all, "does not fit") {
			t.Errorf("complaints: %s", all)
		}
		wide := strings.Replace(string(page), "<body>", `<body><p style="width:3000px">wide</p>`, 1)
		if all := strings.Join(b.Complaints(t, []byte(wide), 1280, "return [];"), "\n"); !strings.Contains(all, "px wide") {
			t.Errorf("complaints: %s", all)
		}
		if drawn, _ := browser.Ground(b.Picture(t, []byte("<!DOCTYPE html><title>x</title>"), 480, "blank")); drawn > 0.001 {
			t.Errorf("an empty page passes for a drawn one: %.3f", drawn)
		}
	})
}
