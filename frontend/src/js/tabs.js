// Work tabs: the pages of this person in this store, at most ten; kept on the device.
import { $, icon, make, on } from "./dom.js";
import { placeAt } from "./position.js";
import { keep, kept, mine } from "./store.js";
import { say } from "./words.js";

const MOST = 10;
const bar = $("[data-wtabs]");
const here = location.pathname;
const { lang } = document.body.dataset;
let tabs = [];

const label = (page = document) => $("[data-page-title]", page)?.dataset.pageTitle || page.title.replace(/^\(\d+\+?\) /, "").split(" · ")[0];
const read = () => kept(mine("tabs"), []).filter((tab) => tab && typeof tab.path === "string");
const write = () => keep(mine("tabs"), tabs);

function visit() {
  tabs = read();
  if (!tabs.some((tab) => tab.path === "/")) tabs.unshift({ path: "/", url: "/", title: say("workbench"), at: 0 });
  const known = tabs.find((tab) => tab.path === here);
  const url = location.pathname + location.search;
  tabs.find((tab) => tab.path === "/").title = say("workbench");
  if (known) Object.assign(known, { url, title: here === "/" ? say("workbench") : label(), lang, at: Date.now() });
  else tabs.push({ path: here, url, title: label(), lang, at: Date.now() });
  while (tabs.length > MOST) {
    const clean = tabs.filter((tab) => tab.path !== "/" && tab.path !== here && !tab.dirty).sort((a, b) => a.at - b.at)[0];
    if (!clean) break;
    tabs.splice(tabs.indexOf(clean), 1);
  }
  write();
}

function draw() {
  bar.replaceChildren(
    ...tabs.map((tab) => {
      const current = tab.path === here;
      const item = make(
        "span",
        { class: current ? "wtab on" : "wtab", "data-tab": tab.path },
        make("a", { class: "cut", href: tab.url, "aria-current": current ? "page" : null, draggable: "false" }, tab.title),
        tab.dirty ? make("i", { class: "dirty", title: say("unsaved"), role: "img", "aria-label": say("unsaved") }) : null,
      );
      if (tab.path !== "/") {
        item.append(make("button", { type: "button", "data-tab-close": true, "aria-label": say("close_tab", { title: tab.title }) }, icon("x")));
      }
      return item;
    }),
  );
}

// Titles of another language: each page is asked until it answers, once. One that cannot be seen keeps its old title.
async function retitle() {
  for (const tab of tabs.filter((one) => one.lang !== lang && one.path !== "/")) {
    const answer = await fetch(tab.url).catch(() => null);
    if (!answer) continue;
    tab.lang = lang;
    if (answer.ok && !answer.redirected) tab.title = label(new DOMParser().parseFromString(await answer.text(), "text/html"));
    write();
    draw();
  }
}

function close(paths) {
  const going = new Set(paths.filter((path) => path !== "/"));
  const at = tabs.findIndex((tab) => tab.path === here);
  tabs = tabs.filter((tab) => !going.has(tab.path));
  write();
  draw();
  if (going.has(here)) location.assign((tabs[Math.min(at, tabs.length) - 1] ?? tabs[0]).url);
}

const pathOf = (element) => element.closest("[data-tab]").dataset.tab;

function contextMenu(event, item) {
  event.preventDefault();
  $(".ctx-menu")?.remove();
  const path = pathOf(item);
  const at = tabs.findIndex((tab) => tab.path === path);
  const all = tabs.map((tab) => tab.path);
  const entries = [
    ["tabs_refresh", () => (path === here ? location.reload() : location.assign(tabs[at].url))],
    ["tabs_close", () => close([path])],
    ["tabs_others", () => close(all.filter((one) => one !== path))],
    ["tabs_left", () => close(all.slice(0, at))],
    ["tabs_right", () => close(all.slice(at + 1))],
    ["tabs_all", () => close(all)],
  ];
  const menu = make("div", { class: "menu-pop menu-list ctx-menu", role: "menu" });
  for (const [key, act] of entries) {
    const entry = make("button", { type: "button", role: "menuitem" }, say(key));
    entry.addEventListener("click", () => {
      menu.remove();
      act();
    });
    menu.append(entry);
  }
  document.body.append(menu);
  placeAt(menu, event.clientX, event.clientY);
  menu.firstChild.focus();
}

// Mark this page's tab: something on it was typed and not saved.
export function markDirty(state) {
  const tab = tabs.find((one) => one.path === here);
  if (!tab || Boolean(tab.dirty) === state) return;
  tab.dirty = state;
  write();
  draw();
}

export const dirtyTabs = () => tabs.filter((tab) => tab.dirty).map((tab) => tab.title);
export const forgetTabs = () => keep(mine("tabs"), null);

if (bar && document.body.dataset.user) {
  visit();
  const own = tabs.find((tab) => tab.path === here);
  if (own) own.dirty = false;
  write();
  draw();
  retitle();
  on("click", "[data-tab-close]", (event, button) => close([pathOf(button)]));
  on("auxclick", "[data-tab]", (event, item) => {
    if (event.button !== 1) return;
    event.preventDefault();
    close([pathOf(item)]);
  });
  on("contextmenu", "[data-tab]", contextMenu);
  document.addEventListener("click", (event) => event.target.closest?.(".ctx-menu") || $(".ctx-menu")?.remove());
  document.addEventListener("keydown", (event) => event.key === "Escape" && $(".ctx-menu")?.remove());
  document.addEventListener("address", () => {
    const tab = tabs.find((one) => one.path === here);
    if (tab && location.pathname === here) {
      tab.url = location.pathname + location.search;
      write();
      $(`[data-tab="${CSS.escape(here)}"] a`)?.setAttribute("href", tab.url);
    }
  });
}
