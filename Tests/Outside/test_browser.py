"""Pages in a real browser: no noise, nothing from outside, no sideways scrolling, accessible."""

import urllib.parse

import pytest

from client import eventually
from eyes import BEYOND, SCHEMES, WINDOWS, findings

PAGES = ["/docs", "/admin/gallery", "/admin/gallery/form", "/admin/gallery/ORD-1"]
# The pictures in its own controls, such as the calendar of a date.
OF_THE_BROWSER = {("data", "")}
@pytest.fixture(params=PAGES)
def page(request, proving, browser):
    """The address of each page, the browser's noise of earlier ones forgotten."""
    browser.log()
    browser.requests()
    return proving.url("https") + request.param


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
def test_it_is_quiet_and_asks_nobody_outside(browser, page, width, height, scheme):
    browser.show(width, height, scheme)
    browser.open(page)
    assert browser.run("return document.readyState") == "complete"
    asked = browser.requests()
    assert page in asked
    assert {origin(url) for url in asked} - OF_THE_BROWSER == {origin(page)}
    assert browser.log() == []


def origin(url):
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.netloc


def test_the_browsers_noise_would_be_heard(browser, proving):
    browser.open(proving.url("https") + "/docs")
    browser.run("console.warn('noise'); fetch('http://127.0.0.1:1/').catch(() => {});")
    heard = []

    def has_heard_all():
        heard.extend(browser.log())
        return all(words in " ".join(heard) for words in ["noise", "Content Security Policy"])

    eventually(has_heard_all)
    assert "http://127.0.0.1:1/" not in browser.requests(), "the policy forbids it"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_scrolls_sideways(browser, page, width):
    browser.show(width)
    browser.open(page)
    assert browser.run("return innerWidth") == width
    assert browser.run(BEYOND) == []
    assert browser.run("return document.scrollingElement.scrollWidth") <= width


def test_what_reaches_beyond_the_window_would_be_found(browser, page):
    browser.show(768)
    browser.open(page)
    browser.run("""
        const wide = document.createElement('div');
        wide.className = 'wide';
        wide.attributeStyleMap.set('width', CSS.px(900));
        wide.attributeStyleMap.set('height', CSS.px(1));
        const scrolls = document.createElement('div');
        scrolls.attributeStyleMap.set('overflow-x', 'auto');
        scrolls.append(wide.cloneNode());
        document.body.append(wide, scrolls);""")
    assert browser.run(BEYOND) == ["DIV.wide"]
    assert browser.run("return document.scrollingElement.scrollWidth") >= 900


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_what_opens_opens_inside_the_window(browser, proving, width):
    browser.show(width)
    browser.open(proving.url("https") + "/admin/gallery")
    shown = """return [...document.querySelectorAll('.menu, .fold')]
        .filter(e => e.checkVisibility()).length"""
    assert browser.run(shown) >= 2
    for number in range(browser.run(shown)):
        browser.run("""
            const all = [...document.querySelectorAll('.menu, .fold')]
                .filter(e => e.checkVisibility());
            all.forEach((e, at) => { e.open = at == arguments[0]; });""", number)
        assert browser.run(BEYOND) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
def test_it_is_accessible(browser, page, axe, width, height, scheme):
    browser.show(width, height, scheme)
    browser.open(page)
    assert findings(browser, axe) == []


def test_what_is_not_accessible_would_be_found(browser, page, axe):
    browser.open(page)
    browser.run("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\"><input>')")
    assert {finding[1] for finding in findings(browser, axe)} >= {"image-alt", "label"}


def test_both_colour_schemes_differ(browser, page):
    colours = set()
    for scheme in SCHEMES:
        browser.show(1280, 800, scheme)
        browser.open(page)
        colours.add(browser.run("return getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == len(SCHEMES)


def test_every_anchor_leads_somewhere_and_every_id_is_there_once(browser, page):
    browser.open(page)
    ids = browser.run("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    anchors = browser.run("""
        return [...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href'))""")
    assert len(ids) == len(set(ids))
    assert anchors and {anchor[1:] for anchor in anchors} <= set(ids)
    assert all(ids)


def test_the_documentation_has_every_operation(browser, proving):
    browser.open(proving.url("https") + "/docs")
    shown = browser.run("return [...document.querySelectorAll('h3')].map(e => e.innerText)")
    shown = {" ".join(text.split()) for text in shown}
    document = browser.run("return fetch('/openapi.json').then(answer => answer.json())")
    expected = {f"{method.upper()} {path}" for path, item in document["paths"].items()
                for method in item}
    assert shown == expected


def test_the_documentation_works_without_script(browser, proving):
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(proving.url("https") + "/docs#group-proving")
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.run("return document.querySelectorAll('article').length") > 15
    assert browser.run("return document.querySelector('#group-proving').innerText")
