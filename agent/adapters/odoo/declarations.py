"""What set-up puts into Odoo, as data: everybody's declarations, in an order in which references point backwards."""

from collections.abc import Iterable, Iterator
from itertools import chain

from agent.adapters.odoo import controls, groups, guarded, hints, indicators, models, screens, tickets
from agent.adapters.odoo.names import Declared, Site


def declarations(site: Site) -> tuple[Declared, ...]:
    """All that has to be there on this site."""
    return tuple(
        _once(
            chain(
                groups.groups(site),
                models.models(),
                groups.rights(),
                models.log_rules(),
                guarded.guarded_actions(),
                screens.menu_root(),
                screens.screens(site.major),
                indicators.indicators(site.major),
                controls.controls(site.major),
                hints.hints(site.hook_url),
                tickets.tickets(site.desk_url) if site.desk_url else (),
            )
        )
    )


def _once(declared: Iterable[Declared]) -> Iterator[Declared]:
    """The first of each name: two parts may need the same right."""
    seen: set[str] = set()
    for item in declared:
        if item.name not in seen:
            seen.add(item.name)
            yield item
