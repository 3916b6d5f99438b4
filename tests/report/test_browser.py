"""report.html in a browser: filters, delta, page images, copying, keyboard, printing, and what axe-core says."""

import os
import shutil
from pathlib import Path

import pytest

from pipeline.report.page import render_page
from tests.report.generated import make_large
from tests.report.invented import STRONG, make_case, make_hostile, make_results

pytestmark = pytest.mark.browser
expect = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install -e '.[dev]'"
).expect
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CLAUSETRACE_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def write_page(tmp_path_factory, request):
    """Writes a report once and gives its path; the demo is run only for the tests that ask for it."""
    folder = tmp_path_factory.mktemp("pages")
    cases = {
        "demo": lambda: _load_demo(request.getfixturevalue("demo")),
        "isles": lambda: (make_case(), make_results()),
        "hostile": make_hostile,
        "large": make_large,
    }

    def _write(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_bytes(render_page(*cases[name]()))
        return path

    return _write


def _load_demo(demo):
    from pipeline.run import load_results

    return demo.case, load_results(demo)


@pytest.fixture
def open_page(browser, write_page):
    """Opens a report; fails the test when the page asks for anything, writes to the console or breaks its policy."""
    contexts, heard = [], []

    def _open(name: str, width: int = 1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        address = write_page(name).as_uri()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: heard.append(request.url) if _leaves(request.url, address) else None)
        page.goto(address)
        return page

    yield _open
    for context in contexts:
        context.close()
    assert heard == []


def _leaves(url: str, address: str) -> bool:
    return not url.startswith(("data:", address))


def list_shown(page) -> list[str]:
    return page.eval_on_selector_all(".card", "cards => cards.filter(card => !card.hidden).map(card => card.id)")


@pytest.mark.parametrize(
    ("field", "choice", "shown"),
    [
        ("theme", "Cells & cellars", ["card-2", "card-3"]),
        ("theme", "Visits", ["card-3"]),
        ("theme", "Other", ["card-1"]),
        ("grade", "strong", ["card-2"]),
        ("grade", "ruled out", ["card-2"]),
        ("grade", "no source found", ["card-1"]),
        ("source", "Lantern Watch", ["card-2"]),
    ],
)
def test_a_choice_leaves_the_cards_and_rows_that_fit(open_page, field, choice, shown):
    page = open_page("isles")
    page.select_option(f"#f-{field}", label=choice)
    assert list_shown(page) == shown
    rows = page.eval_on_selector_all(
        "tr[data-card]", "rows => rows.filter(row => row.offsetParent).map(row => row.dataset.card)"
    )
    assert set(rows) == set(shown)
    assert page.inner_text("#shown") == f"Spans shown: {len(shown)} of 3"
    page.click("#f-clear")
    assert len(list_shown(page)) == 3


def test_free_text_looks_into_quotes_and_clauses_and_says_when_nothing_fits(open_page):
    page = open_page("isles")
    page.fill("#f-words", "OUTSIDE visitors tide")
    expect(page.locator("#shown")).to_contain_text(": 2 of 3")
    assert list_shown(page) == ["card-2", "card-3"]
    page.fill("#f-words", "zeppelin")
    expect(page.locator("#shown")).to_have_text("No span fits these filters.")
    assert page.get_attribute("#shown", "role") == "status"  # so that screen readers tell


@pytest.mark.weights
def test_source_and_grade_have_to_fit_one_link(open_page):
    page = open_page("demo")
    page.select_option("#f-source", index=1)  # the claimant
    alone = list_shown(page)
    page.select_option("#f-grade", label="strong")
    assert 0 < len(list_shown(page)) < len(alone)
    for card in list_shown(page):
        assert page.locator(f"#{card} .moments .strong", has_text="Tallow Street").count() == 1


def test_copying_takes_wording_quote_citation_and_clause(open_page):
    page = open_page("isles", permissions=["clipboard-read", "clipboard-write"])
    page.click("#card-2 .copy >> nth=0")
    expect(page.locator("#copied")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    for text in (f"The wording added in paragraph 2(g) {STRONG}.", "“Veldland should open lighthouse cells",
                 "Title of lantern-1", "p. 5", "X/RES/9, 2(g)", "dry cellars and tide barracks,"):  # fmt: skip
        assert text in copied
    assert "see the page" not in copied


@pytest.mark.weights
def test_one_click_shows_the_page_with_the_passage_boxed_and_escape_closes_it(open_page):
    page = open_page("demo")
    link = page.locator(".card .scan-link").first
    link.click()
    assert page.locator("#page-image img").first.evaluate("image => image.complete && image.naturalWidth > 400")
    assert page.locator("#page-image").evaluate("dialog => dialog.open")
    page.keyboard.press("Escape")
    assert not page.locator("#page-image").evaluate("dialog => dialog.open")
    assert link.evaluate("link => link === document.activeElement")


@pytest.mark.weights
def test_without_script_all_is_readable_and_the_link_leads_to_the_page(open_page):
    page = open_page("demo", java_script_enabled=False)
    assert page.locator("#filters").is_hidden()
    assert page.locator(".copy").first.is_hidden()
    page.locator(".card .scan-link").first.click()
    assert page.locator("figure:target img").is_visible()


def test_delta_marks_added_and_dropped_words_by_more_than_colour(open_page):
    page = open_page("isles")
    for mark, key, line in (("ins", "borderBottomStyle", "solid"), ("del", "textDecorationLine", "line-through")):
        found = page.locator(f"#clause-2 {mark}").first.evaluate(f"mark => getComputedStyle(mark).{key}")
        assert found == line
    assert page.locator("#clause-2 del").inner_text().startswith("[dropped:")


def test_a_link_into_something_folded_opens_it(open_page):
    page = open_page("isles")
    assert not page.locator("#clause-3").is_visible()
    page.evaluate("location.hash = 'clause-3'")
    expect(page.locator("#clause-3")).to_be_visible()


def test_a_link_to_a_card_that_is_filtered_away_shows_all_again(open_page):
    page = open_page("isles")
    page.select_option("#f-grade", label="moderate")
    page.evaluate("location.hash = 'card-2'")
    expect(page.locator("#card-2")).to_be_visible()
    assert page.input_value("#f-grade") == ""


def test_keyboard_reaches_filters_and_copy_buttons(open_page):
    page = open_page("isles")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.id || document.activeElement.className || document.activeElement.tagName"
            )
        )
    assert {"f-theme", "f-grade", "f-source", "f-words", "f-clear", "copy", "SUMMARY"} <= reached
    page.focus("#f-grade")
    page.keyboard.type("mod")
    assert list_shown(page) == ["card-3"]


