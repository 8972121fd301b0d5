// The sentences of kit/ui_words.py in the reader's language.
let words;

export function say(key, values = {}) {
  if (!words) {
    const source = document.getElementById("ui-words");
    words = source ? JSON.parse(source.textContent) : {};
  }
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function tell(text) {
  const live = document.getElementById("live");
  if (!live) return;
  live.textContent = "";
  requestAnimationFrame(() => {
    live.textContent = text;
  });
}

// 11-20, in English 20 Nov: as the server writes a day of this year.
export function dayOf(iso) {
  if (document.body.dataset.lang !== "en") return iso.slice(5);
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(iso)).replace("Sept", "Sep");
}
