"""The mailbox, read from a real IMAP server."""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from secrets import token_hex

import pytest

from agent.adapters.mail import mailbox_of
from agent.errors import ConfigurationError, MailboxDenied, MailboxUnavailable
from agent.intake.mailbox import MailboxCursor
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.settings import Settings
from agent.steps.mailbox import read_mailbox
from tests.builders_engine import an_app
from tests.peers import MailServer, cannot_be_had, dovecot_program, mail_server

USER, PASSWORD = "anna@acme.example", "s3cret word"


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    program = dovecot_program()
    if program is None:
        cannot_be_had("no Dovecot 2.3 is here: sudo apt-get install -y dovecot-imapd")
        return
    with mail_server(program, {USER: PASSWORD, "joerg": "pässwort"}) as running:
        yield running


@pytest.fixture(autouse=True)
def _trusted(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.folder / "cert.pem"))


@pytest.fixture
def folder(server: MailServer) -> str:
    """A folder of this test alone."""
    name = f"orders-{token_hex(4)}"
    with signed_in(server) as client:
        client.create(name)
    return name


class signed_in:  # noqa: N801 - reads as a phrase
    """The test's own way to the server."""

    def __init__(self, server: MailServer, user: str = USER, password: str = PASSWORD) -> None:
        self.client = imaplib.IMAP4("127.0.0.1", server.port, timeout=10)
        self.client.login(user, password)

    def __enter__(self) -> imaplib.IMAP4:
        return self.client

    def __exit__(self, *_: object) -> None:
        self.client.logout()


