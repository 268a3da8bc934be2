"""What fault tests share: one zygote for all of them."""

from collections.abc import Iterator

import pytest

from tests.faults.zygote import Zygote


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """Forks services; ends them all at the end."""
    zygote = Zygote()
    yield zygote
    zygote.close()
