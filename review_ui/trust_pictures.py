"""Two pictures of a label: error against coverage with the bound that is promised, and agreement against score."""

from agent.confidence.curves import Bin, Point
from agent.kit.values import Value
from agent.reporting.trust import Pictures

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 52, 24, 12, 34
LEAST_ERROR = 0.1


class Tick(Value):
    """A mark of an axis: where, and the share it stands for."""

    at: float
    share: float


class Bar(Value):
    """An observed share with its interval, in pixels."""

    x: float
    y: float
    low: float
    high: float


class Curve(Value):
    """All that is drawn of one picture, in pixels."""

    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    line: str = ""
    band: str = ""
    level: float | None = None
    mark: float | None = None
    bars: tuple[Bar, ...] = ()


def risk_picture(found: Pictures) -> Curve | None:
    """Error (line) and its upper bound (edge of the band) as more is accepted; dashed the error that is allowed."""
    if not found.points:
        return None
    most = min(max([LEAST_ERROR, 2 * found.alpha, *(_tail(found.points))]), 1.0)
    path: list[str] = []
    edge: list[str] = []
    for start, point in zip((0.0, *(one.coverage for one in found.points)), found.points, strict=False):
        error, bound = _y(min(point.error, most) / most), _y(min(point.bound, most) / most)
        path += [f"{_x(start)},{error}", f"{_x(point.coverage)},{error}"]
        edge += [f"{_x(start)},{bound}", f"{_x(point.coverage)},{bound}"]
    held = [one.coverage for one in found.points if found.threshold is not None and one.threshold >= found.threshold]
    return Curve(
        across=tuple(Tick(at=_x(share), share=share) for share in (0, 0.25, 0.5, 0.75, 1)),
        up=tuple(Tick(at=_y(part), share=round(part * most, 4)) for part in (0, 0.5, 1)),
        line=" ".join(path),
        band=" ".join([*edge, *reversed(path)]),
        level=_y(found.alpha / most),
        mark=_x(held[-1]) if held else None,
    )


def _tail(points: tuple[Point, ...]) -> list[float]:
    """What has to fit: every error, and the bounds where enough is accepted for them to mean something."""
    return [point.error for point in points if point.coverage >= 0.1] + [points[-1].bound]  # noqa: PLR2004 - a tenth


def reliability_picture(bins: tuple[Bin, ...]) -> Curve | None:
    """How often people agreed at each score, with exact 95 % bars; the diagonal is where a probability would lie."""
    if not bins:
        return None
    shares = (0, 0.25, 0.5, 0.75, 1)
    return Curve(
        across=tuple(Tick(at=_x(share), share=share) for share in shares),
        up=tuple(Tick(at=_y(share), share=share) for share in shares),
        line=f"{_x(0)},{_y(0)} {_x(1)},{_y(1)}",
        bars=tuple(Bar(x=_x(one.score), y=_y(one.share), low=_y(one.low), high=_y(one.high)) for one in bins),
    )


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP), 1)
