"""A real Chromium against a real server. What the console complains about fails the test."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from accounts.models import User
from scripts.browser import find_chromium, launch_arguments

# Playwright runs an event loop in this thread; Django must not take it for its own.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# In milliseconds. A busy machine takes its time; what never comes fails all the same.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_chromium(), args=launch_arguments())
        yield started
        started.close()


@pytest.fixture
def forgiven() -> list[str]:
    """What the console may say: a test that breaks something on purpose adds to it.

    htmx complains about an answer that was under way when the browser left the page.
    """
    return ["htmx:afterRequest", "htmx:sendAbort", "htmx:sendError"]


@pytest.fixture
def page(browser: Browser, live_server: Any, forgiven: list[str]) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, locale="de-DE")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    foreign: list[str] = []
    opened.on("request", lambda r: None if r.url.startswith((live_server.url, "data:")) else foreign.append(r.url))
    yield opened
    context.close()
    assert [text for text in complaints if not any(part in text for part in forgiven)] == []
    assert foreign == []


@pytest.fixture
def sign_in(page: Page) -> Callable[[User], Page]:
    """Through the sign-in page, as a person does it."""

    def typed(user: User) -> Page:
        page.goto("/login/")
        page.locator("input[name=login]").fill(user.username)
        page.locator("input[name=password]").fill("geheim")
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return typed
