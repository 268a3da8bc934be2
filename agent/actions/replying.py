"""The drafted reply as something a person may send: only to the address that wrote, and only what was shown."""

from agent.actions.model import SendReply
from agent.evidence.model import Evidence
from agent.reviews.model import Final

ENDED = frozenset({"cancel", "done"})


def reply_to(found: Evidence, final: Final) -> SendReply | None:
    """The draft to the sender of the mail, from the order it is about.

    None without a draft, for a sender who is not a contact of the order's supplier, for a mail that wants its answers
    elsewhere, and where a person changed the facts that the draft rests on.
    """
    mail, draft = found.mail, final.reply
    if mail is None or draft is None or not found.sender.matches_purchase:
        return None
    if any(address.lower() != mail.sender for address in mail.reply_to):
        return None
    supplier = found.sender.supplier
    order = next(
        (one for one in found.purchases if one.state not in ENDED and supplier and one.supplier.id == supplier.id), None
    )
    if order is None:
        return None
    return SendReply(
        record=order.ref,
        to=mail.sender,
        subject=draft.subject,
        text=draft.text,
        in_reply_to=mail.message_id if mail.has_own_id else "",
    )
