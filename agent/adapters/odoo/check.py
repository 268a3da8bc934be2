"""Whether an Odoo is fit for Gatehouse: a judgement over facts that were gathered; pure functions."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from enum import StrEnum

from agent.adapters.odoo.connection import OLDEST
from agent.adapters.odoo.names import Service
from agent.kit.values import Value

NEWEST = 18  # the newest version that this was tried with
LEGACY_DEPRECATED = 19
CLOCK_NOTE, CLOCK_PROBLEM = timedelta(seconds=5), timedelta(minutes=2)
SET_UP = "Run `gatehouse odoo setup`."
ADMINISTRATION = "administration of Odoo"


class State(StrEnum):
    """How good something is; only a problem makes the check fail."""

    GOOD = "good"
    NOTE = "note"
    PROBLEM = "problem"


class Finding(Value):
    """One thing that was looked at."""

    part: str
    state: State
    what: str
    remedy: str = ""


class UserFacts(Value):
    """What one user of Odoo can do; `failed` says why it could not be asked."""

    login: str
    serves: tuple[Service, ...]
    failed: str = ""
    remedy: str = ""
    groups: frozenset[Service] = frozenset()  # the service groups that it is in
    reads: frozenset[str] = frozenset()  # models, of those asked for
    changes: frozenset[str] = frozenset()  # models that it may create, write or delete rows of
    administers: bool = False


class SetUpFacts(Value):
    """How what stands in Odoo differs from what set-up declares, by external id."""

    failed: str = ""
    remedy: str = ""
    count: int = 0
    missing: tuple[str, ...] = ()
    inactive: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()  # models whose rows our user may not look at
    off: tuple[str, ...] = ()  # in words: what cannot be there on this Odoo, and why


class ControlFacts(Value):
    """The mode of one native control; no company: everywhere else."""

    scenario: str
    mode: str
    company: str = ""


class HookFacts(Value):
    """Odoo's webhooks: where they go, and whether that answers."""

    wanted: bool = True
    set_to: tuple[str, ...] = ()
    expected: bool = True  # they go where they should
    answers: str = ""  # what went wrong when the address was asked from here; empty when it answered


class Facts(Value):
    """All that is known about an Odoo."""

    version: str
    major: int
    database: str
    lacking: tuple[str, ...] = ()
    users: tuple[UserFacts, ...] = ()
    needed: frozenset[str] = frozenset()  # models that the reading user must be able to read
    set_up: SetUpFacts = SetUpFacts()
    controls: tuple[ControlFacts, ...] = ()
    hooks: HookFacts = HookFacts()
    clock: timedelta | None = None  # Odoo's clock minus ours


def judge(facts: Facts) -> tuple[Finding, ...]:
    """Everything that was looked at, with what to do about the problems."""
    return (
        *_version(facts),
        *(Finding(part="features", state=State.NOTE, what=f"Off: {words}.") for words in facts.lacking),
        *(finding for user in facts.users for finding in _user(user, facts.needed)),
        *_separation(facts.users),
        *_set_up(facts.set_up),
        *_controls(facts.controls),
        *_hooks(facts.hooks),
        *_clock(facts.clock),
    )


def green(findings: Iterable[Finding]) -> bool:
    """Whether nothing is a problem."""
    return all(finding.state is not State.PROBLEM for finding in findings)


def _version(facts: Facts) -> Iterator[Finding]:
    said = f"Odoo {facts.version}, database {facts.database}"
    if facts.major < OLDEST:
        yield _problem("version", f"{said}: older than {OLDEST}.", f"Upgrade Odoo to {OLDEST} or newer.")
    elif facts.major >= LEGACY_DEPRECATED:
        what = f"{said}: the endpoint /jsonrpc is deprecated since {LEGACY_DEPRECATED}, and goes with Odoo 22."
        yield Finding(part="version", state=State.NOTE, what=what, remedy="Plan the change before you upgrade to 22.")
    else:
        yield _good("version", f"{said}.")


def _user(user: UserFacts, needed: frozenset[str]) -> Iterator[Finding]:
    part = f"user {user.login}"
    if user.failed:
        yield _problem(part, user.failed, user.remedy)
        return
    lacking = [str(service) for service in user.serves if service not in user.groups]
    if lacking:
        what = f"Less than needed: it is not in the service group for {' and '.join(lacking)}."
        yield _problem(part, what, f"{SET_UP} Or put it into that group of the category Gatehouse.")
    unread = sorted(needed - user.reads) if Service.READ in user.serves else []
    if unread:
        what = f"Less than needed: it may not read {', '.join(unread)}."
        yield _problem(part, what, f"{SET_UP} It gives the reading group these rights.")
    more = list(_more(user))
    if more:
        what = f"More than needed: {'; '.join(more)}."
        yield _problem(
            part, what, "Take these rights away; or run `gatehouse odoo setup`, which makes users of its own."
        )
    if not lacking and not unread and not more:
        yield _good(part, f"Has what it needs to {' and '.join(user.serves)}, and no more.")


