"""The service users' credentials: kept for their owner alone, and who signs in as whom."""

import pytest
from pydantic import SecretStr

from agent.adapters.odoo.compose import Given, Login, administrator, gateway
from agent.adapters.odoo.credentials import Credential, Kept, Vault
from agent.adapters.odoo.names import Service
from agent.errors import ConfigurationError
from agent.kit.clock import utc_now

URL = "https://odoo.example.com"


def a_kept(*names, users=3):
    key = SecretStr("k3y")
    return Kept(
        users=users, by_name={name: Credential(login=f"l_{name}", secret=key, kind="api_key") for name in names}
    )


def a_login(user="", password="word"):
    return Login(user=user, password=SecretStr(password if user else ""))


def given(folder, **logins):
    return Given(url=URL, database="shop", timeout=5, keys=folder, **logins)


def who(found):
    return {service: connection.user for service, connection in found.users().items()}


def test_what_is_kept_is_found_again_and_readable_by_its_owner_alone(tmp_path):
    vault = Vault(tmp_path / "keys")
    vault.put(URL, "shop", a_kept("user_read"))

    assert Vault(tmp_path / "keys").get(f"{URL}:443/", "shop") == a_kept("user_read")
    assert vault.get(URL, "another") is None
    assert vault.path.stat().st_mode & 0o077 == 0
    assert [path.name for path in vault.path.parent.iterdir()] == ["odoo-users.json"]


def test_databases_are_kept_beside_each_other_and_forgotten_one_by_one(tmp_path):
    vault = Vault(tmp_path)
    vault.put(URL, "shop", a_kept("user_read"))
    vault.put(URL, "test", a_kept("user_all", users=1))
    vault.put(URL, "shop", None)
    assert (vault.get(URL, "shop"), vault.get(URL, "test")) == (None, a_kept("user_all", users=1))


@pytest.mark.parametrize("text", ["{", "[]", '{"a b": {"users": "x"}}', '{"a b": 3}'])
def test_a_damaged_file_is_said_and_never_overwritten(tmp_path, text):
    vault = Vault(tmp_path)
    vault.path.write_text(text)
    for doing in (lambda: vault.get(URL, "shop"), lambda: vault.put(URL, "shop", a_kept())):
        with pytest.raises(ConfigurationError) as caught:
            doing()
        assert "--renew-users" in caught.value.next_step
    assert vault.path.read_text() == text


def test_no_key_shows_in_what_is_printed():
    assert "k3y" not in repr(a_kept("user_read"))


def test_each_service_signs_in_as_its_own_user(tmp_path):
    Vault(tmp_path).put(URL, "shop", a_kept("user_read", "user_log", "user_apply"))
    assert who(gateway(given(tmp_path, main=a_login("admin")), utc_now)) == {
        Service.READ: "l_user_read",
        Service.LOG: "l_user_log",
        Service.APPLY: "l_user_apply",
    }


def test_one_user_serves_all_when_set_up_made_one(tmp_path):
    Vault(tmp_path).put(URL, "shop", a_kept("user_all", users=1))
    assert set(who(gateway(given(tmp_path), utc_now)).values()) == {"l_user_all"}


def test_without_a_file_the_user_of_the_settings_serves_all(tmp_path):
    assert set(who(gateway(given(tmp_path, main=a_login("one")), utc_now)).values()) == {"one"}


def test_users_named_in_the_settings_come_first(tmp_path):
    Vault(tmp_path).put(URL, "shop", a_kept("user_read", "user_log", "user_apply"))
    some = given(tmp_path, main=a_login("main"), log=a_login("logs"))
    every = given(tmp_path, main=a_login("main"), log=a_login("logs"), apply=a_login("acts"))
    assert who(gateway(some, utc_now)) == {
        Service.READ: "l_user_read", Service.LOG: "logs", Service.APPLY: "l_user_apply",
    }  # fmt: skip
    assert who(gateway(every, utc_now)) == {Service.READ: "main", Service.LOG: "logs", Service.APPLY: "acts"}


def test_with_nobody_to_sign_in_the_set_up_is_named(tmp_path):
    for doing in (lambda: gateway(given(tmp_path), utc_now), lambda: administrator(given(tmp_path), a_login())):
        with pytest.raises(ConfigurationError) as caught:
            doing()
        assert "--admin-user" in caught.value.next_step


def test_the_administrator_named_comes_before_the_user_of_the_settings(tmp_path):
    assert administrator(given(tmp_path, main=a_login("main")), a_login("boss")).user == "boss"
    assert administrator(given(tmp_path, main=a_login("main")), a_login()).user == "main"
