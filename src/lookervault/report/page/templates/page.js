"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const items = all(".changes > li");
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) {
      const own = [...item.firstElementChild.children].filter((child) => !child.matches(".near"));
      texts.set(item, own.map((child) => child.textContent).join("\n").toLowerCase());
    }
    return texts.get(item);
  };

  const within = (folder, chosen) => folder === chosen || folder.startsWith(chosen + "/");
  const fits = {
    text: (item, wanted) => textOf(item).includes(wanted.trim().toLowerCase()),
    folder: (item, wanted) => within(item.dataset.folder, wanted),
    kind: (item, wanted) => item.dataset.kind === wanted,
    action: (item, wanted) => item.dataset.action === wanted,
    origin: (item, wanted) => item.dataset.origin.split(" ").includes(wanted),
  };

  const apply = () => {
    const wanted = Object.keys(fits).map((id) => [id, find(id) ? find(id).value : ""]).filter(([, value]) => value);
    let shown = 0;
    for (const item of items) {
      const fit = wanted.every(([id, value]) => fits[id](item, value));
      item.hidden = !fit;
      shown += fit;
    }
    find("shown").textContent = shown;
  };

  const visible = () => items.filter((item) => !item.hidden);
  const unfold = (open) => visible().forEach((item) => { item.firstElementChild.open = open; });
  const step = (by) => {
    const rows = visible();
    const at = rows.findIndex((item) => item.contains(document.activeElement));
    const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) next.querySelector("summary").focus();
  };

  if (find("filter")) {
    let waiting;
    find("text").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 80); });
    find("filter").addEventListener("change", apply);
    find("filter").addEventListener("submit", (event) => event.preventDefault());
    find("unfold").addEventListener("click", () => unfold(true));
    find("fold").addEventListener("click", () => unfold(false));
    apply();
  }

  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const tellTheme = () => find("theme").setAttribute("aria-pressed", dark());
  find("theme").addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; tellTheme(); });
  system.addEventListener("change", tellTheme);
  tellTheme();

  const keys = {
    "/": () => find("text") && find("text").focus(),
    j: () => step(1),
    k: () => step(-1),
    o: () => {
      const item = document.activeElement.closest(".changes > li");
      if (item) item.firstElementChild.open = !item.firstElementChild.open;
    },
  };
  document.addEventListener("keydown", (event) => {
    if (/^(INPUT|SELECT)$/.test(event.target.tagName)) {
      if (event.key === "Escape") event.target.blur();
    } else if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  // what belongs together lights up together: a tile on both sides, a node and what it is tied to
  const kin = (target) => {
    const tile = target.closest && target.closest("[data-tile]");
    if (tile) return all(`[data-tile="${tile.dataset.tile}"]`, tile.closest(".pictures"));
    const node = target.closest && target.closest("a, [data-node]");
    const at = node && (node.dataset.node || (node.firstElementChild && node.firstElementChild.dataset.node));
    return at ? all(`[data-from="${at}"], [data-to="${at}"]`) : [];
  };
  const light = (on) => (event) => kin(event.target).forEach((other) => other.classList.toggle("lit", on));
  for (const name of ["mouseover", "focusin"]) document.addEventListener(name, light(true));
  for (const name of ["mouseout", "focusout"]) document.addEventListener(name, light(false));

  // paper cannot be unfolded
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])").filter((details) => !details.closest("[hidden]"));
    folded.forEach((details) => { details.open = true; });
  });
  addEventListener("afterprint", () => folded.splice(0).forEach((details) => { details.open = false; }));

  const open = () => {
    const item = /^#c\d+$/.test(location.hash) && find(location.hash.slice(1));
    if (item) { item.hidden = false; item.firstElementChild.open = true; item.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
})();
