// The follow-up form: a chip fills the rest, the remark is counted, the next date follows grade and result, a draft stays on the device.
import { $, $$, VERB, fire, make, narrow, on, pardon } from "./dom.js";
import { calendar, dressNeeds } from "./fields.js";
import { current, openDrawer, openUrl } from "./drawer.js";
import { keep, kept, ours } from "./store.js";
import { toast } from "./undo.js";
import { dayOf, say } from "./words.js";

const HAN = /\p{Script=Han}/gu;
const of = (element) => element.closest(".drawer-in")?.querySelector("form[data-followup]") ?? element.closest("form[data-followup]");
const field = (form, name) => form.elements.namedItem(name);
const filling = (form) => JSON.parse($('.chip[aria-pressed="true"]', form)?.dataset.fill ?? "null");

function count(form) {
  const text = field(form, "remark").value;
  return "han" in form.dataset ? (text.match(HAN) ?? []).length : text.replace(/\s/g, "").length;
}

const minimum = (form) => filling(form)?.remark_min ?? Number(form.dataset.min || 0);

function drawRemark(form) {
  const n = count(form);
  const need = minimum(form);
  const state = $("[data-remark-state]", form);
  $("[data-remark-count]", form).textContent = field(form, "remark").value.length;
  const enough = n >= need;
  state.className = enough && (n || !need) ? "ok" : "";
  state.textContent = need === 0 ? say("remark_free") : enough ? say("remark_enough", { n: need }) : n ? say("remark_missing", { n: need - n }) : "";
  drawSteps(form, enough);
}

function drawSteps(form, enough = count(form) >= minimum(form)) {
  const steps = $("[data-steps]", form.closest(".drawer-in"));
  if (!steps) return;
  const chosen = Boolean(field(form, "chip").value);
  const done = { chip: chosen, remark: chosen && enough, save: false };
  let now = false;
  ["chip", "remark", "save"].forEach((name, index) => {
    const step = $(`[data-step="${name}"]`, steps);
    const current = !done[name] && !now;
    now ||= current;
    step.className = done[name] ? "done" : current ? "now" : "";
    $("i", step).textContent = done[name] ? "✓" : index + 1;
  });
}

const grade = (form) => $('input[name="grade"]:checked', form);

function drawDates(form) {
  const picked = field(form, "next_date").value;
  const time = field(form, "next_time").value;
  let matched = false;
  for (const chip of $$("[data-date]", form)) {
    const on = !matched && chip.getClientRects().length > 0 && chip.dataset.date === picked && (!chip.dataset.time || chip.dataset.time === time.slice(0, 5));
    matched ||= on;
    chip.classList.toggle("on", on);
    chip.setAttribute("aria-pressed", String(on));
  }
  drawOther(form, matched ? "" : picked);
  $(".chip-time", form)?.classList.toggle("unset", !time);
}

// Another day: a calendar that holds only the days that may be chosen, with the reason beneath. A phone has its own.
async function pickDay(form, chip) {
  const input = $(".chip-date", chip);
  if (narrow()) {
    try {
      input.showPicker();
    } catch {
      input.focus();
    }
    return;
  }
  const picker =
    input._flatpickr ??
    (await calendar(input, {
      clickOpens: false,
      positionElement: chip,
      onReady: (days, text, self) => self.calendarContainer.append(make("p", { class: "cal-why" }, $(".why", form)?.textContent.trim() ?? "")),
      onChange: () => {
        form.dataset.dirty = "1";
        mended(form, "next_date");
        drawDates(form);
      },
    }));
  picker.set("minDate", input.min || null);
  picker.set("maxDate", input.max || null);
  if (input.value) picker.setDate(input.value, false);
  picker.open();
}

// The chip of another day: says 其他, or the day that was picked in its calendar.
function drawOther(form, picked) {
  const chip = $(".chip:has(> .chip-date)", form);
  if (!chip) return;
  chip.classList.toggle("on", Boolean(picked));
  let label = $("[data-other]", chip);
  if (!label) {
    label = make("span", { "data-other": true });
    chip.append(label);
  }
  label.textContent = picked ? dayOf(picked) : say("other_day");
}

