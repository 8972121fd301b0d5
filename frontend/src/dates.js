// flatpickr with Chinese and English words, loaded when a page first shows a date range (js/fields.js).
import flatpickr from "flatpickr";
import { Mandarin } from "flatpickr/dist/l10n/zh.js";

document.dispatchEvent(new CustomEvent("lazy:dates", { detail: { flatpickr, Mandarin } }));
