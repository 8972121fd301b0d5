// Saved views: the present filter under a name, its name, its conditions, the one the page begins with.
import { on } from "./dom.js";
import { ask } from "./ask.js";
import { refresh } from "./list.js";
import { Failed, remember, send } from "./net.js";
import { toast } from "./undo.js";
import { say } from "./words.js";

// Resolves to what is wrong with the name that was sent; "" when nothing is, or when it was said already.
async function post(url, fields = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, store: document.body.dataset.store ?? "" })) body.append(name, value);
  try {
    const answer = await send(url, { method: "POST", body });
    if (answer.status === 422) {
      const { name = [], ...others } = JSON.parse(answer.text).errors;
      const rest = Object.values(others).flat().join(" ");
      if (rest) toast({ text: rest, bad: true });
      return name.join(" ");
    }
    if (answer.status >= 400) toast({ text: new Failed(answer.status).message, bad: true });
  } catch (error) {
    if (error instanceof Failed) toast({ text: error.message, bad: true });
    else throw error;
  }
  return "";
}

// Asks for a name until it is taken; one that is refused stays in the field.
async function named(title, yes, value, write) {
  let wrong = "";
  do {
    value = await ask({ title, field: say("view_name"), wanted: say("view_name_wanted"), wrong, value, yes });
    wrong = value ? await write(value) : "";
  } while (wrong);
}

on("click", "[data-save-view]", (event, { dataset }) => {
  event.preventDefault();
  named(say("view_title"), say("view_yes"), "", (name) => post(dataset.saveView, { name, query: dataset.query }));
});
on("click", "[data-view-keep]", (event, link) => {
  event.preventDefault();
  post(link.dataset.viewKeep, { query: link.dataset.query });
});
on("click", "[data-view-rename]", (event, { dataset }) => {
  const write = (name) => (name === dataset.name ? "" : post(dataset.viewRename, { name }));
  named(say("view_rename"), say("view_rename_yes"), dataset.name, write);
});
on("click", "[data-view-first]", async (event, { dataset }) => {
  const kept = await remember(dataset.viewFirst, { view: dataset.view ? Number(dataset.view) : null });
  if (!kept) return toast({ text: say("not_remembered"), bad: true });
  toast({ text: say(dataset.view ? "view_first" : "view_not_first") });
  refresh();
});
on("click", "[data-view-delete]", async (event, { dataset }) => {
  const sure = await ask({ title: say("view_delete", { name: dataset.name }), text: say("view_delete_text"), yes: say("view_delete_yes"), danger: true });
  if (sure) post(dataset.viewDelete);
});
