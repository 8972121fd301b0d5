// Phone numbers: copying gives digits only; on a phone every card with a whole number gets a button that dials.
import { $, $$, VERB, icon, make, narrow, on } from "./dom.js";
import { openDrawer } from "./drawer.js";
import { say } from "./words.js";

document.addEventListener("copy", (event) => {
  const text = getSelection()?.toString().trim() ?? "";
  if (!/^1\d{2} \d{4} \d{4}$/.test(text)) return;
  event.clipboardData.setData("text/plain", text.replaceAll(" ", ""));
  event.preventDefault();
});

function dress(root) {
  if (!narrow()) return;
  for (const cell of $$("td[data-card]", root)) if (cell.textContent.trim() === "-") cell.hidden = true;
  for (const cell of $$('td[data-card="phone"]', root)) {
    const row = cell.closest("tr");
    const number = cell.textContent.replace(/\s/g, "");
    if (!/^1\d{10}$/.test(number) || $(".dial", row)) continue;
    const name = $("a.name", row)?.textContent ?? "";
    const act = $(".c-act", row) ?? cell;
    row.classList.toggle("short", act.firstElementChild?.matches(`${VERB}:not([aria-disabled])`) && !$(".more", act));
    act.append(make("a", { class: "dial", href: `tel:${number}`, "aria-label": say("dial", { name }), "data-dial": true }, icon("phone")));
  }
}

// Dialling opens the sheet, so that it stands there when the call is over.
on("click", "td .dial", (event, link) => {
  const record = $(`${VERB}:not([aria-disabled])`, link.closest("tr"));
  if (record) openDrawer(record.getAttribute("href"), { opener: record });
});

document.addEventListener("content", ({ detail }) => dress(detail.root));
dress(document);
