"""A reader with a real browser gets from a few typed words to the section that helps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, HttpCredentials, Page, expect

pytest_plugins = ["tests.help_center_site"]

pytestmark = pytest.mark.browser

ARTICLE = "/articles/no-internet/red-light"
SIZES = {"phone": (375, 812), "desk": (1280, 800)}


@pytest.fixture(name="page", params=SIZES)
def _page(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of which every request stays on the site, and which logs no error."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, base_url=site, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    strangers: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda asked: None if asked.url.startswith((site, "data:")) else strangers.append(asked.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert strangers == []
    assert complaints == []


def _type(page: Page, text: str) -> None:
    page.get_by_role("combobox").press_sequentially(text, delay=20)
    expect(page.get_by_role("option").first).to_be_visible()


def test_by_keyboard_alone(page: Page) -> None:
    """`/` leads to the search box, arrows to a suggestion, Enter to the article, Tab and Enter to a section."""
    page.goto("/")
    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    _type(page, "red li")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    expect(box).to_have_value("red li")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/no-internet/red-light*")
    link = page.get_by_role("link", name="Link to “Check the lead”")
    link.focus()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_url("**#check-the-lead")


def test_by_pointer(page: Page) -> None:
    """A suggestion is chosen by pressing it, a section in the contents."""
    page.goto("/")
    page.get_by_role("combobox").click()
    _type(page, "red li")
    page.get_by_role("option", name="Red light on the fibre box").first.click()
    page.wait_for_url("**/articles/no-internet/red-light*")
    folded = page.locator("summary:visible")
    if folded.count():
        folded.click()
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Set the address back").click()
    page.wait_for_url("**#set-the-address-back")
    expect(page.get_by_role("heading", name="Set the address back")).to_be_in_viewport()


def test_escape_closes_the_list_and_enter_searches(page: Page) -> None:
    """Without a chosen suggestion Enter is the form's: the text goes to the results page."""
    page.goto("/")
    page.get_by_role("combobox").focus()
    _type(page, "signal")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("combobox")).to_have_value("signal")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=signal")
    expect(page.get_by_role("heading", level=1)).to_contain_text("results for")


def test_arrows_go_round_through_the_field(page: Page) -> None:
    """Up from the field goes to the last suggestion, down from there back to the field; Home returns to the field."""
    page.goto("/")
    page.get_by_role("combobox").focus()
    _type(page, "signal")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    assert page.get_by_role("combobox").get_attribute("aria-activedescendant") is None


def test_suggestions_are_counted_aloud_and_move_nothing(page: Page) -> None:
    """The count is said politely, and the page below stays where it is."""
    page.goto("/")
    heading = page.get_by_role("heading", name="Topics")
    before = heading.bounding_box()
    page.get_by_role("combobox").focus()
    _type(page, "signal")
    expect(page.locator("[aria-live=polite]")).to_contain_text("suggestions")
    assert heading.bounding_box() == before


def test_a_late_answer_is_dropped(page: Page) -> None:
    """An answer to what is no longer in the box never appears."""
    page.goto("/")
    page.get_by_role("combobox").focus()
    page.evaluate(
        """() => {
            const real = window.fetch;
            window.fetch = async (address, options) => {
                const answer = await real(address);  // ignores the abort, as a slow proxy would
                if (String(address).endsWith("=red")) await new Promise((done) => setTimeout(done, 900));
                return answer;
            };
        }"""
    )
    page.get_by_role("combobox").fill("red")
    page.wait_for_timeout(300)
    page.get_by_role("combobox").fill("weak wi")
    expect(page.get_by_role("option").first).to_contain_text("Weak Wi-Fi")
    page.wait_for_timeout(1000)
    expect(page.get_by_role("option").first).to_contain_text("Weak Wi-Fi")


def test_a_slash_in_a_field_is_a_slash(page: Page) -> None:
    """The shortcut does not take characters from somebody who is typing."""
    page.goto("/search?q=signal")
    page.get_by_role("combobox").focus()
    page.keyboard.press("End")
    page.keyboard.type(" a/b")
    expect(page.get_by_role("combobox")).to_have_value("signal a/b")