def test_print_opens_what_is_folded_and_drops_the_controls(open_page):
    page = open_page("isles")
    page.emulate_media(media="print")
    assert page.locator("nav").is_hidden()
    assert page.locator(".copy").first.is_hidden()
    assert page.locator("#filters").is_hidden()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#card-2 .tests").first.is_visible()
    assert page.locator("#clause-3").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


@pytest.mark.parametrize("name", [pytest.param("demo", marks=pytest.mark.weights), "isles", "hostile"])
def test_a_phone_shows_the_page_without_scrolling_sideways(open_page, name):
    page = open_page(name, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_hostile_texts_run_nothing(open_page):
    page = open_page("hostile")
    page.fill("#f-words", "<script>")
    page.wait_for_timeout(300)
    page.click(".copy >> nth=0")
    assert page.locator("script").count() == 1


@pytest.mark.parametrize(
    ("name", "width"),
    [
        pytest.param("demo", 1280, marks=pytest.mark.weights),
        pytest.param("demo", 390, marks=pytest.mark.weights),
        ("hostile", 1280),
    ],
)
def test_axe_finds_no_serious_violation(open_page, name, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = open_page(name, width)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    found = axe.Axe().run(page).response["violations"]
    serious = {rule["id"]: [node["html"][:200] for node in rule["nodes"][:3]] for rule in found
               if rule["impact"] in ("serious", "critical")}  # fmt: skip
    assert serious == {}


def test_two_thousand_links_stay_usable(open_page, write_page):
    assert write_page("large").stat().st_size < 15_000_000
    page = open_page("large")
    paint = page.evaluate("performance.getEntriesByName('first-paint')[0].startTime")
    assert paint < 2000
    seconds = page.evaluate(
        """() => {
            const start = performance.now(), theme = document.getElementById("f-theme");
            theme.value = "theme-2";
            theme.dispatchEvent(new Event("change"));
            document.body.getBoundingClientRect();
            return (performance.now() - start) / 1000;
        }"""
    )
    assert len(list_shown(page)) == 100
    assert seconds < 1


def test_a_large_page_is_the_same_bytes_every_time(write_page):
    assert write_page("large").read_bytes() == render_page(*make_large())
