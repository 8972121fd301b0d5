// Badges, bell and counts: one small request every minute and after each act. A number that changes moves nothing else.
import { $, $$, on } from "./dom.js";
import { send } from "./net.js";
import { keep, kept, mine } from "./store.js";
import { say } from "./words.js";

const EVERY = 60_000;
const title = document.title;
let timer = 0;

function draw(figures) {
  for (const badge of $$("[data-badge]")) {
    const told = figures.badges?.[badge.dataset.badge];
    const n = typeof told === "number" ? { n: told, text: told > 999 ? "999+" : String(told || "") } : told;
    badge.textContent = n?.text ?? "";
    badge.classList.toggle("count-hot", Boolean(n?.hot) && !("badgeSum" in badge.dataset));
  }
  const unread = figures.unread ?? {};
  const n = typeof unread === "number" ? unread : (unread.n ?? 0);
  const text = typeof unread === "number" ? (n > 999 ? "999+" : String(n)) : unread.text;
  for (const pip of $$("[data-unread]")) {
    pip.textContent = n ? text : "";
    pip.hidden = !n;
  }
  const bell = $("[data-bell]");
  bell?.setAttribute("aria-label", n ? bell.dataset.unreadLabel.replace("%s", n) : bell.dataset.label);
  for (const [key, value] of Object.entries(figures.queues ?? {})) {
    const box = $(`[data-queue="${CSS.escape(key)}"]`);
    if (box) box.textContent = value;
  }
  document.title = n ? `(${n > 99 ? "99+" : n}) ${title}` : title;
}

async function ask() {
  clearTimeout(timer);
  timer = setTimeout(ask, EVERY);
  if (document.hidden || !navigator.onLine) return;
  try {
    const answer = await send("/live/", { quiet: true, headers: { "X-Fragment": "live" } });
    if (answer.status !== 200) return;
    const figures = JSON.parse(answer.text);
    keep(mine("live"), figures, sessionStorage);
    draw(figures);
  } catch {
    // the next minute asks again
  }
}

if (document.body.dataset.user) {
  const last = kept(mine("live"), null, sessionStorage);
  if (last) draw(last);
  ask();
  document.addEventListener("badges:refresh", ask);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
}

on("click", "[data-show-password]", (event, button) => {
  const field = button.parentElement.querySelector("input");
  const show = field.type === "password";
  field.type = show ? "text" : "password";
  button.setAttribute("aria-pressed", String(show));
});
