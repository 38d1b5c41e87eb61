"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const items = [...document.querySelectorAll(".changes > li")];
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };

  const apply = () => {
    const text = find("text").value.trim().toLowerCase();
    const kind = find("kind").value;
    const action = find("action").value;
    let shown = 0;
    for (const item of items) {
      const fits = (!kind || item.dataset.kind === kind) && (!action || item.dataset.action === action) && (!text || textOf(item).includes(text));
      item.hidden = !fits;
      shown += fits;
    }
    find("shown").textContent = shown;
  };

  const visible = () => items.filter((item) => !item.hidden);
  const unfold = (open) => visible().slice(0, 500).forEach((item) => { item.firstElementChild.open = open; });
  const step = (by) => {
    const rows = visible();
    const at = rows.findIndex((item) => item.contains(document.activeElement));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) next.querySelector("summary").focus();
  };

  if (find("filter")) {
    let waiting;
    find("text").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 80); });
    find("kind").addEventListener("change", apply);
    find("action").addEventListener("change", apply);
    find("filter").addEventListener("submit", (event) => event.preventDefault());
    find("unfold").addEventListener("click", () => unfold(true));
    find("fold").addEventListener("click", () => unfold(false));
    apply();
  }

  find("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "/" && find("text")) { event.preventDefault(); find("text").focus(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
    if (event.key === "o") {
      const item = document.activeElement.closest(".changes > li");
      if (item) item.firstElementChild.open = !item.firstElementChild.open;
    }
  });

  const light = (event, on) => {
    const tile = event.target.closest && event.target.closest("[data-tile]");
    if (!tile) return;
    const same = tile.closest(".pictures").querySelectorAll(`[data-tile="${tile.dataset.tile}"]`);
    same.forEach((other) => other.classList.toggle("lit", on));
  };
  document.addEventListener("mouseover", (event) => light(event, true));
  document.addEventListener("mouseout", (event) => light(event, false));

  const open = () => {
    const item = /^#c\d+$/.test(location.hash) && find(location.hash.slice(1));
    if (item) { item.hidden = false; item.firstElementChild.open = true; item.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
})();
