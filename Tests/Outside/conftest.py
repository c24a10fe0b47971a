"""Stacks for the tests from outside: the real servers and the real binary, in folders of their
own."""

import importlib.resources
import pathlib
import shutil
import signal
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "scripts")]

from browser import Browser  # noqa: E402
from callers import Caller, Visitor, sign_in  # noqa: E402
from client import Client  # noqa: E402
from populace import person_id, populate  # noqa: E402
from stack.ports import free_ports  # noqa: E402
from stack.settings import PORTS  # noqa: E402
from stack.stack import CHECKOUT, Stack  # noqa: E402

# Above nginx's fastcgi_next_upstream_timeout, as the default is: a GET past it is not tried again.
REQUEST_DEADLINE_MS = 6000


# The product with one room more, whose handlers keep notes, sleep and die: Tests/Proving.
PROVING = CHECKOUT / ".build/release/entrepot-proving"


def make_stack(name, binary=None, **given):
    """A new stack, its data empty, its ports its own, its rate limits off unless given."""
    settings = {
        "ENTREPOT_RATE_LIMIT_FACTOR": "0",
        "ENTREPOT_WORKERS": "4",
        # As cheap as bcrypt can be: what costs are is measured elsewhere.
        "ENTREPOT_PASSWORD_COST": "4",
    } | given
    for (setting, _, _), port in zip(PORTS.values(), free_ports(len(PORTS))):
        settings.setdefault(setting, str(port))
    folder = CHECKOUT / ".test" / name
    Stack(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)
    return Stack(folder, settings, buffer_pool_mib=128, binary=binary)


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """A test run that is told to end takes its servers with it."""
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated"))


@pytest.fixture(scope="session")
def stack():
    """The stack that tests share: they leave it as they found it."""
    yield from running(make_stack("shared"))


@pytest.fixture(scope="module")
def fragile():
    """A proving stack whose servers a module may kill and stop."""
    deadline = str(REQUEST_DEADLINE_MS)
    yield from running(make_stack("fragile", PROVING, ENTREPOT_REQUEST_DEADLINE_MS=deadline))


@pytest.fixture(scope="session")
def proving():
    """A proving stack that tests share: they leave it as they found it."""
    yield from running(make_stack("proving", PROVING))


@pytest.fixture(scope="session")
def identity():
    """A stack whose people come and go, and whose audit log grows."""
    yield from running(make_stack("identity"))


@pytest.fixture(scope="session")
def peopled():
    """A stack with several hundred people, for the pages of administrators."""
    for stack in running(make_stack("people")):
        populate(stack)
        yield stack


@pytest.fixture(scope="session")
def admin(peopled):
    """The demo's administrator, at a browser."""
    return Visitor(peopled, person_id(peopled, "admin@example.com"))


@pytest.fixture(scope="module")
def browser():
    """A browser in which nobody is signed in."""
    if not shutil.which("chromedriver"):
        pytest.skip("chromium-driver is not installed: see scripts/install")
    with Browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def axe():
    package = pytest.importorskip("axe_playwright_python", reason="see scripts/test")
    return (importlib.resources.files(package) / "axe.min.js").read_text()


@pytest.fixture
def limited():
    """A stack whose nginx takes one request a second after the first thousand."""
    yield from running(make_stack("limited", ENTREPOT_NGINX_RATE="1"))


@pytest.fixture
def client(stack):
    return Client(stack)


@pytest.fixture(scope="session")
def office():
    """Where contracts are made and shipped on; each test has its own."""
    yield from running(make_stack("office"))


@pytest.fixture(scope="session")
def office_admin(office):
    return Caller(office, token=sign_in(office, "admin", subject="usr_admin"))


@pytest.fixture(scope="session")
def manager(office):
    return Caller(office, token=sign_in(office, "manager", subject="usr_manager"))


@pytest.fixture(scope="session")
def user(office):
    return Caller(office, token=sign_in(office, "user", subject="usr_user"))


@pytest.fixture(scope="session")
def other(office):
    return Caller(office, token=sign_in(office, "user", subject="usr_other"))


@pytest.fixture(scope="session")
def at_admin(office):
    return Visitor(office, person_id(office, "admin@example.com"))


@pytest.fixture(scope="session")
def at_manager(office):
    return Visitor(office, person_id(office, "manager@example.com"))


@pytest.fixture(scope="session")
def at_user(office):
    return Visitor(office, person_id(office, "user@example.com"))


def running(stack):
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()
