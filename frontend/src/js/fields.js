// Fields that need more than the browser gives: long selects (asked for as one types), date ranges. Loaded only where one stands.
import { $, $$, icon, make, narrow, on, pardon } from "./dom.js";
import { send } from "./net.js";
import { say } from "./words.js";

const loading = {};

function lazy(name) {
  loading[name] ??= new Promise((resolve) => {
    document.addEventListener(`lazy:${name}`, ({ detail }) => resolve(detail), { once: true });
    const source = document.body.dataset[`${name}Js`];
    document.head.append(make("script", { src: source, defer: true }));
    if (document.body.dataset[`${name}Css`]) document.head.append(make("link", { rel: "stylesheet", href: document.body.dataset[`${name}Css`] }));
  });
  return loading[name];
}

const render = {
  no_results: () => `<div class="no-results">${say("select_none")}</div>`,
  loading: () => `<div class="no-results">${say("select_loading")}</div>`,
  not_loading: () => `<div class="no-results">${say("select_above")}</div>`,
};

function parentValue(select) {
  const name = select.dataset.parent;
  return name ? (select.form?.elements.namedItem(name)?.value ?? "") : "";
}

function remote(select) {
  return {
    valueField: "value",
    labelField: "text",
    searchField: [],
    preload: "focus",
    loadThrottle: 200,
    shouldLoad: () => !select.dataset.parent || Boolean(parentValue(select)),
    async load(text, done) {
      const query = new URLSearchParams({ q: text });
      if (select.dataset.parent) query.set("parent", parentValue(select));
      try {
        const answer = await send(`${select.dataset.selectUrl}?${query}`, { headers: { "X-Fragment": "options" } });
        this.clearOptions((option) => String(option.value) === String(select.value));
        done(JSON.parse(answer.text).options);
      } catch {
        done([]);
      }
    },
  };
}

async function dressSelects(root) {
  const wanted = $$("select[data-select], select[data-select-url]", root).filter((select) => !select.tomselect && !select.dataset.dressed);
  if (!wanted.length) return;
  for (const select of wanted) select.dataset.dressed = "1";
  const TomSelect = await lazy("select");
  for (const select of wanted) {
    if (!select.isConnected || select.tomselect) continue;
    new TomSelect(select, {
      plugins: select.multiple ? ["remove_button"] : [],
      placeholder: select.dataset.placeholder ?? (select.dataset.selectUrl ? say("select_hint") : ""),
      maxOptions: 200,
      hideSelected: false,
      closeAfterSelect: !select.multiple,
      allowEmptyOption: false,
      render,
      controlClass: "ts-control",
      ...(select.dataset.selectUrl ? remote(select) : {}),
    });
    select.setAttribute("aria-hidden", "true");
  }
}

// A chained select forgets its choice when what it hangs on changes.
on("change", "select", (event, changed) => {
  for (const select of $$("select[data-parent]", changed.form ?? document)) {
    if (select.dataset.parent !== changed.name) continue;
    if (select.tomselect) {
      select.tomselect.clear();
      select.tomselect.clearOptions();
      select.tomselect.loadedSearches = {};
    } else select.value = "";
  }
});

// Two day fields of a query become one line "2026-11-11 至 2026-11-20"; the calendar is loaded when it is first wanted.
function dressRange(range) {
  const [from, until] = $$('input[type="date"]', range);
  if (!from || !until || range.dataset.dressed) return;
  range.dataset.dressed = "1";
  const text = () => [from.value, until.value].filter(Boolean).join(say("dates_to")) + (from.value && !until.value ? say("dates_to") : "");
  const line = make("input", { class: "form-control", type: "text", id: from.id, readonly: true, "data-date-on": true, placeholder: say("dates_any"), "aria-label": range.parentElement.querySelector("label")?.textContent ?? "" });
  from.removeAttribute("id");
  line.value = text();
  for (const field of [from, until]) field.type = "hidden";
  for (const child of [...range.children]) if (child.tagName === "SPAN") child.remove();
  range.classList.remove("range");
  range.classList.add("field-ico");
  range.append(line, icon("calendar"));
  line.addEventListener("focus", async function open() {
    line.removeEventListener("focus", open);
    const picker = await calendar(line, {
      mode: "range",
      defaultDate: [from.value, until.value].filter(Boolean),
      allowInput: false,
      onChange([start, end]) {
        from.value = start ? picker.formatDate(start, "Y-m-d") : "";
        until.value = end ? picker.formatDate(end, "Y-m-d") : "";
      },
      onClose([start, end]) {
        if (start && !end) until.value = from.value;
      },
    });
    if (document.activeElement === line) picker.open();
  });
  line.addEventListener("keydown", (event) => {
    if (event.key !== "Backspace" && event.key !== "Delete") return;
    from.value = until.value = line.value = "";
    line._flatpickr?.clear();
  });
}

