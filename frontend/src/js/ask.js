// A small question over the page: title with the verb, consequence, the verb again as the button.
import { $ } from "./dom.js";
import { say } from "./words.js";

// Resolves to true, false, or the typed text when `field` names one.
export function ask({ title, text = "", yes, no = say("go_back"), danger = false, field = "", value = "" }) {
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
  $("[data-ask-error]", dialog).hidden = true;
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

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "ask-input" || event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  $("[data-ask-yes]").click();
});
