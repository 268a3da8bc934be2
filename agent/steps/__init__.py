"""The steps of the stories in `pipeline`: each loads what it needs, does one thing, and saves its outcome once.

Run again, a step finds its outcome and answers the same; so a crash at any point loses and doubles nothing.
"""

from agent.pipeline import Step
from agent.steps.carry_out import act_in_odoo, approved_actions, close
from agent.steps.catch_up import catch_up_page
from agent.steps.deliver import deliver_batch
from agent.steps.ending import finish, postpone
from agent.steps.indicate import indicate_risk
from agent.steps.route import route
from agent.steps.settle import collect, suggest

STEPS: dict[str, Step] = {
    step.__name__: step
    for step in (
        collect, suggest, route, approved_actions, act_in_odoo, close, deliver_batch, catch_up_page, indicate_risk,
        finish, postpone,
    )
}  # fmt: skip
