// What was saved without a network waits on this device and is sent by itself: each follow-up once, known to the server by
// its key. What the server refuses is opened again with the reason. Nothing of it stays here once it has arrived.
import { $, $$, fire, make, on } from "./dom.js";
import { ask } from "./ask.js";
import { openUrl } from "./drawer.js";
import { Failed, send, signInAgain } from "./net.js";
import { present, refusedForm } from "./refused.js";
import { keep, kept, ours } from "./store.js";
import { toast } from "./undo.js";
import { say, tell } from "./words.js";

const PAUSES = [2, 4, 8, 15, 30, 60, 120, 300]; // seconds from one attempt to the next
const key = ours("outbox");
let tries = 0;
let timer = 0;
let sending = false;
let resting = false; // nobody wanted to sign in again: wait until somebody asks

export const waiting = () => kept(key, []);
const write = (entries) => keep(key, entries.length ? entries : null);
const here = (entry) => entry.store === document.body.dataset.store;
const drop = (entry) => write(waiting().filter((one) => one.id !== entry.id));

// Keep a form that could not be sent; false when this device keeps nothing.
export function put(form, submitter) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  const url = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  const entry = {
    id: form.elements.namedItem("key").value,
    url,
    fields,
    title: $("#drawer-title")?.textContent.trim() ?? "",
    store: form.elements.namedItem("store").value,
    draft: form.dataset.draft ?? "",
    from: openUrl(),
  };
  write([...waiting().filter((one) => one.url !== url && one.id !== entry.id), entry]);
  if (!waiting().some((one) => one.id === entry.id)) return false;
  keep(ours(`draft.${entry.draft}`), null);
  draw();
  later();
  return true;
}

function body(entry) {
  const data = new FormData();
  for (const [name, value] of entry.fields) data.append(name, value);
  return data;
}

// Send one; answers "gone" (arrived, also when it had arrived before), "refused" or "later".
async function post(entry) {
  let answer;
  try {
    answer = await send(entry.url, { method: "POST", body: body(entry), headers: { "X-Drawer": "1" }, quiet: true });
    if (answer.status === 401) {
      await signInAgain();
      return post(entry);
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    resting = error.status === 401;
    return { verdict: "later" };
  }
  if (answer.status < 300) return { verdict: "gone", answer };
  if (answer.status === 429 || answer.status >= 500) return { verdict: "later" };
  return { verdict: "refused", answer };
}

// What the answer has to say besides (a defeat by the system, a date that was moved).
function noticesOf(answer) {
  try {
    return JSON.parse(answer.response.headers.get("HX-Trigger"))["followup:saved"].notices ?? [];
  } catch {
    return [];
  }
}

async function round() {
  let arrived = 0;
  for (const entry of waiting().filter((one) => here(one) && !one.refused)) {
    const { verdict, answer } = await post(entry);
    if (verdict === "later") {
      later();
      break;
    }
    tries = 0;
    if (verdict === "gone") {
      drop(entry);
      arrived += 1;
      for (const text of noticesOf(answer)) toast({ text });
    } else {
      write(waiting().map((one) => (one.id === entry.id ? { ...one, refused: true } : one)));
      if ($("#drawer")?.hidden) show(entry, answer);
    }
  }
  if (!arrived) return;
  fire("list:refresh", { changed: [] });
  fire("badges:refresh");
  toast({ text: say("outbox_sent", { n: arrived }) });
}

// Two tabs do not send at the same time; if they did, the key would make it one all the same.
export async function flush() {
  clearTimeout(timer);
  if (sending || resting || !navigator.onLine || !waiting().some((one) => here(one) && !one.refused)) return draw();
  sending = true;
  try {
    if (navigator.locks) await navigator.locks.request("driveline-outbox", { ifAvailable: true }, (lock) => (lock ? round() : later()));
    else await round();
  } finally {
    sending = false;
    draw();
  }
}

function later() {
  clearTimeout(timer);
  const pause = PAUSES[Math.min(tries, PAUSES.length - 1)];
  tries += 1;
  timer = setTimeout(flush, pause * 1000);
}

function show(entry, answer) {
  if (answer.status === 422) present(answer.text);
  else present(refusedForm(entry, answer.status === 409 ? answer.text : new Failed(answer.status).message));
}

// What was refused is asked for once more when it is opened: by then it may be taken.
async function openRefused() {
  const entry = waiting().find((one) => one.refused && here(one));
  if (!entry) return;
  const { verdict, answer } = await post(entry);
  if (verdict === "refused") show(entry, answer);
  else if (verdict === "gone") {
    drop(entry);
    fire("list:refresh", { changed: [] });
  } else toast({ text: say("failed_text"), bad: true });
  draw();
}

// The banner: no network, how many wait, how many were refused. And a mark on each row whose words are on their way.
function draw() {
  const banner = $("[data-offline]");
  if (!banner) return;
  const all = waiting();
  const refused = all.filter((one) => one.refused);
  const n = all.length - refused.length;
  const off = !navigator.onLine;
  const elsewhere = n > 0 && !all.some((one) => !one.refused && here(one));
  const text = off
    ? n ? say("offline_kept", { n }) : say("offline")
    : refused.length ? say("outbox_refused", { n: refused.length, name: refused[0].title })
    : elsewhere ? say("outbox_elsewhere", { n })
    : n ? say("outbox_waiting", { n }) : "";
  const line = $("[data-offline-text]", banner);
  if (line.textContent !== text) line.textContent = text;
  banner.hidden = !text;
  $("[data-outbox-send]", banner).hidden = off || refused.length > 0 || elsewhere || !n;
  $("[data-outbox-open]", banner).hidden = off || !refused.some(here);
  $("[data-outbox-drop]", banner).hidden = !refused.length;
  for (const mark of $$(".to-send")) mark.remove();
  for (const entry of all) {
    const link = [entry.url, entry.from].map((url) => url && $(`#main a[data-drawer][href="${CSS.escape(url)}"]`)).find(Boolean);
    link?.closest("tr, [data-row-card]")?.querySelector("a.name")?.after(" ", make("span", { class: "tag-s tag-warn to-send" }, say("outbox_row")));
  }
}

function again() {
  tries = 0;
  resting = false;
  return flush();
}

on("click", "[data-outbox-send]", again);
on("click", "[data-outbox-open]", openRefused);
on("click", "[data-outbox-drop]", async () => {
  const entry = waiting().find((one) => one.refused);
  if (entry && (await ask({ title: say("outbox_drop_title", { name: entry.title }), text: say("outbox_drop_text"), yes: say("draft_drop"), danger: true }))) drop(entry);
  draw();
});

// Saved after all, by another way: nothing of it waits any longer.
document.addEventListener("followup:saved", ({ detail }) => {
  write(waiting().filter((one) => !one.url.startsWith(`/lead-tasks/${detail.task}/`)));
  draw();
});

// Signing out with something unsent says so; it stays here and goes out at the next sign-in.
on("submit", 'form[action="/sign-out/"]', async (event, form) => {
  const n = waiting().length;
  if (!n || form.dataset.sure) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask({ title: say("outbox_leave_title"), text: say("outbox_leave_text", { n }), yes: say("outbox_leave_yes"), no: say("go_back") }))) return;
  form.dataset.sure = "1";
  form.requestSubmit();
}, { capture: true });

if (document.body.dataset.user) {
  addEventListener("online", () => {
    tell(say("online"));
    again();
  });
  addEventListener("offline", draw);
  addEventListener("storage", draw);
  document.addEventListener("visibilitychange", () => document.hidden || flush());
  document.addEventListener("list:drawn", draw);
  draw();
  flush();
}
