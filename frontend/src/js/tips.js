// data-tip: a tooltip on hover, focus and tap; a text that does not fit (.cut) is shown whole on hover, so that lists
// need not send it twice. aria-disabled: swallows the click and says why.
import { $, make, on } from "./dom.js";
import { place } from "./position.js";
import { tell } from "./words.js";

let tip = null;
let owner = null;
let timer = 0;

function textOf(element) {
  if (element.dataset.tip) return element.dataset.tip;
  if (element.dataset.tipCollapsed && $("[data-shell]")?.classList.contains("collapsed")) return element.dataset.tipCollapsed;
  if (element.matches(".cut") && element.scrollWidth > element.clientWidth) return element.title ? "" : element.textContent;
  return "";
}

function show(element) {
  const text = textOf(element);
  if (!text) return;
  hide();
  owner = element;
  tip = make("div", { class: "tip", role: "tooltip", id: "tip" }, text);
  (element.closest("dialog") ?? document.body).append(tip);
  element.setAttribute("aria-describedby", [element.getAttribute("aria-describedby"), "tip"].filter(Boolean).join(" "));
  place(tip, element);
}

export function hide() {
  clearTimeout(timer);
  if (owner) {
    const rest = (owner.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== "tip");
    if (rest.length) owner.setAttribute("aria-describedby", rest.join(" "));
    else owner.removeAttribute("aria-describedby");
  }
  tip?.remove();
  tip = owner = null;
}

const TIPPED = "[data-tip], [data-tip-collapsed], .cut";
on("mouseover", TIPPED, (event, element) => {
  if (element === owner) return;
  clearTimeout(timer);
  timer = setTimeout(() => show(element), element.getAttribute("aria-disabled") === "true" ? 60 : 350);
});
on("mouseout", TIPPED, (event, element) => {
  if (!element.contains(event.relatedTarget)) hide();
});
on("focusin", TIPPED, (event, element) => {
  if (element.matches(":focus-visible")) show(element);
});
on("focusout", TIPPED, hide);
addEventListener("scroll", hide, { capture: true, passive: true });
document.addEventListener("keydown", (event) => event.key === "Escape" && hide());

// Before every other behaviour: what is disabled does nothing but say why.
document.addEventListener(
  "click",
  (event) => {
    const refused = event.target instanceof Element ? event.target.closest('[aria-disabled="true"]') : null;
    if (!refused) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    show(refused);
    if (textOf(refused)) tell(textOf(refused));
  },
  true,
);
