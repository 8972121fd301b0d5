// [data-menu] opens the .menu-pop that follows it. Arrow keys walk, Esc and a click elsewhere close.
import { $, $$, focusable, narrow, on } from "./dom.js";
import { place } from "./position.js";

let open = null;

export function closeMenu(refocus = false) {
  if (!open) return;
  const { button, menu } = open;
  open = null;
  menu.hidden = true;
  button.setAttribute("aria-expanded", "false");
  if (refocus) button.focus();
}

export function openMenu(button, menu, { align = "end" } = {}) {
  if (open?.menu === menu) return closeMenu(true);
  closeMenu();
  menu.hidden = false;
  button.setAttribute("aria-expanded", "true");
  open = { button, menu };
  if (!(narrow() && menu.classList.contains("so-pop"))) place(menu, button, { align, gap: 6 });
  const first = $("input", menu) ?? focusable(menu)[0];
  first?.focus({ preventScroll: true });
}

on("click", "[data-menu]", (event, button) => {
  event.preventDefault();
  openMenu(button, button.nextElementSibling);
});

document.addEventListener("click", (event) => {
  if (!open || open.button.contains(event.target)) return;
  if (!open.menu.contains(event.target)) closeMenu();
  else if (event.target.closest(".verb, .menu-list a, .menu-list button")) closeMenu();
});
addEventListener("resize", () => closeMenu());
addEventListener("scroll", (event) => open && !open.menu.contains(event.target) && open.menu.style.position === "fixed" && closeMenu(), { capture: true, passive: true });

document.addEventListener("keydown", (event) => {
  if (!open) return;
  if (event.key === "Escape") {
    event.stopImmediatePropagation();
    event.preventDefault();
    closeMenu(true);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = $$("a, button, input", open.menu).filter((item) => item.getClientRects().length);
    const at = items.indexOf(document.activeElement);
    const next = items[(at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length];
    event.preventDefault();
    event.stopImmediatePropagation();
    next?.focus();
  } else if (event.key === "Tab") setTimeout(() => open && !open.menu.contains(document.activeElement) && closeMenu());
}, true);
