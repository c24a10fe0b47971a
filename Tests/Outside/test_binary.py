"""The one file that people deploy: what it is made of, and what it says on the command line."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

from stack.mariadb import MIGRATION_USER
from stack.stack import CHECKOUT, Stack

BINARY = Stack("/unused").binary
BYTES_MAX = 40 * 1024 * 1024
SECRET = "hunter2-is-not-a-good-password"


@pytest.fixture(scope="module")
def alone():
    """The binary by itself in a folder, no checkout around it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="entrepot-alone-"))
    shutil.copy(BINARY, folder / "entrepot")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def call(alone):
    def run(*arguments, stdin=None, **settings):
        return subprocess.run(
            [alone / "entrepot", *arguments], env=settings, cwd=alone, input=stdin,
            capture_output=True, text=True, timeout=300)
    return run


@pytest.fixture
def settings(stack):
    return dict(stack.settings.for_binary()) | {"ENTREPOT_CONFIG": ""}


def test_it_is_static_and_not_too_large():
    assert "statically linked" in subprocess.check_output(["file", "-L", BINARY], text=True)
    listed = subprocess.run(["ldd", BINARY], capture_output=True, text=True)
    assert listed.returncode != 0 and "not a dynamic executable" in listed.stderr
    assert BINARY.stat().st_size < BYTES_MAX
    dynamic = subprocess.check_output(["readelf", "-d", "-l", BINARY], text=True)
    assert "NEEDED" not in dynamic and "INTERP" not in dynamic


def test_it_holds_no_path_of_the_place_where_it_was_built():
    found = subprocess.run(["grep", "-c", "-a", "-F", f"{CHECKOUT}/sql", BINARY],
                           capture_output=True, text=True)
    assert found.stdout.strip() == "0"


def test_it_carries_its_templates_and_migrations(call):
    assert json.loads(call("openapi").stdout)["openapi"].startswith("3.1")
    assert "entrepot_fast" in call("nginx").stdout
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", call("version").stdout)
    rendered = call("render", "docs.html", "-", stdin='{"title": "A <b>", "groups": []}')
    assert rendered.returncode == 0 and "A &lt;b&gt;" in rendered.stdout


def commands(call):
    lines = call("help").stdout.splitlines()
    return [found[1] for line in lines if (found := re.match(r"  ([a-z]+)  +\S", line))]


def test_every_command_explains_itself(call):
    names = commands(call)
    assert {"serve", "migrate", "check", "ledger", "token", "render", "nginx", "openapi",
            "version"} <= set(names)
    for name in names:
        for option in ["--help", "-h"]:
            done = call(name, option)
            assert (done.returncode, done.stderr) == (0, ""), name
            assert done.stdout.startswith(f"usage: entrepot {name}"), name


@pytest.mark.parametrize("option", ["help", "--help", "-h"])
def test_help_is_no_failure(call, option):
    done = call(option)
    assert done.returncode == 0 and "usage: entrepot" in done.stdout


@pytest.mark.parametrize("arguments", [
    [], ["sevre"], ["--version=1"], ["render"], ["render", "docs.html"], ["token", "--role"],
    ["token", "--role", "king"], ["token", "--rolle", "user"], ["migrate", "--dry-run"],
    ["serve", "now"], ["check", "all"], ["version", "2"], ["nginx", "x"], ["openapi", "x"]])
def test_a_wrong_call_exits_with_2_and_does_nothing(call, arguments):
    done = call(*arguments)
    assert done.returncode == 2, done
    assert "entrepot" in done.stdout + done.stderr


def test_check_says_all_is_well(call, settings):
    done = call("check", **settings)
    assert (done.returncode, done.stderr) == (0, ""), done
    for name in ["configuration", "mariadb", "migrations", "redis", "templates", "signing key"]:
        assert re.search(rf"^ok +{name}", done.stdout, re.M), name


