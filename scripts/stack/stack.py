"""A whole stack in one folder: the demo's in .run, the tests' in folders of their own."""

import fcntl
import http.client
import json
import os
import pathlib
import pwd
import shutil
import ssl

from . import ports
from .entrepot import Entrepot
from .mariadb import DATABASE, MIGRATION_USER, SERVING_USER, MariaDB
from .mosquitto import BRIDGE_USER, Mosquitto
from .nginx import FORBIDDEN_IN_PATHS, Nginx
from .redis import Redis
from .server import ServerError
from .settings import PORTS, Settings, write_private
from .tls import TLS

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
SOCKET_PATH_BYTES_MAX = 107
SOCKETS = ["mariadb.sock", "redis.sock", "worker.sock", "slow.sock",
           "gatherer.sock"]
DATA = ["mariadb", "redis", "mosquitto", "files", "mail", "sms", "nginx"]


class Stack:
    """The five servers, in the order in which they start."""

    def __init__(
            self, directory, given=None, buffer_pool_mib=512, binary=None, has_demo_data=True):
        self.checkout = CHECKOUT
        self.directory = pathlib.Path(directory).resolve()
        self.binary = pathlib.Path(binary or CHECKOUT / ".build/release/entrepot")
        self.buffer_pool_mib = buffer_pool_mib
        self.has_demo_data = has_demo_data
        self.told = {}
        self.is_root = os.geteuid() == 0
        self.account = pwd.getpwuid(os.geteuid()).pw_name
        self.loopback = ports.loopback_addresses()
        self.settings = Settings(self.directory / "entrepot.env", given or {})
        self.ports = self.settings.ports()
        self.tls = TLS(self.directory)
        self.mariadb = MariaDB(self)
        self.redis = Redis(self)
        self.mosquitto = Mosquitto(self)
        self.nginx = Nginx(self)
        self.entrepot = Entrepot(self)
        self.servers = [self.mariadb, self.redis, self.mosquitto, self.entrepot, self.nginx]

    def start(self):
        """Everything runs, with the present build and settings. What already does is left alone."""
        self.check_paths()
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.lock():
            self.fill_settings()
            self.tls.make()
            data = [self.mariadb, self.redis, self.mosquitto]
            for server in data:
                server.start()
            for server in data:
                server.wait()
            self.mariadb.provide(
                self.settings["ENTREPOT_MARIADB_PASSWORD"],
                self.settings["ENTREPOT_MIGRATION_PASSWORD"])
            self.migrate()
            self.told = json.loads(self.entrepot.call("seed")) if self.has_demo_data else {}
            self.nginx.start()
            self.nginx.wait()
            self.entrepot.start()
            self.entrepot.wait()
            self.describe()

    def migrate(self):
        try:
            self.entrepot.call("migrate")
        except ServerError:
            # Most likely it refused a setting, which would be refused each time from now on.
            self.settings.take_back()
            raise

    def start_data(self):
        """MariaDB and Redis alone, for store tests."""
        self.check_paths()
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.lock():
            for server in [self.mariadb, self.redis]:
                server.start()
                server.wait()
            self.mariadb.open_to_tests()

    def stop(self):
        """The names of the servers that ran."""
        if not self.directory.exists():
            return []
        with self.lock():
            return [server.name for server in reversed(self.servers) if server.stop()]

    def forget(self):
        """Stops everything and removes its data; settings and the certificate stay."""
        self.stop()
        for name in DATA:
            shutil.rmtree(self.directory / name, ignore_errors=True)
        (self.directory / "demo.json").unlink(missing_ok=True)

    def check_paths(self):
        forbidden = sorted(set(str(self.directory)) & set(FORBIDDEN_IN_PATHS))
        if forbidden:
            raise ServerError(
                f"The path {self.directory} holds {forbidden!r:.40}, which the servers' "
                "configuration cannot name: move the checkout.")
        longest = max((self.directory / name for name in SOCKETS), key=lambda path: len(str(path)))
        size = len(os.fsencode(longest))
        if size > SOCKET_PATH_BYTES_MAX:
            raise ServerError(
                f"{longest} is {size} bytes long, and a socket's path may have "
                f"{SOCKET_PATH_BYTES_MAX}: move the checkout to a shorter one.")

    def fill_settings(self):
        settings, run = self.settings, self.directory
        own = {
            "CONFIG": settings.file,
            "MARIADB_SOCKET": self.mariadb.socket,
            "MARIADB_DATABASE": DATABASE,
            "MARIADB_USER": SERVING_USER,
            "MIGRATION_USER": MIGRATION_USER,
            "REDIS_SOCKET": self.redis.socket,
            "WORKER_SOCKET": run / "worker.sock",
            "SLOW_SOCKET": run / "slow.sock",
            "GATHERER_SOCKET": run / "gatherer.sock",
            "HUB_SOCKET": run / "hub.sock",
            "DATA_DIRECTORY": run,
            "MQTT_ADDRESS": f"mqtts://localhost:{self.ports['mqtts']}",
            "MQTT_AUTHORITY_FILE": self.tls.authority,
            "MQTT_USER": BRIDGE_USER,
            "TOKEN_KEY_FILE": self.tls.token_key,
        }
        for name, value in own.items():
            settings.own(f"ENTREPOT_{name}", value)
        settings.secret("ENTREPOT_MARIADB_PASSWORD")
        settings.secret("ENTREPOT_MIGRATION_PASSWORD")
        settings.secret("ENTREPOT_MQTT_PASSWORD")
        settings.secret("ENTREPOT_MQTT_ADMIN_PASSWORD")
        settings.secret("ENTREPOT_MQTT_CLIENT_ID")
        settings.secret_key("ENTREPOT_SECRET_KEYS")
        settings.default("ENTREPOT_PUBLIC_URL", self.url("https"))
        settings.write()

    def pools(self):
        """The map of routes to pools, which the binary knows."""
        return self.entrepot.call("nginx")

    def claim_ports(self, server, names):
        """Refuses, before the server does in its log, a port that somebody else has."""
        for name in names:
            port = self.ports[name]
            if ports.is_free(port, self.loopback):
                continue
            holders = ports.holders(port)
            if server.pid() in holders:
                continue
            raise ServerError(
                f"Port {port} ({name}) is taken by {ports.describe(holders)}. Set {PORTS[name][0]} "
                "to another one, or ENTREPOT_PORT_BASE to move all four.")

    def url(self, scheme):
        return f"{scheme}://localhost:{self.ports[scheme]}"

    def get(self, path, seconds_max=5):
        """Status, headers and body of a GET over TLS; status 0 when nobody answers."""
        context = ssl.create_default_context(cafile=self.tls.authority)
        connection = http.client.HTTPSConnection(
            "localhost", self.ports["https"], context=context, timeout=seconds_max)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, {}, b""
        finally:
            connection.close()

    def describe(self):
        """demo.json: where everything is, for scripts."""
        shown = self.shown
        document = {
            "baseUrl": self.url("https"),
            "httpUrl": self.url("http"),
            "caFile": shown(self.tls.authority),
            "users": [],
            "devices": [],
            "mailDirectory": shown(self.directory / "mail"),
            "smsDirectory": shown(self.directory / "sms"),
            "binary": shown(self.binary),
            "envFile": shown(self.settings.file),
            "pidFiles": {
                ("supervisor" if server is self.entrepot else server.name): shown(server.pid_file)
                for server in self.servers
            },
            "corsOrigin": self.settings["ENTREPOT_CORS_ORIGINS"].split(",")[0],
            "mqtt": {
                "host": "localhost",
                "port": self.ports["mqtt"],
                "tlsPort": self.ports["mqtts"],
            },
            "mariadb": {
                "socket": str(self.mariadb.socket),
                "database": DATABASE,
                "user": SERVING_USER,
                "password": self.settings["ENTREPOT_MARIADB_PASSWORD"],
            },
            "redis": {"socket": str(self.redis.socket)},
        }
        document |= self.told
        write_private(self.directory / "demo.json", json.dumps(document, indent=1) + "\n")

    def shown(self, path):
        """A path as seen from the checkout, where scripts run."""
        return os.path.relpath(path, CHECKOUT) if CHECKOUT in path.parents else str(path)

    def lock(self):
        """One command at a time works on a stack."""
        return Lock(self.directory / "lock")


class Lock:
    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.file = open(self.path, "w")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_):
        self.file.close()
