# SPDX-License-Identifier: Apache-2.0
"""From whatever LiteLLM raises to one of our reasons; a provider's words stay behind."""

from collections.abc import Iterator, Mapping, Sequence

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
    "JSONDecodeError": "malformed",
    "APIResponseValidationError": "malformed",
    "TimeoutError": "timeout",
    "ReadTimeout": "timeout",
    "ConnectTimeout": "timeout",
    "ConnectError": "connection",
    "ReadError": "connection",
    "RemoteProtocolError": "connection",
    "ConnectionRefusedError": "connection",
    "ClientConnectorError": "connection",
    "ServerDisconnectedError": "connection",
    # Below the above, since LiteLLM calls some lost connections InternalServerError; above the plain Timeout,
    # since that is its name for a 504.
    "InternalServerError": "server",
    "ServiceUnavailableError": "server",
    "BadGatewayError": "server",
    "Timeout": "timeout",
}
_MAY_ASK_FOR_REST: frozenset[Reason] = frozenset({"busy", "server"})


_OF_THE_SERVER = frozenset({"server_error", "internal_server_error", "overloaded", "service_unavailable"})
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
    """Reads the exception and all that it wraps; unknown where nothing in it is known."""
    wrapped = tuple(_unwrapped(error))
    if any(getattr(part, "code", None) == "content_filter" for part in wrapped):
        return AttemptFailed("policy")
    names = {type(part).__name__ for part in wrapped}
    reason: Reason = next((reason for name, reason in _BY_NAME.items() if name in names), _by_code(wrapped))
    return AttemptFailed(reason, _wait_s(error) if reason in _MAY_ASK_FOR_REST else 0.0)


def _by_code(wrapped: Sequence[BaseException]) -> Reason:
    """An error event within a stream has no class of its own: only the code that the provider put into it."""
    codes = [str(getattr(part, "code", "")) for part in wrapped]
    return "server" if any(code.startswith("5") or code in _OF_THE_SERVER for code in codes) else "unknown"


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
