"""What is shipped: the container files and the wheel."""

import re
import shutil
import subprocess
import sys
import zipfile

import pytest
import yaml
from typer.testing import CliRunner

from agent.cli.main import app
from agent.settings import Settings
from tests.architecture.sources import ROOT, tracked

COMPOSE = ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(COMPOSE.read_text())


@pytest.mark.parametrize("file", ["docker-compose.yml", "Dockerfile", "agent/deploy/new-secrets.sh"])
def test_every_setting_named_in_a_container_file_exists(file):
    known = {f"GATEHOUSE_{name.upper()}{end}" for name in Settings.model_fields for end in ("", "_FILE")}

    named = set(re.findall(r"\bGATEHOUSE_[A-Z_]+\b", (ROOT / file).read_text())) - {"GATEHOUSE_"}

    assert named <= known


def test_the_compose_file_carries_no_secret(compose):
    given = [
        (service, name)
        for service, settings in compose["services"].items()
        for name in settings.get("environment", {})
        if re.search(r"PASSWORD|KEY|TOKEN|SECRET|DATABASE_URL", name) and not name.endswith("_FILE")
    ]

    assert not given


def test_every_service_of_the_compose_file_says_how_it_is(compose):
    assert not [name for name, service in compose["services"].items() if "healthcheck" not in service]


@pytest.mark.parametrize("service", ["migrate", "web", "worker"])
def test_every_command_of_the_compose_file_exists(compose, service):
    said = CliRunner().invoke(app, [*compose["services"][service]["command"], "--help"])

    assert said.exit_code == 0, said.output


def test_new_secrets_writes_every_secret_once(compose, tmp_path):
    shutil.copy(COMPOSE, tmp_path)
    wanted = {tmp_path / secret["file"] for secret in compose["secrets"].values()}

    def run() -> dict[str, str]:
        subprocess.run([ROOT / "agent/deploy/new-secrets.sh"], cwd=tmp_path, check=True, capture_output=True)
        return {path.name: path.read_text() for path in wanted}

    first = run()

    assert all(len(secret) >= 32 for secret in first.values())
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert run() == first


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel as a container build makes it, from the tracked files alone."""
    folder = tmp_path_factory.mktemp("wheel")
    for path in tracked():
        target = folder / "source" / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, folder / "source"], check=True, capture_output=True, text=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_every_file_of_its_packages(wheel):
    shipped = set(zipfile.ZipFile(wheel).namelist())

    missing = [
        name
        for name in (path.relative_to(ROOT).as_posix() for path in tracked())
        if name.startswith(("agent/", "prompts/", "review_ui/", "evals/")) and name not in shipped
    ]

    assert not missing, "add the ending to [tool.setuptools.package-data]"