def _more(user: UserFacts) -> Iterator[str]:
    """In words, what the user could do and should not be able to."""
    if user.administers:
        yield ADMINISTRATION
    if user.changes:
        yield f"it may change {', '.join(sorted(user.changes))} directly"
    if user.reads and Service.READ not in user.serves:
        yield f"it may read {', '.join(sorted(user.reads))}"
    if others := sorted(user.groups - set(user.serves)):
        yield f"it is in the service group for {' and '.join(others)}"


def _separation(users: Sequence[UserFacts]) -> Iterator[Finding]:
    for user in users:
        if len(user.serves) > 1:
            what = (
                f"{user.login} serves to {' and '.join(user.serves)}: whoever holds its key can read business data,"
                " write into the log and carry out actions, and Odoo's own history cannot tell these apart."
            )
            remedy = "`gatehouse odoo setup --users 3` parts them; only one of the three takes a seat."
            yield Finding(part="separation", state=State.NOTE, what=what, remedy=remedy)


def _set_up(found: SetUpFacts) -> Iterator[Finding]:
    if found.failed:
        yield _problem("set-up", found.failed, found.remedy or SET_UP)
        return
    faults = (("missing", found.missing), ("switched off", found.inactive), ("changed", found.different))
    for what, names in faults:
        if names:
            yield _problem("set-up", f"{what.capitalize()}: {_listed(names)}.", f"{SET_UP} It mends this.")
    if not any(names for _, names in faults):
        yield _good("set-up", f"All {found.count} records are as declared.")
    for words in found.off:
        yield Finding(part="set-up", state=State.NOTE, what=f"Off: {words}.")
    if found.unseen:
        what = f"The records of {_listed(found.unseen)} are there; not all of them could be compared."
        remedy = "`gatehouse odoo setup --dry-run` as an administrator compares them."
        yield Finding(part="set-up", state=State.NOTE, what=what, remedy=remedy)


def _controls(found: Sequence[ControlFacts]) -> Iterator[Finding]:
    off = {control.scenario for control in found} - {item.scenario for item in found if item.mode != "off"}
    modes: dict[str, list[str]] = {}
    for control in found:
        said = control.mode + (f" in {control.company}" if control.company else "")
        modes.setdefault(control.scenario, []).append(said)
        if control.mode not in {"off", "warn", "block"}:
            what = f"{control.scenario}: the mode {control.mode!r} is none; Odoo takes it for off."
            remedy = f"Set the parameter gatehouse.{control.scenario}.mode in Odoo to off, warn or block."
            yield _problem("controls", what, remedy)
    for scenario, said in sorted(modes.items()):
        if scenario not in off:
            yield _good("controls", f"{scenario.replace('_', ' ').capitalize()}: {', '.join(said)}.")
    if off:
        words = ", ".join(sorted(name.replace("_", " ") for name in off))
        yield _good("controls", f"Off in every company: {words}.")


def _hooks(found: HookFacts) -> Iterator[Finding]:
    if not found.wanted:
        return
    if not found.set_to:
        what = "Odoo sends no hints: changes are seen when Odoo is asked, GATEHOUSE_ODOO_POLL_SECONDS apart."
        yield Finding(part="webhooks", state=State.NOTE, what=what, remedy=f"{SET_UP} It sets their address.")
        return
    if not found.expected:
        yield _problem("webhooks", "Hints go to another address or with another token than this desk's.", SET_UP)
    elif found.answers:
        remedy = "Start `gatehouse serve`, and set GATEHOUSE_PUBLIC_URL to an address that Odoo can reach."
        what = f"The address that hints go to does not answer: {found.answers}. Nothing is lost: Odoo is asked."
        yield _problem("webhooks", what, remedy)
    else:
        yield _good("webhooks", "Their address is this desk's, and it answers from here.")


def _clock(found: timedelta | None) -> Iterator[Finding]:
    if found is None:
        return
    apart = abs(found)
    said = f"Odoo's clock is {apart.total_seconds():.0f} s {'ahead of' if found > timedelta(0) else 'behind'} ours"
    remedy = "Let both machines keep time by NTP."
    if apart > CLOCK_PROBLEM:
        yield _problem("clock", f"{said}.", remedy)
    elif apart > CLOCK_NOTE:
        yield Finding(part="clock", state=State.NOTE, what=f"{said}.", remedy=remedy)
    else:
        yield _good("clock", "Odoo's clock and ours agree.")


def _good(part: str, what: str) -> Finding:
    return Finding(part=part, state=State.GOOD, what=what)


def _problem(part: str, what: str, remedy: str) -> Finding:
    return Finding(part=part, state=State.PROBLEM, what=what, remedy=remedy)


def _listed(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
