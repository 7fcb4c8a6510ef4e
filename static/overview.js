// Says so when the figures of all schools are old: the server may be away, or the connection.
"use strict";

const stale = document.querySelector("[data-stale]");
const OLD = 40000; // milliseconds: two answers are missing
let renewedAt = Date.now();

addEventListener("htmx:afterSwap", () => { renewedAt = Date.now(); stale.hidden = true; });
setInterval(() => { stale.hidden = Date.now() - renewedAt < OLD; }, 1000);
// It was closed, here or for everybody: nothing of it stays on the page.
addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 401) location.reload(); });
