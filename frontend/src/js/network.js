// Offline: a banner; what is typed stays on the device.
import { $ } from "./dom.js";
import { say, tell } from "./words.js";

const banner = $("[data-offline]");

function draw() {
  if (!banner) return;
  const off = !navigator.onLine;
  if (off) $("[data-offline-text]", banner).textContent = say("offline");
  else if (!banner.hidden) tell(say("online"));
  banner.hidden = !off;
}

addEventListener("online", draw);
addEventListener("offline", draw);
draw();
