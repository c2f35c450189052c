// Passkeys: the button of <form data-passkey="create|get|login"> asks the device, then the form is sent.
// The options lie in #passkey-options; for signing in they are fetched, because each must be new.
(() => {
  "use strict";

  const given = () => JSON.parse(document.getElementById("passkey-options").textContent);

  const options = {
    create: async (form) => {
      const found = given().creation_options;
      const isAlone = form.elements.passwordless?.checked ?? false;
      Object.assign(found.publicKey.authenticatorSelection, {
        residentKey: isAlone ? "required" : "discouraged",
        requireResidentKey: isAlone,
        ...(isAlone && { userVerification: "required" }),
      });
      return found;
    },
    get: async () => given().request_options,
    login: async (form) => {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      return (await answer.json()).request_options;
    },
  };

  const ask = async (form) => {
    const kind = form.dataset.passkey;
    const failed = form.querySelector("[data-passkey-failed]");
    // A browser gives passkeys to names only: never to an address of numbers such as 127.0.0.1.
    const isNumber = /^[\d.]+$|^\[/.test(window.location.hostname);
    const told = (isNumber && form.querySelector("[data-passkey-no-name]")) || failed;
    failed.hidden = true;
    try {
      const wanted = await options[kind](form);
      const found = await (kind === "create" ? webauthnJSON.create(wanted) : webauthnJSON.get(wanted));
      form.elements.credential.value = JSON.stringify(found);
      form.submit();
    } catch {
      told.hidden = false;
    }
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    if (!window.PublicKeyCredential) return;
    form.hidden = false;
    const button = form.querySelector("button[type=button]");
    button.addEventListener("click", () => ask(form));
    // Enter in a field means the button, not an empty form.
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      button.click();
    });
  });
})();
