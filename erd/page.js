"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const stage = byId("stage"), svg = stage.querySelector("svg"), list = byId("list"), search = byId("search");
  const width = svg.width.baseVal.value, height = svg.height.baseVal.value;
  const least = () => Math.min(1, 0.8 * Math.min(stage.clientWidth / width, stage.clientHeight / height));
  let x = 0, y = 0, scale = 1, chosen = null;

  stage.classList.add("live");
  document.querySelector(".tools").hidden = false;
  search.hidden = false;
  if (matchMedia("(max-width: 720px)").matches) list.open = false;

  const show = () => { svg.style.transform = `translate(${x}px, ${y}px) scale(${scale})`; };
  const zoom = (factor, atX = stage.clientWidth / 2, atY = stage.clientHeight / 2) => {
    const next = Math.max(least(), Math.min(3, scale * factor));
    x = atX - (atX - x) * next / scale;
    y = atY - (atY - y) * next / scale;
    scale = next;
    show();
  };
  const fit = () => {
    scale = Math.min(1, stage.clientWidth / width, stage.clientHeight / height);
    x = Math.max(0, (stage.clientWidth - width * scale) / 2);
    y = Math.max(0, (stage.clientHeight - height * scale) / 2);
    show();
  };
  const centre = (box) => {
    const place = box.transform.baseVal.getItem(0).matrix, size = box.querySelector(".box");
    scale = Math.max(scale, 0.8);
    x = stage.clientWidth / 2 - (place.e + size.width.baseVal.value / 2) * scale;
    y = stage.clientHeight / 2 - (place.f + Math.min(size.height.baseVal.value, stage.clientHeight / scale) / 2) * scale;
    show();
  };

  const choose = (box) => {
    chosen = box;
    for (const old of document.querySelectorAll(".on, .here")) old.classList.remove("on", "here");
    for (const link of list.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    stage.classList.toggle("some", !!box);
    byId("clear").disabled = !box;
    if (!box) return;
    box.classList.add("on", "here");
    for (const edge of svg.querySelectorAll(".e")) {
      const { a, b } = edge.dataset;
      if (a !== box.id && b !== box.id) continue;
      edge.classList.add("on");
      byId(a).classList.add("on");
      byId(b).classList.add("on");
    }
    const link = list.querySelector(`a[href="#${box.id}"]`);
    if (link) link.setAttribute("aria-current", "true");
  };

  byId("in").onclick = () => zoom(1.3);
  byId("out").onclick = () => zoom(1 / 1.3);
  byId("fit").onclick = fit;
  byId("clear").onclick = () => choose(null);
  stage.addEventListener("wheel", (e) => {
    e.preventDefault();
    const r = stage.getBoundingClientRect();
    zoom(Math.exp(-e.deltaY * (e.deltaMode ? 0.05 : 0.0015)), e.clientX - r.left, e.clientY - r.top);
  }, { passive: false });

  // One pointer moves the drawing, two zoom it.
  const pointers = new Map();
  let moved = 0;
  stage.addEventListener("pointerdown", (e) => {
    pointers.set(e.pointerId, e);
    if (pointers.size === 1) moved = 0;
  });
  stage.addEventListener("pointermove", (e) => {
    const before = pointers.get(e.pointerId);
    if (!before) return;
    const other = [...pointers.values()].find((p) => p.pointerId !== e.pointerId);
    if (other) {
      const r = stage.getBoundingClientRect();
      const far = (p) => Math.hypot(p.clientX - other.clientX, p.clientY - other.clientY) || 1;
      zoom(far(e) / far(before), (e.clientX + other.clientX) / 2 - r.left, (e.clientY + other.clientY) / 2 - r.top);
    } else {
      x += e.clientX - before.clientX;
      y += e.clientY - before.clientY;
      show();
    }
    moved += Math.abs(e.clientX - before.clientX) + Math.abs(e.clientY - before.clientY);
    if (moved > 4) {
      stage.classList.add("drag");
      stage.setPointerCapture(e.pointerId);
    }
    pointers.set(e.pointerId, e);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, (e) => {
      pointers.delete(e.pointerId);
      stage.classList.remove("drag");
    });
  }
  stage.addEventListener("click", (e) => {
    if (moved > 4) return;
    const box = e.target.closest(".b");
    choose(box === chosen ? null : box);
  });

  // The browser scrolls what gets the focus into view; the drawing moves instead.
  stage.addEventListener("scroll", () => { stage.scrollTop = stage.scrollLeft = 0; });
  stage.addEventListener("focusin", (e) => {
    const box = e.target.closest(".b");
    if (!box || !box.matches(":focus-visible")) return;
    const b = box.getBoundingClientRect(), s = stage.getBoundingClientRect();
    if (b.left < s.left || b.top < s.top || b.right > s.right || b.bottom > s.bottom) centre(box);
  });
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Escape") {
      choose(null);
      if (document.activeElement === search) { search.value = ""; filter(); }
      return;
    }
    if (document.activeElement === search) return;
    if (e.key === "/") { e.preventDefault(); list.open = true; search.focus(); return; }
    if (!stage.contains(document.activeElement)) return;
    const box = document.activeElement.closest(".b");
    const act = {
      "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), "0": fit,
      ArrowLeft: () => { x += 60; show(); }, ArrowRight: () => { x -= 60; show(); },
      ArrowUp: () => { y += 60; show(); }, ArrowDown: () => { y -= 60; show(); },
      Enter: () => choose(box === chosen ? null : box), " ": () => choose(box === chosen ? null : box),
    }[e.key];
    if (act) { e.preventDefault(); act(); }
  });

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const item of list.querySelectorAll("li[data-words]")) {
      item.hidden = !words.every((w) => item.dataset.words.includes(w));
      if (!item.hidden) found++;
    }
    byId("none").hidden = found > 0;
  };
  const go = (id) => { const box = byId(id); choose(box); centre(box); };
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (e) => {
    const first = list.querySelector("li[data-words]:not([hidden]) a");
    if (e.key === "Enter" && first) go(first.hash.slice(1));
  });
  list.addEventListener("click", (e) => {
    const link = e.target.closest("a");
    if (!link) return;
    e.preventDefault();
    if (matchMedia("(max-width: 720px)").matches) list.open = false;
    go(link.hash.slice(1));
  });
  addEventListener("resize", () => { if (!chosen) fit(); });
  fit();
})();
