import pytest

from agent.evidence.lookalike import disguised, domain_of, resembled, same_organisation
from agent.suggestions.mail_model import MailFindings
from agent.suggestions.model import Gate
from agent.suggestions.tasks.mail_findings import gates
from agent.suggestions.tasks.mail_sender import sender_doubts
from tests.builders_findings_of_mail import KUGEL, a_mail, an_evidence_of

KUGELLAGER = KUGEL.model_copy(update={"name": "Kugellager Moser GmbH", "emails": ("sales@kugellager-moser.example",)})
RELAY = "mx.acme-trading.example"


def doubts(sender: str = "sales@kugel.example", supplier=KUGEL, relay: str = "", **given):
    mail = a_mail(sender, **given)
    return sender_doubts(an_evidence_of(mail, supplier), mail, relay)


def signs(*args, **given) -> list[str]:
    return [str(one.sign) for one in doubts(*args, **given)]


@pytest.mark.parametrize("sender", ["sales@kugel.example", "new.colleague@kugel.example", "noreply@mail.kugel.example"])
def test_a_contact_of_the_supplier_or_somebody_of_its_domain_is_no_doubt(sender: str):
    assert signs(sender, sender_name="Anna of Kugel GmbH", reply_to=("anna@kugel.example",)) == []


@pytest.mark.parametrize(
    "domain",
    [
        "kuge1.example",
        "kugell.example",
        "kuegl.example",
        "kugl.example",
        "k-ugel.example",
        "kugel-.example",
        "kugel.test",
    ],
)
def test_a_domain_that_looks_like_the_suppliers_is_told_with_both(domain: str):
    (unknown, alike) = doubts(f"sales@{domain}", None)

    assert (unknown.sign, alike.sign, alike.known) == ("unknown", "lookalike_domain", "kugel.example")
    assert alike.detail == f"{domain} looks like kugel.example of Kugel GmbH, but is another domain"


def test_letters_of_another_alphabet_are_told_even_when_they_come_encoded():
    cyrillic = "kug\u0435l.example"
    encoded = cyrillic.encode("idna").decode()

    assert signs(f"sales@{encoded}", None) == ["unknown", "disguised_domain", "lookalike_domain"]
    assert domain_of(f"sales@{encoded}") == cyrillic


def test_honest_names_with_letters_of_their_own_are_not_disguised():
    assert not disguised("m\u00fcller.example")
    assert not disguised("\u0437\u0430\u0432\u043e\u0434.example")
    assert disguised("\u0430\u0440\u0440\u04cf\u0435.example")


def test_short_names_one_letter_apart_are_two_firms():
    assert resembled("abd.example", ["abc.example"]) == ""


def test_a_country_with_two_level_endings_is_one_organisation():
    assert same_organisation("mail.acme.co.uk", "acme.co.uk")
    assert not same_organisation("acme.co.uk", "other.co.uk")


def test_a_look_alike_of_our_own_domain_is_told_as_ours():
    (_, alike) = doubts("boss@acme-tradlng.example", None)

    assert alike.detail == "acme-tradlng.example looks like our own acme-trading.example, but is another domain"


def test_a_free_mail_address_that_claims_a_company():
    found = doubts("kugel.gmbh@gmail.com", None, sender_name="Kugel GmbH Sales")

    assert [one.sign for one in found] == ["unknown", "free_mail", "name_of_supplier"]
    assert found[1].detail == (
        "kugel.gmbh@gmail.com is a free-mail address, which anybody can have; Kugel GmbH writes from kugel.example"
    )


def test_a_supplier_who_writes_from_free_mail_has_its_address_looked_at():
    party = KUGEL.model_copy(update={"emails": ("kugelwerk@gmail.com",)})
    mail = a_mail("kuge1werk@gmail.com")
    found = an_evidence_of(mail, None)
    found = found.model_copy(update={"purchases": (found.purchases[0].model_copy(update={"supplier": party}),)})

    assert [str(one.sign) for one in sender_doubts(found, mail)] == ["unknown", "lookalike_domain"]
    known = a_mail("kugelwerk@gmail.com")
    assert [str(one.sign) for one in sender_doubts(found.model_copy(update={"mail": known}), known)] == ["unknown"]


def test_the_name_shows_another_address_than_the_mail_comes_from():
    found = doubts("x@mailer.test", None, sender_name="sales@kugel.example")

    assert "the name of the sender shows sales@kugel.example, but the mail comes from x@mailer.test" in [
        one.detail for one in found
    ]


def test_somebody_outside_who_calls_himself_one_of_ours():
    assert "name_of_ours" in signs("ceo@mailer.test", None, sender_name="Managing Director, Acme Trading")
    assert "name_of_ours" not in signs("ceo@acme-trading.example", None, sender_name="Acme Trading")


def test_a_mail_from_our_own_domain_is_not_the_supplier():
    assert signs("buyer@acme-trading.example", None) == ["unknown", "own_domain"]


@pytest.mark.parametrize(
    ("reply_to", "odd"),
    [("sales@kugel.example", False), ("anna@mail.kugel.example", False), ("kugel@gmail.com", True), ("a@b.test", True)],
)
def test_answers_that_would_go_elsewhere(reply_to: str, odd: bool):
    assert signs(reply_to=(reply_to,)) == (["reply_elsewhere"] if odd else [])


def test_another_supplier_than_the_orders():
    (one,) = doubts("sales@kugellager-moser.example", KUGELLAGER.model_copy(update={"id": 6}))

    assert one.sign == "other_supplier"
    assert one.detail == (
        "sales@kugellager-moser.example is Kugellager Moser GmbH, not the supplier of P00012, Kugel GmbH"
    )


@pytest.mark.parametrize(
    ("notes", "odd"),
    [
        ((f"{RELAY}; dmarc=fail header.from=kugel.example; spf=fail",), True),
        ((f"{RELAY}; spf=fail smtp.mailfrom=x; dkim=fail",), True),
        ((f"{RELAY}; spf=fail; dkim=pass; dmarc=pass",), False),
        (("mx.elsewhere.test; dmarc=fail",), False),
        ((f"{RELAY}; dmarc=pass", f"{RELAY}; dmarc=fail"), False),
    ],
    ids=["dmarc", "both without dmarc", "forwarded", "not our server", "the topmost counts"],
)
def test_only_our_own_server_is_believed_about_authenticity(notes, odd: bool):
    assert signs(relay=RELAY, authentication=notes) == (["not_authentic"] if odd else [])
    assert signs(authentication=notes) == []


def test_every_doubt_is_a_gate_with_its_words():
    found = MailFindings(sender=tuple(doubts("x@kuge1.example", None)))

    assert [finding.gate for finding in gates(found)] == [Gate.SENDER_NOT_SUPPLIER, Gate.SENDER_SUSPECT]