function drawGrade(form, { date = true } = {}) {
  const chosen = grade(form);
  if (!chosen) return;
  const was = $(".seg-g .was input", form);
  $("[data-grade-note]", form).textContent = chosen === was ? say("grade_same") : was ? say("grade_new", { old: was.value, new: chosen.value }) : "";
  $("[data-arithmetic]", form).textContent = chosen.dataset.why;
  const box = $('[data-dates-for="reached"]', form);
  const days = JSON.parse(chosen.dataset.dates || "[]");
  box.replaceChildren(...days.map(([day, label]) => make("button", { type: "button", class: "chip", "data-date": day, "aria-pressed": "false" }, label)));
  const dateField = field(form, "next_date");
  if (chosen.dataset.latest) dateField.max = chosen.dataset.latest;
  if (date && filling(form)?.reached !== false) dateField.value = chosen.dataset.default;
  drawDates(form);
}

function select(element, value) {
  if (element && [...element.options].some((option) => option.value === value)) element.value = value;
}

// What the chip decides: result, method, topics, effective, next purpose, which dates are offered, whether it is the end.
function apply(form, chip) {
  const fill = JSON.parse(chip.dataset.fill);
  for (const other of $$(".chip[data-chip]", form)) {
    other.setAttribute("aria-pressed", String(other === chip));
    other.classList.toggle("on", other === chip);
  }
  field(form, "chip").value = fill.chip;
  field(form, "outcome").value = fill.outcome;
  select(field(form, "method"), fill.method);
  select(field(form, "result"), fill.result);
  select(field(form, "next_topics"), fill.next_topics[0] ?? "");
  for (const box of $$('input[name="topics"]', form)) box.checked = fill.topics.includes(box.value);
  const lost = fill.outcome === "lose";
  dressNeeds(form);
  $('[data-dates-for="reached"]', form).hidden = !fill.reached;
  $('[data-dates-for="retry"]', form).hidden = fill.reached;
  const retry = !fill.reached && $("[data-dates-for=retry] [data-date]", form);
  field(form, "next_date").value = retry ? retry.dataset.date : lost ? "" : (grade(form)?.dataset.default ?? "");
  if (retry) field(form, "next_date").min = retry.dataset.date < field(form, "next_date").min ? retry.dataset.date : field(form, "next_date").min;
  field(form, "next_time").value = retry ? (retry.dataset.time ?? "") : "";
  drawFilled(form, fill);
  drawDates(form);
  drawRemark(form);
  mended(form, "chip", "next_date", count(form) >= minimum(form) ? "remark" : "");
}

// What was set without its field being touched is not wrong any more either.
function mended(form, ...names) {
  for (const name of names) for (const place of $$(`[data-field="${name}"]`, form)) pardon(place);
}

function drawFilled(form, fill) {
  const chosen = (name) => field(form, name)?.selectedOptions?.[0]?.textContent.trim() ?? "";
  const topics = $$('input[name="topics"]:checked', form).map((box) => box.parentElement.textContent.trim());
  const parts = [chosen("method"), chosen("result"), ...topics].filter(Boolean);
  const line = $("[data-filled]", form);
  if (line && fill) line.textContent = say("filled", { what: parts.join(" · ") });
}

function draftKey(form) {
  return ours(`draft.${form.dataset.draft}`);
}

