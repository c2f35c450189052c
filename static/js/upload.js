// Says at once that a file is too large, instead of after minutes of sending it. The server checks it, too.
(() => {
  "use strict";

  document.querySelectorAll("input[type=file][data-max-bytes]").forEach((input) => {
    input.addEventListener("change", () => {
      const isTooLarge = [...input.files].some((file) => file.size > Number(input.dataset.maxBytes));
      input.setCustomValidity(isTooLarge ? input.dataset.tooLarge : "");
      if (isTooLarge) input.reportValidity();
    });
  });
})();
