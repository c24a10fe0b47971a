"""Whole conversations as text: what is asked, and what must come back.

A file of Golden/ is a list of exchanges, with a line `###` between two:

    POST /api/v1/contracts                     {{name}} stands for what an earlier answer held
    Authorization: Bearer {{accessToken}}

    {"title": "Mangoes"}

    HTTP 201
    content-type: application/json             only headers that are written are looked at

    {"id": "{{contract:id:ctr}}", "title": "Mangoes", "createdAt": "{{time}}"}

In an expected text `{{time}}`, `{{id:ctr}}`, `{{text}}` and `{{number}}` stand for any such value,
and `{{name:kind}}` keeps it for later exchanges. An expected JSON body may leave members out
only by saying so: `"...": true` in an object lets it have more.
"""

import json
import re

KINDS = {
    "time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "id": r"[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}",
    "text": r".*",
    "number": r"-?\d+(\.\d+)?",
}
PLACEHOLDER = re.compile(r"\{\{([A-Za-z]\w*)(?::(\w+))?(?::(\w+))?\}\}")
VOLATILE_HEADERS = {"date", "server", "connection", "transfer-encoding", "content-length"}
GENERATED = [
    (re.compile(rf"^{KINDS['time']}$"), lambda _: "{{time}}"),
    (re.compile(r"^([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}$"), lambda found: f"{{{{id:{found[1]}}}}}"),
]


class Exchange:
    def __init__(self, text):
        request, mark, answer = text.strip("\n").partition("\nHTTP ")
        assert mark, f"an exchange without an answer:\n{text}"
        self.method, self.path, self.headers, self.body = parse(request)
        status, self.expected_headers, self.expected_body = parse_answer(answer)
        self.expected_status = int(status)
        self.request_text = request.rstrip("\n")


def read(text):
    return [Exchange(part) for part in re.split(r"^###.*$", text, flags=re.M) if part.strip()]


def parse(text):
    head, _, body = text.partition("\n\n")
    first, *rest = head.splitlines()
    method, path = first.split(" ", 1)
    return method, path, dict(line.split(": ", 1) for line in rest), body.strip("\n")


def parse_answer(text):
    head, _, body = text.partition("\n\n")
    status, *rest = head.splitlines()
    return status, dict(line.split(": ", 1) for line in rest), body.strip("\n")


def play(exchanges, client):
    """The texts that would have been right; fails at the first answer that is not as written."""
    kept = {}
    for exchange in exchanges:
        answer = ask(exchange, client, kept)
        place = f"{exchange.method} {exchange.path}"
        assert answer.status == exchange.expected_status, f"{place}: {answer}"
        for name, expected in exchange.expected_headers.items():
            compare(expected, answer.headers[name], kept, f"{place}: header {name}")
        if not exchange.expected_body:
            assert answer.body == b"", f"{place}: {answer}"
        elif "json" in (answer.headers["content-type"] or ""):
            compare(json.loads(exchange.expected_body), answer.json, kept, place)
        else:
            compare(exchange.expected_body, answer.body.decode().rstrip("\n"), kept, place)


def write(exchanges, client):
    """The conversation's text with the answers of today, what differs each time replaced."""
    kept, texts = {}, []
    for exchange in exchanges:
        answer = ask(exchange, client, kept)
        lines = [exchange.request_text, "", f"HTTP {answer.status}"]
        lines += [f"{name}: {rewritten(answer.headers[name], old, kept)}"
                  for name, old in exchange.expected_headers.items() if answer.headers[name]]
        if answer.body:
            lines += ["", rewritten_body(answer, exchange, kept)]
        texts.append("\n".join(lines) + "\n")
    return "\n###\n\n".join(texts)


def ask(exchange, client, kept):
    def fill(text):
        return PLACEHOLDER.sub(lambda found: str(kept[found[1]]), text)

    headers = {name: fill(value) for name, value in exchange.headers.items()}
    if exchange.body and "Content-Type" not in headers:
        headers["Content-Type"] = "application/json"
    body = fill(exchange.body).encode() if exchange.body else None
    return client.request(exchange.method, fill(exchange.path), body, headers=headers)


def compare(expected, actual, kept, place):
    if isinstance(expected, dict):
        assert isinstance(actual, dict), f"{place}: {actual!r} is no object"
        may_have_more = expected.get("...", False)
        names = [name for name in expected if name != "..."]
        extra = [] if may_have_more else [name for name in actual if name not in expected]
        missing = [name for name in names if name not in actual]
        assert not missing and not extra, f"{place}: misses {missing}, has {extra} more"
        for name in names:
            compare(expected[name], actual[name], kept, f"{place}.{name}")
    elif isinstance(expected, list):
        assert isinstance(actual, list) and len(actual) == len(expected), f"{place}: {actual!r}"
        for index, one in enumerate(expected):
            compare(one, actual[index], kept, f"{place}[{index}]")
    elif isinstance(expected, str) and PLACEHOLDER.search(expected):
        match(expected, actual, kept, place)
    else:
        assert type(actual) is type(expected) and actual == expected, (
            f"{place}: {actual!r} instead of {expected!r}")


def match(expected, actual, kept, place):
    pattern, keep, end = "", [], 0
    for found in PLACEHOLDER.finditer(expected):
        pattern += re.escape(expected[end:found.start()])
        name, kind, prefix = meaning(found)
        if kind is None:
            assert name in kept, f"{place}: nothing was kept as {name}"
            pattern += re.escape(str(kept[name]))
        else:
            pattern += f"({pattern_of(kind, prefix)})"
            keep.append(name)
        end = found.end()
    found = re.fullmatch(pattern + re.escape(expected[end:]), str(actual), flags=re.S)
    assert found, f"{place}: {actual!r} is not like {expected!r}"
    for name, value in zip(keep, found.groups()):
        if name:
            kept[name] = value


def meaning(found):
    """Name to keep by, kind and prefix of a placeholder: `{{time}}`, `{{id:usr}}`, `{{a:id:usr}}`,
    `{{a:time}}`, or `{{a}}` for what was kept."""
    first, second, third = found.groups()
    if first in KINDS:
        return None, first, second
    return first, second, third


def pattern_of(kind, prefix):
    pattern = KINDS[kind].replace("(", "(?:")
    return pattern.replace("[a-z]{3}", prefix, 1) if kind == "id" and prefix else pattern


def rewritten_body(answer, exchange, kept):
    if "json" not in (answer.headers["content-type"] or ""):
        return answer.body.decode().rstrip("\n")
    try:
        old = json.loads(exchange.expected_body)
    except json.JSONDecodeError:
        old = None
    return json.dumps(rewritten(answer.json, old, kept), indent=2, ensure_ascii=False)


def rewritten(value, old, kept):
    """Today's value, with the old text's placeholders where they still fit."""
    if isinstance(value, dict):
        old = old if isinstance(old, dict) else {}
        open_ended = old.get("...", False)
        new = {name: rewritten(one, old.get(name), kept) for name, one in value.items()
               if not open_ended or name in old}
        return new | ({"...": True} if open_ended else {})
    if isinstance(value, list):
        old = old if isinstance(old, list) else []
        olds = old + [None] * (len(value) - len(old))
        return [rewritten(one, was, kept) for one, was in zip(value, olds)]
    if isinstance(old, str) and PLACEHOLDER.search(old):
        try:
            match(old, value, kept, "")
            return old
        except AssertionError:
            pass
    if isinstance(value, str):
        for pattern, replace in GENERATED:
            found = pattern.match(value)
            if found:
                return replace(found)
    return value