def test_check_says_what_is_away(call, settings, tmp_path):
    for name in ["mariadb", "redis"]:
        setting = f"ENTREPOT_{name.upper()}_SOCKET"
        done = call("check", **settings | {setting: str(tmp_path / "none.sock")})
        assert done.returncode == 1
        assert re.search(rf"^failed +{name}", done.stdout, re.M)
        assert re.search(r"^ok +configuration", done.stdout, re.M)


def test_all_wrong_settings_are_said_at_once(call, settings):
    wrong = {
        "ENTREPOT_WORKERS": "0", "ENTREPOT_SLOW_WORKERS": "many", "ENTREPOT_LOG_LEVEL": "loud",
        "ENTREPOT_RATE_USER": "10 per hour", "ENTREPOT_MARIADB_PORT": "99999",
        "ENTREPOT_RATE_LIMIT_FACTOR": "-1", "ENTREPOT_MQTT_ADDRESS": "nowhere"}
    for command in ["check", "serve", "migrate"]:
        done = call(command, **settings | wrong)
        assert done.returncode == 1, command
        for name in wrong:
            assert re.search(rf"{name}: .+expected", done.stderr), f"{command}: {name}"


def test_a_misspelt_name_is_said(call, settings):
    done = call("check", **settings | {"ENTREPOT_WORKRES": "3"})
    assert done.returncode == 1
    assert "ENTREPOT_WORKRES: there is no such setting" in done.stderr


def test_every_setting_is_listed_with_its_default(call):
    listed = call("check", "--help").stdout
    for name, default in [("ENTREPOT_WORKERS", "4"), ("ENTREPOT_RATE_ANONYMOUS", "100/900"),
                          ("ENTREPOT_RATE_LIMIT_FACTOR", "1")]:
        assert f"{name} [{default}]\n" in listed
    assert "ENTREPOT_CONFIG" in listed


def test_a_secret_is_never_printed(call, settings, tmp_path):
    secret_file = tmp_path / "secret"
    secret_file.write_text(SECRET + "\n")
    short = SECRET[:20]
    cases = [
        ("check", {"ENTREPOT_MARIADB_PASSWORD": SECRET}),
        ("check", {"ENTREPOT_MARIADB_PASSWORD": "",
                   "ENTREPOT_MARIADB_PASSWORD_FILE": str(secret_file)}),
        ("check", {"ENTREPOT_TOKEN_SECRET": short}), ("serve", {"ENTREPOT_TOKEN_SECRET": short}),
        ("check", {"ENTREPOT_REDIS_PASSWORD": SECRET}),
        ("migrate", {"ENTREPOT_MIGRATION_PASSWORD": SECRET}),
        ("check", {"ENTREPOT_WORKERS": "0", "ENTREPOT_MARIADB_PASSWORD": SECRET})]
    for command, changed in cases:
        done = call(command, **settings | changed)
        assert done.returncode == 1, (command, changed)
        assert SECRET[:12] not in done.stdout + done.stderr
    assert SECRET not in call("check", "--help", ENTREPOT_MARIADB_PASSWORD=SECRET).stdout


def test_a_secret_may_stand_in_a_file(call, settings, tmp_path):
    secret_file = tmp_path / "secret"
    secret_file.write_text(settings.pop("ENTREPOT_MARIADB_PASSWORD") + "\n")
    done = call("check", **settings | {"ENTREPOT_MARIADB_PASSWORD_FILE": str(secret_file)})
    assert done.returncode == 0, done
    done = call("check", **settings | {"ENTREPOT_MARIADB_PASSWORD_FILE": str(tmp_path / "none")})
    assert done.returncode == 1 and "ENTREPOT_MARIADB_PASSWORD_FILE" in done.stderr


def test_the_environment_wins_over_the_file(call, settings, tmp_path):
    file = tmp_path / "entrepot.env"
    values = settings | {"ENTREPOT_WORKERS": "0"}
    file.write_text("# a comment\n\n" + "".join(
        f"{'export ' * (index % 2)}{name}='{value}'\n"
        for index, (name, value) in enumerate(values.items()) if name != "ENTREPOT_CONFIG"))
    done = call("check", ENTREPOT_CONFIG=str(file))
    assert done.returncode == 1 and "ENTREPOT_WORKERS" in done.stderr
    assert call("check", ENTREPOT_CONFIG=str(file), ENTREPOT_WORKERS="2").returncode == 0


