"""Whether a mail's sender is who he seems to be: held against the supplier of the order and its contacts. Pure."""

import re
from collections.abc import Iterator, Sequence

from agent.evidence.lookalike import (
    alike,
    disguised,
    domain_of,
    name_of,
    organisation,
    resembled,
    same_organisation,
)
from agent.evidence.model import Evidence
from agent.evidence.public_domains import PUBLIC_DOMAINS
from agent.intake.model import Mail
from agent.suggestions.fact_model import Severity
from agent.suggestions.mail_model import SenderDoubt, SenderSign

S = SenderSign
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_FORMS = """
gmbh ag kg ug mbh se sa sas sarl srl spa bv nv ltd limited plc llc inc corp co company cie ohg ev and und et y
the der die das group gruppe
"""
_LEGAL = frozenset(_FORMS.split())
SHORTEST_NAME = 4  # letters of a name that is looked for in another
RESULT = re.compile(r"\b(dmarc|spf|dkim)\s*=\s*(\w+)", re.IGNORECASE)


def sender_doubts(found: Evidence, mail: Mail, relay: str = "") -> list[SenderDoubt]:
    """Every odd thing about who sent the mail.

    `relay` is the name under which our own mail server writes Authentication-Results; without one they say nothing.
    """
    who = _Sender(found, mail)
    doubts = [*_known(who), *_domain(who), *_name(who), *_replies(who), *_authentic(who, relay)]
    return list({(one.sign, one.known): one for one in doubts}.values())


class _Sender:
    """The sender beside all that is known of whom the mail may be from."""

    def __init__(self, found: Evidence, mail: Mail) -> None:
        self.mail, self.found = mail, found
        self.address, self.domain = mail.sender, domain_of(mail.sender)
        suppliers = [order.supplier for order in found.purchases]
        behind = [found.sender.supplier] if found.sender.supplier else []
        self.parties = suppliers or behind
        self.emails = tuple(dict.fromkeys(email.lower() for party in self.parties for email in party.emails))
        self.domains = tuple(dict.fromkeys(map(domain_of, self.emails)))
        heard = (domain_of(address) for address in mail.recipients)
        self.own = tuple(dict.fromkeys(one for one in heard if one and one not in PUBLIC_DOMAINS))
        self.ours = tuple(dict.fromkeys(order.company for order in found.purchases if order.company))

    @property
    def is_contact(self) -> bool:
        """Whether the address, or its domain where it is nobody's and everybody's, is one of the supplier's."""
        if self.address in self.emails:
            return True
        known = (one for one in self.domains if one not in PUBLIC_DOMAINS)
        return any(same_organisation(self.domain, one) for one in known)

    @property
    def supplier(self) -> str:
        return self.parties[0].name if self.parties else ""


def _doubt(sign: SenderSign, severity: Severity, who: _Sender, detail: str, known: str = "") -> SenderDoubt:
    return SenderDoubt(sign=sign, severity=severity, address=who.address, known=known, detail=detail)


def _known(who: _Sender) -> Iterator[SenderDoubt]:
    """Nobody's address, or another supplier's than the order's."""
    supplier = who.found.sender.supplier
    orders = who.found.purchases
    if supplier is None:
        detail = f"{who.address or 'the sender'} is no supplier's address"
        yield _doubt(S.UNKNOWN, Severity.MEDIUM, who, detail)
    elif orders and not any(order.supplier.id == supplier.id for order in orders):
        detail = (
            f"{who.address} is {supplier.name}, not the supplier of {orders[0].ref.name}, {orders[0].supplier.name}"
        )
        yield _doubt(S.OTHER_SUPPLIER, Severity.HIGH, who, detail, supplier.name)


def _domain(who: _Sender) -> Iterator[SenderDoubt]:
    """A domain that looks like one we know, that hides foreign letters, or that anybody can write from."""
    if not who.domain or who.is_contact:
        return
    if disguised(who.domain):
        detail = f"the address {who.address} is written with letters of another alphabet: it reads {who.domain}"
        yield _doubt(S.DISGUISED_DOMAIN, Severity.CRITICAL, who, detail, who.domain)
    if who.domain in PUBLIC_DOMAINS:
        yield from _free_mail(who)
        return
    private = [one for one in who.domains if one not in PUBLIC_DOMAINS]
    if like := resembled(who.domain, private):
        detail = f"{who.domain} looks like {like} of {who.supplier}, but is another domain"
        yield _doubt(S.LOOKALIKE_DOMAIN, Severity.CRITICAL, who, detail, like)
    elif like := resembled(who.domain, who.own):
        detail = f"{who.domain} looks like our own {like}, but is another domain"
        yield _doubt(S.LOOKALIKE_DOMAIN, Severity.CRITICAL, who, detail, like)
    elif any(same_organisation(who.domain, one) for one in who.own):
        detail = (
            f"it was sent from our own domain {organisation(who.domain)}, not by the supplier: forwarded, or forged"
        )
        yield _doubt(S.OWN_DOMAIN, Severity.MEDIUM, who, detail, who.domain)


