"""Many requests at once, while something happens to the servers; every answer is kept count of."""

import collections
import http.client
import itertools
import threading
import time

from client import Client


class Load:
    """Threads that ask the same again and again, each on a kept connection of its own, from `with`
    until its end. A failure is an answer of 500 or more, or none at all."""

    def __init__(self, stack, method, path, threads=8, body=None):
        self.client = Client(stack, secure=False)
        self.method = method
        self.path = path
        # A function from the number of the request to its body.
        self.body = body or (lambda number: None)
        self.numbers = itertools.count()
        self.statuses = collections.Counter()
        self.failures = []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _ in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        self.wait_for(100)
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    @property
    def count(self):
        return sum(self.statuses.values())

    def wait_for(self, more, seconds_max=120):
        """Until so many more were answered."""
        target, deadline = self.count + more, time.monotonic() + seconds_max
        while self.count < target:
            assert time.monotonic() < deadline, f"only {self.statuses} answered"
            time.sleep(0.005)

    def ask(self):
        connection = self.client.connect()
        while not self.ended.is_set():
            try:
                answer = self.client.request(
                    self.method, self.path, self.body(next(self.numbers)), connection=connection)
                status = answer.status
                if status >= 500:
                    self.failures.append(answer)
            except (OSError, http.client.HTTPException) as error:
                status = 0
                self.failures.append(error)
                connection.close()
                connection = self.client.connect()
            self.statuses[status] += 1
        connection.close()
