"""What the browser says of itself."""

HTMX = {"HX-Request": "true"}
