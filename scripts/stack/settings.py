"""What the stack and the binary are set to, and the file that keeps it."""

import pathlib
import re
import secrets
import shlex

# Settings that say where this stack's own things are: never taken from the environment, which may
# be that of another checkout.
OWN = re.compile(
    r"ENTREPOT_(CONFIG|PID_FILE|.*_SOCKET|MARIADB_.*|MIGRATION_.*|MQTT_ADDRESS|DATA_DIRECTORY"
    r"|TOKEN_KEY_FILE|TEST_.*)"
)
DEFAULTS = {
    "ENTREPOT_RATE_LIMIT_FACTOR": "50",
    "ENTREPOT_CORS_ORIGINS": "http://localhost:3000",
    "ENTREPOT_ALERT_SILENCE_CHECK_SECONDS": "5",
}
PORTS = {
    # name: (setting, offset from ENTREPOT_PORT_BASE, port without one)
    "https": ("ENTREPOT_PORT_HTTPS", 443, 8443),
    "http": ("ENTREPOT_PORT_HTTP", 80, 8080),
    "mqtts": ("ENTREPOT_PORT_MQTTS", 883, 8883),
    "mqtt": ("ENTREPOT_PORT_MQTT", 183, 1883),
}
OUTER_RATE_PER_SECOND = 500
# Settings of nginx and Mosquitto, which the binary has no use for and lets pass.
OF_OTHERS = ("ENTREPOT_PORT_", "ENTREPOT_NGINX_")


class SettingError(Exception):
    """A setting that cannot be used, in words for the person who gave it."""


class Settings:
    """The values of one stack: given ones win, then kept ones, then defaults."""

    def __init__(self, file, given):
        self.file = pathlib.Path(file)
        self.before = self.file.read_text() if self.file.exists() else None
        self.values, self.kept = read(self.file)
        for name, value in sorted(given.items()):
            if name.startswith("ENTREPOT_") and not OWN.fullmatch(name):
                self.keep(name, value)
        self.values = {
            name: value
            for name, value in self.values.items()
            if name in self.kept or name.endswith(("_PASSWORD", "_SECRET_KEYS"))
        }
        for name, value in DEFAULTS.items():
            self.values.setdefault(name, value)

    def keep(self, name, value):
        """An empty value forgets the setting, so that its default holds again."""
        self.kept.discard(name)
        self.values.pop(name, None)
        if value:
            self.kept.add(name)
            self.values[name] = value

    def own(self, name, value):
        self.values[name] = str(value)

    def default(self, name, value):
        self.values.setdefault(name, str(value))

    def secret(self, name):
        self.values.setdefault(name, secrets.token_hex(16))

    def secret_key(self, name):
        """The key of a secret box; one that was given is not replaced."""
        self.values.setdefault(name, f"1:{secrets.token_hex(32)}")

    def __getitem__(self, name):
        return self.values[name]

    def number(self, name, default):
        text = self.values.get(name, str(default))
        try:
            return float(text)
        except ValueError:
            raise SettingError(f"{name} must be a number, not {text!r}") from None

    def for_binary(self):
        return sorted(
            (name, value) for name, value in self.values.items() if not name.startswith(OF_OTHERS))

    def ports(self):
        base = self.values.get("ENTREPOT_PORT_BASE")
        ports = {}
        for name, (setting, offset, usual) in PORTS.items():
            port = self.number(setting, self.number("ENTREPOT_PORT_BASE", 0) + offset) if base \
                else self.number(setting, usual)
            if not port.is_integer() or not 1 <= port <= 65535:
                raise SettingError(f"{name} would listen on port {port:g}: set {setting} or "
                                   "ENTREPOT_PORT_BASE")
            ports[name] = int(port)
        return ports

    def outer_rate_per_second(self):
        """What nginx takes from one address; nothing when the limits are off."""
        factor = self.number("ENTREPOT_RATE_LIMIT_FACTOR", 1)
        rate = self.number("ENTREPOT_NGINX_RATE", OUTER_RATE_PER_SECOND * factor)
        return max(1, int(rate)) if rate > 0 else None

    def text(self):
        lines = [
            "# Written by `make run`: give a setting in its environment to change one here, an",
            "# empty one to forget it. Source this to run the binary's subcommands on the demo.",
            "# given: " + " ".join(sorted(self.kept)),
        ]
        lines += [f"{name}={shlex.quote(self.values[name])}" for name in sorted(self.values)]
        lines += ["export " + " ".join(sorted(self.values))]
        return "\n".join(lines) + "\n"

    def write(self):
        write_private(self.file, self.text())

    def take_back(self):
        """The file as it was: what could not be used is not kept."""
        if self.before is None:
            self.file.unlink(missing_ok=True)
        else:
            write_private(self.file, self.before)


def read(file):
    """The values of a settings file, and the names of those that a person gave."""
    values, kept = {}, set()
    if not file.exists():
        return values, kept
    for line in file.read_text().splitlines():
        if line.startswith("# given:"):
            kept.update(line.split()[2:])
        elif line.startswith("ENTREPOT_"):
            name, _, value = line.partition("=")
            values[name] = "".join(shlex.split(value))
    return values, kept


def write_private(path, text):
    """Whole or not at all, and for nobody else's eyes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.touch(mode=0o600)
    temporary.write_text(text)
    temporary.replace(path)
