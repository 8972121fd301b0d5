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
