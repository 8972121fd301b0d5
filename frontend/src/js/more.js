// [data-more="edit void:2"]: the further verbs of a row. What they are stands once for the list (#further), the
// reasons of refusal in #reasons; the menu is made when it is first opened.
import { $, make, on } from "./dom.js";
import { openMenu } from "./menus.js";

const MODES = { drawer: "data-drawer", dialog: "data-dialog", now: "data-post" };

const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

function menuOf(button) {
  if (button.nextElementSibling?.matches(".verb-menu")) return button.nextElementSibling;
  const pk = button.closest("[data-row]").dataset.row;
  const known = read("further") ?? {};
  const reasons = read("reasons") ?? [];
  const menu = make("span", { class: "menu-pop verb-menu", hidden: true });
  for (const part of button.dataset.more.split(" ")) {
    const [code, reason] = part.split(":");
    const verb = known[code];
    if (!verb) continue;
    const link = make("a", { class: verb.danger ? "verb bad" : "verb", href: verb.url.replace("/0/", `/${pk}/`) }, verb.label);
    if (reason === undefined) link.setAttribute(MODES[verb.mode], "");
    else {
      link.setAttribute("aria-disabled", "true");
      link.dataset.tip = reasons[Number(reason)] ?? "";
    }
    menu.append(link);
  }
  button.after(menu);
  return menu;
}

on("click", "[data-more]", (event, button) => {
  event.preventDefault();
  openMenu(button, menuOf(button));
});
