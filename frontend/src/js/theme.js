// Light or dark, remembered per person and, for the sign-in page, in this browser.
import { on } from "./dom.js";
import { remember } from "./net.js";

const root = document.documentElement;

function store(theme) {
  try {
    localStorage.setItem("dl.theme", theme);
  } catch {
    // not kept
  }
}

on("click", "[data-theme-toggle]", () => {
  const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  root.dataset.bsTheme = theme;
  store(theme);
  if (document.body.dataset.user) remember("ui.theme", theme);
});

if (document.body.dataset.user) store(root.dataset.bsTheme);
