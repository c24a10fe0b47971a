"""Signing in and one's own account in a real browser: by keyboard, quietly, for everybody."""

import pytest

from client import eventually
from conftest import make_stack, running
from eyes import ENTER, SCHEMES, TAB, WINDOWS, findings
from people import PASSWORD, Authenticator, Member
from visitor import LOGIN, LOGOUT, PROFILE, Visitor

TABS_MAX = 40
OUTSIDE = [LOGIN, "/admin/forgotten", "/admin/forgotten/sent"]
INSIDE = [
    LOGOUT, PROFILE, f"{PROFILE}/security", f"{PROFILE}/sessions", f"{PROFILE}/keys",
    f"{PROFILE}/keys/new", f"{PROFILE}/two-factor", f"{PROFILE}/two-factor/end",
    f"{PROFILE}/sessions/others",
]


@pytest.fixture(scope="module")
def house():
    yield from running(make_stack("seen"))


@pytest.fixture
def member(house, browser):
    """Somebody who is nowhere signed in yet, before a browser that knows nobody."""
    browser.devtools("Network.clearBrowserCookies")
    return Member.new(house)


@pytest.fixture
def signed_in(house, browser, member):
    """The member, in the browser; with an authenticator that waits to be confirmed."""
    visitor = Visitor(house)
    visitor.sign_in(member.email, PASSWORD)
    visitor.open(f"{PROFILE}/security")
    visitor.send(f"{PROFILE}/two-factor")
    for name, value in visitor.cookies.items():
        browser.devtools("Network.setCookie", name=name, value=value, url=house.url("https"))
    browser.log()
    return member


def press(browser, keys):
    actions = [{"type": kind, "value": key} for key in keys for kind in ["keyDown", "keyUp"]]
    browser.call("POST", browser.session + "/actions", {
        "actions": [{"type": "key", "id": "keyboard", "actions": actions}]})


def focus(browser):
    """What has the focus: its name, or its words."""
    return browser.run("""
        const element = document.activeElement;
        return element.name || element.innerText.trim()""")


def has_focus(browser, wanted):
    """A page gives the focus when it is first drawn, which may be after it was loaded."""
    eventually(lambda: focus(browser) == wanted)


def walk_to(browser, wanted):
    for _ in range(TABS_MAX):
        if focus(browser) == wanted:
            return
        press(browser, TAB)
    raise AssertionError(f"the keyboard does not reach {wanted}")


def place(browser):
    return browser.run("return location.pathname")


def submit(browser):
    """Presses Enter and waits for the page that comes of it."""
    browser.run("window.isOld = true")
    press(browser, ENTER)
    eventually(lambda: browser.run(
        "return document.readyState === 'complete' && window.isOld !== true"))


def check(browser, axe):
    """No page moves sideways, speaks to the console, or leaves somebody out."""
    assert findings(browser, axe) == []
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    assert browser.log() == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
def test_pages_for_strangers_are_quiet_and_for_everybody(
        house, browser, axe, member, width, height, scheme):
    browser.show(width, height, scheme)
    browser.log()
    for path in OUTSIDE:
        browser.open(house.url("https") + path)
        check(browser, axe)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width, height", WINDOWS)
def test_pages_of_the_own_account_are_quiet_and_for_everybody(
        house, browser, axe, signed_in, width, height, scheme):
    browser.show(width, height, scheme)
    for path in INSIDE:
        browser.open(house.url("https") + path)
        assert place(browser) == path
        check(browser, axe)


@pytest.mark.parametrize("width, height", WINDOWS)
def test_the_keyboard_alone_signs_in_sets_up_codes_and_signs_out(
        house, browser, axe, member, width, height):
    browser.show(width, height)
    browser.open(f"{house.url('https')}{LOGIN}?next={PROFILE}/security")
    has_focus(browser, "email")
    press(browser, member.email + TAB + "a wrong sentence")
    submit(browser)
    assert place(browser) == LOGIN
    eventually(lambda: browser.run("""
        const element = document.activeElement;
        return element !== document.body
            && element.innerText.includes('E-mail or password are wrong')"""))
    assert findings(browser, axe) == []
    walk_to(browser, "password")
    press(browser, PASSWORD)
    submit(browser)
    assert place(browser) == f"{PROFILE}/security"

    walk_to(browser, "Set it up")
    submit(browser)
    app = Authenticator(browser.run("return document.querySelector('p .copy').dataset.copy"))
    walk_to(browser, "code")
    press(browser, app.code())
    submit(browser)
    codes = browser.run(
        "return [...document.querySelectorAll('.codes code')].map(code => code.innerText)")
    assert len(codes) == 10
    assert findings(browser, axe) == []

    browser.open(house.url("https") + LOGOUT)
    walk_to(browser, "Sign out")
    submit(browser)
    assert place(browser) == LOGIN
    has_focus(browser, "email")
    press(browser, member.email + TAB + PASSWORD)
    submit(browser)
    has_focus(browser, "otp")
    assert findings(browser, axe) == []
    press(browser, codes[0])
    submit(browser)
    browser.open(house.url("https") + PROFILE)
    assert place(browser) == PROFILE
    # What was refused is said by the page; the browser adds a line of its own.
    assert [line for line in browser.log() if "status of 401" not in line
            and "status of 404" not in line] == []


def test_a_question_is_asked_over_the_page_and_its_answer_is_sent(
        house, browser, axe, signed_in):
    browser.show(1280, 800)
    browser.open(f"{house.url('https')}{PROFILE}/sessions")
    browser.run("document.querySelector('[data-asks]').click()")
    opened = browser.run("""
        return new Promise(done => {
            const look = () => document.querySelector('dialog[open] .button-main')
                ? done(document.querySelector('dialog[open]').innerText) : setTimeout(look, 10);
            look();
        })""")
    assert "End your other session?" in opened
    browser.run("""
        const shown = document.querySelector('dialog[open]').getAnimations();
        return Promise.all(shown.map(each => each.finished)).then(() => null)""")
    assert findings(browser, axe) == []
    walk_to(browser, "End all others")
    submit(browser)
    assert browser.run("return document.querySelector('.flash').innerText") == (
        "All other sessions have ended.")
    assert not signed_in.is_in()
    assert browser.log() == []
