// How long a text is on each account, while it is typed. The server counts, as each network does; without this script
// the same is said when the post is saved.
"use strict";

class MeasuredField {
  constructor(field) {
    this.field = field;
    this.what = field.dataset.measured;
    this.said = [];
    this.status = document.createElement("p");
    this.status.className = "govuk-error-message problem";
    this.status.setAttribute("role", "status");
    field.closest(".govuk-form-group").append(this.status);
    const { credit, link } = field.form.elements;
    this.credit = this.what === "caption" ? (credit ?? link) : null; // goes out under the caption
    for (const one of [field, this.credit]) {
      one?.addEventListener("input", () => {
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => this.ask(), 400);
      });
    }
    for (const box of accounts) box.addEventListener("change", () => this.show());
    if (field.value) this.ask();
  }

  async ask() {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    try {
      const answer = await fetch(this.field.dataset.lengths, {
        method: "POST",
        credentials: "same-origin",
        redirect: "error",
        signal: asking.signal,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.field.form.elements.csrf_token.value },
        body: JSON.stringify({ text: this.field.value, what: this.what, credit: this.credit?.value }),
      });
      if (!answer.ok) return;
      const { accounts: said } = await answer.json();
      await untouched(); // of gatepost.js
      if (asking.signal.aborted) return; // it is asked again
      this.said = said;
      this.show();
    } catch {
      // no connection just now: it is counted when the post is saved
    }
  }

  show() {
    const chosen = new Set([...accounts].filter((box) => box.checked).map((box) => Number(box.value)));
    const over = this.said.filter((one) => one.over && chosen.has(one.id));
    const sentence = over.map((one) => gettext("Too long for {account}: {said}.", { account: one.title, said: one.said })).join(" ");
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
    if (this.what !== "caption") return;
    for (const one of this.said) {
      const place = document.getElementById(`length-${one.id}`);
      if (!place) continue;
      place.textContent = one.said;
      place.classList.toggle("over", one.over > 0);
    }
  }
}

const accounts = document.querySelectorAll("input[name=account]");
for (const field of document.querySelectorAll("[data-measured]")) new MeasuredField(field);
