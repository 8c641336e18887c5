# SPDX-License-Identifier: Apache-2.0
"""From whatever LiteLLM raises to one of our reasons; a provider's words stay behind."""

from collections.abc import Iterator, Mapping

from connectors.errors import Reason

LONGEST_WAIT_S = 120.0

# By exact class name, most telling first: LiteLLM wraps a stalled, torn or unreadable stream alike in
# APIConnectionError (1.106.2), and only the wrapped exception says which it was.
_BY_NAME: Mapping[str, Reason] = {
    "ContextWindowExceededError": "length",
    "ContentPolicyViolationError": "policy",
    "AuthenticationError": "auth",
    "PermissionDeniedError": "auth",
    "NotFoundError": "auth",
    "PaymentRequiredError": "auth",
    "RateLimitError": "busy",
    "ServiceUnavailableError": "busy",
    "JSONDecodeError": "malformed",
    "APIResponseValidationError": "malformed",
    "Timeout": "timeout",
    "TimeoutError": "timeout",
    "ReadTimeout": "timeout",
    "ConnectTimeout": "timeout",
    "ConnectError": "connection",
    "ReadError": "connection",
    "RemoteProtocolError": "connection",
    "BadGatewayError": "connection",
    "ConnectionRefusedError": "connection",
    "ClientConnectorError": "connection",
    "ServerDisconnectedError": "connection",
}


_OF_THE_MESSAGE: frozenset[Reason] = frozenset({"policy", "length"})


class AttemptFailed(Exception):
    """One model gave no usable answer; carries the reason and nothing that the provider said."""

    def __init__(self, reason: Reason, wait_s: float = 0.0, *, its_fault: bool = True) -> None:
        self.reason: Reason = reason
        self.its_fault = its_fault and reason not in _OF_THE_MESSAGE
        """False where the model need not be left alone: the message was refused, or others took all the time."""
        self.wait_s = wait_s
        """How long the provider asked to be left alone, in seconds."""
        super().__init__(reason)


def failure_of(error: Exception) -> AttemptFailed:
    """Reads the exception and all that it wraps; unknown where nothing in it is known, as for a plain 500."""
    wrapped = tuple(_unwrapped(error))
    if any(getattr(part, "code", None) == "content_filter" for part in wrapped):
        return AttemptFailed("policy")
    names = {type(part).__name__ for part in wrapped}
    reason: Reason = next((reason for name, reason in _BY_NAME.items() if name in names), "unknown")
    return AttemptFailed(reason, _wait_s(error) if reason == "busy" else 0.0)


def _unwrapped(error: BaseException) -> Iterator[BaseException]:
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        part = waiting.pop(0)
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        waiting += [part.__cause__, part.__context__, getattr(part, "original_exception", None)]


def _wait_s(error: Exception) -> float:
    headers = getattr(error, "litellm_response_headers", None) or {}
    try:
        return min(max(float(headers.get("retry-after", 0)), 0.0), LONGEST_WAIT_S)
    except (TypeError, ValueError):
        return 0.0
