"""Headless Chromium, spoken to as WebDriver and DevTools specify."""

import http.client
import json
import subprocess

from stack.ports import free_ports

SECONDS_MAX = 120
STARTS_MAX = 5
OPTIONS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
           "--force-device-scale-factor=1"]


class BrowserError(AssertionError):
    """What the driver answered instead of a value."""


class Browser:
    """One window, from `with` until its end; `log` is what its console said, `requests` is what it
    asked for."""

    def __enter__(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.start(), 2 * SECONDS_MAX)
        opened = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "acceptInsecureCerts": True,
            "timeouts": {"script": SECONDS_MAX * 1000, "pageLoad": SECONDS_MAX * 1000},
            "goog:chromeOptions": {"args": OPTIONS},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}})
        self.session = "/session/" + opened["sessionId"]
        return self

    def start(self):
        """The port of a driver; another program may have been quicker."""
        for _ in range(STARTS_MAX):
            [port] = free_ports(1)
            self.driver = subprocess.Popen(
                ["chromedriver", f"--port={port}"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            said = []
            for line in self.driver.stdout:
                said.append(line)
                if "started successfully" in line:
                    return port
            self.driver.wait()
        raise AssertionError("chromedriver did not start:\n" + "".join(said))

    def __exit__(self, *_):
        try:
            self.call("DELETE", self.session)
        finally:
            self.connection.close()
            self.driver.terminate()
            self.driver.communicate()

    def call(self, method, path, body=None):
        self.connection.request(method, path, json.dumps(body) if body is not None else None,
                                {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        value = json.loads(answer.read())["value"]
        if answer.status != 200:
            raise BrowserError(value)
        return value

    def devtools(self, command, **parameters):
        return self.call("POST", self.session + "/goog/cdp/execute",
                         {"cmd": command, "params": parameters})

    def show(self, width, height=800, scheme="light"):
        """How large the window is, and which colours its owner likes."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=width < 600)
        self.devtools("Emulation.setEmulatedMedia",
                      features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, url):
        self.call("POST", self.session + "/url", {"url": url})

    def run(self, script, *arguments):
        """The value of a function body; a promise is waited for."""
        return self.call("POST", self.session + "/execute/sync",
                         {"script": script, "args": list(arguments)})

    def look(self, script, *arguments):
        """The same of a page that may be about to go: nothing, when it went meanwhile or is not
        there yet."""
        try:
            return self.run(script, *arguments)
        except BrowserError:
            return None

    def log(self):
        return [entry["message"] for entry in self.call(
            "POST", self.session + "/se/log", {"type": "browser"})]

    def requests(self):
        """Addresses asked for since the last call."""
        entries = self.call("POST", self.session + "/se/log", {"type": "performance"})
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]
