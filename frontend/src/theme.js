// Sign-in page only, before the first paint: the theme that was last used in this browser.
try {
  if (localStorage.getItem("dl.theme") === "dark") document.documentElement.dataset.bsTheme = "dark";
} catch {
  // storage is closed: light
}
