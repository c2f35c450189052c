"""Where webhooks may go. Names are resolved by this machine itself, as in real life."""

import socket
from ipaddress import ip_network

import pytest
from django.core.exceptions import ValidationError

from hooks.guard import check_address, shown_address, target_of

PRIVATE = [
    "https://localhost/hook",  # a name behind which this machine stands
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.3.4/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[ff02::1]/",
]
MALFORMED = {
    "": "url",
    "example.org": "url",
    "ftp://example.org/": "url",
    "file:///etc/passwd": "url",
    "https://": "url",
    "https:///hook": "url",
    "https://example.org/#part": "url",
    "https://example.org/a b": "url",
    "https://example.org\\@127.0.0.1/": "url",
    "https://example.org/\r\nX: 1": "url",
    "https://example.org:99999/": "url",
    "https://[::1/": "url",
    "https://müller.example/": "url",
    f"https://example.org/{'x' * 500}": "url",
    "https://somebody:secret@1.1.1.1/": "credentials",
    "https://somebody@1.1.1.1/": "credentials",
}
REFUSED = dict.fromkeys(PRIVATE, "private_target") | MALFORMED | {
    "http://1.1.1.1/": "no_https",
    "https://1.1.1.1:22/": "port",
    "https://1.1.1.1:6379/": "port",
}  # fmt: skip


@pytest.mark.parametrize(("url", "code"), REFUSED.items())
def test_target_is_refused(url: str, code: str) -> None:
    with pytest.raises(ValidationError) as error:
        target_of(url)
    assert error.value.code == code


@pytest.mark.parametrize("url", [url for url in REFUSED if "localhost" not in url])
def test_address_is_refused_before_anybody_saves_it(url: str) -> None:
    with pytest.raises(ValidationError) as error:
        check_address(url)
    assert error.value.code == REFUSED[url]


def test_public_target_is_taken_with_its_address() -> None:
    assert target_of("https://1.1.1.1:8443/hook?a=1") == (True, "1.1.1.1", 8443, "/hook?a=1", "1.1.1.1")
    assert target_of("https://[2606:4700:4700::1111]")[1:] == ("2606:4700:4700::1111", 443, "/", "2606:4700:4700::1111")


def test_name_with_a_public_and_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network's own answers are played, as a name server of a stranger would give them."""
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, 443)) for text in ("1.1.1.1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: answers)

    with pytest.raises(ValidationError) as error:
        target_of("https://two.example/")
    assert error.value.code == "private_target"


def test_network_of_the_setting_is_allowed_with_http_and_any_port(settings) -> None:
    settings.WEBHOOK_PRIVATE_TARGETS = [ip_network("10.1.0.0/16")]

    assert target_of("http://10.1.2.3:9000/").address == "10.1.2.3"
    assert target_of("http://[::ffff:10.1.2.3]/").address == "10.1.2.3"
    for url in ("http://10.2.0.1/", "https://127.0.0.1/"):
        with pytest.raises(ValidationError) as error:
            target_of(url)
        assert error.value.code == "private_target"


def test_unknown_name_may_be_saved_but_nothing_is_sent_to_it() -> None:
    check_address("https://nobody.invalid/hook")
    with pytest.raises(ValidationError) as error:
        target_of("https://nobody.invalid/hook")
    assert error.value.code == "unknown_host"


def test_shown_address_keeps_what_may_be_a_secret() -> None:
    assert shown_address("https://example.org/hook/abc?sig=def") == "https://example.org/…"
    assert shown_address("https://example.org:8443") == "https://example.org:8443/"
