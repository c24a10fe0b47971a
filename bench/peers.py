"""The programs that ours is compared with: the folder that PEERS names, driven by its own run.sh,
their data and sockets in a folder of ours."""

import os
import pathlib
import subprocess
import time

from stack.ports import is_free

# Name for run.sh, children or threads, and where it listens above the base port.
NODE, PHP, PYTHON = ("node", "", 1), ("php", "8", 2), ("py", "", 3)
C_LIBFCGI, C_LIMIT = ("cfork", "16", 4), ("cepoll", "16", 5)
PROGRAMS = [NODE, PHP, PYTHON, C_LIBFCGI, C_LIMIT]
BASE_PORTS = range(9300, 9900, 100)
OFFSETS = [*range(1, 12), 77, 78, 79]
SECONDS_MAX = 240
PYTHON_PACKAGES = ["fastapi", "uvicorn[standard]", "asyncmy", "redis", "hiredis", "orjson"]


class Peers:
    """Nothing of it fails the benchmark: what cannot run is left out, and `notes` say why."""

    def __init__(self, place, directory):
        self.place = pathlib.Path(place).resolve() if place else None
        self.directory = directory
        self.log = directory / "run.log"
        self.base_port = None
        self.programs = []
        self.notes = []
        self.was_tried = False

    def up(self):
        if self.was_tried:
            return
        self.was_tried = True
        if self.place is None or not (self.place / "run.sh").exists():
            where = f"{self.place} has no run.sh" if self.place else "PEERS names no folder"
            self.notes.append(f"No peers, our figures stand alone: {where}.")
            return
        self.directory.mkdir(parents=True, exist_ok=True)
        self.script("down")
        # run.sh takes a socket that is there for a server that listens.
        for stale in self.directory.glob("*.sock"):
            stale.unlink()
        self.base_port = next((base for base in BASE_PORTS if all(
            is_free(base + offset, ["127.0.0.1"]) for offset in OFFSETS)), None)
        if self.base_port is None:
            self.notes.append("No peers: no ports are free for them.")
            return
        for step in ["build", "up", "seed"]:
            done = self.script(step)
            if done.returncode != 0:
                self.notes.append(f"No peers: run.sh {step} failed, see {self.log}.")
                return
        self.programs = [program for program in PROGRAMS if self.can_run(program)]

    def can_run(self, program):
        if program is PYTHON and not self.make_venv():
            return False
        url = self.begin(program)
        self.end(program)
        return url is not None

    def begin(self, program):
        """Its address, or nothing when it does not start."""
        name, children, offset = program
        done = self.script("start", name, children)
        url = f"http://127.0.0.1:{self.base_port + offset}"
        if done.returncode == 0 and answers(url + "/hello"):
            return url
        self.notes.append(f"{name} did not start, see {self.log}.")
        return None

    def end(self, program):
        self.script("stop", program[0])

    def down(self):
        if self.base_port is not None:
            self.script("down")

    def pid(self, name):
        try:
            return int((self.directory / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return None

    def query(self, sql):
        """Runs a statement in their MariaDB."""
        subprocess.run(["mariadb", "--no-defaults", f"--socket={self.directory / 'mysql.sock'}",
                        "--user=root", "--execute", sql], check=True)

    def script(self, *arguments):
        environment = os.environ | {"PEERS_DIR": str(self.directory),
                                    "PEERS_PORT": str(self.base_port or BASE_PORTS[0])}
        with open(self.log, "a") as output:
            return subprocess.run(
                [self.place / "run.sh", *filter(None, arguments)], env=environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=SECONDS_MAX)

    def make_venv(self):
        venv = self.directory / "venv"
        if (venv / "bin" / "uvicorn").exists():
            return True
        steps = [["python3", "-m", "venv", venv],
                 [venv / "bin" / "pip", "install", "--quiet", *PYTHON_PACKAGES]]
        for step in steps:
            done = subprocess.run(
                step, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS_MAX)
            if done.returncode != 0:
                self.notes.append("py is left out: its packages cannot be installed.")
                return False
        return True


def answers(url):
    for _ in range(20):
        done = subprocess.run(["curl", "-sf", "-m", "2", "-o", "/dev/null", url])
        if done.returncode == 0:
            return True
        time.sleep(0.1)
    return False
