// What stays on this device. Storage may be closed or full: then nothing is kept and nothing breaks.

const where = () => `${document.body.dataset.user ?? ""}.${document.body.dataset.store ?? ""}`;

export function kept(key, fallback = null, area = localStorage) {
  try {
    const text = area.getItem(`dl.${key}`);
    return text === null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

export function keep(key, value, area = localStorage) {
  try {
    if (value === null) area.removeItem(`dl.${key}`);
    else area.setItem(`dl.${key}`, JSON.stringify(value));
  } catch {
    // not kept
  }
}

// Keys of one person in one store.
export const mine = (key) => `${key}.${where()}`;
export const ours = (key) => `${key}.${document.body.dataset.user ?? ""}`;
