"""The browser of the desk's tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.peers import CHROMIUM_FLAGS, cannot_be_had, playwright_chromium, system_chromium


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium with an empty profile: the system's where there is one, else Playwright's own."""
    program = system_chromium() or playwright_chromium()
    if program is None:
        cannot_be_had("no Chromium is here: sudo apt-get install -y chromium")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, headless=True, chromium_sandbox=False, args=list(CHROMIUM_FLAGS)
        )
        try:
            yield browser
        finally:
            browser.close()
