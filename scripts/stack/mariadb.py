"""The private MariaDB: data in the stack's folder, reached by its unix socket alone."""

import os
import shutil
import socket
import subprocess

from .server import Server, ServerError

DATABASE = "entrepot"
SERVING_USER = "entrepot"
MIGRATION_USER = "entrepot_migration"
# Enough to serve. No DROP, ALTER or TRIGGER: what is append-only stays so whoever gets in.
SERVING_RIGHTS = "SELECT, INSERT, UPDATE, DELETE, EXECUTE"


class MariaDB(Server):
    name = "mariadb"
    program = "mariadbd"
    seconds_to_start = 60

    def __init__(self, stack):
        super().__init__(stack)
        self.data = self.run / "mariadb"
        self.temporary = self.run / "mariadb.tmp"
        self.socket = self.run / "mariadb.sock"
        self.configuration_file = self.run / "mariadb.cnf"

    def prepare(self):
        self.temporary.mkdir(exist_ok=True)
        self.configuration_file.write_text(self.configuration())
        if not (self.data / "mysql").exists():
            self.make_data()

    def environment(self):
        # Each MariaDB that starts deletes all temporary tables where it keeps its own, also those
        # that another is just using.
        return super().environment() | {"TMPDIR": str(self.temporary)}

    def configuration(self):
        return f"""[mariadbd]
user={self.stack.account}
datadir={self.data}
socket={self.socket}
pid-file={self.data}/mariadb.pid
skip-networking
skip-name-resolve
skip-log-bin
character-set-server=utf8mb4
collation-server=utf8mb4_unicode_ci
default-time-zone=+00:00
sql-mode=TRADITIONAL
max-connections=500
innodb-buffer-pool-size={self.stack.buffer_pool_mib}M
innodb-log-file-size=256M
innodb-flush-log-at-trx-commit=1
innodb-flush-method=O_DIRECT
innodb-lock-wait-timeout=5
innodb-print-all-deadlocks=ON
"""

    def make_data(self):
        # Made aside and moved, so that an interrupted first start leaves nothing half made.
        aside = self.run / "mariadb.new"
        shutil.rmtree(aside, ignore_errors=True)
        made = subprocess.run(
            ["mariadb-install-db", "--no-defaults", f"--datadir={aside}", "--skip-test-db",
             "--auth-root-authentication-method=socket",
             f"--auth-root-socket-user={self.stack.account}", f"--user={self.stack.account}"],
            cwd=self.run, env=self.environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode != 0:
            raise ServerError(f"mariadb-install-db failed:\n{made.stdout}")
        aside.rename(self.data)

    def command(self):
        return [self.executable(), f"--defaults-file={self.configuration_file}"]

    def is_ready(self):
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(os.fspath(self.socket))
                return bool(client.recv(1))
        except OSError:
            return False

    def query(self, sql, database=""):
        """Runs statements as the server's administrator; rows come as lists of text."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={self.socket}", f"--user={self.stack.account}",
             "--batch", "--skip-column-names", "--default-character-set=utf8mb4", database],
            input=sql, env=self.environment(), capture_output=True, text=True)
        if done.returncode != 0:
            raise ServerError(f"MariaDB refused: {done.stderr.strip()}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def provide(self, serving_password, migration_password):
        """The database and its two users, as often as one likes."""
        collation = "utf8mb4_unicode_ci"
        if self.query("SHOW COLLATION LIKE 'uca1400_ai_ci'"):
            collation = "uca1400_ai_ci"
        self.query(f"""
CREATE DATABASE IF NOT EXISTS {DATABASE} CHARACTER SET utf8mb4 COLLATE {collation};
CREATE USER IF NOT EXISTS {SERVING_USER}@localhost;
ALTER USER {SERVING_USER}@localhost IDENTIFIED BY '{serving_password}';
GRANT {SERVING_RIGHTS} ON {DATABASE}.* TO {SERVING_USER}@localhost;
CREATE USER IF NOT EXISTS {MIGRATION_USER}@localhost;
ALTER USER {MIGRATION_USER}@localhost IDENTIFIED BY '{migration_password}';
GRANT ALL ON {DATABASE}.* TO {MIGRATION_USER}@localhost;
""")

    def open_to_tests(self):
        """`root` without a password: for store tests, which make and drop databases at will."""
        self.query("CREATE OR REPLACE USER root@localhost IDENTIFIED VIA unix_socket OR "
                   "mysql_native_password USING PASSWORD('');"
                   "GRANT ALL ON *.* TO root@localhost WITH GRANT OPTION;")
