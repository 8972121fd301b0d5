// The small dialog: its content is fetched, its form answers in place. Also the sign-in dialog of a lost session.
import { $, dressed, on, parsed, plain } from "./dom.js";
import { Failed, fetchHtml, send } from "./net.js";
import { toast } from "./undo.js";

const dialog = $("#dialog");
const content = $("#dialog-content");
let opener = null;

function focusInside() {
  const wrong = $('[aria-invalid="true"], .has-error input, .has-error select, .has-error textarea', content);
  const first = wrong ?? $("[autofocus], input:not([type=hidden]), select, textarea", content) ?? $("button[type=submit]", content);
  first?.focus();
}

function show(html) {
  content.replaceChildren(parsed(html));
  dressed(content);
  if (!dialog.open) dialog.showModal();
  focusInside();
}

export async function openDialog(url, from = document.activeElement) {
  opener = from;
  try {
    show(await fetchHtml(url, { "X-Dialog": "1" }));
  } catch (error) {
    if (error instanceof Failed) toast({ text: error.message, bad: true });
    else throw error;
  }
}

export function closeDialog() {
  if (dialog?.open) dialog.close();
}

on("click", "[data-dialog]", (event, link) => {
  if (!plain(event)) return;
  event.preventDefault();
  openDialog(link.getAttribute("href") ?? link.dataset.url, link);
});
// A form that fetches a file: the page stays, the question is answered.
on("submit", "form[data-download]", () => setTimeout(closeDialog));
on("click", "[data-dialog-close]", (event, button) => button.closest("dialog").close());
document.addEventListener("dialog:close", () => dialog?.dataset.signIn || closeDialog());
dialog?.addEventListener("close", () => {
  if (dialog.dataset.signIn) return;
  content.replaceChildren();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
});
// A click beside the dialog closes it, unless something was typed.
for (const one of document.querySelectorAll("dialog.dialog")) {
  one.addEventListener("mousedown", (event) => {
    if (event.target !== one || one.dataset.signIn || one.querySelector("[data-dirty]")) return;
    one.close();
  });
}

// Lost session: whatever stood in the dialog is put aside, the password is asked for, then all goes on.
document.addEventListener("session:lost", async ({ detail: { resolve, reject } }) => {
  const wasOpen = dialog.open;
  const aside = document.createDocumentFragment();
  aside.append(...content.childNodes);
  const before = document.activeElement;
  dialog.dataset.signIn = "1";
  let back = false;
  const signedIn = async ({ detail }) => {
    back = true;
    const body = document.body.dataset;
    if (detail.must_change_password || (detail.user && String(detail.user) !== body.user)) {
      document.dispatchEvent(new Event("leaving"));
      location.reload();
      return;
    }
    if (detail.store && String(detail.store) !== body.store) {
      const form = new FormData();
      form.append("store", body.store);
      await send("/switch-store/", { method: "POST", body: form, quiet: true });
    }
    dialog.close();
  };
  const done = () => {
    document.removeEventListener("signed-in", signedIn);
    delete dialog.dataset.signIn;
    content.replaceChildren(aside);
    if (wasOpen) dialog.showModal();
    before?.focus?.({ preventScroll: true });
    if (back) resolve();
    else reject(new Failed(401));
  };
  document.addEventListener("signed-in", signedIn);
  dialog.addEventListener("close", done, { once: true });
  try {
    const answer = await send("/sign-in/?inline=1", { headers: { "X-Dialog": "1" }, quiet: true });
    show(answer.text);
  } catch {
    done();
  }
});
