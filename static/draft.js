// A draft is saved as it is typed. Without this script the buttons do it.
"use strict";

const draft = (() => {
  const form = document.querySelector("form[data-upload]");
  const said = document.getElementById("draft-said");
  if (!form || !said) return null;
  const PAUSE = 1500; // milliseconds without a key
  const made = () => form.elements.version.value !== "";
  let waiting = 0, saving = null, again = false, older = false, changed = false, tries = 0;

  function say(sentence, grave = false) {
    if (said.textContent !== sentence) said.textContent = sentence;
    said.classList.toggle("govuk-error-message", grave);
    said.classList.toggle("hint", !grave);
  }

  function later(milliseconds = PAUSE) {
    clearTimeout(waiting);
    waiting = setTimeout(keep, milliseconds);
  }

  // Save what stands in the form. With `begin` there is a draft afterwards, whatever is in it.
  async function keep(begin = false, leaving = false) {
    clearTimeout(waiting);
    if (older || form.dataset.sent) return;
    if (saving) {
      again = true;
      await saving;
      if (!begin || made()) return;
    }
    saving = send(begin, leaving).finally(() => { saving = null; });
    await saving;
    if (again) { again = false; later(0); }
  }

  async function send(begin, leaving) {
    const body = new FormData(form);
    body.delete("photos");
    body.set("do", "keep");
    if (begin) body.set("begin", "1");
    changed = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin", redirect: "error", keepalive: leaving });
      const heard = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
      if (answer.ok && heard) return saved(heard);
      changed = true;
      if (heard?.refused) { older = true; return say(heard.refused, true); }
      if (answer.status === 401 || answer.status === 400) { older = true; return say(gettext("You are signed out, so what you type is not saved. Sign in again in this browser, then load this page again."), true); }
      unsaved(gettext("Not saved: something is wrong on the other side ({status}). It is tried again.", { status: answer.status }));
    } catch {
      changed = true;
      unsaved(gettext("No connection. What you typed is kept on this page and saved when the connection is back."));
    }
  }

  function unsaved(sentence) {
    say(sentence);
    later(Math.min(30, 2 ** tries++) * 1000);
  }

  function saved({ address, uploads, version, at, problems }) {
    tries = 0;
    if (!address) return problems.length ? say(problems.join(" "), true) : undefined;
    if (!made()) {
      form.action = form.dataset.address = address;
      history.replaceState(null, "", address);
    }
    form.elements.version.value = version;
    const field = document.getElementById("photos-field");
    if (field) field.dataset.parts = uploads;
    const then = problems.length ? gettext("Saved {at}, but: {problems}", { at, problems: problems.join(" ") })
      : changed ? gettext("Saved {at}. There is more to save.", { at }) : gettext("Saved {at}, for you alone.", { at });
    say(then, problems.length > 0);
  }

  const typed = (event) => {
    if (event.target.type === "file" || ["find", "group"].includes(event.target.name)) return; // these ask, they say nothing
    changed = true;
    later();
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  // What differs was typed while this script was still on its way; or, on the way back to a page, the browser has put in
  // what stood there on an earlier visit. That is not saved by itself: the draft may be newer.
  const fresh = performance.getEntriesByType("navigation")[0]?.type !== "back_forward";
  const another = (options) => options.selectedIndex !== Math.max(0, [...options].findIndex((one) => one.defaultSelected));
  const touched = ({ type, name, options, value, defaultValue, checked, defaultChecked }) => !["file", "hidden", "submit"].includes(type)
    && !["find", "group"].includes(name)
    && (options ? another(options) : value !== (defaultValue ?? value) || checked !== defaultChecked);
  if (fresh && [...form.elements].some(touched)) { changed = true; later(); }
  addEventListener("online", () => { if (changed) later(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && changed) keep(false, true); });
  // Closing is asked about, but on a shared computer nothing keeps a page open whose time is over.
  const stay = (needed) => addEventListener("beforeunload", (event) => {
    if (needed() && !form.dataset.sent && !document.querySelector("[data-leave]")) event.preventDefault();
  });
  stay(() => changed && !navigator.onLine);

  // A button that is pressed while the draft is just being made waits for it: one draft, not two.
  document.addEventListener("submit", async (event) => {
    if (event.target !== form) return;
    clearTimeout(waiting);
    if (made() || !saving) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    await saving;
    form.requestSubmit(button);
  }, true);

  // Where photos of this draft are sent to: it is made if there is none yet, however long the connection is away.
  async function begun() {
    while (!made() && !older) {
      await keep(true);
      if (!made()) await new Promise((done) => setTimeout(done, 1000));
    }
    return document.getElementById("photos-field").dataset.parts;
  }

  return { form, begun, stay, fresh };
})();