function restoreDraft(form) {
  const draft = kept(draftKey(form));
  const remark = field(form, "remark");
  if (!draft?.text || remark.value) return;
  remark.value = draft.text;
  const time = new Date(draft.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const drop = make("button", { type: "button", class: "btn-text s12" }, say("draft_drop"));
  const note = make("div", { class: "hint" }, `${say("draft_back", { time })} `, drop);
  drop.addEventListener("click", () => {
    remark.value = "";
    keep(draftKey(form), null);
    note.remove();
    drawRemark(form);
    remark.focus();
  });
  $(".under", form).after(note);
}

function dress(root) {
  for (const form of $$("form[data-followup]", root)) {
    restoreDraft(form);
    const chosen = field(form, "chip").value;
    const chip = chosen && $(`.chip[data-chip="${CSS.escape(chosen)}"]`, form);
    if (chip) {
      // A form that came back with errors keeps what was typed: only what depends on the chip is drawn.
      chip.setAttribute("aria-pressed", "true");
      const fill = JSON.parse(chip.dataset.fill);
      $('[data-dates-for="reached"]', form).hidden = !fill.reached;
      $('[data-dates-for="retry"]', form).hidden = fill.reached;
      drawGrade(form, { date: false });
    } else drawGrade(form, { date: !field(form, "next_date").value });
    filterReasons(form);
    drawRemark(form);
  }
}

function filterReasons(form) {
  for (const target of $$("select[data-filter-by]", form)) {
    const parent = field(form, target.dataset.filterBy)?.value ?? "";
    for (const option of target.options) {
      const fits = !option.dataset.parent || !parent || option.dataset.parent === parent;
      option.hidden = option.disabled = !fits;
      if (!fits && option.selected) target.value = "";
    }
  }
}

on("click", ".chip[data-chip]", (event, chip) => {
  const form = of(chip);
  apply(form, chip);
  form.dataset.dirty = "1";
});
on("click", "form[data-followup] [data-date]", (event, chip) => {
  const form = of(chip);
  field(form, "next_date").value = chip.dataset.date;
  field(form, "next_time").value = chip.dataset.time ?? field(form, "next_time").value;
  field(form, "plan_visit").checked = false;
  form.dataset.dirty = "1";
  mended(form, "next_date");
  drawDates(form);
});
on("click", ".chip:has(> .chip-date)", (event, chip) => {
  event.preventDefault(); // the label would click its field, and open a second calendar
  pickDay(of(chip), chip);
});
on("input", "form[data-followup] [data-remark]", (event, remark) => {
  const form = of(remark);
  keep(draftKey(form), remark.value ? { text: remark.value, at: Date.now() } : null);
  drawRemark(form);
});
on("change", "form[data-followup]", (event, form) => {
  const name = event.target.name;
  if (name === "grade") {
    drawGrade(form);
    mended(form, "next_date");
  } else if (name === "next_date" || name === "next_time") drawDates(form);
  else if (name === "plan_visit" && event.target.checked) {
    field(form, "next_date").value = field(form, "next_date").min;
    drawDates(form);
  } else if (name === "defeat_category") filterReasons(form);
  else if (["method", "result", "topics"].includes(name)) drawFilled(form, true);
});

document.addEventListener("content", ({ detail }) => dress(detail.root));

// Saved: the draft goes; then the next row of the same list, or the list itself.
document.addEventListener("followup:saved", async ({ detail }) => {
  keep(ours(`draft.task-${detail.task}`), null);
  for (const form of $$("form[data-dirty]")) delete form.dataset.dirty;
  for (const text of detail.notices ?? []) toast({ text });
  const here = current();
  const rows = () => $$("tr[data-row]").filter((row) => row.getClientRects().length);
  const at = here ? rows().indexOf(here.row) : -1;
  const url = openUrl();
  await new Promise((resolve) => {
    document.addEventListener("list:drawn", resolve, { once: true });
    setTimeout(resolve, $("[data-list]") ? 3000 : 0);
  });
  if (!detail.next) {
    fire("drawer:close");
    return;
  }
  const left = rows();
  const still = left.findIndex((row) => row.dataset.row === String(here?.pk));
  const next = left[still >= 0 ? still + 1 : at];
  const link = next && ($(`a[data-drawer][href$="/record/"]`, next) ?? $(VERB, next));
  if (link) await openDrawer(link.getAttribute("href"), { opener: link });
  else {
    fire("drawer:close");
    if (url) toast({ text: say("nothing_next") });
  }
});

dress(document);
