"""`make run` and its kin, in a copy of the checkout beside this one."""

import json
import os
import pathlib
import shutil
import socket
import stat
import subprocess
import tempfile
import time

import pytest

from client import eventually
from stack.ports import free_ports
from stack.server import is_alive
from stack.settings import read
from stack.stack import CHECKOUT, Stack

SERVERS = ["mariadb", "redis", "mosquitto", "nginx", "entrepot"]
SECONDS_MAX_AGAIN = 5


class Copy:
    """What `make run` needs of a checkout: scripts, nginx's configuration, a built binary."""

    def __init__(self, folder):
        self.folder = folder
        self.run = folder / ".run"
        for name in ["scripts", "nginx"]:
            shutil.copytree(CHECKOUT / name, folder / name)
        self.binary = folder / ".build/release/entrepot"
        self.binary.parent.mkdir(parents=True)
        shutil.copy(Stack("/unused").binary, self.binary)
        names = ["ENTREPOT_PORT_HTTPS", "ENTREPOT_PORT_HTTP", "ENTREPOT_PORT_MQTTS",
                 "ENTREPOT_PORT_MQTT"]
        self.ports = {name: str(port) for name, port in zip(names, free_ports(4))}

    def demo(self, verb, **settings):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("ENTREPOT_")}
        return subprocess.run(
            [self.folder / "scripts/demo", verb], env=environment | settings, cwd="/",
            capture_output=True, text=True)

    def start(self, **settings):
        done = self.demo("run", **settings)
        assert done.returncode == 0, done.stdout + done.stderr
        return self.pids()

    def pids(self):
        return {name: int((self.run / f"{name}.pid").read_text()) for name in SERVERS}


