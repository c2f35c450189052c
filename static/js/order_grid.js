// Sums of the grid of an order while it is being changed. Without it the button "Show sums" does the same.
(() => {
  "use strict";

  const form = document.querySelector("form[data-order-grid]");
  if (!form) return;
  const language = document.documentElement.lang;
  const whole = new Intl.NumberFormat(language);
  const money = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const point = money.formatToParts(0.5).find((part) => part.type === "decimal").value;

  // As the server reads it: a full stop before anything but three digits is a decimal point in German, too.
  const amount = (text) => {
    const plain = text.includes(point) ? text : text.replace(/\.(?!\d{3}(\D|$))/, point);
    return parseFloat(plain.replace(new RegExp(`[^0-9${point}]`, "g"), "").replace(point, "."));
  };
  const show = (name, key, number, format) => {
    form.querySelectorAll(`[data-${name}="${key}"]`).forEach((place) => {
      place.textContent = number === null ? "–" : format.format(number);
    });
  };
  // A sum of nothing that is known stays unknown: null, never 0.
  const add = (sums, key, number) =>
    sums.set(key, number === null ? (sums.get(key) ?? null) : (sums.get(key) ?? 0) + number);

  const sum = () => {
    const [devices, costs, rows, rowCosts] = [new Map(), new Map(), new Map(), new Map()];
    form.querySelectorAll("[data-cell]").forEach((cell) => {
      const { cell: column, row } = cell.dataset;
      const number = parseInt(cell.querySelector("input").value, 10) || 0;
      const price = amount(form.querySelector(`[data-price="${column}"] input`).value);
      const cost = Number.isNaN(price) ? null : number * price;
      add(devices, column, number);
      add(costs, column, cost);
      add(rows, row, number);
      add(rowCosts, row, cost);
    });
    devices.forEach((number, key) => show("devices", key, number, whole));
    costs.forEach((number, key) => show("cost", key, number, money));
    rows.forEach((number, key) => show("row-devices", key, number, whole));
    rowCosts.forEach((number, key) => show("row-cost", key, number, money));
    const total = (sums) => [...sums.values()].reduce((one, other) => (other === null ? one : one + other), null);
    show("total", "devices", total(devices), whole);
    show("total", "cost", total(costs), money);
  };

  form.addEventListener("input", sum);
  // Another model has another price, which the server knows.
  form.addEventListener("change", (event) => {
    if (event.target.closest("[data-model]")) form.requestSubmit(form.querySelector('[name="action"][value="sum"]'));
  });
})();
