// Saved views: the present filter under a name, its name, its conditions, the one the page begins with.
import { on } from "./dom.js";
import { ask } from "./ask.js";
import { refresh } from "./list.js";
import { Failed, remember, send } from "./net.js";
import { toast } from "./undo.js";
import { say } from "./words.js";

async function post(url, fields = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, store: document.body.dataset.store ?? "" })) body.append(name, value);
  try {
    const answer = await send(url, { method: "POST", body });
    if (answer.status === 422) {
      const errors = Object.values(JSON.parse(answer.text).errors).flat();
      toast({ text: errors.join(" "), bad: true });
    } else if (answer.status >= 400) toast({ text: new Failed(answer.status).message, bad: true });
  } catch (error) {
    if (error instanceof Failed) toast({ text: error.message, bad: true });
    else throw error;
  }
}

on("click", "[data-save-view]", async (event, link) => {
  event.preventDefault();
  const name = await ask({ title: say("view_title"), field: say("view_name"), wanted: say("view_name_wanted"), yes: say("view_yes") });
  if (name) post(link.dataset.saveView, { name, query: link.dataset.query });
});
on("click", "[data-view-keep]", (event, link) => {
  event.preventDefault();
  post(link.dataset.viewKeep, { query: link.dataset.query });
});
on("click", "[data-view-rename]", async (event, { dataset }) => {
  const name = await ask({ title: say("view_rename"), field: say("view_name"), wanted: say("view_name_wanted"), value: dataset.name, yes: say("view_rename_yes") });
  if (name && name !== dataset.name) post(dataset.viewRename, { name });
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
