// Covering in a photo: places that the checks found and boxes of one's own as buttons on the picture. The fields of
// the form are the truth: without this script they are filled in by hand, with it they follow what is drawn.
"use strict";

const NAMES = ["left", "top", "width", "height", "angle"];
const START = 8; // pixels of the screen: less is a tap, more draws a box
const NEAR = 24; // pixels of the screen around a small box that still count as tapping it
const SMALLEST = 0.004; // of the photo's longer side

class Covering {
  constructor(form) {
    this.form = form;
    this.width = Number(form.dataset.width);
    this.height = Number(form.dataset.height);
    this.long = Math.max(this.width, this.height);
    this.margin = Number(form.dataset.margin);
    this.rows = form.querySelector("[data-rows]");
    this.places = [...form.querySelectorAll("[data-place]")];
    this.said = form.querySelector("[data-said]");
    this.past = [];
    this.future = [];
    this.parts = new Map(); // what is drawn for each place and each row
    this.chosen = null;
    for (const row of this.own()) if (!NAMES.slice(0, 4).some((name) => field(row, name).value.trim())) row.remove();
    this.layer = make("div", "cover-layer");
    this.handle = make("span", "cover-handle");
    this.layer.append(this.handle);
    form.querySelector(".stage .boxes").remove();
    form.querySelector(".stage").append(this.layer);
    for (const hidden of form.querySelectorAll("[data-help], [data-tools]")) hidden.hidden = false;
    form.querySelector("[data-plain]").remove();
    this.shown = this.state();
    this.listen();
    this.draw();
  }

