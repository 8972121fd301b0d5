// The undo bar (8 s, pauses under pointer and focus, one at a time) and toasts (4 s, never for errors of a form).
import { $, icon, make, narrow } from "./dom.js";
import { Failed, send } from "./net.js";
import { keep, kept, mine } from "./store.js";
import { say } from "./words.js";

const STAY = 8000;
let bar = null;
let stop = () => {};
let said = null; // the last toast that is still to be seen

function remaining(until) {
  const seconds = Math.max(0, Math.round((new Date(until) - Date.now()) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function hide() {
  stop();
  bar?.remove();
  bar = null;
}

function show({ text, url, until }) {
  hide();
  const left = make("small", {});
  const button = make("button", { type: "button" }, say("undo"));
  bar = make("div", { class: "undo" }, icon("circle-check"), make("span", { class: "grow" }, text), left, button);
  $("#undo").append(bar);
  let rest = STAY;
  let last = Date.now();
  const tick = setInterval(() => {
    const now = Date.now();
    if (!bar.matches(":hover, :focus-within")) rest -= now - last;
    last = now;
    // The business clock may be fixed for a demonstration: a time that is not ahead is not counted down.
    if (until && new Date(until) > now && new Date(until) - now < 36e5) left.textContent = say("undo_left", { time: remaining(until) });
    if (rest <= 0) hide();
  }, 250);
  stop = () => clearInterval(tick);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await send(url, { method: "POST", body: new FormData() });
      if (answer.status >= 400) {
        const problem = answer.status === 409 ? new DOMParser().parseFromString(answer.text, "text/html").body.textContent.trim() : "";
        toast({ text: problem || new Failed(answer.status).message, bad: true });
      }
    } catch (error) {
      if (error instanceof Failed) toast({ text: error.message, bad: true });
    }
    hide();
  });
}

// `link` ({label, url}) offers where to go on; it stays as long as an undo does. A phone has room for one at a time.
export function toast({ text, bad = false, link = null, stay = link ? STAY : 4000 }) {
  const area = $("#toasts");
  if (!text || !area) return;
  const close = make("button", { type: "button", "aria-label": say("close") }, icon("x", true));
  const note = make("div", { class: bad ? "toast-x t-bad" : "toast-x" }, icon(bad ? "alert-circle" : "circle-check"), make("span", { class: "grow" }, text), link && make("a", { href: link.url }, link.label), close);
  const gone = () => {
    note.remove();
    if (said?.note === note) said = null;
  };
  if (narrow()) area.replaceChildren();
  area.append(note);
  if (!bad) said = { note, text, link };
  close.addEventListener("click", gone);
  setTimeout(gone, bad ? stay * 2 : stay);
}

// An act that leads to another page: what it said is said there.
document.addEventListener("leaving", () => {
  addEventListener("pagehide", () => said && keep(mine("said"), { text: said.text, link: said.link }, sessionStorage), { once: true });
});
const before = kept(mine("said"), null, sessionStorage);
if (before) {
  keep(mine("said"), null, sessionStorage);
  toast(before);
}

document.addEventListener("undo:show", ({ detail }) => show(detail));
document.addEventListener("undo:hide", hide);
document.addEventListener("toast", ({ detail }) => toast(detail));
