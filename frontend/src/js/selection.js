// Ticked rows and what can be done with them. A command that some of them refuse says how many and why.
import { $, $$, narrow, on } from "./dom.js";
import { busy, working } from "./busy.js";
import { openDialog } from "./dialog.js";
import { Failed, send } from "./net.js";
import { parsed } from "./dom.js";
import { toast } from "./undo.js";
import { say } from "./words.js";

let everything = false;

const boxes = () => $$("[data-check]");
const ticked = () => boxes().filter((box) => box.checked);
const rowOf = (box) => box.closest("tr, [data-row-card]");

function reasons() {
  const source = document.getElementById("reasons");
  return source ? JSON.parse(source.textContent) : [];
}

// Why `command` cannot be done to the selection: "" when it can be done to every row.
function refusal(command, chosen, sentences) {
  const against = chosen.map((box) => JSON.parse(rowOf(box).dataset.no ?? "{}")[command]).filter((index) => index !== undefined);
  if (!against.length) return "";
  const why = sentences[against[0]];
  return against.length === chosen.length ? say("refused_all", { why }) : say("refused", { n: against.length, total: chosen.length, why });
}

function draw() {
  const bar = $("[data-batch]");
  if (!bar) return;
  const chosen = ticked();
  if (!chosen.length) everything = false;
  bar.hidden = !chosen.length;
  const all = $("[data-select-all]", bar);
  const total = Number(all?.dataset.total) || 0;
  $("[data-count]", bar).textContent = everything && total ? total.toLocaleString("en") : chosen.length;
  all?.toggleAttribute("hidden", everything || total <= boxes().length);
  for (const box of boxes()) rowOf(box).classList.toggle("sel", box.checked);
  const head = $("[data-check-all]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === boxes().length;
    head.indeterminate = chosen.length > 0 && !head.checked;
  }
  const sentences = reasons();
  for (const button of $$("button[data-command]", bar)) {
    const why = everything ? "" : refusal(button.dataset.command, chosen, sentences);
    if (why) {
      button.setAttribute("aria-disabled", "true");
      button.dataset.tip = why;
    } else {
      button.removeAttribute("aria-disabled");
      delete button.dataset.tip;
    }
  }
}

function chosenParameters() {
  const all = $("[data-select-all]");
  if (everything) return new URLSearchParams({ all: "1", query: all.dataset.query ?? "" });
  return new URLSearchParams({ ids: ticked().map((box) => box.closest("[data-row]").dataset.row).join(",") });
}

async function act(button) {
  if (working(button)) return;
  const chosen = chosenParameters();
  if (button.dataset.mode !== "now") {
    await openDialog(`${button.dataset.url}?${chosen}`, button);
    return;
  }
  const body = new FormData();
  for (const [name, value] of chosen) body.append(name, value);
  body.append("store", document.body.dataset.store ?? "");
  body.append("key", crypto.randomUUID?.() ?? String(Math.random()));
  busy(button);
  try {
    const answer = await send(button.dataset.url, { method: "POST", body });
    if (answer.status === 409) toast({ text: parsed(answer.text).textContent.trim(), bad: true });
    else if (answer.status >= 400) toast({ text: new Failed(answer.status).message, bad: true });
  } catch (error) {
    if (error instanceof Failed) toast({ text: error.message, bad: true });
    else throw error;
  } finally {
    busy(button, false);
  }
}

let last = null;
on("click", "[data-check]", (event, box) => {
  everything = false;
  if (event.shiftKey && last?.isConnected) {
    const all = boxes();
    const [a, b] = [all.indexOf(last), all.indexOf(box)].sort((x, y) => x - y);
    for (const one of all.slice(a, b + 1)) one.checked = box.checked;
  }
  last = box;
  draw();
});
on("change", "[data-check-all]", (event, head) => {
  everything = false;
  for (const box of boxes()) box.checked = head.checked;
  draw();
});
on("click", "[data-clear]", (event) => {
  event.preventDefault();
  for (const box of boxes()) box.checked = false;
  draw();
  $("[data-check-all]")?.focus();
});
on("click", "[data-select-all]", (event) => {
  event.preventDefault();
  everything = true;
  for (const box of boxes()) box.checked = true;
  draw();
});
on("click", "[data-batch] button[data-command]", (event, button) => act(button));
document.addEventListener("list:drawn", () => {
  everything = false;
  draw();
});

export function toggleRow(row) {
  const box = row && $("[data-check]", row);
  if (!box) return;
  box.checked = !box.checked;
  everything = false;
  draw();
}

if (!narrow()) draw();
