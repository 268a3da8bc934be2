"""The browser of the desk's tests."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error

from tests.peers import CHROMIUM_FLAGS, cannot_be_had, playwright_chromium, running_playwright, system_chromium

LIBRARY_MISSING = re.compile("missing dependencies|shared libraries")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium with an empty profile: the system's where there is one, else Playwright's own."""
    program = system_chromium() or playwright_chromium()
    if program is None:
        cannot_be_had("no Chromium is here: sudo apt-get install -y chromium")
        return
    with running_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=program, headless=True, chromium_sandbox=False, args=list(CHROMIUM_FLAGS)
            )
        except Error as error:
            if not LIBRARY_MISSING.search(str(error)):
                raise
            cannot_be_had("Chromium lacks libraries of the system: sudo .venv/bin/playwright install-deps chromium")
            return
        try:
            yield browser
        finally:
            browser.close()
