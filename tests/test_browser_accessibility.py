"""axe-core finds nothing on any kind of page, in light and in dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, HttpCredentials, ViewportSize, expect

pytest_plugins = ["tests.help_center_site"]

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "topic": "/topics/wifi",
    "article": "/articles/no-internet/red-light",
    "results": "/search?q=signal",
    "filtered results": "/search?q=signal&platform=macos",
    "no answer": "/search?q=xylophone+quagmire",
    "asked back": "/search?q=it+is+the",
    "explained": "/explain?q=signal+garden+0x80072EE7&audience=agents",
    "explained without an answer": "/explain?q=xylophone+quagmire",
    "empty search": "/search",
    "contact": "/contact",
    "missing": "/red-light.html",
    "bad cursor": "/search?q=signal&cursor=nonsense",
    "API": "/api/docs",
}


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES.values(), ids=list(PAGES))
def test_a_page_has_no_violation(
    browser: Browser, site: str, writer: HttpCredentials, address: str, scheme: str, width: int
) -> None:
    """Contrast, names, roles, landmarks and order hold."""
    context = browser.new_context(
        viewport=ViewportSize(width=width, height=800),
        color_scheme=scheme,  # type: ignore[arg-type]
        base_url=site,
        bypass_csp=True,
        http_credentials=writer,
    )
    page = context.new_page()
    page.goto(address)
    results = Axe().run(page)
    context.close()
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_open_suggestions_have_no_violation(browser: Browser, site: str, scheme: str) -> None:
    """The combobox keeps its promises while its list is open and an option is active."""
    context = browser.new_context(color_scheme=scheme, base_url=site, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/")
    page.get_by_role("combobox").press_sequentially("signal")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    results = Axe().run(page)
    context.close()
    assert results.violations_count == 0, results.generate_report()
