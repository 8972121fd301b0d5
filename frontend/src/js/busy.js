// A button that works: its label stays, a spinner stands in place of its icon, its width does not change.
const waiting = new Map();

export function busy(button, state = true) {
  if (!button) return;
  if (state) {
    waiting.set(
      button,
      setTimeout(() => button.setAttribute("aria-busy", "true"), 300),
    );
    button.dataset.working = "";
  } else {
    clearTimeout(waiting.get(button));
    waiting.delete(button);
    button.removeAttribute("aria-busy");
    delete button.dataset.working;
  }
}

export const working = (button) => Boolean(button && "working" in button.dataset);
