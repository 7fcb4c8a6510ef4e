// For whoever decides: tells the others that this post is open, and keys for hands that stay on the keyboard.
"use strict";

const page = document.querySelector("[data-looking]");

const say = (address) => fetch(address, { method: "POST", credentials: "same-origin", redirect: "error", keepalive: true, headers: { "X-CSRFToken": page.dataset.token } })
  .catch(() => {}); // no connection just now: told again in a minute, or it lapses

async function tell() {
  if (document.visibilityState === "visible") await say(page.dataset.looking);
  setTimeout(tell, 60_000);
}
if (page) {
  tell();
  let sending = false; // a word on a flag leads back to this very page
  addEventListener("submit", (event) => { sending = !event.defaultPrevented; });
  addEventListener("pagehide", () => { if (!sending) say(page.dataset.left); });
  addEventListener("pageshow", (event) => { if (event.persisted) { sending = false; say(page.dataset.looking); } }); // back again
}

// One-letter keys can be switched off (they get in the way of speech input); the choice stays on this device.
const KEPT = "gatepost-keys";
const tick = document.getElementById("keys-on");
const STOP = ".flags > .flag, .cards .card-link"; // a flag of the post, a post of the queue
const stops = () => [...document.querySelectorAll(STOP)];

function move(step) {
  const all = stops();
  if (!all.length) return;
  const at = all.findIndex((one) => one.contains(document.activeElement));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const current = () => document.activeElement?.closest?.(STOP) ?? stops()[0];
const press = (button) => { if (button && !button.disabled) button.click(); };

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  c: () => press(current()?.querySelector("[data-key='c']")),
  u: () => press(current()?.querySelector("[data-key='u']")),
  a: () => document.querySelector("button.approve")?.focus(), // a second key, Enter, approves
  b: () => { // send back
    const box = document.querySelector("[data-key='b']");
    if (box) { box.open = true; box.querySelector("input:not([type=hidden])").focus(); }
  },
};

addEventListener("keydown", (event) => {
  if (!tick?.checked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  const reason = Number(event.key);
  if (reason >= 1) press(current()?.querySelectorAll(".reasons button")[reason - 1]);
  else KEYS[event.key]?.();
});

if (tick) {
  tick.closest("details").hidden = false;
  tick.checked = localStorage.getItem(KEPT) !== "off";
  tick.addEventListener("change", () => localStorage.setItem(KEPT, tick.checked ? "on" : "off"));
}