export async function calendar(input, options = {}) {
  const { flatpickr, Mandarin } = await lazy("dates");
  const chinese = document.body.dataset.lang !== "en";
  return flatpickr(input, {
    dateFormat: "Y-m-d",
    allowInput: true,
    minDate: input.min || null,
    maxDate: input.max || null,
    locale: chinese ? { ...Mandarin, rangeSeparator: say("dates_to"), firstDayOfWeek: 1 } : { firstDayOfWeek: 1 },
    ...options,
  });
}

// Esc closes an open calendar and nothing else, wherever the focus is: the drawer under it would ask whether to leave.
document.addEventListener(
  "keydown",
  (event) => {
    const input = event.key === "Escape" && $$("input").find((one) => one._flatpickr?.isOpen);
    if (!input) return;
    event.preventDefault();
    if (input._flatpickr.calendarContainer.contains(document.activeElement)) input.focus();
    input._flatpickr.close();
  },
  true,
);

// Days in forms are written 2026-11-20 whatever the browser's own habit; the calendar speaks the page's language.
function dressDay(input) {
  input.type = "text";
  input.autocomplete = "off";
  input.placeholder ||= "YYYY-MM-DD";
  const box = make("div", { class: "field-ico" });
  input.replaceWith(box);
  box.append(input, icon("calendar"));
  input.dataset.date = "";
}

function dressDates(root) {
  if (!narrow()) for (const input of $$('.field > input[type="date"]', root)) dressDay(input);
  if (!narrow()) for (const range of $$("form[data-query] .range", root)) dressRange(range);
  for (const input of $$("input[data-date]", root)) {
    if (input.dataset.dressed || input.type === "hidden" || input.closest(".chips")) continue;
    input.dataset.dressed = "1";
    input.addEventListener("focus", () => calendar(input).then((picker) => picker.open()), { once: true });
  }
}

// What only some answers to a field ask for, data-needs="name answer answer" (or "name !answer"): hidden under the others.
// On a control it means the control's whole field; outside every form the page's only field of that name is meant.
function answer(part, name) {
  const form = part.closest("form");
  return (form ? form.elements.namedItem(name)?.value : $(`[name="${CSS.escape(name)}"]:checked`)?.value) ?? "";
}

export function dressNeeds(root) {
  for (const part of $$("[data-needs]", root)) {
    const [name, ...wanted] = part.dataset.needs.split(" ");
    const said = answer(part, name);
    const fits = wanted[0].startsWith("!") ? wanted[0] !== `!${said}` : wanted.includes(said);
    (part.matches("input, select, textarea") ? part.closest("[data-field]") : part).hidden = !fits;
  }
}

// What was wrong under one answer is past once it is another.
on("change", "input[type=radio]", (event, radio) => {
  for (const part of $$(`[data-needs^="${CSS.escape(radio.name)} "]`, radio.form)) {
    if (part.closest("[data-field]")) pardon(part.closest("[data-field]"));
  }
  dressNeeds(document);
});

function dress(root) {
  dressSelects(root);
  dressNeeds(root);
  dressDates(root);
  for (const box of $$("input[data-indeterminate]", root)) box.indeterminate = true;
  for (const field of $$(".field.has-error", root)) {
    const control = field.querySelector("input:not([type=hidden]), select, textarea");
    const error = field.querySelector(".error");
    if (control && error?.id) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", error.id);
    }
  }
}

document.addEventListener("content", ({ detail }) => dress(detail.root));
dress(document);
