from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import BadMail, TooLarge
from agent.intake.mail import parse_mail
from agent.intake.model import AttachmentKind, Mail
from tests.builders_raw_mail import multipart, part, raw_mail


def test_a_plain_mail_gives_its_sender_subject_time_and_words():
    mail = parse_mail(raw_mail("We ship on 12 May.\r\n"))

    assert (mail.sender, mail.sender_name, mail.recipients) == (
        "jane@acme.example",
        "Jane Doe",
        ("buyer@shop.example",),
    )
    assert (mail.subject, mail.body) == ("P00012", "We ship on 12 May.")
    assert mail.sent_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert mail.defects == ()


def test_bytes_that_are_no_mail_are_refused_with_what_to_do():
    for junk in (b"", b"  \r\n", b"hello world", b"\x00\x01\x02" * 50, b'{"id": 1}', b"\xd0\xcf\x11\xe0 outlook"):
        with pytest.raises(BadMail) as refused:
            parse_mail(junk)
        assert ".eml" in refused.value.next_step


def test_a_mail_over_the_limit_is_refused_with_size_and_limit():
    with pytest.raises(TooLarge, match=r"0\.2 MB, the limit is 0\.1 MB"):
        parse_mail(raw_mail("x" * 200_000), max_bytes=100_000)


def test_a_header_of_many_kilobytes_is_refused():
    with pytest.raises(BadMail, match="64 KB"):
        parse_mail(raw_mail("hi", "To: " + "a@b.example, " * 10_000))


@pytest.mark.parametrize(
    ("declared", "data", "words"),
    [
        ("us-ascii", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", "5 \u20ac \u201cnow\u201d".encode("cp1252"), "5 \u20ac \u201cnow\u201d"),
        ("iso-8859-1", "Grüße".encode(), "Grüße"),
        ("utf-8", "Grüße".encode("cp1252"), "Grüße"),
        ("x-unknown-9", "Grüße".encode(), "Grüße"),
        ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
        ("utf-8", "Grüße und mehr".encode("utf-16-le"), "Grüße und mehr"),
        ("gb2312", "交期 12月5日".encode("gb18030"), "交期 12月5日"),
        ("zlib", b"plain", "plain"),
    ],
)
def test_the_words_survive_a_wrong_or_odd_charset(declared: str, data: bytes, words: str):
    assert parse_mail(raw_mail(data, content_type=f'text/plain; charset="{declared}"')).body == words


def test_a_repaired_charset_is_told():
    mail = parse_mail(raw_mail("Grüße".encode(), content_type="text/plain; charset=us-ascii"))

    assert mail.defects == ('declared as "us-ascii" but is UTF-8',)


def test_html_alone_becomes_text_with_rows_and_without_hidden_words():
    page = (
        "<style>.h{display:none}</style><p>Hi</p><table><tr><th>PO<th>Date</tr>"
        "<tr><td>P00012<td>12.12.</table><i class=h>pay me</i>"
    )
    mail = parse_mail(raw_mail(page, content_type="text/html; charset=utf-8"))

    assert mail.body == "Hi\n\nPO\tDate\nP00012\t12.12."
    assert mail.defects == ("hidden text of 6 characters was dropped",)


def test_the_plain_alternative_is_read_unless_it_is_a_stub_or_loses_a_table():
    rich = part("<table><tr><td>P00012<td>40</table>", "text/html")
    stub = part("<p>" + "The whole story. " * 5 + "</p>", "text/html")

    assert (
        parse_mail(multipart(part("Same words"), part("<b>Same words</b>", "text/html"), kind="alternative")).body
        == "Same words"
    )
    assert parse_mail(multipart(part("P00012 40"), rich, kind="alternative")).body == "P00012\t40"
    assert parse_mail(multipart(part("No HTML?"), stub, kind="alternative")).body.startswith("The whole story.")


def test_attachments_are_listed_text_is_read_and_the_rest_says_why_not():
    csv = part(
        "po;date\r\nP00012;12.05.2026\r\n",
        "text/csv; charset=utf-8",
        "Content-Disposition: attachment; filename*=UTF-8''a%20%C3%BC.csv",
    )
    pdf = part("%PDF-1.7", "application/pdf", 'Content-Disposition: attachment; filename="=?utf-8?B?w7wucGRm?="')
    read, unread = parse_mail(multipart(part("See both"), csv, pdf)).attachments

    assert (read.name, read.kind, read.text) == ("a ü.csv", AttachmentKind.TEXT, "po\tdate\nP00012\t12.05.2026")
    assert (unread.name, unread.kind, unread.why_unread) == (
        "ü.pdf",
        AttachmentKind.UNREAD,
        "the PDF is broken",
    )
    assert (unread.size, len(unread.digest)) == (8, 64)


def test_a_file_name_is_never_a_path():
    sneaky = part("x", "text/plain", 'Content-Disposition: attachment; filename="../../etc/passwd"')

    assert parse_mail(multipart(sneaky)).attachments[0].name == "passwd"


def test_a_mail_attached_to_a_mail_is_read_as_an_attachment():
    inner = "Content-Type: message/rfc822\r\n\r\n" + raw_mail("New ETA 12 May", "Subject: Delay").decode()
    mail = parse_mail(multipart(part("FYI"), inner))

    assert mail.body == "FYI"
    assert mail.attachments[0].name == "Delay.eml"
    assert "New ETA 12 May" in mail.attachments[0].text


def test_message_ids_lose_brackets_blanks_and_the_case_of_their_domain():
    mail = parse_mail(
        raw_mail(
            "hi",
            "Message-ID: < A.b1@Mail.ACME.example >",
            "In-Reply-To: <Q@X.example>",
            "References: <r1@x.example>\r\n\t<r2@x.example>",
        )
    )

    assert mail.key == "mail:A.b1@mail.acme.example"
    assert (mail.in_reply_to, mail.references, mail.thread) == (
        "Q@x.example",
        ("r1@x.example", "r2@x.example"),
        "r1@x.example",
    )


def test_a_mail_without_an_id_goes_by_the_digest_of_its_bytes():
    raw = raw_mail("hi", "Message-ID:")
    mail = parse_mail(raw)

    assert not mail.has_own_id
    assert mail.key == parse_mail(raw).key == f"mail-digest:{mail.content_digest}"


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "Mon, 99 Foo 2026", "Thu, 01 Jan 1899 00:00:00 +0000", "Mon, 23 Nov 2026 10:00:00 +9999"],
)
def test_a_missing_or_broken_date_is_none_and_told(written: str):
    mail = parse_mail(raw_mail("hi", f"Date: {written}"))

    assert mail.sent_at is None
    assert any("Date header" in words for words in mail.defects)


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        (("Auto-Submitted: auto-replied",), True),
        (("Auto-Submitted: auto-generated",), False),
        (("X-Auto-Response-Suppress: All",), False),
        (("Precedence: bulk",), False),
        (("Precedence: auto_reply",), True),
        (("Subject: Out of office: Re: P00012",), False),
        (("Subject: Out of office: Re: P00012", "X-Auto-Response-Suppress: All"), True),
        (("Subject: Abwesenheitsnotiz", "Auto-Submitted: auto-generated"), True),
        (("From: MAILER-DAEMON@mx.example", "Subject: Undeliverable: P00012"), True),
        (("X-Autoreply: yes",), True),
        ((), False),
    ],
)
def test_auto_replies_are_told_from_mails_that_systems_send(headers: tuple[str, ...], automatic: bool):
    assert bool(parse_mail(raw_mail("hi", *headers)).auto_reply) is automatic


