"""Every route × every role × (own, another tenant's, nobody's): the answer that the table says.

Routes join by themselves, from `entrepot routes`; a new permission has to be written down here,
by hand and from the product's description, or the first test fails."""

import base64
import hashlib
import json
import re
import secrets
import subprocess

import pytest

from callers import Caller
from people import KEYS, ORGANISATIONS, SESSIONS, Member, operator, query
from places import Tenant
from stack.stack import Stack

ROLES = ["user", "manager", "admin", "customer", "technician", "host", "buyer", "investor",
         "seller", "sales"]
# Who may, besides admins, who may everything. Everybody who is signed in is a user.
TABLE = {
    "profile.read": {"user"},
    "profile.write": {"user"},
    "contracts.read": {"user"},
    "contracts.write": {"manager"},
    "contracts.lock": set(),
    "shipments.write": {"user"},
    "shipments.read": {"user"},
    "shipments.read-all": {"manager"},
    "shipments.cancel": {"manager"},
    "fleet.read": {"customer", "technician"},
    "dashboard.technician": {"technician"},
    "dashboard.customer": {"customer"},
    "dashboard.admin": set(),
    "places.write": {"customer", "technician"},
    "devices.manage": {"technician"},
    "devices.command": {"user"},
    "energy-readings.read": {"user"},
    "dead-letters.manage": set(),
    "alerts.read": {"customer", "technician", "manager"},
    "alerts.write": {"customer", "technician", "manager"},
    "events.read": {"user"},
    "events.read-all": set(),
    "wallet.read": {"user"},
    "wallet.write": {"user"},
    "wallets.read-all": {"manager"},
    "wallets.credit": set(),
    "ledger.read": {"manager"},
    "ledger.verify": set(),
    "system.read": {"user"},
    "system.manage": set(),
    "people.manage": set(),
    "organisations.manage": set(),
    "audit.read": set(),
}
NOBODY = "anonymous"
UNKNOWN = "xxx_" + "0" * 26
LISTED = json.loads(subprocess.check_output([Stack("/unused").binary, "routes"]))
ROUTES = {f"{route['method']} {route['path']}": route for route in LISTED["routes"]}


def test_the_binarys_table_is_that_of_the_product():
    assert LISTED["roles"] == ROLES
    given = {name: set(roles) for name, roles in LISTED["permissions"].items()}
    assert given == {name: roles | {"admin"} for name, roles in TABLE.items()}


def test_the_list_of_routes_is_whole():
    document = json.loads(subprocess.check_output([Stack("/unused").binary, "openapi"]))
    documented = {f"{method.upper()} {path}" for path, item in document["paths"].items()
                  for method in item}
    programs = {name for name, route in ROUTES.items() if route["audience"] == "programs"}
    assert programs == documented and len(ROUTES) == len(LISTED["routes"])
    assert [name for name, route in ROUTES.items() if route["audience"] == "people"]


def expected(route, role):
    """401, 403 or None: let through. Who sends no device's key is nobody to a route of devices."""
    access = route["access"]
    if access == "device":
        return 401
    if access in ("anyone", "allow-listed addresses"):
        return None
    if role == NOBODY:
        return 401
    return None if access in TABLE and {role, "user"} & TABLE[access] or role == "admin" else 403


class Visitor(Caller):
    """Somebody before a browser, with its cookie; or nobody, with a cookie that stands for no
    session."""

    def __init__(self, stack, user_id=None):
        super().__init__(stack)
        secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        digest = hashlib.sha256(f"csrf {secret}".encode()).digest()
        self.csrf = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        self.headers |= {"Cookie": f"entrepot_session={secret}", "Accept": "text/html"}
        if user_id:
            query(stack, "INSERT INTO sessions (id, user_id, kind, secret_digest, address, "
                  "created_at, last_used_at, expires_at) VALUES "
                  f"('ses_{secrets.token_hex(13).upper()}', '{user_id}', 'pages', "
                  f"UNHEX(SHA2('{secret}', 256)), '127.0.0.1', NOW(3), NOW(3), "
                  "NOW(3) + INTERVAL 1 HOUR)")


