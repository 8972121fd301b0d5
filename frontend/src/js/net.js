// Requests to the server: token, lost session, events in the answer, failures in words.
import { fire } from "./dom.js";
import { say } from "./words.js";

let signingIn = null;

export class Failed extends Error {
  constructor(status, code = "") {
    super(sentence(status, code));
    this.status = status;
  }
}

function sentence(status, code) {
  if (status === 403) return say("failed_forbidden");
  if (status === 404) return say("failed_gone");
  if (status === 429) return say("failed_busy");
  if (status >= 500) return say("failed_server", { code: code || status });
  return say("failed_text");
}

// Ask for the password in a dialog over the page; resolves when the session is back, rejects when given up.
export function signInAgain() {
  signingIn ??= new Promise((resolve, reject) => {
    fire("session:lost", { resolve, reject });
  }).finally(() => {
    signingIn = null;
  });
  return signingIn;
}

function prepared(body) {
  if (body instanceof FormData) body.delete("csrfmiddlewaretoken");
  return body;
}

// Send a request. `quiet` answers are not asked to sign in again and fire no events. Returns {status, text, response}.
export async function send(url, { method = "GET", body = null, headers = {}, quiet = false, signal, again = false } = {}) {
  let response;
  try {
    response = await fetch(url, {
      method,
      body: prepared(body),
      signal,
      credentials: "same-origin",
      headers: { "X-Requested-With": "XMLHttpRequest", ...(method === "GET" ? {} : { "X-CSRFToken": document.body.dataset.csrf }), ...headers },
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failed(0);
  }
  if (response.status === 401 && response.headers.get("X-Signed-Out") && !quiet) {
    await signInAgain();
    return send(url, { method, body, headers, signal });
  }
  const fresh = response.status === 403 && response.headers.get("X-CSRFToken");
  const who = response.headers.get("X-User");
  if (fresh && !again && (!who || who === document.body.dataset.user)) {
    takeToken(fresh);
    return send(url, { method, body, headers, quiet, signal, again: true });
  }
  const elsewhere = response.headers.get("HX-Redirect");
  if (elsewhere && !quiet) {
    fire("nav:go", { url: elsewhere });
    return { status: 204, text: "", response };
  }
  const text = await response.text();
  if (!quiet) announce(response);
  return { status: response.status, text, response };
}

// The events an answer carries: {"list:refresh": {...}, "toast": {...}}.
export function announce(response) {
  const told = response.headers.get("HX-Trigger");
  if (!told) return;
  let events;
  try {
    events = told.startsWith("{") ? JSON.parse(told) : Object.fromEntries(told.split(",").map((name) => [name.trim(), {}]));
  } catch {
    return;
  }
  for (const [name, detail] of Object.entries(events)) fire(name, detail ?? {});
}

// Get HTML; throws Failed for anything but 2xx.
export async function fetchHtml(url, headers = {}, signal) {
  const answer = await send(url, { headers, signal });
  if (answer.status >= 400) throw new Failed(answer.status, answer.response.headers.get("X-Error-Id") ?? "");
  return answer.text;
}

// Keep a choice of this person, for every computer; false when it was not kept.
export function remember(key, value) {
  return send("/preferences/", {
    method: "POST",
    body: JSON.stringify({ key, value }),
    headers: { "Content-Type": "application/json" },
    quiet: true,
  }).then(
    ({ status }) => status < 400,
    () => false,
  );
}

// A fresh token and person after signing in again: every later request carries it.
document.addEventListener("signed-in", ({ detail }) => detail.csrf && takeToken(detail.csrf));

function takeToken(csrf) {
  document.body.dataset.csrf = csrf;
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": csrf }));
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = csrf;
}

document.addEventListener("nav:go", ({ detail }) => {
  fire("leaving");
  location.assign(detail.url);
});

document.addEventListener("htmx:config:request", ({ detail }) => {
  const headers = detail?.ctx?.request?.headers;
  if (headers) headers["X-CSRFToken"] = document.body.dataset.csrf;
});