def test_a_file_that_is_not_there_is_said(call, tmp_path):
    done = call("check", ENTREPOT_CONFIG=str(tmp_path / "none.env"))
    assert done.returncode == 1 and "none.env" in done.stderr


def test_a_template_can_be_tried(call, tmp_path):
    (tmp_path / "hello.html").write_text("Hello {{name}} {{{name}}}{{#more}}, {{.}}{{/more}}!")
    data = tmp_path / "data.json"
    data.write_text('{"name": "<you>", "more": [1, "b"]}')
    done = call("render", "--templates", str(tmp_path), "hello.html", str(data))
    assert (done.returncode, done.stdout) == (0, "Hello &lt;you&gt; <you>, 1, b!"), done
    for arguments in [["none.html", str(data)], ["docs.html", str(tmp_path / "none.json")],
                      ["docs.html", str(tmp_path / "hello.html")]]:
        failed = call("render", *arguments)
        assert (failed.returncode, failed.stdout) == (1, "")
        assert failed.stderr.startswith("entrepot: ")
    (tmp_path / "broken.html").write_text("{{#open}}")
    broken = call("render", "--templates", str(tmp_path), "broken.html", str(data))
    assert broken.returncode == 1 and "broken.html" in broken.stderr


@pytest.fixture
def empty_database(stack, settings):
    name = "fresh"
    stack.mariadb.query(f"""
DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4;
GRANT ALL ON {name}.* TO {MIGRATION_USER}@localhost;""")
    yield settings | {"ENTREPOT_MARIADB_DATABASE": name}
    stack.mariadb.query(f"DROP DATABASE {name}")


def test_migrations_are_applied_once_however_often(call, empty_database):
    first = call("migrate", **empty_database)
    assert first.returncode == 0 and "applied 0001_" in first.stdout
    assert call("migrate", **empty_database).stdout == "nothing to do\n"


def test_five_that_migrate_at_once_apply_each_migration_once(alone, empty_database):
    started = [
        subprocess.Popen([alone / "entrepot", "migrate"], env=empty_database, cwd=alone, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(5)]
    ended = [(process.communicate(timeout=300), process.returncode) for process in started]
    assert [code for _, code in ended] == [0] * 5, ended
    applied = [line for (out, _), _ in ended for line in out.splitlines() if "applied" in line]
    assert len(applied) == len(set(applied)) == len(list((CHECKOUT / "sql").glob("[0-9]*.sql")))


def test_a_socket_path_that_is_too_long_is_said(call, settings, tmp_path):
    path = tmp_path / ("x" * 120)
    sockets = {"ENTREPOT_WORKER_SOCKET": str(path),
               "ENTREPOT_SLOW_SOCKET": str(tmp_path / "slow.sock"),
               "ENTREPOT_GATHERER_SOCKET": str(tmp_path / "gatherer.sock"),
               "ENTREPOT_HUB_SOCKET": str(tmp_path / "hub.sock")}
    done = call("serve", **settings | sockets)
    assert done.returncode == 1
    assert str(path) in done.stderr and "107" in done.stderr


def test_a_broken_start_is_said_by_the_parent(call, settings, tmp_path):
    (tmp_path / "key.pem").write_text("no key")
    (tmp_path / "docs.html").write_text("{{#open}}")
    own = {f"ENTREPOT_{name}_SOCKET": str(tmp_path / f"{name}.sock") for name in ["WORKER", "SLOW"]}
    for changed in [{"ENTREPOT_TOKEN_KEY_FILE": str(tmp_path / "key.pem")},
                    {"ENTREPOT_TEMPLATE_DIRECTORY": str(tmp_path)}]:
        done = call("serve", **settings | own | changed)
        assert done.returncode == 1 and done.stderr
        assert os.listdir(tmp_path).count("WORKER.sock") == 0
