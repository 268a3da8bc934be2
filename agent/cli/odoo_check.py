"""`gatehouse odoo check`: whether Odoo is fit for Gatehouse, for people and for monitoring."""

import typer

from agent.cli import out, start


def check(as_json: out.AsJson = False) -> None:
    """Look at Odoo: version, apps, each user's rights, set-up, controls, webhooks, clock. Exit code 1 on a problem."""
    from agent.bootstrap import check_odoo

    findings = check_odoo(start.settings())
    problems = sum(finding.state == "problem" for finding in findings)
    if as_json:
        out.say({"green": not problems, "findings": [finding.model_dump(mode="json") for finding in findings]})
    else:
        rows = [
            (finding.part, finding.state, f"{finding.what}\n→ {finding.remedy}" if finding.remedy else finding.what)
            for finding in findings
        ]
        out.table("Odoo", ("Part", "State", "What was found, and what to do"), rows)
        out.line(f"{problems} problem{'' if problems == 1 else 's'}." if problems else "All is well.")
    if problems:
        raise typer.Exit(1)
