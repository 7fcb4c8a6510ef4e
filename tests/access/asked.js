// What is asked of a page from inside it; evaluated by measures.py and keys.py. Each answers with what is wrong, in words.
"use strict";

window.gatepostAsked = {};

window.gatepostAsked.axe = (standards) => axe.run(document, { runOnly: standards, resultTypes: ["violations"] })
  .then((found) => found.violations.flatMap((one) => one.nodes.map((node) =>
    `${one.id}: ${node.html.slice(0, 160)} ${node.any.concat(node.all, node.none).map((why) => why.message)[0] ?? ""}`)));

// A target in a sentence is as high as its line; what belongs to a label is as large as both together.
window.gatepostAsked.small = (least) => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const inSentence = (one) => one.matches("a") && getComputedStyle(one).display === "inline"
    && [...one.parentElement.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim().length > 2);
  const whole = (one) => [one, ...(one.labels ?? [])].map((part) => part.getBoundingClientRect()).filter((box) => box.width);
  const wrong = [];
  for (const one of document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=button]")) {
    if (one.type === "hidden" || !seen(one) || inSentence(one) || one.closest(".skip, .govuk-skip-link, [aria-hidden=true]")) continue;
    const boxes = whole(one);
    const width = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
    const height = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
    if (boxes.length && (width < least || height < least))
      wrong.push(`${Math.round(width)} × ${Math.round(height)} px: ${one.outerHTML.slice(0, 120)}`);
  }
  return wrong;
};

// What reaches past the window, and does not lie in something that scrolls by itself, as a wide table may.
window.gatepostAsked.wide = () => {
  const root = document.documentElement;
  const over = root.scrollWidth - root.clientWidth;
  if (over <= 0) return [];
  const scrolls = (one) => one && one !== root && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement));
  const out = [...document.body.querySelectorAll("*")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && box.right > root.clientWidth + 1 && !scrolls(one.parentElement);
  });
  return [`${over} px too wide: ${out.slice(-3).map((one) => one.outerHTML.slice(0, 120)).join(" | ")}`];
};

// A sign whose meaning is a colour alone: a tag without words, a box on a picture without its number.
window.gatepostAsked.wordless = () => [...document.querySelectorAll(".govuk-tag, .count")]
  .filter((one) => one.checkVisibility() && !one.textContent.trim()).map((one) => one.outerHTML.slice(0, 120))
  .concat([...document.querySelectorAll("svg.boxes")].filter((one) =>
    one.querySelectorAll("rect:not(.plate)").length !== one.querySelectorAll("text").length).map(() => "a box without a number"));

// Whoever asked for less motion gets none at all: neither what runs nor what would, on a tap.
window.gatepostAsked.moving = () => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  return style.animationName !== "none" || style.transitionDuration.split(",").some((time) => parseFloat(time) > 0);
}).map((one) => `moves: ${one.outerHTML.slice(0, 100)}`);

window.gatepostAsked.headings = () => [[document.querySelectorAll("h1").length, "first heading"], [document.querySelectorAll("main").length, "main part"],
  [document.documentElement.lang.length ? 1 : 0, "language"]]
  .filter(([count]) => count !== 1).map(([count, what]) => `${count} × ${what}`);

// What stands under the keys now, and whether one can see that: a ring of its own that differs from what was there
// before, not below something that stays on top, and not outside the window.
window.gatepostAsked.stop = () => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const before = (window.stopsSeen ??= new Map()).get(one);
  if (before === undefined) window.stopsSeen.set(one, window.stopsSeen.size);
  const style = getComputedStyle(one);
  const rings = [style, ...[...(one.labels ?? [])].map((label) => getComputedStyle(label, "::before"))]; // of a tick, round its box
  const ring = rings.some((each) => each.boxShadow !== "none" || (each.outlineStyle !== "none" && parseFloat(each.outlineWidth) >= 2));
  const box = one.getBoundingClientRect();
  const line = [...one.getClientRects()].find((part) => part.bottom > 0 && part.top < innerHeight) ?? box;
  const at = [(line.left + line.right) / 2, (Math.max(line.top, 0) + Math.min(line.bottom, innerHeight)) / 2];
  const under = document.elementFromPoint(...at);
  const parts = [one, ...(one.labels ?? [])];
  const open = !under || parts.some((part) => part.contains(under) || under.contains(part));
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const name = one.id || one.getAttribute("aria-label") || one.textContent.trim() || one.name || one.href || one.tagName;
  return { before, name: `${one.tagName.toLowerCase()} ${name}`.slice(0, 100), ring, open, inside,
    top: box.top + scrollY, left: box.left + scrollX, width: box.width, height: box.height, where: one.closest("header, main, footer")?.tagName ?? "" };
};

0; // what a file ends with is called if it is a function