def test_tabs_remember_the_device(page: Page) -> None:
    """Arrow keys change the tab; the choice holds on the next visit, without anything moving after the first paint."""
    page.goto(ARTICLE)
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_text(["Windows 11", "macOS", "Android"])
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    tabs.nth(0).click()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(page.get_by_role("tabpanel", name="macOS")).to_contain_text("Renew DHCP Lease")
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.shift += entry.value))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    page.reload(wait_until="networkidle")
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    assert page.evaluate("window.shift") < 0.01


def test_a_command_is_copied(page: Page) -> None:
    """The button copies the command alone and says so."""
    page.goto(ARTICLE)
    page.get_by_role("tab", name="Windows 11").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == "ipconfig /renew"


def test_printing_shows_every_device(page: Page) -> None:
    """On paper all tabs stand with their names, and the site around the article is gone."""
    page.goto(ARTICLE)
    page.emulate_media(media="print")
    for name in ("Windows 11", "macOS", "Android"):
        expect(page.locator(".tab-name", has_text=name)).to_be_visible()
    expect(page.get_by_text("Turn Wi-Fi off and on.")).to_be_visible()
    expect(page.get_by_role("banner")).to_be_hidden()
    shown = page.locator(".prose a[href*='example.com']").evaluate("link => getComputedStyle(link, '::after').content")
    assert "[" in shown


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/topics/wifi",
        ARTICLE,
        "/search?q=signal",
        "/search?q=zzz",
        "/search?q=it+is+the",
        "/contact",
        "/explain?q=signal+0x80072EE7",
    ],
)
def test_nothing_is_cut_off(browser: Browser, site: str, writer: HttpCredentials, address: str) -> None:
    """From 320 px up, and with text at twice its size, no page scrolls sideways."""
    context = browser.new_context(base_url=site, http_credentials=writer)
    page = context.new_page()
    page.goto(address)
    for size in ("100%", "200%"):
        page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", size)
        for width in (320, 375, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (size, width)
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_without_scripts(browser: Browser, site: str, size: str) -> None:
    """The form, the results, the article, its sections and every platform are there without JavaScript."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("What is wrong?").fill("renew dhcp lease")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Red light on the fibre box").click()
    page.wait_for_url("**/articles/no-internet/red-light#set-the-address-back")
    for name in ("Windows 11", "macOS", "Android"):
        expect(page.locator(".tab-name", has_text=name)).to_be_visible()
    expect(page.get_by_text("Renew DHCP Lease")).to_be_visible()
    context.close()


def test_a_word_kept_together_keeps_its_spaces(page: Page) -> None:
    """The spaces around it are there for the eye, not only in the source."""
    page.goto("/topics/wifi")
    links = page.locator(".rows").get_by_role("link")
    assert "Weak Wi-Fi signal in some rooms" in links.all_inner_texts()


def test_a_phone_lists_topics_and_a_desk_their_fixes_too(page: Page) -> None:
    """With every topic's fixes, the home page would be seven screens of a phone."""
    page.goto("/")
    expect(page.get_by_role("link", name="Wi-Fi at home", exact=True)).to_be_visible()
    fixes = page.locator(".links").get_by_role("link").all_inner_texts()
    is_phone = (page.viewport_size or {"width": 0})["width"] < 480
    assert ("Weak Wi-Fi signal in some rooms" in fixes) is not is_phone


def test_a_writer_asks_why(browser: Browser, site: str, writer: HttpCredentials) -> None:
    """Without scripts: a search, the reason of its first hit, then the same in agents' articles."""
    context = browser.new_context(base_url=site, http_credentials=writer, java_script_enabled=False)
    page = context.new_page()
    page.goto("/explain")
    page.get_by_label("Search").fill("signal")
    page.get_by_role("button", name="Explain").click()
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.locator(":target")).to_contain_text("Best passage")
    page.get_by_label("In the articles for").select_option("Agents")
    page.get_by_role("button", name="Explain").click()
    expect(page.get_by_text("articles for agents")).to_be_visible()
    expect(page.get_by_text("Internal").first).to_be_visible()
    context.close()
