"""The private nginx: the checkout's own configuration, on loopback."""

import os
import resource
import signal
import socket
import subprocess

from .server import Server, ServerError

OPEN_FILES = 65536
HUBS = 2
FORBIDDEN_IN_PATHS = " \"'\\$;{}#\n"


class Nginx(Server):
    name = "nginx"
    program = "nginx"

    def __init__(self, stack):
        super().__init__(stack)
        self.folder = self.run / "nginx"
        self.configuration_file = self.folder / "nginx.conf"
        self.shared = stack.checkout / "nginx"

    def prepare(self):
        for folder in [self.folder, self.run / "files"]:
            folder.mkdir(exist_ok=True)
        shared = self.folder / "entrepot"
        if not shared.is_symlink() or os.readlink(shared) != str(self.shared):
            shared.unlink(missing_ok=True)
            shared.symlink_to(self.shared)
        (self.folder / "entrepot-pools.conf").write_text(self.stack.pools())
        self.stack.claim_ports(self, ["https", "http"])
        self.configuration_file.write_text(self.filled_template())
        self.check()

    def filled_template(self):
        stack = self.stack
        rate = stack.settings.outer_rate_per_second()
        hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = OPEN_FILES if hard_limit == resource.RLIM_INFINITY else min(OPEN_FILES, hard_limit)
        values = {
            "USER": f"user {stack.account};" if stack.is_root else "",
            "RUN": self.run,
            "WWW": self.shared,
            "OPEN_FILES": files,
            "LIMIT_KEY": "$binary_remote_addr" if rate else "",
            "REQUESTS_PER_SECOND": rate or 1,
            "WORKER_SOCKET": stack.settings["ENTREPOT_WORKER_SOCKET"],
            "SLOW_SOCKET": stack.settings["ENTREPOT_SLOW_SOCKET"],
            "GATHERER_SOCKET": stack.settings["ENTREPOT_GATHERER_SOCKET"],
            "HUB_SERVERS": "\n".join(self.hubs()),
            "LISTEN": "\n".join(self.listens()),
        }
        text = (self.shared / "development.conf.in").read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        return text

    def hubs(self):
        """A line for each hub's own socket; without hubs, for one that nobody listens on."""
        settings = self.stack.settings
        socket = settings["ENTREPOT_HUB_SOCKET"].removesuffix(".sock")
        for number in range(1, max(1, int(settings.number("ENTREPOT_HUBS", HUBS))) + 1):
            yield f'        server "unix:{socket}{number}.sock" max_fails=0;'

    def listens(self):
        # A queue for each worker of nginx: from one queue the quicker takes most connections.
        options = "backlog=4096 reuseport"
        for address in self.stack.loopback:
            host = f"[{address}]" if ":" in address else address
            yield f"        listen {host}:{self.stack.ports['https']} ssl http2 {options};"
            yield f"        listen {host}:{self.stack.ports['http']} {options};"

    def configuration(self):
        texts = [self.configuration_file.read_text(), self.stack.tls.certificate.read_text()]
        texts += [path.read_text() for path in sorted(self.folder.glob("**/*.conf"))]
        texts += [path.read_text() for path in sorted(self.shared.glob("*.conf"))]
        return "\n".join(texts)

    def check(self):
        tried = subprocess.run(
            [*self.command(), "-t", "-q"], env=self.environment(), capture_output=True, text=True)
        if tried.returncode != 0:
            raise ServerError(f"nginx refuses its configuration:\n{tried.stderr}")

    def command(self):
        return [self.executable(), "-e", "stderr", "-p", self.folder, "-c",
                self.configuration_file]

    def before_exec(self):
        # Like the workers behind it: woken, it interrupts nobody.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))

    def reconfigure(self):
        os.kill(self.pid(), signal.SIGHUP)

    def is_ready(self):
        """Whatever is behind it: nginx answers, and by the present ports."""
        for name in ["https", "http"]:
            try:
                socket.create_connection(("127.0.0.1", self.stack.ports[name]), timeout=1).close()
            except OSError:
                return False
        return True
