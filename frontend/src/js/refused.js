// A follow-up that the server did not take, in the drawer: the reason above, the words below, a way on.
import { $, make, parsed } from "./dom.js";
import { fillDrawer } from "./drawer.js";
import { say } from "./words.js";

// The form as it was typed. Only the remark is there to be read and mended; the rest is carried along.
export function refusedForm(entry, reason) {
  const value = (name) => entry.fields.find(([field]) => field === name)?.[1] ?? "";
  const carried = entry.fields.filter(([name]) => name !== "remark").map(([name, text]) => make("input", { type: "hidden", name, value: text }));
  const alert = make("div", { "data-form-alert": true, "aria-live": "assertive" });
  if (reason.startsWith("<") || reason.includes("alert-x")) alert.append(parsed(reason));
  else alert.append(make("div", { class: "alert-x al-warn mb8", role: "alert" }, reason));
  const remark = make("textarea", { class: "form-control", id: "fu-remark", name: "remark", rows: "5" });
  remark.value = value("remark");
  const form = make(
    "form",
    { id: "followup-form", method: "post", action: entry.url, "data-form": true, "data-outbox": true, "data-draft": entry.draft, novalidate: true },
    ...carried,
    alert,
    make("div", { class: "sec" }, make("h3", {}, make("label", { for: "fu-remark" }, say("remark"))), remark),
  );
  const close = make("button", { type: "button", class: "btn", "data-drawer-close": true }, say("close"));
  const section = make(
    "section",
    { class: "drawer-in", "aria-labelledby": "drawer-title" },
    make("header", { class: "drawer-h" }, make("h2", { id: "drawer-title" }, entry.title)),
    make("div", { class: "drawer-b one" }, make("div", { class: "drawer-m" }, form)),
    make("footer", { class: "drawer-f" }, make("span", { class: "grow" }), close),
  );
  return section;
}

// Put it into the drawer; the reason is what is read first.
export function present(content) {
  fillDrawer(typeof content === "string" ? parsed(content) : content);
  const reason = $("#drawer .alert-x, #drawer .error");
  reason?.scrollIntoView({ block: "nearest" });
}
