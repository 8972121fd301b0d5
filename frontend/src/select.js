// TomSelect, loaded when a page first shows a field that wants it (js/fields.js).
import TomSelect from "tom-select/dist/js/tom-select.popular.js";

document.dispatchEvent(new CustomEvent("lazy:select", { detail: TomSelect }));
