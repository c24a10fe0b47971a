"""A server process of the stack: started in its folder, known by its process id, stopped by it."""

import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import time

SECONDS_TO_STOP = 20
LOG_LINES_SHOWN = 15


class ServerError(Exception):
    """A server that does not do what it should, in words for the person at the terminal."""


class Server:
    """One server. A kind says its name, its program, its command and when it is ready."""

    name = ""
    program = ""
    stop_signal = signal.SIGTERM
    seconds_to_start = 30

    def __init__(self, stack):
        self.stack = stack
        self.run = stack.directory
        self.pid_file = self.run / f"{self.name}.pid"
        self.log_file = self.run / "log" / f"{self.name}.log"
        self.fingerprint_file = self.run / "log" / f"{self.name}.fingerprint"

    def prepare(self):
        """Writes configuration. Called before every start, and when the server already runs."""

    def command(self):
        raise NotImplementedError

    def configuration(self):
        """Everything that a running server must be told of when it changes, as text."""
        return ""

    def is_ready(self):
        raise NotImplementedError

    def reconfigure(self):
        """The running server takes its changed configuration."""
        self.stop()
        self.spawn()

    def start(self):
        """Brings the server to run with the present configuration; touches nothing if it does."""
        self.prepare()
        fingerprint = hashlib.sha256(
            "\n".join([*map(str, self.command()), self.configuration()]).encode()
        ).hexdigest()
        known = self.fingerprint_file.read_text() if self.fingerprint_file.exists() else ""
        if self.pid() is None:
            self.spawn()
        elif fingerprint != known:
            self.reconfigure()
        self.fingerprint_file.write_text(fingerprint)

    def spawn(self):
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log_file, "ab") as log:
            process = subprocess.Popen(
                list(map(str, self.command())), cwd=self.run, env=self.environment(),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=self.before_exec)
        self.pid_file.write_text(f"{process.pid}\n")
        # Reaped by whoever inherits it: this script returns while the server stays.
        process.returncode = 0

    def before_exec(self):
        """In the new process, before it becomes the server."""

    def environment(self):
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self.run),
        }

    def wait(self):
        deadline = time.monotonic() + self.seconds_to_start
        while not self.is_ready():
            if self.pid() is None:
                raise ServerError(f"{self.name} ended while starting.\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{self.name} was not ready after {self.seconds_to_start} s.\n"
                    f"{self.last_words()}")
            time.sleep(0.02)

    def stop(self, stop_signal=None):
        pid = self.pid()
        if pid is None:
            self.pid_file.unlink(missing_ok=True)
            return False
        os.kill(pid, stop_signal or self.stop_signal)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while is_alive(pid):
            if time.monotonic() > deadline:
                # The server began a session of its own, so this is it and its children.
                os.killpg(pid, signal.SIGKILL)
                deadline += SECONDS_TO_STOP
            time.sleep(0.01)
        self.pid_file.unlink(missing_ok=True)
        return True

    def pid(self):
        """The server's process id, if it is running and really this server."""
        try:
            pid = int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if is_alive(pid) and self.owns(pid) else None

    def owns(self, pid):
        """Process ids are used again, after a restart of the machine most of all: the process must
        run this program and live in this folder."""
        process = pathlib.Path("/proc") / str(pid)
        try:
            program = os.readlink(process / "exe").removesuffix(" (deleted)")
            folder = pathlib.Path(os.readlink(process / "cwd"))
        except OSError:
            return False
        return (
            os.path.basename(program) == os.path.basename(os.path.realpath(self.executable()))
            and self.run in [folder, *folder.parents]
        )

    def executable(self):
        path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
        found = shutil.which(self.program, path=path)
        if found is None:
            raise ServerError(f"{self.program} is not installed: scripts/install does that.")
        return found

    def last_words(self):
        if not self.log_file.exists():
            return ""
        lines = self.log_file.read_text(errors="replace").splitlines()
        return "\n".join([f"The end of {self.log_file}:", *lines[-LOG_LINES_SHOWN:]])


def is_alive(pid):
    try:
        status = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    # The state follows the name, which is in parentheses and may hold anything.
    return status.rpartition(")")[2].split()[0] not in "ZX"
