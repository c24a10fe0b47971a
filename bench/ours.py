"""The stacks of this checkout that are measured: each in a folder of its own, started when it is
wanted first."""

from stack.ports import free_ports
from stack.settings import PORTS
from stack.stack import CHECKOUT, Stack

PROVING = CHECKOUT / ".build/release/entrepot-proving"
# nginx counts every request, and refuses none for it.
NGINX_RATE = "1000000"
# The binary's limits stay on, Redis and all, and are out of reach.
FACTOR = "1000000"

# The peers' table, for when they are not there.
CONTRACTS = """
GRANT SELECT ON peers.* TO entrepot@localhost;
CREATE TABLE IF NOT EXISTS contracts (
    id bigint PRIMARY KEY, code varchar(20) NOT NULL, cap bigint NOT NULL,
    shipped bigint NOT NULL DEFAULT 0, status varchar(10) NOT NULL DEFAULT 'active',
    version bigint NOT NULL DEFAULT 1);
INSERT IGNORE INTO contracts (id, code, cap)
    SELECT seq, CONCAT('C-', LPAD(seq, 6, '0')), 1000000 FROM seq_1_to_10000;
"""


class Borrowing(Stack):
    """A stack whose binary uses the peers' MariaDB, so that both read the same rows."""

    def __init__(self, peers, *arguments, **options):
        super().__init__(*arguments, **options)
        self.peers = peers

    def fill_settings(self):
        super().fill_settings()
        values = {"MARIADB_SOCKET": self.peers.directory / "mysql.sock",
                  "MARIADB_DATABASE": "entrepot", "MARIADB_USER": "root", "MARIADB_PASSWORD": "",
                  "MIGRATION_USER": "root", "MIGRATION_PASSWORD": ""}
        for name, value in values.items():
            self.settings.own(f"ENTREPOT_{name}", value)
        self.settings.write()


class Ours:
    def __init__(self, directory):
        self.directory = directory
        self.started = {}

    def product(self):
        """As delivered."""
        return self.begun("product", lambda *given: Stack(*given), {})

    def proving(self, **given):
        """The product and its proving room on a MariaDB of its own."""
        stack = self.begun("proving", lambda *at: Stack(*at, binary=PROVING), given)
        stack.mariadb.query("CREATE DATABASE IF NOT EXISTS peers")
        stack.mariadb.query(CONTRACTS, "peers")
        return stack

    def trading(self, name="trading"):
        """As delivered, but for passwords, since whoever signs in is not what is measured, and
        for rate limits, since the peers have none."""
        return self.begun(name, lambda *given: Stack(*given),
                          {"ENTREPOT_PASSWORD_COST": "4", "ENTREPOT_RATE_LIMIT_FACTOR": "0"})

    def borrowing(self, peers):
        """The same on the peers' rows, its rate limits off as theirs are."""
        peers.query("CREATE DATABASE IF NOT EXISTS entrepot CHARACTER SET utf8mb4")
        return self.begun(
            "borrowing", lambda *at: Borrowing(peers, *at, binary=PROVING),
            {"ENTREPOT_RATE_LIMIT_FACTOR": "0"})

    def begun(self, name, make, given):
        settings = {"ENTREPOT_RATE_LIMIT_FACTOR": FACTOR, "ENTREPOT_NGINX_RATE": NGINX_RATE,
                    "ENTREPOT_WORKERS": "", "ENTREPOT_SLOW_WORKERS": ""} | given
        known = self.started.get(name)
        if known:
            settings |= {setting: str(known.ports[port]) for port, (setting, _, _) in PORTS.items()}
        else:
            Stack(self.directory / name).stop()
            for (setting, _, _), port in zip(PORTS.values(), free_ports(len(PORTS))):
                settings[setting] = str(port)
        stack = make(self.directory / name, settings)
        self.started[name] = stack
        stack.start()
        return stack

    def stop(self):
        for stack in self.started.values():
            stack.stop()


def url(stack):
    return f"http://127.0.0.1:{stack.ports['http']}"