def _free_mail(who: _Sender) -> Iterator[SenderDoubt]:
    """An address that anybody can have, where the supplier writes from others."""
    local = who.address.partition("@")[0]
    near = next((one for one in who.emails if domain_of(one) == who.domain and alike(local, one.partition("@")[0])), "")
    if near:
        detail = f"{who.address} looks like {near} of {who.supplier}, but is another address"
        yield _doubt(S.LOOKALIKE_DOMAIN, Severity.CRITICAL, who, detail, near)
    elif who.supplier:
        usual = f"; {who.supplier} writes from {', '.join(who.domains[:2])}" if who.domains else ""
        detail = f"{who.address} is a free-mail address, which anybody can have{usual}"
        yield _doubt(S.FREE_MAIL, Severity.HIGH, who, detail, who.domains[0] if who.domains else "")


def _name(who: _Sender) -> Iterator[SenderDoubt]:
    """The name before the address shows another address, the supplier's name, or ours."""
    name = who.mail.sender_name
    for shown in _ADDRESS.findall(name.lower()):
        if not same_organisation(domain_of(shown), who.domain) or (
            shown != who.address and who.domain in PUBLIC_DOMAINS
        ):
            detail = f"the name of the sender shows {shown}, but the mail comes from {who.address}"
            yield _doubt(S.NAME_SHOWS_ADDRESS, Severity.CRITICAL, who, detail, shown)
    if who.is_contact:
        return
    at_home = any(same_organisation(who.domain, one) for one in who.own)
    for company in who.ours:
        if _names(name, company) and not at_home and not _named_by(who.domain, company):
            detail = f'the sender calls himself "{name[:80]}" as one of ours, but writes from {who.domain}'
            yield _doubt(S.NAME_OF_OURS, Severity.CRITICAL, who, detail, company)
    if who.supplier and _names(name, who.supplier) and not at_home:
        detail = f'the sender calls himself "{name[:80]}", but {who.domain} is no address of {who.supplier}'
        yield _doubt(S.NAME_OF_SUPPLIER, Severity.HIGH, who, detail, who.supplier)


def _names(text: str, firm: str) -> bool:
    """Whether the text has the words of a firm's name, legal forms and the like left out."""
    words, wanted = _words(text), _words(firm)
    return bool(wanted) and sum(map(len, wanted)) >= SHORTEST_NAME and wanted <= words


def _named_by(domain: str, firm: str) -> bool:
    return any(word in name_of(domain) for word in _words(firm) if len(word) >= SHORTEST_NAME)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", text.casefold())) - _LEGAL


def _replies(who: _Sender) -> Iterator[SenderDoubt]:
    """An answer would go to somebody else."""
    for address in who.mail.reply_to:
        domain = domain_of(address)
        known = any(same_organisation(domain, one) for one in who.domains if one not in PUBLIC_DOMAINS)
        shared = domain in PUBLIC_DOMAINS and address != who.address
        if address in who.emails or known or (same_organisation(domain, who.domain) and not shared):
            continue
        detail = f"answers would go to {address}, not to {who.address}"
        yield _doubt(S.REPLY_ELSEWHERE, Severity.HIGH, who, detail, address)


def _authentic(who: _Sender, relay: str) -> Iterator[SenderDoubt]:
    """What our own mail server found about the sender's authenticity; the topmost of its notes counts."""
    ours = relay and next((text for text in who.mail.authentication if _by(text) == relay.casefold()), "")
    if not ours:
        return
    results = {check.lower(): result.lower() for check, result in RESULT.findall(ours)}
    failed = [check for check in ("dmarc", "spf", "dkim") if results.get(check) == "fail"]
    if results.get("dmarc") == "fail" or ("dmarc" not in results and len(failed) > 1):
        checks = ", ".join(check.upper() for check in failed)
        detail = f"our mail server could not confirm that the mail comes from {who.domain} ({checks} failed)"
        yield _doubt(S.NOT_AUTHENTIC, Severity.CRITICAL, who, detail, relay)


def _by(text: str) -> str:
    """The name of the server that wrote the note."""
    return re.split(r"[;\s]", text.strip(), maxsplit=1)[0].casefold()


def worst(doubts: Sequence[SenderDoubt]) -> Severity | None:
    """The severity of the gravest; None when there is none."""
    ranks = list(Severity)
    return max((one.severity for one in doubts), key=ranks.index, default=None)
