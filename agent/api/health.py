"""Health and figures: /livez, /readyz, and /metrics for Prometheus. No personal data, no case in any of them."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from agent.api.doors import Refusals
from agent.cases.model import Status
from agent.errors import GatehouseError
from agent.pipeline import App
from agent.reporting.trust import Certified, automatic_share, certified

PREFIX = "gatehouse"
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def health_router(
    app: App,
    healthy: Callable[[], tuple[str, ...]],
    refusals: Refusals,
    *,
    anybody: Callable[..., object],
    may_see_metrics: Callable[[Request], bool],
) -> APIRouter:
    """The three routes. `healthy` names what is wrong, nothing when all is well. `anybody` is the desk's open door.

    Metrics are answered to this machine itself, and to whomever `may_see_metrics` lets in.
    """
    router = APIRouter(dependencies=[Depends(anybody)])
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StateCollector(app, healthy, refusals))

    @router.get("/livez", response_class=PlainTextResponse)
    def livez() -> str:
        """The process answers."""
        return "alive\n"

    @router.get("/readyz", response_class=PlainTextResponse)
    def readyz() -> Response:
        """The database answers and every part of the service runs; else 503 with what is wrong.

        What it can do without, such as the memory of decided cases, is told and changes nothing.
        """
        troubles = (*_storage(app), *healthy())
        lines = (*(troubles or ("ready",)), *_lacking(app))
        return PlainTextResponse("".join(f"{line}\n" for line in lines), 503 if troubles else 200)

    @router.get("/metrics", response_class=PlainTextResponse)
    def metrics(request: Request) -> Response:
        """The figures of now, read from the state when they are asked for."""
        if not (is_local(request) or may_see_metrics(request)):
            return PlainTextResponse("Metrics are for this machine and for administrators.\n", 403)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    _ = (livez, readyz, metrics)
    return router


def is_local(request: Request) -> bool:
    """True when the request comes from this machine itself and was not passed on by a proxy."""
    direct = not any(name in request.headers for name in FORWARDED)
    return direct and request.client is not None and request.client.host in {"127.0.0.1", "::1"}


def _storage(app: App) -> tuple[str, ...]:
    try:
        with app.look() as work:
            work.cases.counts()
    except GatehouseError as error:
        return (f"{error.headline} {error.next_step}",)
    return ()


def _lacking(app: App) -> tuple[str, ...]:
    """What does not work and is done without."""
    trouble = app.precedents is not None and app.precedents.trouble()
    return ("decided cases are not recalled; see `gatehouse precedents status`",) if trouble else ()


class StateCollector:
    """Reads the state when Prometheus asks, so restarts lose nothing; only wrong tokens are counted in the process."""

    def __init__(self, app: App, healthy: Callable[[], tuple[str, ...]], refusals: Refusals) -> None:
        self._app = app
        self._healthy = healthy
        self._refusals = refusals

    def collect(self) -> Iterator[Metric]:
        """The metric families of this moment."""
        with self._app.look() as work:
            cases, owed, events = work.cases.counts(), work.outbox.counts(), work.audit.counts()
            waiting = work.cases.page(statuses=(Status.IN_REVIEW,), limit=1)
            halted, sealed = work.routing.halted(), work.audit.head()[0]
            lanes = certified(work, self._app.policy)
            alone = automatic_share(work, work.now - timedelta(days=1))
            oldest = max(((work.now - case.opened_at).total_seconds() for case in waiting), default=0.0)
        yield _by("cases", "Cases by status", "status", cases)
        yield _by("owed", "Work items and log rows by state", "state", owed)
        yield _by("audit_events", "Events of the log by name", "name", events)
        yield _lanes("automatic", "1 while a certified label is automatic, 0 while it is suspended", lanes, _automatic)
        yield _lanes("certificate_bound", "Upper bound of the error that a certificate promises", lanes, _bound)
        yield _lanes("monitor_evidence", "Evidence that errors rose; 1,000 is the alarm", lanes, _evidence)
        yield GaugeMetricFamily(f"{PREFIX}_automatic_share", "Of a day's items, handled by nobody", value=alone)
        yield GaugeMetricFamily(f"{PREFIX}_audit_sealed", "Links of the log", value=sealed)
        yield GaugeMetricFamily(f"{PREFIX}_first_in_queue_age_seconds", "Age of the most urgent case", value=oldest)
        yield GaugeMetricFamily(f"{PREFIX}_halted", "1 while the kill switch is set", value=float(halted is not None))
        yield CounterMetricFamily(f"{PREFIX}_wrong_tokens", "Calls with a wrong token", value=self._refusals.total)
        yield GaugeMetricFamily(
            f"{PREFIX}_troubles", "Parts of the service that do not run", value=len(self._healthy())
        )


def _lanes(name: str, text: str, lanes: list[Certified], value: Callable[[Certified], float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", text, labels=["task", "label"])
    for one in lanes:
        family.add_metric([one.task, one.label], value(one))
    return family


def _automatic(one: Certified) -> float:
    return float(one.automatic)


def _bound(one: Certified) -> float:
    return one.issued.certificate.bound


def _evidence(one: Certified) -> float:
    return one.evidence


def _by(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", text, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
