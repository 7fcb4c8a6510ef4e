// The calendar: arrow keys and drag for what the buttons do too. Every move is the form's own POST.
"use strict";

const DAYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const movable = [...document.querySelectorAll("[data-moves]")];

// Send the entry's own form with one more field.
function send(entry, name, value) {
  const form = entry.querySelector("form.moving");
  if (form.dataset.sent) return; // a second key, a drop that fires twice
  form.dataset.sent = "yes";
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
  form.submit();
}

for (const entry of movable) {
  entry.addEventListener("keydown", (event) => {
    const days = DAYS[event.key];
    if (!days || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input")) return;
    event.preventDefault();
    send(entry, "by", days);
  });
  entry.draggable = true;
  entry.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", entry.id);
    event.dataTransfer.effectAllowed = "move";
    entry.classList.add("dragged");
  });
  entry.addEventListener("dragend", () => entry.classList.remove("dragged"));
}

for (const day of document.querySelectorAll("[data-day]")) {
  day.addEventListener("dragover", (event) => {
    if (!document.querySelector(".dragged")) return;
    event.preventDefault();
    day.classList.add("over");
  });
  day.addEventListener("dragleave", () => day.classList.remove("over"));
  day.addEventListener("drop", (event) => {
    const entry = document.querySelector(".dragged");
    day.classList.remove("over");
    if (!entry) return;
    event.preventDefault();
    if (!day.contains(entry)) send(entry, "day", day.dataset.day);
  });
}

const hint = document.getElementById("moving-hint");
if (hint) hint.hidden = false;

// After a move the keys go on where they were; once the browser has gone there, which takes the focus away.
addEventListener("load", () => {
  document.getElementById(location.hash.slice(1))?.closest("[data-moves]")?.querySelector("a").focus();
});
