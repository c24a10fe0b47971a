"""Regions of pages as the server sends them: with their page, and alone."""

import html.parser
import re
import urllib.parse

# How long ago something was changes without anything happening.
AGO = re.compile(r"(<time [^>]*>)[^<]*")


class Regions(html.parser.HTMLParser):
    """The markup of each region by its id, and what each follows."""

    def __init__(self, text):
        super().__init__()
        self.lines = text.splitlines(keepends=True)
        self.found = {}
        self.given = {}
        self.cursor = None
        self.open = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.cursor = given.get("data-cursor", self.cursor)
        if "data-follow" in given and self.open is None:
            self.open = (tag, given["id"], self.at())
            self.depth = 0
            assert given["id"] not in self.given
            self.given[given["id"]] = given
        if self.open and tag == self.open[0]:
            self.depth += 1

    def handle_endtag(self, tag):
        if not self.open or tag != self.open[0]:
            return
        self.depth -= 1
        if self.depth == 0:
            _, identity, start = self.open
            # Indented as where it stands: nobody sees that.
            words = "".join(self.lines)[start:self.at()].split()
            self.found[identity] = AGO.sub(r"\1", " ".join(words))
            self.open = None

    def at(self):
        line, column = self.getpos()
        return sum(map(len, self.lines[:line - 1])) + column


def source(regions, identity):
    """Where one region comes from."""
    address = regions.given[identity]["data-source"]
    return address + ("&" if "?" in address else "?") + urllib.parse.urlencode(
        {"region": identity})
