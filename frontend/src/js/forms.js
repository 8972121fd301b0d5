// Forms in drawer, dialog or page: sent by fetch, answered in place, never twice. What was typed is never lost.
import { $, $$, dressed, fire, on, pardon, parsed, plain } from "./dom.js";
import { busy, working } from "./busy.js";
import { Failed, send } from "./net.js";
import { put } from "./outbox.js";
import { toast } from "./undo.js";
import { say } from "./words.js";

function dataOf(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  return data;
}

function region(form) {
  const named = form.dataset.formTarget && $(form.dataset.formTarget);
  if (named) return { element: named, whole: false };
  const section = form.closest(".drawer-in");
  if (section) return { element: section, whole: true };
  return { element: form, whole: true };
}

function focusInvalid(root) {
  const wrong = $('[aria-invalid="true"], .is-invalid, .has-error input, .has-error select, .has-error textarea, .error, .alert-x', root);
  if (!wrong) return;
  const field = wrong.matches("input, select, textarea") ? wrong : wrong.closest("[data-field]")?.querySelector("input:not([type=hidden]), select, textarea, button");
  (field ?? wrong).scrollIntoView({ block: "nearest" });
  field?.focus({ preventScroll: true });
}

// `dirty`: what the form was when it was sent. A form that nobody changed has nothing to lose when it comes back.
function replace(form, html, dirty) {
  const { element, whole } = region(form);
  const fresh = parsed(html);
  const first = fresh.firstElementChild;
  if (whole) element.replaceWith(fresh);
  else element.replaceChildren(fresh);
  const root = whole ? first : element;
  dressed(root);
  const again = root.matches("form") ? root : $("form", root);
  if (again && dirty) again.dataset.dirty = dirty;
  fire("drawer:filled");
  focusInvalid(root);
}

function alertIn(form, html) {
  const place = $("[data-form-alert]", form) ?? form;
  const fresh = parsed(html);
  if (place === form) form.prepend(fresh);
  else place.replaceChildren(fresh);
  const alert = $(".alert-x", form);
  alert?.scrollIntoView({ block: "nearest" });
  const again = $("[data-again]", form); // what is to be typed once more
  (again ?? $("button, a", alert ?? form) ?? alert)?.focus?.({ preventScroll: true });
  again?.select();
}

function sentence(form, text, look = "al-bad") {
  const box = document.createElement("div");
  box.className = `alert-x ${look} mb8`;
  box.setAttribute("role", "alert");
  box.textContent = text;
  alertIn(form, box.outerHTML);
}

// Kept for later: the form is done with. On a page of its own it stays, and says so.
function leave(form) {
  delete form.dataset.dirty;
  if (form.closest("#drawer")) fire("drawer:close");
  else sentence(form, say("outbox_waiting", { n: 1 }), "al-acc");
}

export async function submit(form, submitter) {
  const button = submitter ?? $("button[type=submit]", form);
  const { dirty } = form.dataset;
  if (working(form)) return;
  form.dataset.working = "";
  busy(button);
  $("[data-form-alert]", form)?.replaceChildren();
  try {
    const inDialog = form.closest("dialog");
    const answer = await send(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.pathname, {
      method: "POST",
      body: dataOf(form, submitter),
      headers: inDialog ? { "X-Dialog": "1" } : { "X-Drawer": "1" },
    });
    if (answer.status === 422) replace(form, answer.text, dirty);
    else if (answer.status === 409) alertIn(form, answer.text);
    else if (answer.status >= 400) sentence(form, new Failed(answer.status).message);
    else {
      delete form.dataset.dirty;
      fire("form:saved", { form });
      if (answer.status === 200 && answer.text.trim()) replace(form, answer.text, dirty);
    }
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    if (error.status === 0 && form.matches("[data-outbox]") && put(form, submitter)) leave(form);
    else sentence(form, error.status === 401 ? say("failed_text") : error.message);
  } finally {
    delete form.dataset.working;
    busy(button, false);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-form]")) {
    if (form.matches("form[data-busy]")) {
      if (working(form)) event.preventDefault();
      else {
        form.dataset.working = "";
        busy(event.submitter);
        setTimeout(() => delete form.dataset.working, 5000);
      }
    }
    return;
  }
  event.preventDefault();
  submit(form, event.submitter);
});
// Enter means the main button, not the first one; in a list to choose from it only chooses.
const TYPED = /^(text|tel|email|number|search|password|date|time|url)$/;
on("keydown", "form[data-form] input", (event, field) => {
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.defaultPrevented || !TYPED.test(field.type)) return;
  event.preventDefault();
  const buttons = $$("button[type=submit]", field.form);
  if (!field.closest(".ts-wrapper")) (buttons.find((one) => one.matches(".btn-primary")) ?? buttons.at(-1))?.click();
});

// A field that is changed is not wrong any more.
function forgiven({ target }) {
  const field = target.closest?.("form[data-form] :is(.has-error, [data-field])");
  if (field && target.type !== "hidden") pardon(field);
}
document.addEventListener("input", forgiven);
document.addEventListener("change", forgiven);

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-working]")) delete form.dataset.working;
});

// A link that acts at once: posts, and the answer's events do the rest.
on("click", "a[data-post]", async (event, link) => {
  if (!plain(event)) return;
  event.preventDefault();
  if (working(link)) return;
  link.dataset.working = "";
  try {
    const body = new FormData();
    body.append("store", document.body.dataset.store ?? "");
    body.append("key", crypto.randomUUID?.() ?? String(Math.random()));
    const answer = await send(link.getAttribute("href"), { method: "POST", body });
    if (answer.status === 409) toast({ text: parsed(answer.text).textContent.trim(), bad: true });
    else if (answer.status >= 400) toast({ text: new Failed(answer.status).message, bad: true });
  } catch (error) {
    if (error instanceof Failed) toast({ text: error.message, bad: true });
    else throw error;
  } finally {
    delete link.dataset.working;
  }
});
