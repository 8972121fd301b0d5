// The import: a file is dropped or chosen and sent at once; work under way is asked after; tabs and what a choice reveals.
import { $, $$, dressed, on, parsed } from "./dom.js";
import { send } from "./net.js";

const EVERY = 1500;

// Dropping. The input keeps the file, so that the form is an ordinary one without a script.
function over(event, state) {
  const place = event.target.closest?.("[data-drop]");
  if (!place) return null;
  event.preventDefault();
  place.classList.toggle("over", state);
  return place;
}

document.addEventListener("dragover", (event) => over(event, true));
document.addEventListener("dragleave", (event) => over(event, false));
document.addEventListener("drop", (event) => {
  const place = over(event, false);
  const files = event.dataTransfer?.files;
  if (!place || !files?.length) return;
  const input = document.getElementById(place.getAttribute("for"));
  const kept = new DataTransfer();
  kept.items.add(files[0]);
  input.files = kept.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// The same file once more, mended meanwhile, is a choice too.
on("click", "[data-drop-input]", (event, input) => {
  input.value = "";
});
on("change", "[data-drop-input]", (event, input) => {
  const name = $("[data-drop-name]", input.form);
  if (name) name.textContent = input.files[0]?.name ?? "";
  if (input.files.length) input.form.requestSubmit($("button[type=submit]", input.form));
});

// Progress: the server says how far it is, and when it is over where to go.
async function ask(place) {
  if (!place.isConnected) return;
  try {
    const answer = await send(place.dataset.poll, { headers: { "X-Fragment": "progress" } });
    if (answer.status === 204) return;
    if (answer.status === 200) {
      const had = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
      place.replaceChildren(parsed(answer.text));
      dressed(place);
      if (had) $$("a", place).find((link) => link.getAttribute("href") === had)?.focus();
    }
  } catch {
    // the next time asks again
  }
  setTimeout(() => ask(place), EVERY);
}

for (const place of $$("[data-poll]")) setTimeout(() => ask(place), EVERY);

on("click", "[data-tabs] [data-tab]", (event, tab) => {
  const group = tab.closest("[data-tabs]");
  for (const one of $$("[data-tab]", group)) {
    const chosen = one === tab;
    one.classList.toggle("on", chosen);
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    document.getElementById(one.dataset.tab).hidden = !chosen;
  }
});

on("keydown", "[data-tabs] [data-tab]", (event, tab) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const all = $$("[data-tab]", tab.closest("[data-tabs]"));
  const next = all[(all.indexOf(tab) + step + all.length) % all.length];
  next.click();
  next.focus();
});
