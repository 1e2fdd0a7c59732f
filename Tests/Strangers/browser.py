"""Debian's Chromium, driven from outside: what the tests of the page and its screenshots share."""

import shutil
import time
from contextlib import contextmanager

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def chromium_path():
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


@contextmanager
def chromium():
    """A headless browser; nothing of it outlives the block."""
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        # The sandbox needs user namespaces, which containers and root often lack; it opens this machine's own page alone.
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def until(tab, expression, within=15.0):
    """Waits until a script's value is true. (The page's policy forbids what the driver's own waiting does: eval.)"""
    deadline = time.monotonic() + within
    while not tab.evaluate(expression):
        assert time.monotonic() < deadline, f"not within {within} s: {expression}"
        tab.evaluate("new Promise(done => setTimeout(done, 40))")


class Page:
    """One tab, and everything that went wrong in it."""

    def __init__(self, browser, base, width=1440, height=900, scheme="light", **options):
        self.base = base
        self.faults = []
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                           reduced_motion="reduce", **options)
        self.context.set_default_timeout(15_000)
        self.tab = self.context.new_page()
        self.tab.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.tab.on("console", self._note)
        self.tab.on("dialog", self._dialog)
        self.requests = []
        self.tab.on("request", lambda request: self.requests.append(request.url))

    def _note(self, message):
        # The browser logs every answer that is an error; the tests look at these themselves.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.faults.append(f"{message.type}: {message.text}")

    def _dialog(self, dialog):
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, fragment="", articles=True):
        self.tab.goto(f"{self.base}/{fragment}")
        self.tab.wait_for_selector("#status[data-state=live]")
        if articles:
            self.tab.wait_for_selector("#articles .card", state="attached")
        return self.tab

    def close(self):
        self.context.close()
