// The drawer over a list (below 768 px a sheet). Its address stands in the page's address, so it can be sent, reloaded, gone back to.
import { $, $$, dressed, focusable, make, on, parsed, plain } from "./dom.js";
import { ask } from "./ask.js";
import { Failed, fetchHtml, send } from "./net.js";
import { say } from "./words.js";

const drawer = $("#drawer");
const scrim = $("[data-scrim]");
let from = null; // {row, pk, link}: the row it was opened from and the shape of the link
let place = -1; // where that row stands in the list: its place may be another's when it has left
let waiting = null;
let shownUrl = "";

export const openUrl = () => shownUrl;
const wanted = () => new URLSearchParams(location.search).get("open");
const sameSite = (url) => url.startsWith("/") && !url.startsWith("//");

function addressWith(url) {
  const address = new URL(location.href);
  address.searchParams.delete("open");
  const rest = address.searchParams.toString();
  const open = url ? `open=${encodeURIComponent(url).replaceAll("%2F", "/")}` : "";
  const query = [rest, open].filter(Boolean).join("&");
  return address.pathname + (query ? `?${query}` : "");
}

const rows = () => $$("tr[data-row], [data-row-card]").filter((row) => row.getClientRects().length);
const rowLinks = (row) => $$("a[data-drawer]", row);
// The same link of another row has the same address with another key in it.
const shape = (url) => url.replace(/\d+/g, "#");
const hrefOf = (link) => link.getAttribute("href");

function rowOf(url) {
  for (const row of rows()) {
    if (rowLinks(row).some((link) => hrefOf(link) === url)) return { row, link: shape(url), pk: row.dataset.row };
  }
  return null;
}

// The row the drawer stands on, found again after the list was drawn anew.
export function current() {
  if (!from) return null;
  if (from.row.isConnected) return from;
  const again = $(`tr[data-row="${CSS.escape(from.pk)}"]`);
  return again ? { ...from, row: again } : null;
}

// The link of a row that is most like what is looked for: the first shape that it has, else its first link.
function linkIn(row, ...shapes) {
  const links = rowLinks(row);
  return shapes.map((one) => links.find((link) => shape(hrefOf(link)) === one)).find(Boolean) ?? links[0];
}

function mark() {
  for (const row of $$("tr.at")) row.classList.remove("at");
  const here = current();
  if (shownUrl && here) here.row.classList.add("at");
  const all = rows();
  const at = here ? all.indexOf(here.row) : -1;
  if (at >= 0) place = at;
  const told = $("[data-position]", drawer);
  if (told) {
    told.textContent = at < 0 ? "" : say("position", { n: at + 1, total: all.length });
    $("[data-drawer-prev]", drawer)?.toggleAttribute("disabled", at <= 0);
    $("[data-drawer-next]", drawer)?.toggleAttribute("disabled", at < 0 || at >= all.length - 1);
  }
}

function focusFirst() {
  const target =
    $('[aria-invalid="true"], .has-error input, .has-error select, .has-error textarea', drawer) ??
    $('.chip[aria-pressed="true"], .chip[data-chip]:not([aria-disabled])', drawer) ??
    $(".drawer-m input:not([type=hidden]):not([type=checkbox]):not([type=radio]), .drawer-m select, .drawer-m textarea", drawer);
  (target ?? drawer).focus({ preventScroll: true });
}

function reveal() {
  if (!drawer.hidden) return;
  drawer.hidden = false;
  scrim.hidden = false;
  document.documentElement.classList.add("has-drawer");
}

// What only reads can be scrolled by the keyboard too.
function readable(part) {
  if (!focusable(part).length) part.tabIndex = 0;
}

function fill(content) {
  drawer.replaceChildren(typeof content === "string" ? parsed(content) : content);
  for (const part of $$(".drawer-m, .drawer-s", drawer)) readable(part);
  dressed(drawer);
  mark();
}

