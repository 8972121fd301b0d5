// A field of which the server has something to say before the form is sent, data-told="address": asked when it is left, and
// at once when a number is whole. The answer is a fragment under the field; nobody who types waits for it.
import { $$, make, on, parsed } from "./dom.js";
import { send } from "./net.js";

const WHOLE = 11; // digits of a mobile number
const asked = new WeakMap(); // field → {value, controller}

function forget(field) {
  asked.get(field)?.controller.abort();
  asked.delete(field);
  field.nextElementSibling.replaceChildren();
}

async function tell(field) {
  const value = field.value.trim();
  if (!value || asked.get(field)?.value === value) return;
  forget(field);
  const controller = new AbortController();
  asked.set(field, { value, controller });
  const body = new FormData();
  body.append(field.name, value);
  if (field.form?.elements.store) body.append("store", field.form.elements.store.value);
  try {
    const answer = await send(field.dataset.told, { method: "POST", body, quiet: true, signal: controller.signal });
    if (answer.status === 200 || answer.status === 429) field.nextElementSibling.replaceChildren(parsed(answer.text));
  } catch {
    asked.delete(field); // saving compares it all the same
  }
}

on("input", "[data-told]", (event, field) => {
  if (asked.get(field)?.value !== field.value.trim()) forget(field);
  if (field.value.replace(/\D/g, "").length === WHOLE) tell(field);
});
on("change", "[data-told]", (event, field) => tell(field));

document.addEventListener("content", ({ detail }) => dress(detail.root));
function dress(root) {
  for (const field of $$("[data-told]", root)) {
    if (field.nextElementSibling?.matches("[data-told-here]")) continue;
    field.after(make("div", { "data-told-here": true, "aria-live": "polite" }));
    tell(field); // a form that came back with errors has lost what was said
  }
}
dress(document);
