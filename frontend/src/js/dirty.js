// Input that was not saved: marks the form, the tab, and holds back who leaves the page. A chosen file is none: it is still
// where it came from.
import { $ } from "./dom.js";
import { markDirty } from "./tabs.js";

let leaving = false;

function touched(event) {
  const form = event.target.form ?? event.target.closest?.("form");
  if (!form?.matches("form[data-form]") || /^(hidden|file)$/.test(event.target.type) || !(event.isTrusted || event.target.tomselect)) return;
  form.dataset.dirty = "1";
  markDirty(true);
}

document.addEventListener("input", touched);
document.addEventListener("change", touched);
for (const name of ["form:saved", "drawer:close", "dialog:close", "list:drawn", "content"]) {
  document.addEventListener(name, () => setTimeout(() => markDirty(Boolean($("form[data-dirty]")))));
}
document.addEventListener("leaving", () => {
  leaving = true;
});
// A form that is sent leaves the page, unless a script sends it, a file is the answer, or it only closes a question. At the
// window: by then the others have had their say.
addEventListener("submit", (event) => {
  if (!event.defaultPrevented && !event.target.matches('[data-download], [method="dialog"]')) leaving = true;
});
addEventListener("beforeunload", (event) => {
  if (!leaving && $("form[data-dirty]")) event.preventDefault();
});
new MutationObserver(() => {
  if (!$("form[data-dirty]")) markDirty(false);
}).observe($("#drawer") ?? document.documentElement, { childList: true });
