// Column settings: tick, drag or move by Alt and arrows; remembered per person and page.
import { $, $$, icon, make, on, shown } from "./dom.js";
import { refresh } from "./list.js";
import { openMenu } from "./menus.js";
import { remember } from "./net.js";
import { say } from "./words.js";

// In a narrow window some columns step aside (list.css) for whoever has not chosen any: the button counts the others.
const slim = () => shown($(".n-slim"));

let dragged = null;
let timer = 0;

function save(box) {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const columns = $$(".col-opt", box)
      .filter((option) => $("input", option).checked)
      .map((option) => option.dataset.key);
    await remember(box.dataset.columns, { columns });
    const open = !box.hidden;
    await refresh();
    if (open) reopen();
  }, 250);
}

function reopen() {
  const button = $("[data-columns-toggle]");
  if (button && button.nextElementSibling?.hidden) button.click();
}

// The options are made from #columns when the box is first opened.
function fill(box) {
  if ($(".col-opt", box)) return;
  const known = JSON.parse(document.getElementById("columns")?.textContent ?? "[]");
  const options = known.map((column) => {
    const aside = column.spare && slim();
    const tick = make("input", { class: "ck", type: "checkbox", checked: column.on && !aside, disabled: column.fixed });
    const lock = column.fixed ? icon("lock", true) : null;
    const note = aside ? make("small", { class: "t3" }, say("column_wide")) : null;
    return make("label", { class: "col-opt", "data-key": column.key, draggable: "true" }, tick, make("span", {}, column.label), note, lock);
  });
  box.prepend(...options);
}

on("click", "[data-columns-toggle]", (event, button) => {
  fill(button.nextElementSibling);
  openMenu(button, button.nextElementSibling);
});

on("change", "[data-columns] input", (event, input) => save(input.closest("[data-columns]")));
on("click", "[data-columns-reset]", async (event, link) => {
  event.preventDefault();
  await remember(link.closest("[data-columns]").dataset.columns, { columns: null });
  await refresh();
  reopen();
});
on("dragstart", ".col-opt", (event, option) => {
  dragged = option;
  option.classList.add("drag");
  event.dataTransfer.effectAllowed = "move";
});
on("dragover", ".col-opt", (event, option) => {
  if (!dragged || option === dragged) return;
  event.preventDefault();
  for (const one of $$(".col-opt.over")) one.classList.remove("over");
  option.classList.add("over");
});
on("drop", ".col-opt", (event, option) => {
  event.preventDefault();
  if (!dragged || option === dragged) return;
  option.before(dragged);
  save(option.closest("[data-columns]"));
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("drag");
  for (const one of $$(".col-opt.over")) one.classList.remove("over");
  dragged = null;
});
on("keydown", ".col-opt input", (event, input) => {
  if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  event.preventDefault();
  event.stopPropagation();
  const option = input.closest(".col-opt");
  const other = event.key === "ArrowUp" ? option.previousElementSibling : option.nextElementSibling;
  if (!other?.matches(".col-opt")) return;
  if (event.key === "ArrowUp") other.before(option);
  else other.after(option);
  input.focus();
  save(option.closest("[data-columns]"));
});