  listen() {
    this.layer.addEventListener("pointerdown", (event) => this.down(event));
    this.layer.addEventListener("pointermove", (event) => this.move(event));
    // A box that is drawn with a flick would be a throw to the browser, and it takes the next tap for the end of that.
    this.layer.addEventListener("touchmove", (event) => { if (event.touches.length === 1 && event.cancelable) event.preventDefault(); }, { passive: false });
    this.layer.addEventListener("pointerup", (event) => this.up(event));
    this.layer.addEventListener("pointercancel", () => this.abandon());
    this.layer.addEventListener("click", (event) => { if (event.detail === 0) this.pressed(this.ofButton(event.target)); });
    this.layer.addEventListener("focusin", (event) => this.choose(this.ofButton(event.target)));
    this.form.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("change", () => this.commit());
    this.form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.act(button.dataset.do, button);
    });
    this.form.addEventListener("submit", (event) => {
      if (this.form.dataset.sent) event.preventDefault(); // a second press sends nothing twice
      this.form.dataset.sent = "yes";
    });
  }

  // What is covered

  own() { return [...this.rows.querySelectorAll("[data-own]")]; }
  all() { return [...this.places, ...this.own()]; }
  isPlace(one) { return "place" in one.dataset; }
  tick(place) { return place.querySelector("input[type=checkbox]"); }

  box(one) {
    if (this.isPlace(one)) {
      const [left, top, width, height] = one.dataset.place.split(" ").map(Number);
      return { left, top, width, height, angle: 0 };
    }
    const [left, top, width, height, angle] = NAMES.map((name) => Number(field(one, name).value.replace(",", ".")) || 0);
    return {
      left: (left * this.width) / 100, top: (top * this.height) / 100,
      width: (width * this.width) / 100, height: (height * this.height) / 100, angle,
    };
  }

  put(row, box) {
    const least = SMALLEST * this.long;
    const width = Math.min(Math.max(box.width, least), this.width), height = Math.min(Math.max(box.height, least), this.height);
    const x = Math.min(Math.max(box.left + box.width / 2, 0), this.width), y = Math.min(Math.max(box.top + box.height / 2, 0), this.height);
    const per = [(x - width / 2) / this.width, (y - height / 2) / this.height, width / this.width, height / this.height];
    per.forEach((share, at) => { field(row, NAMES[at]).value = String(Number((share * 100).toFixed(2))); });
    field(row, "angle").value = String(((((Math.round(box.angle) + 180) % 360) + 360) % 360) - 180);
  }

  add(box) {
    const row = this.form.querySelector("template[data-row]").content.firstElementChild.cloneNode(true);
    this.rows.append(row);
    this.put(row, box);
    return row;
  }

  // Steps, and taking them back

  state() {
    return JSON.stringify({
      ticked: this.places.map((place) => this.tick(place).checked),
      rows: this.own().map((row) => NAMES.map((name) => field(row, name).value)),
    });
  }

  commit() {
    const now = this.state();
    if (now !== this.shown) {
      this.past.push(this.shown);
      this.future = [];
      this.shown = now;
    }
    this.draw();
  }

  travel(from, to) {
    if (!from.length) return;
    to.push(this.shown);
    this.shown = from.pop();
    const { ticked, rows } = JSON.parse(this.shown);
    this.places.forEach((place, at) => { this.tick(place).checked = ticked[at]; });
    const there = this.own();
    there.slice(rows.length).forEach((row) => row.remove());
    rows.forEach((values, at) => {
      const row = there[at] ?? this.add(this.box(this.places[0] ?? this.middle()));
      values.forEach((value, n) => { field(row, NAMES[n]).value = value; });
    });
    this.draw();
  }

  // With the finger or the mouse

  at(event) {
    const frame = this.layer.getBoundingClientRect();
    this.scale = this.width / frame.width; // pixels of the photo in one of the screen
    return { x: (event.clientX - frame.left) * this.scale, y: (event.clientY - frame.top) * this.scale };
  }

  down(event) {
    if (this.drag || !event.isPrimary || event.button !== 0) return this.abandon();
    const from = this.at(event);
    const hit = this.hit(from);
    const row = hit && !this.isPlace(hit) ? hit : null;
    const sizes = event.target === this.handle && this.chosen ? this.chosen : null;
    this.drag = { id: event.pointerId, from, hit, row: sizes ?? row, sizes: Boolean(sizes), before: sizes ?? row ? this.box(sizes ?? row) : null };
    event.preventDefault(); // no selection, no click: what a tap does is decided where it ends
  }

  move(event) {
    const drag = this.drag;
    if (!drag || event.pointerId !== drag.id) return;
    const to = this.at(event);
    if (!drag.far && Math.hypot(to.x - drag.from.x, to.y - drag.from.y) < START * this.scale) return;
    if (!drag.far) {
      drag.far = true;
      this.layer.setPointerCapture(event.pointerId);
      if (!drag.row) drag.row = this.add(spanned(drag.from, to));
      this.choose(drag.row);
    }
    this.put(drag.row, this.dragged(drag, to));
    this.draw();
  }

  dragged({ before, from, sizes }, to) {
    if (!before) return spanned(from, { x: inside(to.x, this.width), y: inside(to.y, this.height) });
    if (!sizes) return { ...before, left: before.left + to.x - from.x, top: before.top + to.y - from.y };
    // The corner across stays where it is.
    const corner = turned(before, -before.width / 2, -before.height / 2);
    const [cos, sin] = turn(before.angle), dx = to.x - corner.x, dy = to.y - corner.y;
    const width = Math.max(dx * cos + dy * sin, SMALLEST * this.long), height = Math.max(dy * cos - dx * sin, SMALLEST * this.long);
    const x = corner.x + (width * cos - height * sin) / 2, y = corner.y + (width * sin + height * cos) / 2;
    return { left: x - width / 2, top: y - height / 2, width, height, angle: before.angle };
  }

  up(event) {
    const drag = this.drag;
    if (!drag || event.pointerId !== drag.id) return;
    this.drag = null;
    if (drag.far) this.commit();
    else if (!drag.sizes) this.pressed(drag.hit);
    if (drag.row) this.parts.get(drag.row)?.button.focus({ preventScroll: true });
  }

  abandon() { // a second finger zooms: what was begun with the first is nothing
    if (!this.drag) return;
    if (this.drag.far) {
      if (this.drag.before) this.put(this.drag.row, this.drag.before);
      else this.drag.row.remove();
    }
    this.drag = null;
    this.draw();
  }

  hit(point) {
    let best = null;
    for (const one of this.all()) {
      const box = this.box(one), [cos, sin] = turn(box.angle);
      const dx = point.x - box.left - box.width / 2, dy = point.y - box.top - box.height / 2;
      const outside = Math.hypot(
        Math.max(Math.abs(dx * cos + dy * sin) - box.width / 2, 0), Math.max(Math.abs(dy * cos - dx * sin) - box.height / 2, 0));
      if (outside > NEAR * this.scale) continue;
      const rank = [outside, box.width * box.height]; // the smallest that holds the point, else the nearest
      if (!best || rank[0] < best.rank[0] || (rank[0] === best.rank[0] && rank[1] <= best.rank[1])) best = { one, rank };
    }
    return best?.one;
  }

  pressed(one) {
    if (!one) return this.choose(null);
    if (this.isPlace(one)) {
      this.tick(one).checked = !this.tick(one).checked;
      this.commit();
      this.say(`${this.tick(one).checked ? gettext("Covered") : gettext("Not covered")}: ${one.dataset.covers}`);
    } else this.choose(one);
  }

  choose(one) {
    this.chosen = one && !this.isPlace(one) ? one : null;
    this.draw();
  }

  // With the keyboard and the buttons

  middle() { return { left: this.width * 0.4, top: this.height * 0.45, width: this.width * 0.2, height: this.height * 0.1, angle: 0 }; }

  act(what, button) {
    if (what === "undo") this.travel(this.past, this.future);
    else if (what === "redo") this.travel(this.future, this.past);
    else if (what === "add") {
      const row = this.add(this.middle());
      this.commit();
      this.parts.get(row).button.focus({ preventScroll: true });
    } else if (this.chosen) this.change(what, 0.01);
    if (button?.disabled) this.form.querySelector("[data-do=add]").focus();
  }

  change(what, step) {
    const row = this.chosen, box = this.box(row), by = step * this.long;
    const changes = {
      left: { left: box.left - by }, right: { left: box.left + by }, up: { top: box.top - by }, down: { top: box.top + by },
      wider: { left: box.left - by / 2, width: box.width + by }, narrower: { left: box.left + by / 2, width: Math.max(box.width - by, 1) },
      taller: { top: box.top - by / 2, height: box.height + by }, lower: { top: box.top + by / 2, height: Math.max(box.height - by, 1) },
      turn: { angle: box.angle + 5 }, back: { angle: box.angle - 5 },
      larger: grown(box, 1.1), smaller: grown(box, 1 / 1.1),
    };
    if (what === "delete") {
      const next = this.all()[this.all().indexOf(row) + 1] ?? this.all()[this.all().indexOf(row) - 1];
      row.remove();
      this.chosen = null;
      this.commit();
      (this.parts.get(next)?.button ?? this.form.querySelector("[data-do=add]")).focus({ preventScroll: true });
      this.say(gettext("Deleted"));
      return;
    }
    this.put(row, { ...box, ...changes[what] });
    this.commit();
    this.say(this.parts.get(row).button.getAttribute("aria-label"));
  }

  key(event) {
    const letter = event.key.toLowerCase(), ctrl = event.ctrlKey || event.metaKey;
    if (ctrl && (letter === "z" || letter === "y") && !event.target.matches("input:not([type=checkbox])")) {
      event.preventDefault();
      return this.act(letter === "y" || event.shiftKey ? "redo" : "undo");
    }
    const one = this.ofButton(event.target);
    if (!one || this.isPlace(one) || (ctrl && !event.key.startsWith("Arrow"))) return;
    const arrows = event.shiftKey
      ? { ArrowLeft: "narrower", ArrowRight: "wider", ArrowUp: "lower", ArrowDown: "taller" }
      : { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
    const keys = { ...arrows, "+": "larger", "=": "larger", "-": "smaller", r: "turn", l: "back", Delete: "delete", Backspace: "delete" };
    const what = keys[event.key] ?? keys[letter];
    if (!what) return;
    event.preventDefault();
    this.chosen = one;
    this.change(what, ctrl ? 0.002 : 0.01);
  }

  // What is seen and said

  ofButton(target) { return this.all().find((one) => this.parts.get(one)?.button === target); }

  draw() {
    const all = this.all();
    for (const [one, { button, fill }] of this.parts) {
      if (all.includes(one)) continue;
      button.remove();
      fill.remove();
      this.parts.delete(one);
    }
    if (this.chosen && !all.includes(this.chosen)) this.chosen = null;
    all.forEach((one, at) => this.drawOne(one, at + 1, all.length));
    const count = all.filter((one) => this.covers(one)).length;
    const covers = count === 1 ? gettext("Cover 1 place") : gettext("Cover {count} places", { count });
    this.form.querySelector("[data-send]").textContent = count ? covers : gettext("Cover");
    this.form.querySelector("[data-chosen]").hidden = !this.chosen;
    this.form.querySelector("[data-do=undo]").disabled = !this.past.length;
    this.form.querySelector("[data-do=redo]").disabled = !this.future.length;
    this.handle.hidden = !this.chosen;
    if (!this.chosen) return;
    const box = this.box(this.chosen), corner = turned(box, box.width / 2, box.height / 2);
    this.handle.style.left = `${(100 * corner.x) / this.width}%`;
    this.handle.style.top = `${(100 * corner.y) / this.height}%`;
  }

  covers(one) { return !this.isPlace(one) || this.tick(one).checked; }

  drawOne(one, number, count) {
    if (!this.parts.has(one)) {
      const button = make("button", "cover-box"), fill = make("span", "cover-fill");
      button.type = "button";
      button.dataset.severity = one.dataset.severity ?? "";
      this.layer.prepend(fill);
      this.layer.insertBefore(button, this.handle);
      this.parts.set(one, { button, fill });
    }
    const { button, fill } = this.parts.get(one), box = this.box(one), place = this.isPlace(one), on = this.covers(one);
    const legend = one.querySelector("[data-number]");
    if (legend) legend.textContent = number;
    this.lay(button, box, 0);
    this.lay(fill, box, this.margin);
    fill.hidden = !on;
    fill.classList.toggle("chosen", one === this.chosen); // what is being moved over stays to be seen
    button.classList.toggle("own", !place);
    button.classList.toggle("chosen", one === this.chosen);
    button.dataset.number = number;
    const what = place ? one.dataset.covers : whereabouts(one);
    button.setAttribute("aria-label", gettext("Box {number} of {count}, covers {what}", { number, count, what }));
    if (place) button.setAttribute("aria-pressed", String(on));
  }

  lay(part, box, around) {
    part.style.left = `${(100 * (box.left + box.width / 2)) / this.width}%`;
    part.style.top = `${(100 * (box.top + box.height / 2)) / this.height}%`;
    part.style.width = `${(100 * box.width * (1 + 2 * around)) / this.width}%`;
    part.style.height = `${(100 * box.height * (1 + 2 * around)) / this.height}%`;
    part.style.transform = `translate(-50%, -50%) rotate(${box.angle}deg)`;
  }

  say(words) { this.said.textContent = words; }
}

