// The list: query form, scenes, sort, pager fetch only the changing part and write the address.
import { $, $$, dressed, fire, narrow, on, parsed, plain } from "./dom.js";
import { Failed, fetchHtml, remember } from "./net.js";
import { toast } from "./undo.js";
import { say, tell } from "./words.js";

const list = () => $("[data-list]");
let waiting = null;

function clean(url) {
  const address = new URL(url, location.href);
  address.searchParams.delete("open");
  for (const [name, value] of [...address.searchParams]) if (!value) address.searchParams.delete(name, value);
  return address.pathname + (address.searchParams.size ? `?${address.searchParams}` : "");
}

// What has the focus, so that it can have it again after the swap.
function focusKey() {
  const active = document.activeElement;
  if (!active || !list()?.contains(active)) return null;
  if (active.id) return `#${CSS.escape(active.id)}`;
  if (active.name) return `[name="${CSS.escape(active.name)}"]`;
  if (active.matches(".pg")) return active.rel ? `.pg[rel="${active.rel}"]` : ".pg.on";
  if (active.matches(".seg a")) return ".seg a.on";
  if (active.matches(".sort")) return `th:nth-child(${[...active.closest("tr").children].indexOf(active.closest("th")) + 1}) .sort`;
  if (active.dataset.refresh !== undefined) return "[data-refresh]";
  return ".tbl-x";
}

function swap(html, { changed = [] } = {}) {
  const old = list();
  const focus = focusKey();
  const scroll = $(".tbl-x", old)?.scrollLeft ?? 0;
  const fresh = parsed(html).firstElementChild;
  if (!fresh) return;
  old.replaceWith(fresh);
  dressed(fresh);
  const table = $(".tbl-x", fresh);
  if (table) table.scrollLeft = scroll;
  for (const id of changed) $(`tr[data-row="${CSS.escape(String(id))}"]`, fresh)?.classList.add("changed");
  if (focus) $(focus, fresh)?.focus({ preventScroll: true });
  fire("list:drawn", { root: fresh });
}

// Fetch the list at `url`; `push` writes it into the address.
export async function load(url, { push = false, changed = [], quiet = false } = {}) {
  const box = list();
  if (!box) return;
  waiting?.abort();
  waiting = new AbortController();
  box.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => box.classList.add("slow"), 300);
  try {
    const html = await fetchHtml(url, { "X-Fragment": "list" }, waiting.signal);
    swap(html, { changed });
    if (push) {
      history.pushState({ list: url }, "", url);
      fire("address");
    }
    if (!quiet) tell($(".pager > span", list())?.textContent ?? say("loaded"));
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Failed)) throw error;
    box.dataset.failed = url;
    toast({ text: error.message, bad: true });
  } finally {
    clearTimeout(slow);
    box.removeAttribute("aria-busy");
    box.classList.remove("slow");
  }
}

export const refresh = (changed = []) => (list() ? load(list().dataset.url, { changed, quiet: true }) : Promise.resolve());

on("click", "a[data-frag]", (event, link) => {
  if (!plain(event) || !list()) return;
  event.preventDefault();
  load(clean(link.getAttribute("href")), { push: true });
});
on("submit", "form[data-query]", (event, form) => {
  event.preventDefault();
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  load(clean(`${form.getAttribute("action") || location.pathname}?${query}`), { push: true });
});
on("change", "form[data-query] .pick input", (event, box) => box.closest("label").classList.toggle("on", box.checked));
on("click", "[data-fold]", (event, button) => {
  const form = button.closest("form");
  const folded = form.classList.toggle("folded");
  button.setAttribute("aria-expanded", String(!folded));
  if (!narrow()) remember(form.dataset.remember, { folded });
});
on("click", "[data-refresh]", () => {
  const failed = list()?.dataset.failed;
  if (list()) load(failed ?? list().dataset.url);
  else location.reload();
});
on("submit", "form[data-jump]", (event, form) => {
  event.preventDefault();
  const page = Math.min(Math.max(parseInt($("input", form).value, 10) || 1, 1), Number(form.dataset.pages) || 1);
  const address = new URL(form.dataset.jump, location.href);
  address.searchParams.set("page", page);
  load(clean(address), { push: true });
});
on("change", "[data-page-size]", async (event, field) => {
  await remember(field.dataset.pageSize, { page_size: Number(field.value) });
  const address = new URL(list().dataset.url, location.href);
  for (const name of ["page", "after", "before", "last"]) address.searchParams.delete(name);
  load(clean(address), { push: true });
});
on("click", "[data-fullscreen]", (event, button) => {
  if (document.fullscreenElement) document.exitFullscreen();
  else button.closest(".list-card, .card")?.requestFullscreen?.();
});
document.addEventListener("list:refresh", ({ detail }) => refresh(detail.changed ?? []));
addEventListener("popstate", () => {
  const box = list();
  const url = clean(location.href);
  if (box && location.pathname === new URL(box.dataset.url, location.href).pathname && clean(box.dataset.url) !== url) load(url, { quiet: true });
});

// On a phone the query form starts folded; the choice there is not remembered.
function foldOnPhone(root) {
  const form = $("form[data-query]", root);
  const button = form && $("[data-fold]", form);
  if (button && narrow()) {
    form.classList.add("folded");
    button.setAttribute("aria-expanded", "false");
  }
}

// Pinned columns throw a shadow, and the head follows the page, only while the table is wider than its card.
function measure() {
  for (const box of $$(".tbl-x")) {
    box.classList.remove("fits");
    const fits = box.scrollWidth <= box.clientWidth + 1;
    box.classList.toggle("fits", fits);
    if (fits) box.removeAttribute("tabindex");
    else box.setAttribute("tabindex", "0");
    edges(box);
    follow(box);
  }
}

// How far the head goes along with the page: from the bars down to the last row. Browsers that can, move it themselves.
const FOLLOWS = CSS.supports("animation-timeline: view()");

function follow(box) {
  const head = $("thead", box);
  if (!head || box.classList.contains("fits")) return;
  const way = Math.max(0, box.clientHeight - head.offsetHeight);
  if (FOLLOWS) {
    box.style.setProperty("--head-way", `${way}px`);
    return;
  }
  const own = box.closest(".drawer-m, .dialog"); // what scrolls there has no bars
  const root = document.documentElement;
  const top = own ? own.getBoundingClientRect().top : document.fullscreenElement ? 0 : parseFloat(getComputedStyle(root).scrollPaddingTop) - 16;
  const gone = top - box.getBoundingClientRect().top;
  box.style.setProperty("--head-shift", `${Math.round(Math.min(Math.max(0, gone), way))}px`);
}

function edges(box) {
  box.classList.toggle("at-start", box.scrollLeft <= 1);
  box.classList.toggle("at-end", box.scrollLeft + box.clientWidth >= box.scrollWidth - 1);
}

function scrolled({ target }) {
  if (target.classList?.contains("tbl-x")) edges(target);
  else if (!FOLLOWS) $$(".tbl-x").forEach(follow);
}

document.addEventListener("scroll", scrolled, { capture: true, passive: true });
document.addEventListener("content", ({ detail }) => {
  foldOnPhone(detail.root);
  measure();
});
addEventListener("resize", measure);
document.addEventListener("layout", measure);
foldOnPhone(document);
measure();
document.fonts?.ready.then(measure);
