"""Normal forms of fact values, for comparison. Pure."""

from decimal import Decimal, InvalidOperation

from agent.suggestions.model import Fact


def normal_value(fact: Fact) -> str:
    """The value in its normal form: decimals without trailing zeros, the rest folded."""
    try:
        return f"{Decimal(fact.value).normalize():f}"
    except InvalidOperation:
        return " ".join(fact.value.lower().split())
