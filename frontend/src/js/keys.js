// The keyboard. Single letters do nothing while a text field has the focus, an IME composes, or the person turned them off.
import { $, VERB, on, typing } from "./dom.js";
import { move, openUrl } from "./drawer.js";
import { remember } from "./net.js";
import { atRow, step } from "./rows.js";
import { openSearch } from "./search.js";
import { toggleRow } from "./selection.js";
import { say } from "./words.js";

const drawer = $("#drawer");
const inDrawer = () => drawer && !drawer.hidden;
const scope = () => $("dialog[open]") ?? (inDrawer() ? drawer : $("#main"));

const showKeys = () => $("#keys-dialog")?.showModal();
on("click", "[data-keys]", showKeys);
on("click", "[data-keys-toggle]", (event, button) => {
  const enabled = document.body.dataset.singleKeys !== "1";
  document.body.dataset.singleKeys = enabled ? "1" : "0";
  button.setAttribute("aria-pressed", String(enabled));
  $("span", button).textContent = say(enabled ? "keys_off" : "keys_on");
  remember("ui.single_keys", enabled);
});

const firstLink = (row, selector) => row && $(`${selector}:not([aria-disabled="true"])`, row)?.click();

const SINGLE = {
  "/": () => $("[data-keyword]")?.focus(),
  "?": showKeys,
  j: () => step(1),
  k: () => step(-1),
  x: () => toggleRow(atRow()),
  r: () => firstLink(atRow(), VERB),
  n: () => ($("[data-start]") ?? $(`tr[data-row] ${VERB}`))?.click(),
};

function digit(key) {
  const chip = $(`form[data-followup] .chip[data-key="${key}"]`);
  if (!chip) return false;
  chip.click();
  chip.focus();
  return true;
}

function save(next) {
  const place = scope();
  if (!place) return false;
  const button = next ? $("[data-save-next]", place) : ($("[data-save]", place) ?? $("form .btn-primary[type=submit], .drawer-f .btn-primary[type=submit], .btn-bad[type=submit]", place));
  if (!button) return false;
  button.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openSearch();
  } else if (command && event.key === "Enter") {
    if (save(event.shiftKey)) event.preventDefault();
  } else if (event.altKey && !command && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    if (openUrl() && !event.target.closest?.(".col-opt")) {
      event.preventDefault();
      move(event.key === "ArrowUp" ? -1 : 1);
    }
  } else if (!command && !event.altKey && !typing(event.target) && document.body.dataset.singleKeys !== "0") {
    if (/^[0-9]$/.test(event.key) && inDrawer() && !$("dialog[open]")) {
      if (digit(event.key)) event.preventDefault();
    } else if (!inDrawer() && !$("dialog[open]") && SINGLE[event.key.toLowerCase()]) {
      event.preventDefault();
      SINGLE[event.key.toLowerCase()]();
    } else if (event.key === "?") {
      event.preventDefault();
      showKeys();
    }
  }
});
