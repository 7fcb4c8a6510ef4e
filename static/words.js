// Names and details are underlined while words are typed, with what to write instead. Without this script the same
// check is done when the post is sent.
"use strict";

const PAUSE = 400; // milliseconds without a key before the words are looked at
const LISTED = 8; // findings with buttons below a field
const LIKE_THE_FIELD = ["font", "lineHeight", "letterSpacing", "wordSpacing", "textIndent", "textAlign", "tabSize", "direction", "padding"];

class WatchedField {
  constructor(field) {
    this.field = field;
    this.told = []; // places are kept in step with what is typed
    this.looked = null; // the text that they were told of
    this.build();
    field.addEventListener("input", () => this.typed());
    field.addEventListener("scroll", () => this.scrolled());
    new ResizeObserver(() => this.draw()).observe(field);
    document.fonts?.ready.then(() => this.draw());
    this.shown = field.value;
    if (field.value.trim()) this.ask();
  }

  build() {
    const frame = make("div", "words");
    this.mirror = make("div", "words-mirror");
    this.mirror.setAttribute("aria-hidden", "true");
    this.list = make("ul", "words-told");
    this.list.setAttribute("aria-label", gettext("What to look at in these words"));
    this.status = make("p", "words-status");
    this.status.setAttribute("role", "status"); // polite: said when the typing pauses
    this.undone = make("p", "words-undo");
    this.field.replaceWith(frame);
    frame.append(this.mirror, this.field);
    frame.after(this.status, this.list, this.undone);
    this.status.id = `${this.field.id}-told`;
    const described = this.field.getAttribute("aria-describedby");
    this.field.setAttribute("aria-describedby", [described, this.status.id].filter(Boolean).join(" "));
  }

  typed() {
    const before = this.shown, now = this.field.value;
    let same = 0;
    while (same < Math.min(before.length, now.length) && before[same] === now[same]) same++;
    let tail = 0;
    while (tail < Math.min(before.length, now.length) - same && before.at(-1 - tail) === now.at(-1 - tail)) tail++;
    const changed = before.length - tail, shift = now.length - before.length;
    this.told = this.told
      .filter((one) => one.end <= same || one.start >= changed)
      .map((one) => (one.start >= changed ? { ...one, start: one.start + shift, end: one.end + shift } : one));
    this.shown = now;
    if (now !== this.written) this.undone.replaceChildren(); // typed on: there is nothing to put back
    this.draw();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const text = this.field.value;
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    if (!text.trim()) return this.answered(text, { told: [], more: 0 });
    try {
      const answer = await fetch(this.field.dataset.words, {
        method: "POST",
        credentials: "same-origin",
        redirect: "error",
        signal: asking.signal,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.field.form.elements.csrf_token.value },
        body: JSON.stringify({ text }),
      });
      const said = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
      await untouched(); // of gatepost.js
      if (asking.signal.aborted || text !== this.field.value) return; // it will be asked again
      if (answer.ok && said.told) this.answered(text, said);
      else this.notLooked(said.problem);
    } catch {
      if (!asking.signal.aborted) this.notLooked();
    }
  }

  notLooked(problem = gettext("These words could not be looked at just now. They are checked when you send.")) {
    this.answered(null, { told: [], more: 0 });
    this.status.textContent = problem;
  }

  answered(text, { told, more, nobody, hints = [] }) {
    this.looked = text;
    this.told = told;
    this.draw();
    const sounds = hints.map((sentence) => this.entry({ severity: "note", sentence, changes: [] }));
    this.list.replaceChildren(...told.slice(0, LISTED).map((one) => this.entry(one)), ...sounds);
    const rest = Math.max(0, told.length - LISTED) + more;
    const said = told.length ? [told.length + more === 1 ? gettext("One thing to look at:") : gettext("{count} things to look at:", { count: told.length + more })] : [];
    if (said.length) said.push(...told.slice(0, LISTED).map((one) => one.sentence));
    if (rest) said.push(gettext("And {count} more.", { count: rest }));
    said.push(...hints);
    if (nobody && text?.trim()) said.push(gettext("Nobody is on the register yet, so no names are looked for."));
    const sentence = said.join(" ");
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    this.status.classList.toggle("govuk-visually-hidden", told.length + hints.length > 0 && !rest && !nobody); // the list says it
  }

  entry(one) {
    const item = make("li", one.severity);
    const sentence = make("span");
    sentence.textContent = one.sentence;
    item.append(sentence);
    for (const change of one.changes) {
      const button = make("button", "govuk-button govuk-button--secondary small");
      button.type = "button";
      button.textContent = change.label;
      const quoted = this.field.value.slice(one.start, one.end);
      button.setAttribute("aria-label", change.put ? gettext("{label}: instead of “{quoted}”", { label: change.label, quoted }) : `${change.label}: “${quoted}”`);
      button.addEventListener("click", () => this.change(change));
      item.append(button);
    }
    return item;
  }

  change({ start, end, put }) {
    if (this.field.value !== this.looked) return this.ask(); // typed since: the places are old
    const gone = this.field.value.slice(start, end);
    this.write(start, end, put);
    const undo = make("button", "govuk-button govuk-button--secondary small");
    undo.type = "button";
    undo.textContent = gettext("Undo");
    const after = (this.written = this.field.value);
    undo.addEventListener("click", () => {
      this.undone.replaceChildren();
      if (this.field.value === after) this.write(start, start + put.length, gone);
      this.field.focus();
    });
    const was = { gone: gone.trim(), put };
    this.undone.replaceChildren(`${put ? gettext("“{gone}” is now “{put}”.", was) : gettext("“{gone}” is removed.", was)} `, undo);
    if (matchMedia("(pointer: coarse)").matches) undo.focus(); // so that no keyboard covers the page
    clearTimeout(this.waiting);
    this.ask();
  }

  write(start, end, put) {
    this.field.focus();
    this.field.setSelectionRange(start, end);
    // The one way that leaves Ctrl+Z working; elsewhere the text is set without.
    if (document.execCommand(put ? "insertText" : "delete", false, put)) return;
    this.field.setRangeText(put, start, end, "end");
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  draw() {
    const { field, mirror } = this;
    const style = getComputedStyle(field);
    for (const name of LIKE_THE_FIELD) mirror.style[name] = style[name];
    mirror.style.left = `${field.offsetLeft + field.clientLeft}px`;
    mirror.style.top = `${field.offsetTop + field.clientTop}px`;
    mirror.style.width = `${field.clientWidth}px`; // without the scroll bar
    mirror.style.height = `${field.clientHeight}px`;
    const parts = [];
    let at = 0;
    for (const one of this.told) {
      const mark = make("mark", one.severity);
      mark.textContent = field.value.slice(one.start, one.end);
      parts.push(field.value.slice(at, one.start), mark);
      at = one.end;
    }
    mirror.replaceChildren(...parts, field.value.slice(at) + "\u200b"); // a last empty line counts too
    this.scrolled();
  }

  scrolled() {
    this.mirror.scrollTop = this.field.scrollTop;
  }
}

function make(tag, names = "") {
  const made = document.createElement(tag);
  made.className = names;
  return made;
}

for (const field of document.querySelectorAll("textarea[data-words]")) new WatchedField(field);
