"""The binary: `entrepot serve` and its other subcommands on this stack."""

import os
import pathlib
import signal
import subprocess
import time

from .server import Server, ServerError

SECONDS_TO_UPGRADE = 15


class Entrepot(Server):
    name = "entrepot"
    program = "entrepot"

    def executable(self):
        return str(self.stack.binary)

    def command(self):
        return [self.executable(), "serve"]

    def environment(self):
        environment = super().environment()
        environment["ENTREPOT_CONFIG"] = str(self.stack.settings.file)
        return environment

    def configuration(self):
        return "\n".join(f"{name}={value}" for name, value in self.stack.settings.for_binary())

    def start(self):
        if self.pid() is not None and self.is_outdated():
            self.upgrade()
        super().start()

    def is_outdated(self):
        """Whether the running process was started from another build than the one on disk."""
        running = os.stat(f"/proc/{self.pid()}/exe")
        built = os.stat(self.executable())
        return (running.st_dev, running.st_ino) != (built.st_dev, built.st_ino)

    def upgrade(self):
        """The new binary on the old sockets. One that does not come up is started afresh, so that
        its complaint is seen."""
        pid = self.pid()
        os.kill(pid, signal.SIGUSR2)
        deadline = time.monotonic() + SECONDS_TO_UPGRADE
        while self.pid() is None or self.is_outdated():
            if time.monotonic() > deadline:
                self.stop()
                return
            time.sleep(0.05)

    def is_ready(self):
        status, _, _ = self.stack.get("/ready")
        return status == 200

    def call(self, *arguments):
        """One subcommand, to its end; what it printed."""
        done = subprocess.run(
            [self.executable(), *arguments], env=self.environment(), cwd=self.run,
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            words = (done.stdout + done.stderr).strip()
            raise ServerError(f"entrepot {' '.join(arguments)} failed:\n{words}")
        return done.stdout

    def workers(self, role="worker", supervisor=None):
        """Process ids of the children whose title says this role, of another supervisor if given.
        """
        pid = supervisor or self.pid()
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                status = (process / "stat").read_text().rpartition(")")[2].split()
                title = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(status[1]) == pid and title.startswith(f"entrepot: {role} "):
                found.append(int(process.name))
        return sorted(found)
