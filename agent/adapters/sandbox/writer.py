"""The port `OdooWriter` on the sandbox company: each action one transaction, each key once."""

import json

from agent.actions.model import AnyAction, Outcome, Receipt
from agent.adapters.sandbox.change import SERVICE, Change
from agent.adapters.sandbox.deeds import carry_out
from agent.adapters.sandbox.part import Part
from agent.kit.clock import from_micros


class Writer(Part):
    """Carries actions out. What a receipt keeps of before and after is enough to take the action back."""

    def apply(self, action: AnyAction, *, key: str) -> Receipt:
        with self._db.writing() as db:
            known = db.execute("SELECT made_id, at FROM receipt WHERE key = ?", (key,)).fetchone()
            if known:
                made = known["made_id"] or None
                return Receipt(key=key, outcome=Outcome.ALREADY, record_id=made, at=from_micros(known["at"]))
            change = Change(db, SERVICE, self._clock())
            done = carry_out(change, action, key)
            change.add(
                "receipt",
                key=key,
                kind=action.kind,
                model=action.record.model.value,
                record_id=action.record.id,
                made_id=done.made or 0,  # 0: nothing had to be done
                before=json.dumps(dict(done.before)),
                after=json.dumps(dict(done.after)),
                at=change.micros,
            )
            return Receipt(key=key, outcome=Outcome.APPLIED, record_id=done.made, at=change.at)
