"""What the tests of works send, and how the pages answer."""

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
PDF = b"%PDF-1.7\n%%EOF"


def address(project, part=""):
    return f"/projects/{project.pk}/{part}"


def send(client, address, **values):
    """What the browser sends along with what the person entered."""
    form = client.get(address).context["form"]
    shown = {name: form[name].value() for name in form.fields if name != "file"}
    sent = {name: value for name, value in shown.items() if value not in (None, "")} | values
    version = {"version": form.version_now} if hasattr(form, "version_now") else {}
    return client.post(address, version | sent)


def errors_of(response):
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}
