import pytest

from agent.errors import ConfigurationError
from agent.settings import load_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_misspelt_setting_is_refused_and_the_right_one_named(monkeypatch):
    monkeypatch.setenv("GATEHOUSE_ODOO_PASWORD", "x")

    with pytest.raises(ConfigurationError) as caught:
        load_settings()

    assert "GATEHOUSE_ODOO_PASSWORD" in caught.value.next_step


def test_a_misspelt_setting_in_the_env_file_is_refused_too(tmp_path):
    (tmp_path / ".env").write_text("GATEHOUSE_HOMES=/x\nPATHLIKE=1\n")

    with pytest.raises(ConfigurationError, match="GATEHOUSE_HOMES"):
        load_settings()


def test_a_secret_can_stand_in_a_file(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.setenv("GATEHOUSE_LLM_API_KEY_FILE", str(tmp_path / "key"))

    assert load_settings().llm_api_key.get_secret_value() == "s3cret"


def test_a_secret_file_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("GATEHOUSE_LLM_API_KEY_FILE", "nowhere")

    with pytest.raises(ConfigurationError, match="nowhere"):
        load_settings()


def test_the_command_line_beats_the_environment_and_that_the_env_file(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("GATEHOUSE_PORT=1001\nGATEHOUSE_HOST=127.0.0.9\n")
    monkeypatch.setenv("GATEHOUSE_PORT", "1002")

    assert load_settings().port == 1002
    assert load_settings(port=1003).port == 1003
    assert load_settings().host == "127.0.0.9"


def test_half_an_odoo_is_refused_with_what_is_missing(monkeypatch):
    monkeypatch.setenv("GATEHOUSE_ODOO_URL", "http://localhost:8069")

    with pytest.raises(ConfigurationError, match="GATEHOUSE_ODOO_PASSWORD"):
        load_settings()


def test_secrets_never_show():
    assert "s3cret" not in repr(load_settings(odoo_password="s3cret"))
