"""What tests look at in a browser, at every width and in both colours, and what they press."""

import html.parser
import statistics

from client import eventually

PAGE_BYTES_MAX = 60 * 1024
WARM_SECONDS_MAX = 0.050

WINDOWS = [(390, 844), (1280, 800)]
SCHEMES = ["light", "dark"]
GRAVE = {"serious", "critical"}
TAB, ENTER, CONTROL = "\ue004", "\ue007", "\ue009"
# What reaches beyond the window, and is in nothing that scrolls sideways by itself.
BEYOND = """
    const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
    const isInOne = e => e.parentElement && (scrolls(e.parentElement) || isInOne(e.parentElement));
    return [...document.querySelectorAll('body *')]
        .filter(e => e.checkVisibility() && !e.closest('.unseen, .skip') && !isInOne(e))
        .filter(e => {
            const box = e.getBoundingClientRect();
            return box.width && (box.right > innerWidth + 1 || box.left < -1);
        })
        .map(e => e.tagName + '.' + e.getAttribute('class'))"""


def findings(browser, axe):
    found = browser.run(axe + """;
        return axe.run(document, {resultTypes: ['violations']}).then(result =>
            result.violations.map(v => [v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html)]))""")
    return [finding for finding in found if finding[0] in GRAVE]


class Inline(html.parser.HTMLParser):
    """What the content security policy would refuse, and ids that are given twice."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.ids = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]
        identity = names.get("id")
        if identity is None:
            return
        if identity in self.ids:
            self.found.append(f"id {identity} twice")
        self.ids.add(identity)


def check_weight(visitor, path):
    """One page: small, quick once it is warm, and without scripts or styles of its own."""
    connection = visitor.connect()
    try:
        for _ in range(20):
            answer = visitor.get(path, connection=connection)
        # What else the machine does only adds to the time: the calmest round is the page's.
        eventually(lambda: warm_seconds(visitor, path, connection) < WARM_SECONDS_MAX)
    finally:
        connection.close()
    assert len(answer.body) < PAGE_BYTES_MAX
    assert Inline(answer.body.decode()).found == []


def warm_seconds(visitor, path, connection):
    answers = [visitor.get(path, connection=connection) for _ in range(9)]
    assert {answer.status for answer in answers} == {200}
    return statistics.median(answer.seconds for answer in answers)


def check_page(browser, axe, url, width, height, scheme):
    """One page: quiet, accessible, no wider than the window, with one heading above all."""
    browser.log()
    browser.show(width, height, scheme)
    browser.open(url)
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.run("return document.querySelectorAll('h1').length") == 1
    assert findings(browser, axe) == []
    assert browser.log() == []


def enter(browser, stack, visitor):
    """The browser goes on as somebody who is signed in."""
    browser.devtools("Network.setCookie", name="entrepot_session", value=visitor.cookie,
                     url=stack.url("https"), path="/", secure=True, httpOnly=True)


def press(browser, *keys):
    strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
    browser.call("POST", browser.session + "/actions", {
        "actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})


def replace_by(browser, text):
    browser.call("POST", browser.session + "/actions", {"actions": [{
        "type": "key", "id": "keyboard", "actions": [
            {"type": "keyDown", "value": CONTROL}, {"type": "keyDown", "value": "a"},
            {"type": "keyUp", "value": "a"}, {"type": "keyUp", "value": CONTROL}]}]})
    press(browser, *text)


def tab_to(browser, selector, strokes_max=90):
    for _ in range(strokes_max):
        if browser.run("return document.activeElement.matches(arguments[0])", selector):
            return
        press(browser, TAB)
    raise AssertionError(f"no way by Tab to {selector}")


def arrives(browser, path):
    eventually(lambda: browser.look(
        "return document.readyState === 'complete' && location.pathname") == path)
