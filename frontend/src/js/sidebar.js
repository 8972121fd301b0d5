// The menu: groups open and close, the whole folds to icons; on a phone it is a sheet over the page.
import { $, $$, focusable, on } from "./dom.js";
import { remember } from "./net.js";
import { keep, kept, ours } from "./store.js";

const shell = $("[data-shell]");

on("click", "[data-group]", (event, button) => {
  const list = document.getElementById(button.getAttribute("aria-controls"));
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  list.hidden = !open;
  const groups = kept(ours("groups"), {});
  keep(ours("groups"), { ...groups, [button.dataset.group]: open });
});

for (const [key, open] of Object.entries(kept(ours("groups"), {}))) {
  const button = $(`[data-group="${CSS.escape(key)}"]`);
  if (!button || button.classList.contains("has-on")) continue;
  button.setAttribute("aria-expanded", String(open));
  document.getElementById(button.getAttribute("aria-controls")).hidden = !open;
}

on("click", "[data-menu-toggle]", (event, button) => {
  if (matchMedia("(max-width: 1279px)").matches) {
    shell.classList.remove("collapsed");
    button.setAttribute("aria-expanded", String(shell.classList.toggle("unfolded")));
    return;
  }
  const collapsed = shell.classList.toggle("collapsed");
  button.setAttribute("aria-expanded", String(!collapsed));
  remember("ui.collapsed", collapsed);
  document.dispatchEvent(new Event("layout"));
});

on("click", "[data-menu-open]", () => {
  const side = $("#side-menu");
  side.classList.add("shown");
  focusable(side)[0]?.focus();
});
on("click", "[data-menu-close]", () => $("#side-menu").classList.remove("shown"));
document.addEventListener("keydown", (event) => event.key === "Escape" && $("#side-menu")?.classList.remove("shown"));

// The clock at the foot walks on by itself from the business time the page came with.
const clock = $("[data-clock]");
if (clock?.dateTime) {
  const skew = new Date(clock.dateTime) - Date.now();
  setInterval(() => {
    const now = new Date(Date.now() + skew);
    const time = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" }).format(now);
    clock.textContent = clock.textContent.replace(/\d\d:\d\d$/, time);
  }, 15000);
}

// Folded by width: groups show their entries beside the icon.
for (const group of $$(".grp-w")) group.addEventListener("mouseenter", () => {
  const list = $(".subs", group);
  if (getComputedStyle($(".grp-t", group)).display === "none") {
    list.hidden = false;
    list.style.top = `${group.getBoundingClientRect().bottom + 2}px`;
  }
});
