// The store switch: filter the list, ask about input that was not saved, close the tabs.
import { $, $$, on } from "./dom.js";
import { ask } from "./ask.js";
import { send } from "./net.js";
import { dirtyTabs, forgetTabs } from "./tabs.js";
import { say } from "./words.js";

// What waits in each store is counted when the list is opened.
on("click", "[data-stores]", async () => {
  try {
    const answer = await send("/switch-store/due/", { quiet: true });
    for (const [store, n] of Object.entries(JSON.parse(answer.text).due)) {
      const mark = $(`[data-store-due="${CSS.escape(store)}"]`);
      if (mark) mark.textContent = say("store_due", { n });
    }
  } catch {
    // the stores can be switched without their numbers
  }
});

on("input", "[data-store-filter]", (event, field) => {
  const text = field.value.trim().toLowerCase();
  for (const store of $$(".so", field.closest(".so-pop"))) store.hidden = !store.dataset.find.toLowerCase().includes(text);
});
on("keydown", "[data-store-filter]", (event, field) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  $$(".so:not([hidden])", field.closest(".so-pop"))[0]?.click();
});

on("submit", "[data-store-form]", async (event, form) => {
  const dirty = dirtyTabs();
  if (dirty.length && !form.dataset.sure) {
    event.preventDefault();
    const button = event.submitter;
    if (!(await ask({ title: say("switch_title"), text: say("switch_text", { pages: dirty.join(say("and")) }), yes: say("switch_yes"), no: say("leave_no") }))) return;
    form.dataset.sure = "1";
    document.dispatchEvent(new Event("leaving"));
    form.requestSubmit(button);
    return;
  }
  forgetTabs();
});