class World:
    """A caller of each kind for programs and pages, and what belongs to them and to others."""

    def __init__(self, stack):
        self.stack = stack
        self.members = {
            role: Member.new(stack, role, businessName=f"Tenant of {role}") for role in ROLES}
        self.stranger = Member.new(stack, "customer", businessName="Another tenant")
        self.programs = self.members | {NOBODY: Caller(stack)}
        self.people = {role: Visitor(stack, member.id) for role, member in self.members.items()}
        self.people[NOBODY] = Visitor(stack)
        technician = self.members["technician"]
        linked = f"{ORGANISATIONS}/{technician.user['organisationId']}/technicians/{technician.id}"
        assert operator(stack).request("PUT", linked).status == 204
        self.tenants = {}

    def samples(self, path, owner):
        """For the parameters of a path: something of this person or their tenant."""
        if path.startswith(SESSIONS):
            owner.again()
            listed = owner.get(SESSIONS).json["items"]
            return {"id": next(item["id"] for item in listed if not item["current"])}
        if path.startswith(KEYS):
            key = owner.post(KEYS, {"name": "x", "scopes": ["identity:read"]})
            return {"id": key.json["id"]}
        if path.startswith(ORGANISATIONS):
            return {"id": owner.user["organisationId"], "userId": owner.id}
        if path.startswith(("/api/v1/admin/users", "/admin/users")):
            return {"id": owner.id}
        if path.startswith("/api/v1/iot/devices/"):
            return {"deviceId": self.tenant(owner).device["id"]}
        if path.startswith("/api/v1/readings/coldcells/"):
            return {"id": self.tenant(owner).cell["id"]}
        if path.startswith(("/api/v1/iot/latest/", "/api/v1/iot/history/")):
            return {"userId": owner.id}
        for kind in ["location", "coldcell", "device"]:
            if path.startswith((f"/api/v1/{kind}s/", f"/admin/{kind}s/")):
                return {"id": self.tenant(owner).things[kind]["id"]}
        return {}

    def tenant(self, owner):
        if owner.id not in self.tenants:
            organisation = owner.user["organisationId"]
            self.tenants[owner.id] = Tenant(operator(self.stack), organisation)
        return self.tenants[owner.id]

    def path(self, route, role, whose):
        owner = {"own": self.members.get(role), "another's": self.stranger}.get(whose)
        samples = self.samples(route["path"], owner) if owner and "{" in route["path"] else {}
        return re.sub(r"{(\w+)}", lambda found: samples.get(found[1], UNKNOWN), route["path"])

    def ask(self, route, role, whose):
        """Writes are dry: whatever is let through leaves everything as it was."""
        caller = getattr(self, route["audience"])[role]
        path = self.path(route, role, whose)
        if route["method"] == "GET":
            return caller.get(path)
        if route["audience"] == "people":
            return caller.send(route["method"], path + "?dryRun=true", f"csrf={caller.csrf}",
                               "application/x-www-form-urlencoded")
        return caller.request(route["method"], path + "?dryRun=true", {})


@pytest.fixture(scope="module")
def world(identity):
    return World(identity)


def kind(answer, route):
    """What the answer means for the question whether somebody may; signing out leads to the
    sign-in too, done or not needed."""
    asked_to_sign_in = (route["audience"] == "people" and route["path"] != "/admin/logout"
                        and answer.status == 303
                        and answer.headers["location"].startswith("/admin/login"))
    if asked_to_sign_in:
        return 401
    return answer.status if answer.status in (401, 403) else None


@pytest.mark.parametrize("name", ROUTES)
def test_each_role_gets_what_the_table_says(world, name):
    route = ROUTES[name]
    has_parameters = "{" in route["path"]
    for role in [*ROLES, NOBODY]:
        for whose in ["own", "another's", "nobody's"] if has_parameters else ["own"]:
            answer = world.ask(route, role, whose)
            assert kind(answer, route) == expected(route, role), (role, whose, answer)
            assert answer.status < 500, (role, whose, answer)
            is_let_through = kind(answer, route) is None
            if is_let_through and has_parameters and role != "admin" and whose != "own":
                assert answer.status == 404, (role, whose, answer)


def routes_with_area():
    return [name for name, route in ROUTES.items()
            if route["area"] and route["audience"] == "programs"]


@pytest.fixture(scope="module")
def keys(world):
    """Callers with an admin's key of one scope each."""
    made = {}

    def key(scope):
        if scope not in made:
            answer = world.members["admin"].post(KEYS, {"name": scope, "scopes": [scope]})
            made[scope] = Caller(world.stack, token=answer.json["key"])
        return made[scope]

    return key


@pytest.mark.parametrize("name", routes_with_area())
def test_each_key_gets_what_its_scope_says(world, keys, name):
    route = ROUTES[name]
    is_write = route["method"] != "GET"
    other = "files" if route["area"] != "files" else "sales"
    path = world.path(route, "admin", "nobody's") + ("?dryRun=true" if is_write else "")
    for scope, may in {f"{route['area']}:read": not is_write, f"{route['area']}:write": True,
                       f"{other}:write": False}.items():
        answer = keys(scope).request(route["method"], path, {} if is_write else None)
        makes_keys = name == f"POST {KEYS}"
        assert (answer.status != 403) == (may and not makes_keys), (scope, answer)
        assert answer.status != 401


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items()
                                  if route["access"] == "allow-listed addresses"])
def test_what_is_for_listed_addresses_is_for_nobody_elsewhere(world, name):
    token = world.members["admin"].access
    elsewhere = Caller(world.stack, "127.0.4.1", token)
    assert elsewhere.get(ROUTES[name]["path"]).status == 403


@pytest.mark.parametrize("credential", ["Bearer x", "Basic eDp5", "Bearer ent_live_x", "Bearer "])
def test_a_credential_that_is_none_opens_nothing_and_closes_nothing(world, credential):
    """What is for anyone is also for those whose token has just ended: they come to refresh it."""
    caller = Caller(world.stack)
    caller.headers["Authorization"] = credential
    for name, route in ROUTES.items():
        if route["audience"] == "programs":
            path = re.sub("{.*?}", UNKNOWN, route["path"])
            answer = caller.request(route["method"], path, None if route["method"] == "GET" else {})
            assert kind(answer, route) == expected(route, NOBODY), (name, answer)


def test_the_operator_and_admins_may_alike(world):
    for name, route in ROUTES.items():
        is_for_people = route["audience"] == "programs" and route["access"] != "device"
        if route["method"] == "GET" and is_for_people:
            path = re.sub("{.*?}", UNKNOWN, route["path"])
            assert operator(world.stack).get(path).status not in (401, 403), name
