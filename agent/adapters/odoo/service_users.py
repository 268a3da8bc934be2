"""The service users' keys: made at random in Odoo, kept in a file of ours, and proven by a sign-in."""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from pydantic import SecretStr

from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.credentials import Credential, Kept, Vault
from agent.adapters.odoo.difference import Change
from agent.adapters.odoo.groups import ONE, SERVICE_USERS, THREE, ServiceUser
from agent.adapters.odoo.names import MODULE
from agent.adapters.odoo.references import every_row
from agent.errors import ActionRefused, OdooDenied, OdooError

KEY_NAME = "Gatehouse"
RENEW = "Run `gatehouse odoo setup --renew-users`: it makes new keys, and those before are refused from then on."
MAKING = "Gatehouse: make keys (deleted at once)"
# A key of RPC alone: with it nobody opens a page of Odoo, and the user needs no password at all.
MAKE_KEYS = f"""
asked = json.loads(env.context["gatehouse_keys"])
action = {{}}
for number in asked["ids"]:
    env.cr.execute("delete from res_users_apikeys where user_id = %s and name = %s", [number, "{KEY_NAME}"])
    keys = env["res.users.apikeys"].with_user(number).sudo()
    action[str(number)] = keys._generate("rpc", "{KEY_NAME}", False) if asked["ends"] else keys._generate(
        "rpc", "{KEY_NAME}"
    )
env.registry.clear_cache()
""".strip()  # noqa: S608 - made of our own constants alone
DROP_KEYS = """
asked = json.loads(env.context["gatehouse_keys"])
env.cr.execute("delete from res_users_apikeys where user_id = any(%s)", [asked["ids"]])
env.registry.clear_cache()
action = {}
""".strip()
KEYS_END_SINCE = 18  # from then on a key has a date of expiry, or none for what an administrator makes


