"""A browser without script: it keeps cookies, follows where it is led, and sends forms as they
stand on the page."""

import html.parser
import http.cookies
import re
import urllib.parse

from callers import Caller
from people import Authenticator

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"
LOGIN = "/admin/login"
LOGOUT = "/admin/logout"
PROFILE = "/admin/profile"
SECURITY = f"{PROFILE}/security"
TWO_FACTOR = f"{PROFILE}/two-factor"
SESSION = "entrepot_session"
LEADS_MAX = 5


class Forms(html.parser.HTMLParser):
    """The forms of a page by where they are sent, and the page's links and words."""

    def __init__(self, text):
        super().__init__()
        self.forms = {}
        self.links = {}
        self.words = ""
        self.form = self.link = self.choice = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.form = self.forms.setdefault(given.get("action"), {})
        elif tag == "a":
            self.link = given.get("href")
        elif self.form is not None and "name" in given:
            self.take(tag, given)
        elif tag == "option" and self.choice and "selected" in given:
            self.form[self.choice] = given["value"]

    def take(self, tag, given):
        if tag == "select":
            self.choice = given["name"]
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.form[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        if tag == "a":
            self.link = None
        if tag == "select":
            self.choice = None

    def handle_data(self, data):
        self.words += data
        if self.link:
            self.links.setdefault(data.strip(), self.link)


class Visitor(Caller):
    def __init__(self, stack, **options):
        super().__init__(stack, **options)
        self.cookies = {}
        self.answer = self.page = self.at = None

    def request(self, method, path, body=None, headers=None, connection=None):
        headers = {"Accept": ACCEPT} | (headers or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = super().request(method, path, body, headers, connection)
        for line in answer.headers.get_all("set-cookie") or []:
            [(name, morsel)] = http.cookies.SimpleCookie(line).items()
            if morsel.value and morsel["max-age"] != "0":
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        return answer

    def open(self, path):
        """The page that one gets to, however often one is led on."""
        return self.follow(path, self.get(path))

    def send(self, action, only=None, **fields):
        """Fills the form of the present page and sends it; `only` leaves all else out."""
        filled = self.page.forms[action] | fields if only is None else only
        body = urllib.parse.urlencode(filled, doseq=True)
        return self.follow(action, self.request("POST", action, body, headers=FORM))

    def follow(self, path, answer):
        self.first = answer
        for _ in range(LEADS_MAX):
            if answer.status != 303:
                break
            path = answer.headers["location"]
            answer = self.get(path)
        self.at, self.answer, self.page = path, answer, Forms(answer.body.decode())
        return answer

    def sign_in(self, email, password, to=PROFILE, **more):
        self.open(f"{LOGIN}?next={urllib.parse.quote(to)}")
        return self.send(LOGIN, email=email, password=password, **more)

    def is_in(self):
        return self.get(PROFILE).status == 200

    def says(self, *texts):
        words = " ".join(self.page.words.split())
        for text in texts:
            assert text in words, words
        return True


def enrol(visitor):
    """Sets the second factor up: the app and the recovery codes."""
    visitor.open(SECURITY)
    visitor.send(TWO_FACTOR)
    text = visitor.answer.body.decode()
    assert '<svg viewBox="0 0 ' in text and "otpauth://totp/Entrepot:" in text
    app = Authenticator(re.search(r'data-copy="([A-Z2-7]{32})"', text)[1])
    assert visitor.send(f"{TWO_FACTOR}/confirm", code=app.wrong()).status == 422
    visitor.says("Code that the app shows is not the code now.")
    answer = visitor.send(f"{TWO_FACTOR}/confirm", code=app.code(-1))
    assert answer.status == 200
    codes = re.findall(r"<code>([0-9a-z]{4}(?:-[0-9a-z]{4}){3})</code>", answer.body.decode())
    assert len(set(codes)) == 10
    return app, codes