def a_mail(number: int, *, size: int = 0, message_id: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "sales@kugel.example", USER, f"Delay of P{number:05d}"
    mail["Message-ID"] = message_id or f"<{number}@kugel.example>"
    mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0000"
    mail.set_content(f"P{number:05d} leaves us late.\n" + "x" * size)
    return mail.as_bytes()


def put(server: MailServer, folder: str, *mails: bytes) -> None:
    with signed_in(server) as client:
        for mail in mails:
            assert client.append(folder, None, None, mail)[0] == "OK"


def settings(server: MailServer, folder: str = "INBOX", **changes) -> Settings:
    url = f"imaps://anna%40acme.example@127.0.0.1:{server.safe_port}/{folder}"
    return Settings(_env_file=None, **{"imap_url": url, "imap_password": PASSWORD, **changes})


@pytest.fixture
def app_on(server: MailServer, tmp_path: Path, folder: str) -> Iterator[Callable[..., App]]:
    """Makes an app that reads the folder of this test."""
    made: list[App] = []

    def make(url: str = f"sqlite:///{tmp_path / 'state.db'}", **changes) -> App:
        made.append(an_app(url, tmp_path, mailbox=mailbox_of(settings(server, folder, **changes))))
        return made[-1]

    yield make
    for app in made:
        app.db.close()


def read_all(app: App) -> int:
    pages = 1
    while read_mailbox(app):
        pages += 1
    return pages


def taken(app: App) -> int:
    with app.look() as look:
        names = look.audit.counts()
    return names.get("mail:received", 0)


def test_three_hundred_mails_are_taken_in_page_by_page_and_once(server, folder, app_on, state_url):
    put(server, folder, *(a_mail(number) for number in range(300)))
    app = app_on(state_url)

    assert read_all(app) == 6
    assert read_all(app) == 1
    put(server, folder, a_mail(300))
    read_all(app)

    assert taken(app) == 301


def test_nothing_in_the_mailbox_is_changed(server, folder, app_on):
    put(server, folder, a_mail(1))
    app = app_on()

    read_all(app)

    with signed_in(server) as client:
        client.select(folder, readonly=True)
        assert client.search(None, "UNSEEN")[1] == [b"1"]
        assert client.search(None, "RECENT")[1] == [b"1"]


def test_a_crash_before_the_cursor_moves_doubles_nothing(server, folder, app_on):
    put(server, folder, *(a_mail(number) for number in range(3)))
    app = app_on()
    read_all(app)
    with app.work() as work:
        was = work.sources.state("imap")
        work.sources.put_state("imap", MailboxCursor(validity=0, uid=0).model_dump_json(), was=was, now=work.now)

    read_all(app)

    assert taken(app) == 3


def test_a_mailbox_numbered_anew_is_read_from_the_start_and_doubles_nothing(server, folder, app_on):
    put(server, folder, *(a_mail(number) for number in range(5)))
    app = app_on()
    read_all(app)
    with signed_in(server) as client:
        client.delete(folder)
        client.create(folder)
    put(server, folder, a_mail(4), a_mail(5))

    read_all(app)

    assert taken(app) == 6


def test_another_mailbox_is_read_from_its_start(server, folder):
    put(server, folder, a_mail(1), a_mail(2))
    first = mailbox_of(settings(server, folder)).fetch(None, 10).cursor

    with signed_in(server) as client:
        client.create(f"{folder}2")

    assert mailbox_of(settings(server, f"{folder}2")).fetch(first, 10).cursor.validity != first.validity


def test_what_is_no_mail_and_what_is_too_large_are_listed_and_stop_nobody(server, folder, app_on):
    put(server, folder, b"\r\n", a_mail(1, size=1_100_000), a_mail(2))
    app = app_on(mail_max_mb=1)

    read_all(app)

    with app.look() as look:
        rejected = look.intake.rejected()
    assert taken(app) == 1
    (large,) = [item for item in rejected if "limit" in item.why]
    assert not large.kept
    assert "Delay of P00001" in large.name
    assert len(rejected) == 2


def test_folders_are_found_by_their_names_in_any_script(server):
    with signed_in(server) as client:
        client.create('"Bestellungen & R&APw-ckst&AOQ-nde"'.replace(" & ", " &- "))
    name = "Bestellungen%20%26%20R%C3%BCckst%C3%A4nde"

    assert mailbox_of(settings(server, name)).fetch(None, 10).mails == ()


def test_passwords_may_have_letters_of_any_script(server):
    url = f"imaps://joerg@127.0.0.1:{server.safe_port}/INBOX"

    assert mailbox_of(settings(server, imap_url=url, imap_password="pässwort")).fetch(None, 10).mails == ()


@pytest.mark.parametrize(
    ("changes", "folder", "error", "says"),
    [
        ({"imap_password": "wrong"}, "INBOX", MailboxDenied, "anna@acme.example"),
        ({}, "Nowhere", MailboxDenied, "Nowhere"),
        ({"imap_url": "imaps://a@127.0.0.1:9/INBOX"}, "INBOX", MailboxUnavailable, "127.0.0.1:9"),
    ],
)
def test_what_is_wrong_is_said(server, changes, folder, error, says):
    with pytest.raises(error, match=says):
        mailbox_of(settings(server, folder, **changes)).fetch(None, 10)


def test_a_certificate_that_nobody_vouches_for_is_refused(server, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", ssl.get_default_verify_paths().openssl_cafile)

    with pytest.raises(MailboxUnavailable, match="certificate") as caught:
        mailbox_of(settings(server)).fetch(None, 10)
    assert "SSL_CERT_FILE" in caught.value.next_step


@pytest.mark.parametrize(
    "url",
    ["imap://anna@mail.example/INBOX", "imaps://mail.example", "pop3://a@b", "imaps://a:word@b", "imaps://a@b:x/"],
)
def test_an_address_that_cannot_work_is_refused_at_once(url):
    with pytest.raises(ConfigurationError):
        mailbox_of(Settings(imap_url=url, _env_file=None))


def test_a_server_that_was_down_is_read_on_when_it_is_back(server, folder, app_on):
    put(server, folder, a_mail(1))
    app = app_on()
    read_all(app)
    put(server, folder, a_mail(2))
    server.stop()
    try:
        with pytest.raises(MailboxUnavailable):
            read_mailbox(app)
    finally:
        server.start()

    read_all(app)

    assert taken(app) == 2
    with app.look() as look:
        assert {item.kind for item in look.outbox.listed()} == {WorkKind.SETTLE}
