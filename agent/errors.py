"""The error tree. A class's docstring is its message; `remedy` says what to do next.

Adapters translate what libraries raise into this tree at the border. `retry` says whether the
same call may work later; nothing else decides about retrying.
"""

from typing import ClassVar


class GatehouseError(Exception):
    """Gatehouse could not do what was asked."""

    retry: ClassVar[bool] = False
    remedy: ClassVar[str] = "See `gatehouse doctor` for what is configured and reachable."

    def __init__(self, detail: str = "", *, remedy: str | None = None) -> None:
        self.detail = detail
        self._remedy = remedy
        super().__init__(detail)

    @property
    def headline(self) -> str:
        """The first line of the class's docstring."""
        return (type(self).__doc__ or "").strip().splitlines()[0]

    @property
    def next_step(self) -> str:
        """What the reader should do now."""
        return self._remedy or self.remedy

    def __str__(self) -> str:
        return f"{self.headline} {self.detail}".strip()


class ConfigurationError(GatehouseError):
    """The configuration is not usable."""

    remedy = "Correct the setting named above (environment, .env or command line) and start again."


# --- what came in -------------------------------------------------------------------------------
class InputError(GatehouseError):
    """The input could not be used."""

    remedy = "Correct the input and send it again; it is kept in `gatehouse jobs list` until then."


class BadEvent(InputError):
    """The event is not a valid CloudEvents 1.0 event of a type we know."""

    faults: tuple[str, ...] = ()  # one by one


class IdTaken(BadEvent):
    """An event under this id came in before, with other content."""

    remedy = "Give every event an id of its own; an event never changes."


class BadMail(InputError):
    """The file is not an e-mail that can be read."""


class TooLarge(InputError):
    """The input is larger than the limit."""


class Crowded(GatehouseError):
    """Too much waits to be taken in."""

    retry = True
    remedy = "Send it again in a moment; nothing of it was saved."


# --- our own state ------------------------------------------------------------------------------
class StateError(GatehouseError):
    """The stored state does not allow this."""


class NotFound(StateError):
    """Nothing is stored under this name."""

    remedy = "Check the number; `gatehouse case list` shows what there is."


class Conflict(StateError):
    """Somebody else changed this in the meantime."""

    retry = True
    remedy = "Reload it, look at what changed, and decide again."


class AlreadyDecided(Conflict):
    """This review is open no more."""

    retry = False


class TooLateToUndo(Conflict):
    """The grace period is over: it has been carried out."""

    retry = False
    remedy = "Take it back with a compensating action: `gatehouse case take-back`, or the button on the case page."


class IllegalTransition(StateError):
    """The case cannot go from its present status to this one."""


class StorageError(StateError):
    """The database could not be used."""


class StorageBusy(StorageError):
    """The database is locked by another process."""

    retry = True
    remedy = "Wait for the other process to finish, or stop it, and try again; nothing was saved."


class StorageFull(StorageError):
    """The disk is full."""

    retry = True
    remedy = "Free some space on the disk that holds GATEHOUSE_HOME and try again; nothing was saved."


class StorageUnavailable(StorageError):
    """The database did not answer; the same may work later."""

    retry = True
    remedy = "Check GATEHOUSE_DATABASE_URL, the disk, and that the database runs; work waits and goes on by itself."


class WrongSchema(StorageError):
    """The database has another schema than this version needs."""

    remedy = "Run `gatehouse migrate` and start again."


class Sealed(StateError):
    """A sealed text cannot be opened with the key at hand."""

    remedy = "Restore the key file of this installation (GATEHOUSE_HOME/keys) from its backup."


# --- people -------------------------------------------------------------------------------------
class AccessError(GatehouseError):
    """Not allowed."""

    remedy = "Ask an administrator for the role that this needs."


class NotSignedIn(AccessError):
    """Nobody is signed in."""

    remedy = "Sign in and try again."


class NoRoleHere(NotSignedIn):
    """Your Odoo login is right, but it has no role in Gatehouse."""

    remedy = (
        "Ask an administrator of Odoo to put you into a Gatehouse group (Settings, Users, your user, section Gatehouse)"
        " and to allow you a company; then sign in again."
    )


class NotAllowed(AccessError):
    """Your role does not allow this."""


class Halted(StateError):
    """Gatehouse is halted: nothing is automatic and nothing is changed in Odoo until it is resumed."""

    retry = True
    remedy = "Run `gatehouse resume` when it is safe."


# --- the outside --------------------------------------------------------------------------------
class OdooError(GatehouseError):
    """Odoo could not do what we asked."""


class OdooUnavailable(OdooError):
    """Odoo did not answer; the same call may work later."""

    retry = True
    remedy = "Check GATEHOUSE_ODOO_URL and that Odoo is running; work waits and goes on by itself."


class OdooDenied(OdooError):
    """Odoo refused the sign-in or the right."""

    retry = True  # it is mended outside, and then work goes on by itself
    remedy = "Check GATEHOUSE_ODOO_DB, GATEHOUSE_ODOO_USER and GATEHOUSE_ODOO_PASSWORD and the user's rights."


class ActionRefused(OdooError):
    """Odoo refused the change."""


class StaleRecord(ActionRefused):
    """The record in Odoo is no longer as the approver saw it."""

    remedy = "Open the case again: it shows what changed, and asks for a new decision."

    def __init__(
        self, detail: str = "", *, remedy: str | None = None, differences: tuple[tuple[str, str, str], ...] = ()
    ) -> None:
        self.differences = differences  # (field, value seen, value now)
        super().__init__(detail, remedy=remedy)


class MailboxError(GatehouseError):
    """The mailbox could not be read."""


class MailboxUnavailable(MailboxError):
    """The mail server did not answer; the same may work later."""

    retry = True
    remedy = "Check GATEHOUSE_IMAP_URL and that the mail server runs; reading goes on by itself."


class MailboxDenied(MailboxError):
    """The mail server refused the sign-in or the folder."""

    retry = True  # it is mended outside, and then reading goes on by itself
    remedy = "Check the user and folder in GATEHOUSE_IMAP_URL and GATEHOUSE_IMAP_PASSWORD."


class ModelError(GatehouseError):
    """The language model could not be used."""


class ModelUnavailable(ModelError):
    """The language model did not answer; the same call may work later."""

    retry = True
    remedy = "Check GATEHOUSE_LLM_BASE_URL and that the server runs; the embedded reader takes over meanwhile."


class ModelAnswerInvalid(ModelError):
    """The language model's answer does not fit the schema."""

    prompt: str = ""
    output: str = ""
    remedy = "Nothing to do: the embedded reader answered instead and the case went to a person."


class ModelRefused(ModelAnswerInvalid):
    """The language model, or its provider's content filter, refused to answer."""


class ModelCutOff(ModelAnswerInvalid):
    """The language model's answer was cut off at its greatest length."""

    remedy = "The embedded reader answered instead. When it happens often, raise max_tokens in the prompt file."


class ModelCeiling(ModelError):
    """The ceiling on what the language model may use is reached."""

    remedy = "Raise GATEHOUSE_LLM_TOKENS_PER_CASE, _TOKENS_PER_DAY, _MONEY_PER_CASE or _MONEY_PER_DAY."


class PrecedentsUnavailable(GatehouseError):
    """Earlier decided cases cannot be looked up; everything else works without them."""

    retry = True
    remedy = "See `gatehouse precedents status`; `gatehouse precedents rebuild` makes them anew from the database."


class PromptMismatch(GatehouseError):
    """The prompt file and the values given to it do not fit together."""

    remedy = "Declare exactly the variables that the text uses, and pass exactly those."
