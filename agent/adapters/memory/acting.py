"""The port `OdooWriter` in memory: each key once, refused and stale as an Odoo says it."""

from collections.abc import Callable
from typing import Any

from agent.actions.model import (
    AddTag,
    AnyAction,
    CloseActivity,
    DisputeBill,
    HoldOrder,
    OpenActivity,
    Outcome,
    PostNote,
    Receipt,
    RecordApproval,
    RecordSubstitution,
    RemoveTag,
    SendReply,
    SetCommitmentDate,
    SetLineDate,
    SetLinePrice,
    SetLineQuantity,
)
from agent.adapters import guards
from agent.adapters.memory.kept import SERVICE, Kept, place_of
from agent.adapters.memory.orders import figures_of, line_of, partner_of, with_line
from agent.adapters.memory.shown import ConsentRow, Shown
from agent.approvals.model import Consent, Via
from agent.evidence.records import Bill, Model, PurchaseOrder, RecordRef, SaleOrder


class Acting(Shown):
    """Carries actions out."""

    kept: Kept

    def __init__(self) -> None:
        Shown.__init__(self)
        self._receipts: dict[str, Receipt] = {}
        self._made = 0
        self._deeds: dict[type, Callable[[Any], int | None]] = {
            PostNote: self._post_note,
            OpenActivity: self._open_activity,
            CloseActivity: self._close_activity,
            AddTag: self._add_tag,
            RemoveTag: self._remove_tag,
            SetLineDate: self._set_line,
            SetLineQuantity: self._set_line,
            SetLinePrice: self._set_line,
            SetCommitmentDate: self._promise,
            RecordSubstitution: self._substitute,
            SendReply: self._send_reply,
            HoldOrder: self._hold,
            DisputeBill: self._hold,
            RecordApproval: self._record_approval,
        }

    def apply(self, action: AnyAction, *, key: str) -> Receipt:
        with self.kept.answering():
            if key in self._receipts:
                return self._receipts[key].model_copy(update={"outcome": Outcome.ALREADY})
            made = self._deeds[type(action)](action)
            self.done.append(action)
            receipt = Receipt(key=key, outcome=Outcome.APPLIED, record_id=made, at=self.kept.clock())
            self._receipts[key] = receipt
            return receipt

    def _next(self) -> int:
        self._made += 1
        return self._made

    def _order(self, record: RecordRef, *models: Model) -> Any:
        self.kept.must_have(record, *models)
        return self.kept.orders[place_of(record)]

    # --- one for each kind; each answers the id of what it made or changed, None when it was so already -------------
    def _post_note(self, action: PostNote) -> int:
        self.kept.must_have(action.record)
        self._notes.append(action)
        return self._next()

    def _open_activity(self, action: OpenActivity) -> int:
        self.kept.must_have(action.record)
        made = self._next()
        self._activities[made] = action
        return made

    def _close_activity(self, action: CloseActivity) -> int:
        self.kept.must_have(action.record)
        found = self._activities.get(action.activity_id)
        if found is None or place_of(found.record) != place_of(action.record):
            raise guards.no_to_do(action.record, action.activity_id)
        del self._activities[action.activity_id]
        return action.activity_id

    def _add_tag(self, action: AddTag) -> int | None:
        self.kept.must_have(action.record, *guards.TAKES_TAGS)
        tags, name = self.kept.tags[place_of(action.record)], action.tag.strip()
        if name.casefold() in tags:
            return None
        known = (kept[name.casefold()] for kept in self.kept.tags.values() if name.casefold() in kept)
        tags[name.casefold()] = next(known, name)
        self.kept.touch(action.record, SERVICE)
        return self._next()

    def _remove_tag(self, action: RemoveTag) -> int | None:
        self.kept.must_have(action.record, *guards.TAKES_TAGS)
        if self.kept.tags[place_of(action.record)].pop(action.tag.strip().casefold(), None) is None:
            return None
        self.kept.touch(action.record, SERVICE)
        return self._next()

    def _set_line(self, action: SetLineDate | SetLineQuantity | SetLinePrice) -> int:
        order: PurchaseOrder = self._order(action.record, Model.PURCHASE_ORDER)
        guards.must_be_open(action.record, order.state)
        line = line_of(order, action.line_id)
        field = {SetLineDate: "planned", SetLineQuantity: "ordered", SetLinePrice: "unit_price"}[type(action)]
        guards.must_be_seen(field, action.seen, getattr(line, field))
        if isinstance(action, SetLineQuantity):
            guards.must_be_orderable(action.value, line.received)
        self.kept.put(with_line(order, line.model_copy(update={field: action.value})), SERVICE)
        return line.id

    def _promise(self, action: SetCommitmentDate) -> int:
        order: SaleOrder = self._order(action.record, Model.SALE_ORDER)
        guards.must_be_open(action.record, order.state)
        guards.must_be_seen("promised", action.seen, order.promised)
        self.kept.put(order.model_copy(update={"promised": action.value}), SERVICE)
        return order.ref.id

    def _substitute(self, action: RecordSubstitution) -> int:
        order = self._order(action.record, Model.PURCHASE_ORDER, Model.SALE_ORDER)
        guards.must_be_open(action.record, order.state)
        line = line_of(order, action.line_id)
        guards.must_be_seen("product_code", action.seen, line.product_code)
        if action.value and action.value not in self.kept.products():
            raise guards.no_product(action.value)
        self.kept.substitutes[place_of(action.record), line.id] = action.value
        self.kept.touch(action.record, SERVICE)
        self._notes.append(PostNote(record=action.record, text=guards.substitution(action.value, action.seen)))
        return line.id

    def _send_reply(self, action: SendReply) -> int:
        self.kept.must_have(action.record)
        partner = partner_of(self.kept, action.record)
        address = action.to.strip().casefold()
        if partner is None or address not in partner.emails:
            raise guards.no_address(action.record)
        self._replies.append(action.model_copy(update={"to": address}))
        return self._next()

    def _hold(self, action: HoldOrder | DisputeBill) -> int:
        order = self._order(action.record, Model.SALE_ORDER if isinstance(action, HoldOrder) else Model.BILL)
        held = self.held(action.record)
        guards.may_hold(action.record, order.state, seen=action.seen, held=held, value=action.value)
        self._set_held(action.record, held=action.value)
        told = guards.holding(action.record, action.reason, value=action.value)
        self._notes.append(PostNote(record=action.record, text=told))
        return action.record.id

    def _record_approval(self, action: RecordApproval) -> int:
        self.kept.must_have(action.record, *guards.ABOUT[action.scenario])
        consents, held = action.consent is Consent.APPROVE, self.held(action.record)
        figures = figures_of(self.kept, action.scenario, action.record)
        if consents:
            guards.must_have_figures(action.seen, figures | self._total(action.record))
        earlier = [row for row in self.approvals(action.record) if row.scenario == action.scenario]
        ended = action.scenario in guards.HOLDING and consents and held
        if ended or (not consents and not held and earlier and earlier[-1].ended):
            self._set_held(action.record, held=not ended)
        row = ConsentRow(
            id=self._next(),
            scenario=action.scenario,
            record=action.record,
            consent=action.consent,
            roles=guards.joined(answer.role for answer in action.answers),
            login=guards.logins(action.answers),
            asked_by=action.asked_by,
            reason_code=guards.joined(answer.reason_code for answer in action.answers),
            note=guards.notes(action.answers),
            figures=guards.kept_figures(action.seen, figures),
            via=Via.DESK,
            at=self.kept.clock(),
            ended=ended,
        )
        self._consents.append(row)
        return row.id

    def _total(self, record: RecordRef) -> dict[str, str]:
        """What a consent about an order is bound to whatever its scenario."""
        order = self.kept.orders.get(place_of(record))
        return {"order_total": f"{order.total.amount:.2f}"} if order else {}

    def _set_held(self, record: RecordRef, *, held: bool) -> None:
        (self.kept.held.add if held else self.kept.held.discard)(place_of(record))
        order = self.kept.orders[place_of(record)]
        if isinstance(order, SaleOrder | Bill):
            self.kept.orders[place_of(record)] = order.model_copy(update={"held": held})
        self.kept.touch(record, SERVICE)
