// Small helpers that every behaviour uses.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// Listen on the document for events whose target lies within `selector`.
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const hit = event.target instanceof Element ? event.target.closest(selector) : null;
      if (hit) handler(event, hit);
    },
    options,
  );
}

export const fire = (name, detail = {}, target = document) =>
  target.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));

// A click that the browser may not take as "open elsewhere".
export const plain = (event) =>
  event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey && !event.defaultPrevented;

export const typing = (element) =>
  element instanceof Element &&
  (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)) &&
  !/^(checkbox|radio|button|submit)$/.test(element.type ?? "");

export const shown = (element) => Boolean(element && element.getClientRects().length);
// The verb of a row that opens the drawer: 回访 where there is one. In a list, and in the queues of the workbench.
export const VERB = ":is(.c-act > a, .verb)[data-drawer]";
export const narrow = () => matchMedia("(max-width: 767px)").matches;

export function icon(name, small = false) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", small ? "icon icon-s" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.sprite}#${name}`);
  svg.append(use);
  return svg;
}

// make("a", {class: "x", href: "/"}, "text", node, …)
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

// Elements from an answer of the server. Scripts in it would not run; there are none.
export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content;
}

export const focusable = (root) =>
  $$(
    'a[href], button:not([disabled]), input:not([disabled]):not([type="hidden"]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"], summary',
    root,
  ).filter(shown);

// Content has come into the page: behaviours that dress elements look at it.
// What the server said of a field holds no more: its sentence goes, and every mark of it.
export function pardon(place) {
  place.classList.remove("has-error");
  for (const part of $$(".is-invalid", place)) part.classList.remove("is-invalid");
  for (const part of $$("[aria-invalid]", place)) {
    part.removeAttribute("aria-invalid");
    const hints = (part.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => !id.endsWith("_error"));
    if (hints.join("")) part.setAttribute("aria-describedby", hints.join(" "));
    else part.removeAttribute("aria-describedby");
  }
  for (const part of $$("p.error", place)) part.remove();
}

export const dressed = (root) => fire("content", { root });
