// A form or a record on a page of its own: it has no drawer to close, so it leads to its list, or to what is to be opened.
// Comes before drawer.js, which closes its drawer on the same events: that one is asked whether it is open first.
import { $, fire, on } from "./dom.js";

const list = () => ($("#drawer")?.hidden ? $("[data-own-page]")?.dataset.ownPage : "");

function instead(event, url) {
  if (!list()) return;
  event.stopImmediatePropagation();
  fire("nav:go", { url });
}

document.addEventListener("drawer:close", (event) => instead(event, list()));
document.addEventListener("drawer:open", (event) => instead(event, event.detail.url));
// Input that was not saved is asked about, as whenever somebody leaves.
on("click", "[data-drawer-close]", () => list() && location.assign(list()));