// Show what did not come from an address of its own (a follow-up that was refused).
export function fillDrawer(content) {
  shownUrl = "";
  reveal();
  fill(content);
  focusFirst();
}

function skeleton() {
  drawer.replaceChildren(
    make("div", { class: "drawer-wait", "aria-busy": "true" }, ...[1, 2, 3, 4].map(() => make("div", { class: "skel" }))),
  );
}

function failed(error, url) {
  const again = make("button", { type: "button", class: "btn" }, say("retry"));
  again.addEventListener("click", () => load(url));
  const close = make("button", { type: "button", class: "btn", "data-drawer-close": true }, say("close"));
  drawer.replaceChildren(
    make("div", { class: "empty", role: "alert" }, make("h3", { id: "drawer-title" }, error.message), make("div", { class: "row-x" }, error.status === 404 ? null : again, close)),
  );
  close.focus();
}

async function load(url) {
  waiting?.abort();
  waiting = new AbortController();
  const slow = setTimeout(skeleton, shownUrl ? 600 : 250);
  shownUrl = url;
  try {
    const html = await fetchHtml(url, { "X-Drawer": "1" }, waiting.signal);
    clearTimeout(slow);
    reveal();
    fill(html);
    focusFirst();
  } catch (error) {
    clearTimeout(slow);
    if (error.name === "AbortError") return;
    if (!(error instanceof Failed)) throw error;
    reveal();
    failed(error, url);
  }
}

// Open `url`. Opening over an open drawer replaces its place in the history.
export async function openDrawer(url, { opener = null, push = true } = {}) {
  if (!drawer || !sameSite(url)) return;
  if (!(await mayLeave())) return;
  const row = opener?.closest?.("tr[data-row], [data-row-card]");
  if (row) from = { row, link: shape(url), pk: row.dataset.row };
  else if (!opener || !drawer.contains(opener)) from = rowOf(url) ?? from;
  if (push) {
    const method = shownUrl ? "replaceState" : "pushState";
    history[method]({ ...history.state, drawer: url, pushed: shownUrl ? history.state?.pushed : true }, "", addressWith(url));
  }
  await load(url);
}

export async function mayLeave() {
  const dirty = $("[data-dirty]", drawer ?? document);
  if (!dirty) return true;
  const yes = await ask({ title: say("leave_title"), text: say("leave_text"), yes: say("leave_yes"), no: say("leave_no") });
  if (yes) delete dirty.dataset.dirty;
  return yes;
}

function shut() {
  const here = current();
  waiting?.abort();
  shownUrl = "";
  drawer.hidden = true;
  scrim.hidden = true;
  drawer.replaceChildren();
  document.documentElement.classList.remove("has-drawer");
  mark();
  const row = here?.row ?? (from && (rows()[place] ?? rows().at(-1)));
  const back = row ? linkIn(row, from.link) : null;
  (back ?? $("#main"))?.focus({ preventScroll: true });
}

export async function closeDrawer({ force = false } = {}) {
  if (!drawer || drawer.hidden || (!force && !(await mayLeave()))) return;
  shut();
  if (history.state?.pushed) history.back();
  else history.replaceState({}, "", addressWith(""));
}

// The row `step` further (−1, +1), in the form that is open where the row has it; false at the end.
export async function move(step) {
  const all = rows();
  const here = current();
  const next = all[(here ? all.indexOf(here.row) : -1) + step];
  const link = next && linkIn(next, shape(shownUrl), here?.link);
  if (!link) return false;
  await openDrawer(hrefOf(link), { opener: link });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

on("click", "a[data-drawer]", (event, link) => {
  if (!plain(event) || !drawer) return;
  event.preventDefault();
  for (const open of $$("dialog[open]")) open.close();
  openDrawer(hrefOf(link), { opener: link });
});
on("click", "[data-drawer-close], [data-scrim]", () => closeDrawer());
on("click", "[data-drawer-prev]", () => move(-1));
on("click", "[data-drawer-next]", () => move(1));

// Where there is no room for both, the body and each tab of the side are tabs of one row.
on("click", "[data-part]", (event, tab) => {
  if (tab.matches("a") && !plain(event)) return;
  for (const other of $$("[data-part]", tab.parentElement)) {
    other.classList.toggle("on", other === tab);
    other.setAttribute("aria-selected", String(other === tab));
  }
  tab.closest(".drawer-b").classList.toggle("side-on", tab.dataset.part === "side");
});
on("keydown", "[data-part]", (event, tab) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  event.preventDefault();
  const other = event.key === "ArrowLeft" ? tab.previousElementSibling : tab.nextElementSibling;
  other?.focus();
  other?.click();
});

