"""A client as outsiders write them: HTTP over TLS with the stack's authority, or plain."""

import http.client
import json
import socket
import ssl
import time

SECONDS_MAX = 30
READS = {"GET", "HEAD", "OPTIONS"}


class Answer:
    """What came back. `problem` asserts that it is a problem document and gives it."""

    def __init__(self, status, headers, body, seconds):
        self.status = status
        self.headers = headers
        self.body = body
        self.seconds = seconds

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def problem(self):
        assert self.headers["content-type"] == "application/problem+json", self.body[:200]
        problem = self.json
        assert problem["status"] == self.status
        assert problem["type"] == f"https://entrepot.dev/problems/{problem['code']}"
        assert problem["title"]
        assert problem["requestId"] == self.headers["x-request-id"]
        return problem

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Client:
    def __init__(self, stack, secure=True):
        self.stack = stack
        self.secure = secure
        self.headers = {}

    def connect(self):
        if not self.secure:
            return http.client.HTTPConnection(
                "localhost", self.stack.ports["http"], timeout=SECONDS_MAX)
        context = ssl.create_default_context(cafile=self.stack.tls.authority)
        return http.client.HTTPSConnection(
            "localhost", self.stack.ports["https"], context=context, timeout=SECONDS_MAX)

    def request(self, method, path, body=None, headers=None, connection=None):
        headers = self.headers | (headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        own = connection or self.connect()
        began = time.monotonic()
        try:
            own.request(method, path, body=body, headers=headers)
            answer = own.getresponse()
            # A stream does not end: this is what it begins with.
            is_stream = answer.headers["content-type"] == "text/event-stream"
            content = answer.read1() if is_stream else answer.read()
            seconds = time.monotonic() - began
            if method not in READS:
                wait_for_the_next_millisecond()
            return Answer(answer.status, answer.headers, content, seconds)
        finally:
            if connection is None:
                own.close()

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.request("POST", path, {} if body is None else body, **options)

    def raw(self, request):
        """The answer to bytes that no decent client would send."""
        with socket.create_connection(("127.0.0.1", self.stack.ports["http"]), SECONDS_MAX) as sent:
            sent.sendall(request)
            answer = http.client.HTTPResponse(sent)
            answer.begin()
            return Answer(answer.status, answer.headers, answer.read(), 0)


def metric(client, name):
    """A figure of ours that has no labels, of all processes together."""
    lines = client.get("/metrics").body.decode().splitlines()
    [value] = [line.split()[-1] for line in lines if line.startswith(f"entrepot_{name} ")]
    return float(value)


def wait_for_the_next_millisecond():
    """What is written after this is dated later than what was written before: lists that are in the
    order of time have one order, however quick the machine is."""
    time.sleep((1_000_000 - time.time_ns() % 1_000_000) / 1e9)


def eventually(condition, seconds_max=60, every_seconds=0.02):
    """Waits for a condition and gives what it gave. It fails by a look that began when the time was
    over: how long a look takes on a busy machine counts for nothing."""
    deadline = time.monotonic() + seconds_max
    while True:
        is_last = time.monotonic() >= deadline
        value = condition()
        if value:
            return value
        assert not is_last, f"it did not come about within {seconds_max} s"
        time.sleep(every_seconds)
