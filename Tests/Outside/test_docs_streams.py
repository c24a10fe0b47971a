"""The page on streams and polls: what it tells client authors to write runs as it stands there, and
tells of what happens."""

import os
import re
import select
import subprocess
import time

import pytest

from agreements import agree, shipped
from callers import Caller, sign_in
from client import eventually
from conftest import make_stack, running
from order import events, settle
from stack.stack import CHECKOUT
from test_docs import is_like

TEXT = (CHECKOUT / "docs/api/streams.md").read_text()
TYPES = CHECKOUT / "Sources/Outbox/EventTypes.swift"
SHOWN = re.compile(r"^```sh\n(.*?)^```\n```text\n(.*?)^```\n", re.M | re.S)
SECONDS_MAX = 60


@pytest.fixture(scope="module")
def scene():
    """Where things happen while an example runs; what the demo is made of has been told before."""
    for stack in running(make_stack("streams")):
        settle(stack)
        yield stack


@pytest.fixture(scope="module")
def token(scene):
    return sign_in(scene, "manager", subject="usr_manager")


@pytest.fixture(scope="module")
def manager(scene, token):
    return Caller(scene, token=token)


@pytest.fixture(scope="module")
def environment(scene, token):
    return os.environ | {
        "CURL_CA_BUNDLE": str(scene.tls.authority), "SSL_CERT_FILE": str(scene.tls.authority),
        "api": scene.url("https") + "/api/v1", "token": token}


def block(language):
    [found] = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.M | re.S)
    return found


class Example:
    """A program of the page, from `with` until its end, and what it has printed so far."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            process_group=0)
        self.printed = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, 9)
        self.process.communicate()

    def look(self, seconds):
        if select.select([self.process.stdout], [], [], seconds)[0]:
            self.printed += os.read(self.process.stdout.fileno(), 1 << 16).decode()


def printed(example, manager, is_enough):
    """What the example prints while contracts are made, until it is enough."""
    deadline = time.monotonic() + SECONDS_MAX
    while not is_enough(example.printed):
        assert time.monotonic() < deadline, example.printed
        agree(manager)
        example.look(0.3)


@pytest.mark.parametrize("number", range(len(SHOWN.findall(TEXT))))
def test_a_command_prints_what_the_page_shows(manager, environment, number):
    command, shown = SHOWN.findall(TEXT)[number]
    with Example(["sh", "-euc", command], environment) as example:
        printed(example, manager, lambda text: is_like(shown.strip() + "…", text + " "))


def test_every_command_has_what_it_prints():
    assert len(SHOWN.findall(TEXT)) == TEXT.count("```sh\n") == TEXT.count("```text\n") > 0


def test_the_program_in_python_tells_of_every_contract(manager, environment):
    with Example(["/usr/bin/python3", "-c", block("python")], environment) as example:
        printed(example, manager, lambda text: text)
        last = agree(manager)
        shipped(manager, last, 1)
        printed(example, manager, lambda text: "shipment.accepted" in text)
    lines = [line.split() for line in example.printed.splitlines()]
    ids = [int(id) for id, _ in lines]
    happened = [int(event["id"]) for event in events(manager, ids[0] - 1, "contracts")[0]]
    assert ids == happened[:len(ids)]
    assert {kind for _, kind in lines} == {"contract.created", "shipment.accepted"}


def test_the_program_in_javascript_follows_and_comes_back(scene, manager, browser, token):
    browser.open(scene.url("https") + "/docs")
    browser.run(f"""
        window.api = location.origin + '/api/v1';
        window.token = arguments[0];
        window.told = [];
        window.show = event => window.told.push(event.data.contract.id);
        window.reload = () => window.told.push('reload');
        {block("js")}""", token)
    told = "return window.told"
    eventually(lambda: agree(manager) and browser.run(told), SECONDS_MAX, 0.2)
    for hub in scene.entrepot.workers("hub"):
        os.kill(hub, 9)
    before = browser.run(told)
    made = [agree(manager)["id"] for _ in range(3)]
    eventually(lambda: made[-1] in browser.run(told), 2 * SECONDS_MAX, 0.2)
    ids = browser.run(told)
    assert len(set(ids)) == len(ids) and ids[-3:] == made and ids[:len(before)] == before


def test_all_types_are_on_the_page():
    types = set(re.findall(r'"([a-z]+\.[a-z_]+)"', TYPES.read_text()))
    assert types == set(re.findall(r"`([a-z]+\.[a-z_]+)`", TEXT.split("## Types")[1]))