// The tabs of the side: only that part is fetched.
on("click", "a[data-side]", async (event, link) => {
  if (!plain(event)) return;
  event.preventDefault();
  const side = link.closest(".drawer-s") ?? $("#side");
  const html = await fetchHtml(link.getAttribute("href"), { "X-Fragment": "side", "X-Drawer": "1" });
  const fresh = parsed(html).firstElementChild;
  side.replaceWith(fresh);
  readable(fresh);
  dressed(fresh);
  $("a.on", fresh)?.focus();
});

on("click", "[data-reveal]", async (event, button) => {
  const answer = await send(button.dataset.reveal, { method: "POST", body: new FormData() });
  const told = answer.text.startsWith("{") ? JSON.parse(answer.text) : {};
  if (answer.status === 200) {
    const link = make("a", { class: "btn btn-s", href: `tel:${told.number}`, "data-dial": true }, told.pretty);
    button.previousElementSibling?.matches(".btn") && button.previousElementSibling.remove();
    button.replaceWith(link);
    link.focus();
  } else button.after(make("span", { class: "error", role: "alert" }, told.error ?? new Failed(answer.status).message));
});

document.addEventListener("drawer:close", () => closeDrawer({ force: true }));
// The server says so after a form was saved: nothing in it is unsaved any more.
document.addEventListener("drawer:open", ({ detail }) => {
  for (const form of $$("form[data-dirty]", drawer)) delete form.dataset.dirty;
  openDrawer(detail.url);
});
// A file was added beside the form: only the side is fetched anew, what is being written stays.
document.addEventListener("side:refresh", ({ detail }) => {
  const tab = $("a[data-side].on");
  if (tab) tab.click();
  else if (drawer && !drawer.hidden) openDrawer(detail.url);
  else location.assign(detail.url);
});
document.addEventListener("drawer:filled", mark);
document.addEventListener("drawer:refresh", () => shownUrl && !$("[data-dirty]", drawer) && load(shownUrl));
document.addEventListener("list:drawn", mark);

addEventListener("popstate", async () => {
  const url = wanted();
  if (url && url !== shownUrl) await openDrawer(url, { push: false });
  else if (!url && shownUrl) {
    if (!$("[data-dirty]", drawer)) return shut();
    // Back asks like Esc: until it is answered, the drawer keeps its place.
    history.pushState({ drawer: shownUrl, pushed: true }, "", addressWith(shownUrl));
    if (!(await mayLeave())) return;
    shut();
    history.back();
  }
});

// Tab stays inside while the drawer is open.
document.addEventListener("keydown", (event) => {
  if (!drawer || drawer.hidden || $("dialog[open]")) return;
  if (event.key === "Tab") {
    const stops = focusable(drawer);
    if (!stops.length) return;
    const [first, last] = [stops[0], stops.at(-1)];
    if (!drawer.contains(document.activeElement)) first.focus();
    else if (event.shiftKey && (document.activeElement === first || document.activeElement === drawer)) last.focus();
    else if (!event.shiftKey && document.activeElement === last) first.focus();
    else return;
    event.preventDefault();
  } else if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) {
    // The same key press would close the question that may open now.
    event.preventDefault();
    closeDrawer();
  }
});

if (drawer && wanted() && sameSite(wanted())) openDrawer(wanted(), { push: false });
