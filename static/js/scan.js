// Goods receipt: Enter (which every scanner sends) adds the code, the field keeps the focus, and no code is lost
// while the answer to the one before is still under way. Without this file the button "Add" does the same.
(() => {
  "use strict";

  const form = document.querySelector("[data-scan-form]");
  if (!form || !window.htmx) return;
  const field = form.querySelector("textarea[name=scan]");
  const failed = form.querySelector("[data-scan-failed]");

  // What is complete waits in a buffer under the field's name; the field itself holds only what is being scanned.
  const buffer = document.createElement("textarea");
  buffer.name = field.name;
  buffer.hidden = true;
  field.removeAttribute("name");
  field.after(buffer);

  const add = () => {
    if (!field.value.trim()) return;
    buffer.value += `${field.value}\n`;
    field.value = "";
    htmx.trigger(form, "scan");
  };

  const undo = form.querySelector("[data-scan-undo]");
  field.addEventListener("keydown", (event) => {
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && !field.value) {
      event.preventDefault();
      undo.click();
    }
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    add();
  });
  field.addEventListener("paste", () => setTimeout(() => field.value.includes("\n") && add()));
  form.querySelector("[data-scan-add]").addEventListener("click", (event) => {
    event.preventDefault();
    add();
    field.focus();
  });
  form.addEventListener("submit", () => {
    if (field.value.trim()) buffer.value += `${field.value}\n`;
    field.value = "";
  });

  // htmx has read the values when it tells so; what comes after belongs to the next request.
  let sent = "";
  form.addEventListener("htmx:configRequest", () => {
    sent = buffer.value;
    buffer.value = "";
  });
  const keep = () => {
    buffer.value = sent + buffer.value;
    failed.hidden = false;
  };
  form.addEventListener("htmx:sendError", keep);
  form.addEventListener("htmx:responseError", keep);
  form.addEventListener("htmx:afterSwap", () => {
    failed.hidden = true;
    field.focus();
  });
})();
