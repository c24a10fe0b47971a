"""Plays the conversations of every Golden folder; `make golden` writes them anew."""

import os
import pathlib

import pytest

import golden
from client import Client
from conftest import make_stack, running

TESTS = pathlib.Path(__file__).resolve().parents[1]
FILES = sorted(TESTS.rglob("Golden/*.http"))


@pytest.fixture(scope="module")
def talking():
    """What conversations make stays there."""
    yield from running(make_stack("golden"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_golden(talking, file):
    exchanges = golden.read(file.read_text())
    client = Client(talking)
    if os.environ.get("ENTREPOT_TEST_GOLDEN") == "write":
        file.write_text(golden.write(exchanges, client))
    else:
        golden.play(exchanges, client)


def test_the_runner_refuses_what_is_not_as_written():
    """A golden that cannot fail would be worth nothing."""
    kept = {}
    golden.compare({"a": "{{b:id:usr}}"}, {"a": "usr_" + "0" * 26}, kept, "")
    golden.compare("/x/{{b}}", "/x/usr_" + "0" * 26, kept, "")
    for expected, actual in [
        ({"a": 1}, {"a": 2}), ({"a": 1}, {"a": 1, "b": 2}), ({"a": 1, "b": 2}, {"a": 1}),
        ({"a": 1}, {"a": True}), ([1], [1, 2]), ("{{time}}", "today"),
        ("{{id:usr}}", "ctr_" + "0" * 26), ("/x/{{b}}", "/x/other"), ("{{never}}", "x"),
    ]:
        with pytest.raises(AssertionError):
            golden.compare(expected, actual, kept, "")
