// Comforts of filtered lists. Without it the form is sent by its button and everything works the same.
(() => {
  "use strict";

  // The folded boxes say how many of them are ticked.
  const countTicks = (menu) => {
    const label = menu.querySelector("[data-tick-count]");
    const number = menu.querySelectorAll("input:checked").length;
    label.textContent = number ? `${label.dataset.some} ${number}` : label.dataset.none;
  };

  // The button for chosen rows says how many there are.
  const countRows = () => {
    document.querySelectorAll("[data-chosen-count]").forEach((label) => {
      const form = label.closest("form");
      const number = form.querySelectorAll("tbody input[type=checkbox]:checked").length;
      label.textContent = number ? ` (${number})` : "";
      label.closest("button").disabled = !number;
    });
  };

  // Before htmx sends the form: a room of the school chosen before finds nothing.
  document.addEventListener(
    "change",
    (event) => {
      const room = event.target.name === "school" && event.target.form?.elements.namedItem("room");
      if (room && event.target.form.matches(".filters, [data-rooms-of-school]")) room.value = "";
    },
    true,
  );

  document.addEventListener("change", (event) => {
    const menu = event.target.closest(".tick-menu");
    if (menu) countTicks(menu);
    countRows();
  });

  // Empty fields do not lengthen the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("[data-drop-empty]")) return;
    const values = event.detail.formData ?? event.detail.parameters;
    [...values.entries()].forEach(([name, value]) => {
      if (value === "") values.delete(name);
    });
  });

  document.addEventListener("htmx:afterSettle", countRows);
  window.addEventListener("pageshow", countRows);
  countRows();
})();