def test_a_delivery_report_is_no_mail_to_read():
    report = multipart(part("failed"), part("x", "message/delivery-status"), kind="report; report-type=delivery-status")

    assert parse_mail(report).auto_reply == "delivery or read report (delivery-status)"


def test_invisible_characters_are_dropped_and_told():
    mail = parse_mail(raw_mail("P0\u200b0012\U000e0041 on\u00a012 May"))

    assert mail.body == "P00012 on 12 May"
    assert mail.defects == ("2 invisible characters were dropped",)


SEEDS = (
    raw_mail("We ship on 12 May"),
    multipart(
        part("a"),
        part("<b>c</b>", "text/html"),
        part("d;e", "text/csv", "Content-Disposition: attachment; filename=a.csv"),
    ),
    multipart(part("x", "message/delivery-status"), kind="report"),
    raw_mail("=E9=20=", "Subject: =?utf-8?Q?=C3=BC?=", encoding="quoted-printable"),
)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.integers(0, 700), st.integers(0, 40), st.binary(max_size=12)), max_size=6),
)
def test_mangled_bytes_give_a_mail_or_a_refusal_and_nothing_else(seed: bytes, cuts: list[tuple[int, int, bytes]]):
    for at, length, filling in cuts:
        seed = seed[:at] + filling + seed[at + length :]
    try:
        mail = parse_mail(seed)
    except BadMail:
        return
    assert Mail.model_validate_json(mail.model_dump_json()) == mail
    mail.body.encode()


@pytest.mark.parametrize("name", ["idna", "punycode", "undefined", "rot13", "x-unknown"])
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_codec_that_is_no_charset_is_an_unknown_charset(name: str, kind: str):
    head = f"From: a@b.example\nMessage-ID: <1@b>\nContent-Type: text/{kind}; charset={name}\n\n".encode()

    assert "hello wörld" in parse_mail(head + b"hello w\xf6rld\n").body


def test_raw_letters_beside_encoded_words_stay_letters():
    raw = "From: a@b.example\nSubject: Preis € 5 =?utf-8?B?w7xiZXI=?= Москва\n\nhello\n".encode()

    assert parse_mail(raw).subject == "Preis € 5 über Москва"


def test_the_senders_calendar_day_is_kept_beside_the_moment():
    late = parse_mail(
        b"From: a@b.example\nDate: Mon, 30 Nov 2026 22:30:00 -0500\nMessage-ID: <1@b.example>\n\nTomorrow."
    )
    assert (late.sent_on, late.sent_at) == (date(2026, 11, 30), datetime(2026, 12, 1, 3, 30, tzinfo=UTC))
