// Shows the schema with Swagger UI. Requests that change something carry the CSRF token of the session.
(() => {
  const page = document.getElementById("api-docs");
  const token = page.querySelector("[name=csrfmiddlewaretoken]").value;

  window.SwaggerUIBundle({
    url: page.dataset.schema,
    domNode: document.getElementById("api-operations"),
    presets: [window.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    validatorUrl: null,
    requestInterceptor(request) {
      if (request.method && request.method !== "GET") {
        request.headers["X-CSRFToken"] = token;
      }
      return request;
    },
  });
})();
