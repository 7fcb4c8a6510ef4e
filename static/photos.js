// Photos are sent part by part as soon as they are chosen (the tus protocol), shown at once, and go on after a break.
// Where this script cannot run, the form sends them with its button.
"use strict";

(() => {
  const field = document.getElementById("photos-field");
  if (!field || !draft || !crypto.subtle) return; // without https there is no digest of a file
  const PART = 256 * 1024; // bytes: what a break costs at most
  const LANES = 2; // one is sent while another is looked at
  const { form } = draft;
  const [list, said, problem] = ["coming", "said", "problem"].map((name) => document.getElementById(`photos-${name}`));
  const photos = [];
  let away = false, held = null, pictures = Promise.resolve();
  field.querySelector("button[value=add]").hidden = true;

  const make = (tag, text = "", names = "") => Object.assign(document.createElement(tag), { textContent: text, className: names });
  const named = (files) => files.map((file) => file.name).join(", ");
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  const on = (state) => photos.filter((one) => one.state === state);
  const pending = () => [...on("waiting"), ...on("going")];

  function ask(photo, method, address, headers, body = null) {
    return new Promise((done, broken) => {
      const request = (photo.request = new XMLHttpRequest());
      request.open(method, address);
      request.timeout = 60_000;
      const all = { "Tus-Resumable": "1.0.0", "X-CSRFToken": form.elements.csrf_token.value, ...headers };
      for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
      if (body) request.upload.onprogress = (event) => photo.shows(photo.at + Math.min(event.loaded, body.size));
      request.onload = () => done(request);
      request.onerror = request.ontimeout = request.onabort = broken;
      request.send(body);
    });
  }

  // Until there is an answer: at once when the connection is back, and after 1, 2, 4 … 30 seconds.
  async function steady(photo, ...what) {
    for (let tries = 0; ; tries++) {
      if (photo.state === "gone") throw new Error("");
      const before = away;
      try {
        const answer = await ask(photo, ...what);
        away = false;
        if (answer.status < 500 && answer.status !== 429) return answer;
        photo.words.textContent = answer.status === 429 ? answer.responseText : gettext("Something is wrong on the other side. It is tried again.");
      } catch {
        away = true;
        photo.shows(photo.at);
      } finally {
        if (before !== away) tell();
      }
      await new Promise((done) => {
        addEventListener("online", done, { once: true });
        setTimeout(done, Math.min(30, 2 ** tries) * 1000);
      });
    }
  }

  const heard = (answer, name) => Number(answer.getResponseHeader(name));
  const written = (words) => btoa(String.fromCharCode(...new TextEncoder().encode(words)));

  async function begin(photo) {
    const uploads = await draft.begun();
    const metadata = `filename ${written(photo.file.name)},digest ${written(photo.digest)}`;
    const answer = await steady(photo, "POST", uploads, { "Upload-Length": photo.file.size, "Upload-Metadata": metadata });
    if (answer.status !== 201) throw new Error(refusal(answer));
    photo.address = answer.getResponseHeader("Location");
    return answer;
  }

  function refusal(answer) {
    if (answer.status === 401 || answer.status === 400) return gettext("You are signed out. Sign in again, then choose it again: it goes on where it stopped.");
    const plain = answer.getResponseHeader("Content-Type")?.startsWith("text/plain");
    return (plain && answer.responseText) || gettext("It could not be sent. Choose it again.");
  }

  async function deliver(photo) {
    const bytes = await photo.file.arrayBuffer().catch(() => { throw new Error(gettext("It cannot be read. If it is kept in the cloud, download it first, then choose it again.")); });
    photo.digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((one) => one.toString(16).padStart(2, "0")).join("");
    let answer = await begin(photo);
    while ((photo.at = heard(answer, "Upload-Offset")) < photo.file.size) {
      photo.shows(photo.at);
      const part = photo.file.slice(photo.at, photo.at + PART);
      if (photo.at + part.size === photo.file.size) await photo.earlier; // they come into the post in the order of choosing
      answer = await steady(photo, "PATCH", photo.address, { "Upload-Offset": photo.at, "Content-Type": "application/offset+octet-stream" }, part);
      if (answer.status === 409) answer = await steady(photo, "HEAD", photo.address, {}); // it had arrived, only its answer had not
      if (answer.status === 404) answer = await begin(photo);
      if (answer.status >= 300) throw new Error(refusal(answer));
    }
    return heard(answer, "Gatepost-Photo");
  }

  class Photo {
    constructor(file) {
      Object.assign(this, { file, at: 0, state: "waiting", earlier: photos.at(-1)?.settled });
      this.settled = new Promise((done) => { this.settle = done; });
      this.tile = make("li");
      this.picture = make("div", gettext("Photo"), "no-photo");
      this.bar = Object.assign(make("progress"), { max: file.size || 1, value: 0, ariaLabel: file.name });
      this.words = make("p", gettext("Waits for its turn"), "govuk-body-s hint");
      this.alt = Object.assign(make("textarea", "", "govuk-textarea"), { rows: 2, maxLength: 2000 });
      this.label = make("label", gettext("What does it show? You can say so already."), "govuk-label govuk-label--s");
      this.label.append(this.alt);
      const out = Object.assign(make("button", gettext("Take out"), "govuk-button govuk-button--secondary small"), { type: "button", ariaLabel: gettext("Take out {name}", { name: file.name }) });
      out.addEventListener("click", () => this.leave());
      const beside = make("div", "", "govuk-form-group");
      beside.append(make("strong", file.name), this.bar, this.words, this.label, out);
      this.tile.append(this.picture, beside);
      list.append(this.tile);
      pictures = pictures.then(() => this.draw());
    }

    // Drawn small, one after the other: whole ones would be too much for a phone's memory. Some kinds no browser knows.
    async draw() {
      try {
        const bitmap = await createImageBitmap(this.file, { resizeWidth: 320 });
        const canvas = Object.assign(make("canvas"), { width: bitmap.width, height: bitmap.height });
        canvas.getContext("2d").drawImage(bitmap, 0, 0);
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", this.file.name);
        this.picture.replaceWith(canvas);
        bitmap.close();
      } catch {
        this.picture.textContent = gettext("This browser cannot show it. It is sent all the same.");
      }
    }

    shows(at) {
      this.bar.value = at;
      this.words.textContent = at >= this.file.size ? gettext("Sent. It is looked at…")
        : gettext("{there} of {all} MB", { there: megabytes(at), all: megabytes(this.file.size) });
    }

    async go() {
      this.state = "going";
      try {
        const number = await deliver(this);
        this.state = "there";
        this.settle();
        await arrived(this, number);
        this.tile.remove();
      } catch (refused) {
        if (this.state !== "gone") this.stays(refused.message);
      }
      next();
    }

    stays(sentence) {
      this.settle();
      this.state = "refused";
      this.words.textContent = sentence;
      this.words.className = "govuk-error-message";
      this.bar.hidden = this.label.hidden = true;
    }

    leave() {
      this.settle();
      this.state = "gone";
      this.request?.abort();
      if (this.address) ask(this, "DELETE", this.address, {}).catch(() => {}); // else it goes after a day
      this.tile.remove();
      next();
    }
  }

  // The fields of a photo that is there now come from the page itself; what was typed meanwhile goes into them.
  async function arrived(photo, number) {
    let fresh = null;
    while (!fresh) {
      const answer = await steady(photo, "GET", form.dataset.address, {});
      fresh = new DOMParser().parseFromString(answer.responseText, "text/html");
    }
    const item = fresh.querySelector(`#photos-there > [data-photo="${number}"]`);
    if (!item) throw new Error(gettext("It is there. Load the page again to see it."));
    let there = document.getElementById("photos-there");
    if (!there) {
      there = fresh.getElementById("photos-there").cloneNode();
      field.before(there);
    }
    if (there.querySelector(`[data-photo="${number}"]`)) return;
    const focused = document.activeElement === photo.alt;
    there.insertBefore(document.adoptNode(item), [...there.children].find((one) => Number(one.dataset.photo) > number) ?? null);
    const origin = fresh.getElementById("origin");
    if (origin && !document.getElementById("origin")) document.getElementById("checklist")?.after(document.adoptNode(origin));
    const alt = item.querySelector("textarea");
    new WatchedField(alt);
    new MeasuredField(alt);
    htmx.process(item);
    if (photo.alt.value && !alt.value) {
      alt.value = photo.alt.value;
      alt.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (focused) alt.focus();
  }

  function tell() {
    const all = photos.filter((one) => one.state !== "gone"), there = on("there").length, refused = on("refused").length;
    list.hidden = !all.some((one) => one.state !== "there");
    const parts = all.length ? [all.length === 1 ? gettext("{there} of 1 photo sent.", { there }) : gettext("{there} of {all} photos sent.", { there, all: all.length })] : [];
    if (refused) parts.push(gettext("{count} could not be used.", { count: refused }));
    if (pending().length && away) parts.push(gettext("No connection: it goes on by itself when the connection is back."));
    else if (pending().length) parts.push(gettext("Go on writing meanwhile."));
    if (held) parts.push(gettext("“{what}” is done as soon as they are there.", { what: held.textContent }));
    const sentence = parts.join(" ");
    if (said.textContent !== sentence) said.textContent = sentence;
  }

  function next() {
    for (const photo of on("waiting").slice(0, Math.max(0, LANES - on("going").length))) photo.go();
    if (held && !pending().length) {
      const button = held;
      held = null;
      if (!on("refused").length) form.requestSubmit(button);
    }
    tell();
  }

  function choose(files) {
    problem.textContent = "";
    const largest = Number(field.dataset.largest);
    const here = photos.filter((one) => one.state !== "gone" && one.state !== "refused");
    const known = (file) => here.some((one) => one.file.name === file.name && one.file.size === file.size && one.file.lastModified === file.lastModified);
    const fresh = files.filter((file) => !known(file));
    const large = fresh.filter((file) => file.size > largest);
    const small = fresh.filter((file) => file.size <= largest);
    const room = Number(field.dataset.room) - here.length;
    const sentences = large.length ? [gettext("Larger than {size} MB, so left out: {names}.", { size: largest / 1e6, names: named(large) })] : [];
    const left = { room, names: named(small.slice(room)) };
    if (small.length > room) sentences.push(room === 1 ? gettext("Only 1 more fits, so left out: {names}.", left) : gettext("Only {room} more fit, so left out: {names}.", left));
    problem.textContent = sentences.join(" ");
    document.getElementById("unfinished")?.remove();
    for (const file of small.slice(0, Math.max(0, room))) photos.push(new Photo(file));
    next();
  }

  addEventListener("offline", () => { for (const photo of on("going")) photo.request?.abort(); });
  draft.stay(() => pending().length > 0);
  document.addEventListener("submit", (event) => {
    if (event.target !== form || !pending().length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = event.submitter ?? form.querySelector("button[value=save]");
    tell();
  }, true);
  for (const input of field.querySelectorAll("input[type=file]")) {
    const taken = () => { const files = [...input.files]; input.value = ""; choose(files); };
    input.addEventListener("change", taken);
    if (draft.fresh && input.files.length) taken(); // chosen while this script was still on its way
  }
})();
