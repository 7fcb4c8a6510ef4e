// Small helps; every page works without them.
"use strict";

// A sentence in the page's language, with what stands in its braces. The words of other languages come with the page.
const ownWords = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
function gettext(sentence, values = {}) {
  return (ownWords[sentence] ?? sentence).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// What changes by itself waits while a finger is down: it would push the button from under it, and the press would be
// lost. And for a while once a form was sent: loading the page anew would break off what is on its way. Progress that
// htmx asks for is let go then: it asks again in a moment.
const PRESSED_FOR = 5000, SENT_FOR = 30000; // milliseconds at most
let pressedAt = 0, sentAt = 0;
addEventListener("pointerdown", () => { pressedAt = Date.now(); }, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { pressedAt = 0; }), true);
addEventListener("submit", (event) => { if (!event.defaultPrevented) sentAt = Date.now(); });
addEventListener("pageshow", () => { sentAt = 0; });
const touched = () => Date.now() < pressedAt + PRESSED_FOR || Date.now() < sentAt + SENT_FOR;
async function untouched() {
  while (touched()) await new Promise((done) => setTimeout(done, 100));
}
addEventListener("htmx:beforeOnLoad", (event) => { if (touched()) event.preventDefault(); });

// Uploads: say at once what is too large or too many, and that sending goes on.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const problem = document.getElementById("photos-problem");
  const complaint = () => {
    if (!input) return "";
    const files = [...input.files];
    const largest = Number(input.dataset.largest);
    const large = files.filter((file) => file.size > largest).map((file) => file.name);
    if (large.length) return gettext("Larger than {size} MB: {names}. Choose again without, or send a smaller copy.", { size: largest / 1e6, names: large.join(", ") });
    const together = Number(input.dataset.together);
    if (files.reduce((sum, file) => sum + file.size, 0) > together) return gettext("Together more than {size} MB. Add a few at a time.", { size: together / 1e6 });
    if (files.length > Number(input.dataset.room)) return gettext("Only {count} more fit. Choose fewer photos.", { count: input.dataset.room });
    return "";
  };
  input?.addEventListener("change", () => { if (problem) problem.textContent = complaint(); });
  form.addEventListener("submit", (event) => {
    const sentence = complaint();
    if (problem) problem.textContent = sentence;
    if (sentence) { event.preventDefault(); input.focus(); return; }
    if (!navigator.onLine && !form.dataset.reached) {
      event.preventDefault();
      return reach(form, event.submitter);
    }
    delete form.dataset.reached;
    if (form.dataset.sent) { event.preventDefault(); return; } // a second click sends nothing twice
    form.dataset.sent = "yes";
    form.querySelector("[data-busy]").hidden = false;
  });
}

// The browser believes that there is no connection. It cannot know: the server may be this machine, or beside it.
async function reach(form, button) {
  try {
    await fetch(document.querySelector("link[rel=manifest]").href, { method: "HEAD", cache: "no-store", redirect: "manual" });
  } catch {
    return alert(gettext("There is no connection. Nothing is lost: keep this page open and press the button again later."));
  }
  form.dataset.reached = "yes";
  form.requestSubmit(button);
}

// After a first try the draft has an address of its own: loading the page again must not write a second one.
const address = document.querySelector("[data-address]")?.dataset.address;
if (address && location.pathname !== address) history.replaceState(null, "", address);

for (const form of document.querySelectorAll("form[data-confirm]")) {
  form.addEventListener("submit", (event) => { if (!confirm(form.dataset.confirm)) event.preventDefault(); });
}

// Ticks whose removal destroys something are asked about.
for (const form of document.querySelectorAll("form[data-untick]")) {
  form.addEventListener("submit", (event) => {
    const gone = [...form.querySelectorAll("input[type=checkbox]")].some((box) => box.defaultChecked && !box.checked);
    if (gone && !confirm(form.dataset.untick)) event.preventDefault();
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = gettext("Copied");
  });
}

// Back from another page: the form can be sent again.
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent; });

// A colour that is picked is written beside it, and the other way round.
for (const picker of document.querySelectorAll("[data-written-in]")) {
  const written = document.getElementById(picker.dataset.writtenIn);
  picker.addEventListener("input", () => { written.value = picker.value; });
  written.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(written.value)) picker.value = written.value; });
}

document.querySelector("[data-focus]")?.focus();

// A shared computer: whoever walks away is signed out, and what stood on the page is gone. Any tab in use keeps all.
const leave = document.querySelector("[data-leave]");
if (leave) {
  const used = () => localStorage.setItem("used", Date.now());
  used();
  for (const sign of ["pointerdown", "keydown", "wheel"]) addEventListener(sign, used, { passive: true, capture: true });
  const watch = setInterval(() => {
    if (Date.now() - Number(localStorage.getItem("used")) < 1000 * Number(leave.dataset.leave)) return;
    clearInterval(watch);
    document.querySelector("form.who").submit();
  }, 1000);
}