class ServiceUsers:
    """The users of one set-up: who lacks a key gets one; who is served no more is put away."""

    def __init__(self, connection: Connection, vault: Vault, users: int) -> None:
        self.connection = connection
        self.vault = vault
        self.serving: Sequence[ServiceUser] = SERVICE_USERS[users]
        self.users = users
        self.problems: list[str] = []
        self.changes: list[Change] = []

    def settle(self, known: Mapping[str, int], back: Collection[str], *, renew: bool, dry_run: bool) -> None:
        """Give keys to users that nobody can be using, or with `renew` to all; find out whether the kept ones work.

        `back` are the users just taken back into service: their keys were made void when they were put away.
        """
        kept = self._kept()
        lacking = [user for user in self.serving if renew or not self._proven(user, kept)]
        unused = lacking if renew else self._never_signed_in(lacking, known)
        fresh = [user for user in lacking if user in unused or user.name in back]
        lost = [user.login for user in lacking if user not in fresh]
        self.changes += [Change(action="write", model="res.users", name=user.name, fields=("key",)) for user in fresh]
        if not dry_run:
            if fresh:
                self._give_keys({known[user.name]: user for user in fresh}, kept)
            elif self._kept().users != self.users:
                self._keep(kept)
        self._put_away(dry_run=dry_run)
        if lost:
            self.problems.append(
                f"The key of {', '.join(lost)} is not in {self.vault.path}, or Odoo refuses it. {RENEW}"
            )

    def _kept(self) -> Kept:
        found = self.vault.get(str(self.connection.address), self.connection.database)
        return found or Kept(users=self.users)

    def _keep(self, kept: Kept) -> None:
        names = {user.name for user in self.serving}
        still = {name: one for name, one in kept.by_name.items() if name in names}
        place = str(self.connection.address), self.connection.database
        self.vault.put(*place, Kept(users=self.users, by_name=still))

    def _proven(self, user: ServiceUser, kept: Kept) -> bool:
        """Whether the kept credential signs in."""
        credential = kept.by_name.get(user.name)
        if credential is None:
            return False
        try:
            self.connection.signed_in_as(credential.login, credential.secret.get_secret_value()).user_id()
        except OdooDenied:
            return False
        return True

    def _never_signed_in(self, users: Sequence[ServiceUser], known: Mapping[str, int]) -> list[ServiceUser]:
        """Those that a set-up made and that nobody can be using yet."""
        ids = [known[user.name] for user in users if known.get(user.name, 0) > 0]
        rows = every_row(self.connection, "res.users", [("id", "in", ids)], ["login_date"]) if ids else []
        used = {row["id"] for row in rows if row["login_date"]}
        return [user for user in users if known.get(user.name) not in used]

    def _give_keys(self, users: Mapping[int, ServiceUser], kept: Kept) -> None:
        made, kind = self._made(list(users))
        given = {
            user.name: Credential(login=user.login, secret=SecretStr(made[number]), kind=kind)
            for number, user in users.items()
        }
        now = Kept(users=self.users, by_name={**kept.by_name, **given})
        self._keep(now)
        refused = [user.login for user in users.values() if not self._proven(user, now)]
        if refused:
            self.problems.append(f"Odoo refuses the new key of {', '.join(refused)}. {RENEW}")

    def _made(self, ids: Sequence[int]) -> tuple[dict[int, str], Literal["api_key", "password"]]:
        """API keys where Odoo makes them, else random passwords."""
        try:
            made = self._run_once(MAKE_KEYS, ids)
            return {number: str(made[str(number)]) for number in ids}, "api_key"
        except (ActionRefused, OdooError, KeyError) as error:
            self.problems.append(f"Odoo makes no API keys here ({error}); the service users got random passwords.")
        passwords = {number: secrets.token_urlsafe(32) for number in ids}
        for number, password in passwords.items():
            self.connection.call("res.users", "write", [number], {"vals": {"password": password}})
        return passwords, "password"

    def _put_away(self, *, dry_run: bool) -> None:
        """Archive the users of the other way to serve, and make their keys void."""
        others = [user.name for user in (*THREE, *ONE) if user not in self.serving]
        domain = [("module", "=", MODULE), ("model", "=", "res.users"), ("name", "in", others)]
        rows = every_row(self.connection, "ir.model.data", domain, ["name", "res_id"])
        names = {row["res_id"]: row["name"] for row in rows}
        active = every_row(self.connection, "res.users", [("id", "in", list(names)), ("active", "=", True)], [])
        ids = [row["id"] for row in active]
        self.changes += [
            Change(action="write", model="res.users", name=names[number], fields=("active",)) for number in ids
        ]
        if ids and not dry_run:
            retire(self.connection, ids)

    def _run_once(self, code: str, ids: Sequence[int]) -> dict[str, str]:
        return run_once(self.connection, code, ids)


def retire(connection: Connection, ids: Sequence[int]) -> None:
    """Archive these users, their keys void."""
    run_once(connection, DROP_KEYS, ids)
    connection.call("res.users", "write", ids, {"vals": {"active": False}})


def run_once(connection: Connection, code: str, ids: Sequence[int]) -> dict[str, str]:
    """What a server action answers that is deleted right after; one left over by a crash is deleted first."""
    left = every_row(connection, "ir.actions.server", [("name", "=", MAKING)], [])
    if left:
        connection.call("ir.actions.server", "unlink", [row["id"] for row in left])
    model = every_row(connection, "ir.model", [("model", "=", "res.users")], [])[0]["id"]
    values = {"name": MAKING, "model_id": model, "state": "code", "code": code}
    made: list[int] = connection.call("ir.actions.server", "create", kwargs={"vals_list": [values]})
    try:
        asked = json.dumps({"ids": list(ids), "ends": connection.major() >= KEYS_END_SINCE})
        return connection.call("ir.actions.server", "run", made, context={"gatehouse_keys": asked})
    finally:
        connection.call("ir.actions.server", "unlink", made)
