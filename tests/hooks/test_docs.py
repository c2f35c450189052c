"""The example that receivers copy."""

import re

from hooks.sending import signature
from tests.house.tree import ROOT


def test_example_of_the_documentation_tells_genuine_from_forged() -> None:
    page = (ROOT / "docs/webhooks.md").read_text(encoding="utf-8")
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict = {}
    exec(code, names)
    is_genuine, header, body = names["is_genuine"], signature("s", 1_000, b"{}"), b"{}"

    assert is_genuine("s", header, body, now=1_100)
    assert not is_genuine("s", header, body, now=1_400)
    assert not is_genuine("x", header, body, now=1_100)
    assert not is_genuine("s", header, b"{ }", now=1_100)
    assert not is_genuine("s", header.replace("t=1000", "t=1099"), body, now=1_100)