function field(row, name) { return row.querySelector(`[name=${name}]`); }

function make(tag, name) {
  const part = document.createElement(tag);
  part.className = name;
  return part;
}

function turn(angle) { return [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]; }

function turned(box, dx, dy) {
  const [cos, sin] = turn(box.angle);
  return { x: box.left + box.width / 2 + dx * cos - dy * sin, y: box.top + box.height / 2 + dx * sin + dy * cos };
}

function spanned(one, other) {
  return {
    left: Math.min(one.x, other.x), top: Math.min(one.y, other.y),
    width: Math.abs(one.x - other.x), height: Math.abs(one.y - other.y), angle: 0,
  };
}

function grown(box, by) {
  return { left: box.left - (box.width * (by - 1)) / 2, top: box.top - (box.height * (by - 1)) / 2, width: box.width * by, height: box.height * by };
}

function inside(value, side) { return Math.min(Math.max(value, 0), side); }

function whereabouts(row) {
  const [left, top, width, height, angle] = NAMES.map((name) => Math.round(Number(field(row, name).value.replace(",", ".")) || 0));
  const place = { width, height, left, top, angle };
  return angle
    ? gettext("{width} by {height} per cent of the photo, {left} from the left, {top} from the top, turned by {angle} degrees", place)
    : gettext("{width} by {height} per cent of the photo, {left} from the left, {top} from the top", place);
}

const coverForm = document.querySelector("form[data-cover]");
if (coverForm) {
  new Covering(coverForm);
  addEventListener("pageshow", () => { delete coverForm.dataset.sent; });
}