@pytest.fixture(scope="module")
def whole():
    """Removed again whatever happened, its servers stopped."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="entrepot-"))
    copy = Copy(folder)
    try:
        yield copy
    finally:
        copy.demo("stop")
        shutil.rmtree(folder)


@pytest.fixture
def copy(whole):
    whole.start(**whole.ports)
    return whole


def test_it_runs_beside_another_and_says_where(copy):
    document = json.loads((copy.run / "demo.json").read_text())
    port = copy.ports["ENTREPOT_PORT_HTTPS"]
    assert document["baseUrl"] == f"https://localhost:{port}"
    authority = copy.folder / document["caFile"]
    done = subprocess.run(
        ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", authority,
         document["baseUrl"] + "/ready"], capture_output=True, text=True)
    assert done.stdout == "200"
    assert (copy.folder / document["binary"]).samefile(copy.binary)
    for name, file in document["pidFiles"].items():
        assert is_alive(int((copy.folder / file).read_text())), name


def test_what_holds_secrets_is_for_its_owner_alone(copy):
    for name in ["demo.json", "entrepot.env", "tls/server.key", "tls/ca.key", "tls/token.key"]:
        assert stat.S_IMODE((copy.run / name).stat().st_mode) == 0o600, name
    assert stat.S_IMODE(copy.run.stat().st_mode) == 0o700


def test_a_shell_that_sources_the_settings_can_use_the_binary(copy):
    done = subprocess.run(
        ["sh", "-c", '. "$1/entrepot.env" && exec "$2" check', "sh", copy.run, copy.binary],
        env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_listens_on_anything_but_loopback(copy):
    ports = {int(port) for port in copy.ports.values()}
    for table in ["/proc/net/tcp", "/proc/net/tcp6"]:
        for line in pathlib.Path(table).read_text().splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            host, _, port = address.rpartition(":")
            if state == "0A" and int(port, 16) in ports:
                assert host in ["0100007F", "00000000000000000000000001000000"]


def test_again_is_harmless_and_quick(copy):
    before = copy.pids()

    def seconds():
        began = time.monotonic()
        assert copy.start() == before
        return time.monotonic() - began

    # What else the machine does only adds to the time: one calm start tells.
    eventually(lambda: seconds() < SECONDS_MAX_AGAIN)


def test_a_setting_is_kept_and_restarts_what_it_touches_alone(copy):
    before = copy.pids()
    after = copy.start(ENTREPOT_WORKERS="3")
    assert {name for name in SERVERS if before[name] != after[name]} == {"entrepot"}
    assert copy.start() == after
    values, given = read(copy.run / "entrepot.env")
    assert values["ENTREPOT_WORKERS"] == "3"
    assert "ENTREPOT_WORKERS" in given
    copy.start(ENTREPOT_WORKERS="")
    values, given = read(copy.run / "entrepot.env")
    assert "ENTREPOT_WORKERS" not in values


def test_a_setting_that_the_binary_refuses_is_said_and_not_kept(copy):
    before = copy.pids()
    done = copy.demo("run", ENTREPOT_WORKERS="many", ENTREPOT_NO_SUCH="1")
    assert done.returncode == 1
    assert "ENTREPOT_WORKERS" in done.stderr and "ENTREPOT_NO_SUCH" in done.stderr
    assert copy.start() == before


def test_a_new_build_takes_over_in_the_same_process(copy):
    before = copy.pids()
    rebuilt = copy.binary.with_name("rebuilt")
    shutil.copy(copy.binary, rebuilt)
    rebuilt.replace(copy.binary)
    assert copy.start() == before
    assert pathlib.Path(f"/proc/{before['entrepot']}/exe").samefile(copy.binary)


def test_a_server_that_died_is_started_again_and_no_other(copy):
    before = copy.pids()
    os.kill(before["redis"], 9)
    eventually(lambda: not is_alive(before["redis"]))
    after = copy.start()
    assert {name for name in SERVERS if before[name] != after[name]} == {"redis"}


def test_a_process_id_that_is_somebody_elses_now_is_left_alone(copy):
    copy.demo("stop")
    with subprocess.Popen(["sleep", "infinity"]) as stranger:
        try:
            for name in SERVERS:
                (copy.run / f"{name}.pid").write_text(f"{stranger.pid}\n")
            assert "Nothing was running" in copy.demo("stop").stdout
            for name in SERVERS:
                (copy.run / f"{name}.pid").write_text(f"{stranger.pid}\n")
            assert stranger.pid not in copy.start().values()
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_taken_port_is_said_with_its_name(copy):
    copy.demo("stop")
    with socket.create_server(("127.0.0.1", int(copy.ports["ENTREPOT_PORT_HTTP"]))):
        done = copy.demo("run")
    assert done.returncode == 1
    assert f"Port {copy.ports['ENTREPOT_PORT_HTTP']} (http) is taken by" in done.stderr
    assert str(os.getpid()) in done.stderr
    assert "ENTREPOT_PORT_HTTP" in done.stderr and "ENTREPOT_PORT_BASE" in done.stderr


def test_a_port_base_moves_all_four():
    stack = Stack("/unused", {"ENTREPOT_PORT_BASE": "9000"})
    assert stack.ports == {"https": 9443, "http": 9080, "mqtts": 9883, "mqtt": 9183}
    assert Stack("/unused").ports == {"https": 8443, "http": 8080, "mqtts": 8883, "mqtt": 1883}


@pytest.mark.parametrize("base", ["many", "70000", "-1000"])
def test_a_port_base_that_is_none_is_said(copy, base):
    done = copy.demo("run", ENTREPOT_PORT_BASE=base, **dict.fromkeys(copy.ports, ""))
    assert done.returncode == 1
    assert "ENTREPOT_PORT_BASE" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_path_too_long_for_sockets_is_said_at_once(whole):
    deep = whole.folder / ("d" * 90)
    deep.mkdir()
    for name in ["scripts", "nginx"]:
        shutil.copytree(whole.folder / name, deep / name)
    done = subprocess.run([deep / "scripts/demo", "run"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "107" in done.stderr and "Traceback" not in done.stderr


def test_stop_leaves_nothing_and_again_is_harmless(copy):
    pids = copy.pids()
    assert copy.demo("status").stdout.count("runs as process") == len(SERVERS)
    assert copy.demo("stop").returncode == 0
    assert not any(map(is_alive, pids.values()))
    assert not list(copy.run.glob("*.pid"))
    assert copy.demo("stop").returncode == 0
    assert copy.demo("status").stdout.count("does not run") == len(SERVERS)


def test_reset_forgets_the_data_and_keeps_the_settings(copy):
    environment = (copy.run / "entrepot.env").read_text()
    assert copy.demo("reset").returncode == 0
    assert not (copy.run / "mariadb").exists()
    copy.start()
    assert (copy.run / "entrepot.env").read_text() == environment
