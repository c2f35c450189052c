"""Second factor, passkey and the directory, as an administrator meets them in a real browser."""

import base64
import hashlib
import hmac
import struct
import time
from urllib.parse import urlsplit

import pytest
from oidc_provider_mock import User as DirectoryUser
from oidc_provider_mock import run_server_in_thread

from accounts.models import User
from audit.models import Act
from config.directories import openid_connect_at, origins
from schools.enums import Role
from tests.factories import make_school, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def administrator(settings):
    settings.MFA_REQUIRED_ROLES = ["administrator"]
    return make_user("adam.admin", role=Role.ADMINISTRATOR)


@pytest.fixture
def device(page):
    """A virtual security chip, as phones and laptops have one; it says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def code_for(secret):
    """RFC 6238: what an authenticator app shows; the next one, if this one would end while it is typed."""
    left = 30 - time.time() % 30
    if left < 10:
        time.sleep(left)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def path_of(page):
    return urlsplit(page.url).path


def sign_out(page):
    page.locator("details.menu summary").click()
    page.locator("form[action='/logout/'] button").click()
    page.wait_for_url("**/login/**")


def set_up_app(page):
    """From the page "Security" to the recovery codes; returns the secret."""
    page.locator("a[href='/account/second-factor/app/']").click()
    if path_of(page) == "/account/confirm/":
        page.locator("input[name=password]").fill("geheim")
        page.locator("input[name=password]").press("Enter")
    secret = page.locator("#totp-secret").inner_text()
    page.locator("input[name=code]").fill(code_for(secret))
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url("**/account/recovery-codes/")
    return secret


def test_administrator_sets_up_an_app_and_signs_in_with_its_code(sign_in, administrator):
    page = sign_in(administrator)
    assert path_of(page) == "/account/security/"
    page.goto("/schools/")
    assert path_of(page) == "/account/security/"

    secret = set_up_app(page)
    assert page.locator(".codes li").count() == 10
    page.goto("/schools/")
    assert path_of(page) == "/schools/"

    sign_out(page)
    sign_in(administrator)
    assert path_of(page) == "/account/second-factor/"
    page.goto("/schools/")
    assert path_of(page) == "/account/second-factor/"

    page.locator("input[name=code]").fill(code_for(secret))
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url("**/")
    page.goto("/schools/")
    assert path_of(page) == "/schools/"


def test_administrator_adds_a_passkey_and_signs_in_with_it_alone(sign_in, administrator, device):
    page = sign_in(administrator)
    page.locator("a[href='/account/passkeys/add/']").click()
    if path_of(page) == "/account/confirm/":
        page.locator("input[name=password]").fill("geheim")
        page.locator("input[name=password]").press("Enter")
    page.locator("input[name=name]").fill("Diensthandy")
    page.locator("form[data-passkey=create] button[type=button]").click()
    page.wait_for_url("**/account/recovery-codes/")
    sign_out(page)

    page.goto("/login/")
    page.locator("form[data-passkey=login] button").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/schools/")

    assert path_of(page) == "/schools/"
    verbs = list(Act.objects.filter(user=administrator).order_by("pk").values_list("verb", "via"))
    assert verbs == [
        ("sign_in", "password"),
        ("mfa.add", ""),
        ("mfa.add", ""),
        ("sign_out", ""),
        ("sign_in", "webauthn"),
    ]


def test_passkey_that_is_refused_says_so(page, device):
    page.goto("/login/")
    page.locator("form[data-passkey=login] button").click()

    page.locator("[data-passkey-failed]").wait_for()
    assert path_of(page) == "/login/"


@pytest.fixture
def directory(settings, monkeypatch):
    """A provider of OpenID Connect on this machine, with one person in it."""
    claims = {
        "preferred_username": "dora.direktorat",
        "given_name": "Dora",
        "family_name": "Direktorat",
        "email": "dora@stadt.example",
        "email_verified": True,
        "groups": ["schule-100100-admin", "alle"],
    }
    with run_server_in_thread(user_claims=[DirectoryUser(sub="dora", claims=claims)]) as server:
        url = f"http://localhost:{server.server_port}"
        monkeypatch.setenv("OIDC_CLIENT_ID", "klassensatz")
        monkeypatch.setenv("OIDC_CLIENT_SECRET", "geheim")
        settings.SOCIALACCOUNT_PROVIDERS = openid_connect_at(url)
        settings.DIRECTORY_GROUP_ROLES = {"schule-{number}-admin": "school_admin"}
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"form-action": ["'self'", *origins(url)]}}
        yield url


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the provider's own libraries
def test_person_of_the_directory_signs_in_with_the_role_of_the_groups(browser, live_server, directory):
    own = make_school("Lindenschule", number="100100")
    make_school("Kastanienschule", number="100200")
    context = browser.new_context(base_url=live_server.url, locale="de-DE")
    page = context.new_page()

    page.goto("/login/?next=/devices/")
    page.locator("form[action='/account/directory/sso/login/'] button").click()
    page.wait_for_url(f"{directory}/**")
    page.get_by_role("button", name="dora").click()
    page.wait_for_url(f"{live_server.url}/**")

    assert path_of(page) == "/devices/"
    dora = User.objects.get()
    assert (dora.username, dora.get_full_name(), dora.email) == (
        "dora.direktorat",
        "Dora Direktorat",
        "dora@stadt.example",
    )
    assert list(dora.memberships.values_list("role", "school", "source")) == [("school_admin", own.pk, "directory")]
    assert page.goto("/schools/100100/").status == 200
    assert page.goto("/schools/100200/").status == 404
    context.close()
