// Walking the rows by key, and row height.
import { $, $$, VERB, narrow, on } from "./dom.js";
import { remember } from "./net.js";
import { say, tell } from "./words.js";

export const rows = () => $$("tr[data-row]").filter((row) => row.getClientRects().length);
export const atRow = () => $("tr.hov") ?? $("tr.at");

export function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(atRow());
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
  for (const row of all) row.classList.toggle("hov", row === next);
  next.scrollIntoView({ block: "nearest" });
  ($("a.name", next) ?? $("a", next))?.focus({ preventScroll: true });
}

const HEIGHTS = ["normal", "compact", "wide"];
on("click", "[data-density-toggle]", () => {
  const next = HEIGHTS[(HEIGHTS.indexOf(document.body.dataset.density) + 1) % HEIGHTS.length];
  document.body.dataset.density = next;
  remember("ui.density", next);
  tell(say("density", { name: say(`density_${next}`) }));
});

// On a phone a tap anywhere on a card does what its first link does.
on("click", "tr[data-row]", (event, row) => {
  if (!narrow() || event.target.closest("a, button, input, label")) return;
  (row.querySelector(`${VERB}:not([aria-disabled])`) ?? row.querySelector("a.name"))?.click();
});
