// Small comforts on every page. Nothing here is needed: without it all forms and links work the same.
(() => {
  "use strict";

  document.documentElement.classList.add("js");

  // Menus close on Escape and on a click elsewhere.
  const openMenus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // Ctrl or Command with K jumps to the search box. No letter alone: who dictates would jump by accident (WCAG 2.1.4).
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const box = document.querySelector("[data-search-box]");
    if (!box || event.defaultPrevented) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // A second click on a slow form does not send it twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // Who signs out leaves no page behind that was kept for when there is no connection; scans that wait stay.
  document.addEventListener("submit", (event) => {
    if (new URL(event.target.action, location).pathname === "/logout/") window.caches?.delete("klassensatz");
  });

  // After an error the list of errors is read first.
  document.querySelector("[data-focus]")?.focus();

  // "Select all" of a table: <input type="checkbox" data-check-all="name">
  document.addEventListener("change", (event) => {
    const name = event.target.dataset?.checkAll;
    if (!name) return;
    event.target
      .closest("table")
      .querySelectorAll(`input[type="checkbox"][name="${name}"]`)
      .forEach((box) => (box.checked = event.target.checked));
  });
})();
