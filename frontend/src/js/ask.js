// A small question over the page: title with the verb, consequence, the verb again as the button.
import { $, on } from "./dom.js";
import { say } from "./words.js";

let missing = ""; // what is said of an empty field

// Resolves to true or false; when `field` names one, to the typed text or null. `wanted` is said of a field left empty,
// `wrong` of the value that stands in it.
export function ask({ title, text = "", yes, no = say("go_back"), danger = false, field = "", wanted = "", wrong = "", value = "" }) {
  const dialog = $("#ask");
  if (!dialog) return Promise.resolve(field ? null : true);
  $("#ask-title", dialog).textContent = title;
  $("[data-ask-text]", dialog).textContent = text;
  const accept = $("[data-ask-yes]", dialog);
  accept.textContent = yes;
  accept.classList.toggle("btn-bad", danger);
  accept.classList.toggle("btn-primary", !danger);
  $("[data-ask-no]", dialog).textContent = no;
  const box = $("[data-ask-field]", dialog);
  const input = $("#ask-input", dialog);
  box.hidden = !field;
  $("label", box).textContent = field;
  missing = field && wanted;
  complain(input, wrong);
  input.value = value;
  const before = document.activeElement;
  dialog.returnValue = "no";
  dialog.showModal();
  (field ? input : $("[data-ask-no]", dialog)).focus();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const said = dialog.returnValue === "yes";
        if (before?.isConnected) before.focus({ preventScroll: true });
        resolve(field ? (said ? input.value.trim() : null) : said);
      },
      { once: true },
    );
  });
}

function complain(input, text) {
  const error = $("#ask-error");
  error.textContent = text;
  error.hidden = !text;
  input.setAttribute("aria-invalid", String(Boolean(text)));
  input.classList.toggle("is-invalid", Boolean(text));
}

on("submit", "#ask form", (event) => {
  const input = $("#ask-input");
  if (event.submitter?.value !== "yes" || !missing || input.value.trim()) return;
  event.preventDefault();
  complain(input, missing);
  input.focus();
});
on("input", "#ask-input", (event, input) => complain(input, ""));

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "ask-input" || event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  $("[data-ask-yes]").click();
});
