"""The documents: each example of docs/api is played and answers as the page shows, and links lead
somewhere."""

import os
import re
import subprocess

import pytest

from callers import sign_in
from conftest import PROVING, make_stack, running
from stack.stack import CHECKOUT

PAGES = {name: CHECKOUT / f"docs/api/{name}.md" for name in ["conventions", "telemetry"]}
EXAMPLE = re.compile(r"^```sh\n([^`]*)^```\n```http\n([^`]*)^```\n", re.M)
MARK = "=====example====="
DOCUMENTS = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


class Shown:
    """An answer as the page or curl shows it."""

    def __init__(self, text):
        head, _, body = text.replace("\r", "").strip("\n").partition("\n\n")
        self.status, *self.headers = (line.strip() for line in head.split("\n"))
        # Long bodies are wrapped on the page.
        self.body = re.sub(r"\n *", "", body.strip())


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What came back, of each page in its order, in one shell: later commands use what earlier ones
    found."""
    for stack in running(make_stack("docs", PROVING, ENTREPOT_RATE_LIMIT_FACTOR="50")):
        yield {name: played(stack, name, tmp_path_factory.mktemp(name)) for name in PAGES}


def played(stack, name, folder):
    script = "".join(f"{command}\nprintf '\\n{MARK}\\n'\n" for command, _ in examples(name))
    environment = {
        "PATH": os.environ["PATH"], "CURL_CA_BUNDLE": str(stack.tls.authority),
        "api": stack.url("https") + "/api/v1", "token": sign_in(stack, "manager"),
    }
    done = subprocess.run(["sh", "-eu", "-c", script], env=environment, cwd=folder,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [Shown(text) for text in done.stdout.split(f"\n{MARK}\n")[:-1]]


def examples(name):
    return EXAMPLE.findall(PAGES[name].read_text())


def is_like(shown, actual):
    """`…` stands for anything within the line or the body."""
    pattern = ".+?".join(map(re.escape, shown.split("…")))
    return re.fullmatch(pattern, actual, flags=re.S)


@pytest.mark.parametrize("name", PAGES)
def test_every_shown_answer_has_its_command(name):
    assert len(examples(name)) == PAGES[name].read_text().count("```http\n") > 0


@pytest.mark.parametrize("name, number", [
    (name, number) for name in PAGES for number in range(len(examples(name)))])
def test_an_example_answers_as_the_page_shows(answers, name, number):
    command, text = examples(name)[number]
    shown, actual = Shown(text), answers[name][number]
    assert actual.status == shown.status, command
    for header in shown.headers:
        assert any(is_like(header, other) for other in actual.headers), (header, actual.headers)
    assert not shown.body or is_like(shown.body, actual.body), actual.body


def test_an_answer_of_another_shape_is_noticed():
    assert is_like('{"id":"nte_…","version":1}', '{"id":"nte_01H","version":1}')
    assert not is_like('{"id":"nte_…","version":1}', '{"id":"nte_01H","version":2}')
    assert not is_like('{"id":"nte_…"}', '{"id":"nte_"}')


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_links_lead_somewhere(document):
    links = LINK.findall(document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []
