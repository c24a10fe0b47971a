"""A page in a browser whose regions follow what happens, beside the same regions asked for anew."""

import contextlib
import html
import re

from client import eventually
from eyes import enter

# Each shift of the layout; there should be none.
WATCH = """
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) {
            window.shifts.push(shift.sources.map(source => source.node?.outerHTML));
        }
    }).observe({type: 'layout-shift', buffered: true});"""

# Time passes everywhere, a curve ends now, and what the reader opened is the reader's.
PLAIN = """
    const plain = element => {
        const copy = element.cloneNode(true);
        copy.querySelectorAll('time').forEach(time => time.textContent = '');
        copy.querySelectorAll('details').forEach(details => details.open = false);
        if (copy.id === 'live-use') copy.querySelector('figure')?.remove();
        return copy.outerHTML.replace(/\\s+/g, ' ');
    };
    const page = text => new DOMParser().parseFromString(text, 'text/html');"""

# The regions that are not as the page has them when it is loaded now.
DIFFERENT = PLAIN + """
    return fetch(location.href).then(answer => answer.text()).then(text => {
        const fresh = page(text);
        const ids = [...document.querySelectorAll('[data-follow]')].map(region => region.id);
        if (!ids.length) return ['no regions'];
        return ids.filter(id =>
            plain(document.getElementById(id)) !== plain(fresh.getElementById(id)));
    });"""


def watch(browser, stack, visitor, width=1280, scheme="light"):
    browser.show(width, 1600, scheme)
    enter(browser, stack, visitor)
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
    browser.devtools("Performance.enable")


def open_page(browser, stack, path):
    browser.log()
    browser.open(stack.url("https") + path)


def different(browser):
    return browser.run(DIFFERENT)


def shown(browser, region):
    return browser.run(PLAIN + "return plain(document.getElementById(arguments[0]))", region)


def becomes_fresh(browser):
    eventually(lambda: different(browser) == [], every_seconds=0.1)


@contextlib.contextmanager
def changing(browser, *regions, seconds_max=20):
    """What happens within changes these regions, by itself and soon, to what a fresh page has: well
    before the minute after which a page looks without being told."""
    before = {region: shown(browser, region) for region in regions}
    yield
    for region in regions:
        eventually(lambda: shown(browser, region) != before[region], seconds_max, 0.05)
    becomes_fresh(browser)


def script_seconds(browser):
    metrics = browser.devtools("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "ScriptDuration")


def notice(browser):
    return browser.run("return document.getElementById('connection').innerText")


def words(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())
