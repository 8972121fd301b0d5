// Where something that floats stands beside what it belongs to. Set through the object model: no style attribute in HTML.

export function place(floating, anchor, { above = false, align = "start", gap = 7, fixed = true } = {}) {
  if (fixed) floating.style.position = "fixed";
  const a = anchor.getBoundingClientRect();
  floating.style.right = "auto";
  floating.style.bottom = "auto";
  const f = floating.getBoundingClientRect();
  let left = align === "end" ? a.right - f.width : align === "center" ? a.left + (a.width - f.width) / 2 : a.left;
  left = Math.max(8, Math.min(left, innerWidth - f.width - 8));
  const below = a.bottom + gap;
  const over = a.top - gap - f.height;
  const top = (above && over > 8) || (below + f.height > innerHeight - 8 && over > 8) ? over : below;
  floating.style.left = `${Math.round(left)}px`;
  floating.style.top = `${Math.round(top)}px`;
}

export function placeAt(floating, x, y) {
  const f = floating.getBoundingClientRect();
  floating.style.left = `${Math.max(8, Math.min(x, innerWidth - f.width - 8))}px`;
  floating.style.top = `${Math.max(8, Math.min(y, innerHeight - f.height - 8))}px`;
}
