// Ctrl K: the global search as one types. Arrow keys choose, Enter opens.
import { $, $$, dressed, on, parsed } from "./dom.js";
import { fetchHtml } from "./net.js";

const dialog = $("#search-dialog");
const input = $("[data-search-input]");
const hits = $("[data-search-hits]");
let waiting = null;
let timer = 0;

export function openSearch() {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  input.select();
  look();
}

async function look() {
  waiting?.abort();
  waiting = new AbortController();
  try {
    const html = await fetchHtml(`/search/?q=${encodeURIComponent(input.value.trim())}`, { "X-Dialog": "1" }, waiting.signal);
    hits.replaceChildren(parsed(html));
    dressed(hits);
    choose(0);
  } catch {
    // the next letter asks again
  }
}

function choose(at) {
  const links = $$(".hit", hits);
  links.forEach((link, index) => {
    link.classList.toggle("at", index === at);
    link.id ||= `hit-${index}`;
    link.closest("[role=option]")?.setAttribute("aria-selected", String(index === at));
  });
  if (links[at]) {
    input.setAttribute("aria-activedescendant", links[at].id);
    links[at].scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

on("click", "[data-search-open]", openSearch);
input?.addEventListener("input", (event) => {
  if (event.isComposing) return;
  clearTimeout(timer);
  timer = setTimeout(look, 160);
});
input?.addEventListener("compositionend", () => look());
input?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const links = $$(".hit", hits);
  const at = links.findIndex((link) => link.classList.contains("at"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose((at + (event.key === "ArrowDown" ? 1 : -1) + links.length) % Math.max(links.length, 1));
  } else if (event.key === "Enter") {
    event.preventDefault();
    links[at]?.click();
  }
});
