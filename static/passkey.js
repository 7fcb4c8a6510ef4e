// Passkeys: the browser asks a device of the person's own; what it answers is sent as a form.
"use strict";

function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function challenge(form, address) {
  const token = form.querySelector("[name=csrf_token]").value;
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin", redirect: "error" });
  if (answer.status === 429) throw new DOMException(await answer.text(), "TooSoon");
  if (!answer.ok) throw new Error("no challenge");
  return asked(await answer.json());
}

function asked(options) {
  return { ...options, challenge: bytes(options.challenge), allowCredentials: [] };
}

function made(options) {
  const known = options.excludeCredentials.map((one) => ({ ...one, id: bytes(one.id) }));
  return { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: known };
}

async function ask(form, button) {
  if (button.dataset.options) return answered(await navigator.credentials.create({ publicKey: made(JSON.parse(button.dataset.options)) }));
  return answered(await navigator.credentials.get({ publicKey: await challenge(form, button.dataset.passkey) }));
}

function answered(found) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (found.response[part]) response[part] = text(found.response[part]);
  }
  return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response, clientExtensionResults: {} });
}

for (const button of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  const form = button.form;
  const problem = form.querySelector("[data-passkey-problem]");
  button.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (event.submitter !== button || form.elements.answer.value) return;
    event.preventDefault();
    if (form.elements.password) form.elements.password.value = ""; // not needed, so not sent
    problem.textContent = "";
    button.disabled = true;
    try {
      form.elements.answer.value = await ask(form, button);
      button.disabled = false;
      form.requestSubmit(button);
    } catch (error) {
      button.disabled = false;
      if (error.name === "TooSoon") problem.textContent = error.message;
      else problem.textContent = error.name === "InvalidStateError" ? gettext("This device holds a passkey for you already.") : button.dataset.otherwise;
    }
  });
}
for (const part of window.PublicKeyCredential ? document.querySelectorAll("[data-with-passkeys]") : []) part.hidden = false;
for (const part of window.PublicKeyCredential ? document.querySelectorAll("[data-without-passkeys]") : []) part.hidden = true;
