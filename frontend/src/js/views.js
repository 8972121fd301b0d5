// 存为视图: the present filter under a name.
import { on } from "./dom.js";
import { ask } from "./ask.js";
import { Failed, send } from "./net.js";
import { toast } from "./undo.js";
import { say } from "./words.js";

on("click", "[data-save-view]", async (event, link) => {
  event.preventDefault();
  const name = await ask({ title: say("view_title"), field: say("view_name"), yes: say("view_yes") });
  if (!name) return;
  const body = new FormData();
  body.append("name", name);
  body.append("query", link.dataset.query ?? "");
  body.append("store", document.body.dataset.store ?? "");
  try {
    const answer = await send(link.dataset.saveView, { method: "POST", body });
    if (answer.status === 422) {
      const errors = Object.values(JSON.parse(answer.text).errors).flat();
      toast({ text: errors.join(" "), bad: true });
    } else if (answer.status >= 400) toast({ text: new Failed(answer.status).message, bad: true });
  } catch (error) {
    if (error instanceof Failed) toast({ text: error.message, bad: true });
    else throw error;
  }
});
