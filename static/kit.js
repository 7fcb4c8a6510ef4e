// The publish kit: asks whether it is still open before anything is copied or shared, and says so once it closes.
"use strict";

const page = document.querySelector("[data-kit]");
const said = page.querySelector("[data-kit-said]");
const EVERY = 10000;

// True while the kit is open. What could not be asked counts as closed for this once.
async function isOpen() {
  try {
    const answer = await fetch(page.dataset.kit, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const state = await answer.json();
    if (!state.open) close(state.sentence);
    return state.open;
  } catch {
    said.textContent = gettext("No connection, so nobody can tell whether the kit is still open. Try again.");
    return false;
  }
}

function close(sentence) {
  const inside = page.querySelector("[data-kit-inside]");
  if (!inside) return;
  inside.remove();
  said.textContent = "";
  const told = page.querySelector("[data-kit-closed]");
  told.textContent = `${sentence} ${gettext("This kit is closed: post nothing of it now.")} `;
  const link = document.createElement("a");
  link.href = location.pathname;
  link.textContent = gettext("See what you can do.");
  told.append(link);
  told.hidden = false;
  told.focus();
}

async function ask() {
  if (document.visibilityState === "visible") await isOpen();
  if (page.querySelector("[data-kit-inside]")) setTimeout(ask, EVERY);
}
setTimeout(ask, EVERY);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") isOpen(); });

for (const area of page.querySelectorAll("[data-select]")) area.addEventListener("focus", () => area.select());

async function textOf(area) {
  if (!(await isOpen())) throw new Error("closed");
  return new Blob([area.value], { type: "text/plain" });
}

for (const button of page.querySelectorAll("[data-kit-copy]")) {
  const area = document.getElementById(button.dataset.kitCopy);
  const label = button.textContent;
  button.hidden = !(navigator.clipboard && window.ClipboardItem);
  button.addEventListener("click", async () => {
    try {
      // Given as a promise, so that browsers which want the write inside the tap itself allow it.
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": textOf(area) })]);
      said.textContent = "";
      button.textContent = gettext("Copied");
      setTimeout(() => { button.textContent = label; }, 3000);
    } catch {
      area.focus();
    }
  });
}

for (const link of page.querySelectorAll("a[download]")) {
  link.addEventListener("click", async (event) => {
    if (link.dataset.asked) { delete link.dataset.asked; return; }
    event.preventDefault();
    if (await isOpen()) { link.dataset.asked = "yes"; link.click(); }
  });
}

for (const button of page.querySelectorAll("[data-share]")) {
  const links = [...button.closest("section").querySelectorAll("[data-picture]")];
  let files = null;
  button.hidden = !navigator.canShare?.({ files: [new File([""], "photo-1.jpg", { type: "image/jpeg" })] });
  button.addEventListener("click", async () => {
    try {
      if (!(await isOpen())) return;
      files ??= await Promise.all(links.map(async (link) => {
        const answer = await fetch(link.href, { credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        return new File([await answer.blob()], link.download, { type: "image/jpeg" });
      }));
      await navigator.share({ files });
    } catch (error) {
      if (error.name === "NotAllowedError") said.textContent = gettext("The pictures are ready. Tap once more to share them.");
      else if (error.name !== "AbortError") said.textContent = gettext("The pictures could not be fetched. Save them one by one.");
    }
  });
}
