# SPDX-License-Identifier: Apache-2.0
"""What the loopback provider sends for each way of answering or failing: raw HTTP, step by step; pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal[
    "ok",
    "length",
    "echo",
    "429",
    "429-retry-after",
    "500",
    "502",
    "503",
    "504",
    "401",
    "404",
    "filter-400",
    "context-400",
    "hang-before-headers",
    "hang-after-headers",
    "stall",
    "abort",
    "malformed",
    "eof",
    "error-event",
    "filter",
    "empty",
    "html",
    "drip",
]
KINDS: tuple[str, ...] = get_args(Kind)
TEXT = "Glad to hear from you. This answer comes from a scripted provider, word by word, and then it ends."
PLACEHOLDER = re.compile(r"<[A-Z][A-Z_]*_\d+>")
REFUSALS: Mapping[str, tuple[int, str, str]] = {
    "429": (429, "rate_limit_exceeded", "SECRET-PROVIDER-TEXT rate limit reached"),
    "429-retry-after": (429, "rate_limit_exceeded", "SECRET-PROVIDER-TEXT rate limit reached"),
    "500": (500, "server_error", "SECRET-PROVIDER-TEXT something broke"),
    "502": (502, "bad_gateway", "SECRET-PROVIDER-TEXT the upstream is gone"),
    "503": (503, "overloaded", "SECRET-PROVIDER-TEXT overloaded"),
    "504": (504, "gateway_timeout", "SECRET-PROVIDER-TEXT the upstream is silent"),
    "401": (401, "invalid_api_key", "SECRET-PROVIDER-TEXT incorrect API key provided: sk-SECRET"),
    "404": (404, "model_not_found", "SECRET-PROVIDER-TEXT the model does not exist"),
    "filter-400": (400, "content_filter", "SECRET-PROVIDER-TEXT blocked by the content management policy"),
    "context-400": (400, "context_length_exceeded", "This model's maximum context length is 10 tokens"),
}


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait before the next step; infinity hangs until the client goes away."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Abort:
    """Drop the connection in the middle, as a crash would."""


Step = bytes | Pause | Abort


@dataclass(frozen=True, slots=True)
class Reply:
    """One way of answering."""

    kind: Kind = "ok"
    text: str = TEXT
    cut: Literal["words", "characters", "one"] = "words"
    """How the text is cut into pieces."""
    interval_s: float = 0.0
    """Seconds between pieces; drip uses 0.2 where this is 0."""
    after: int = 4
    """How many pieces come before a mid-stream failure; 0 fails before the first word."""
    delay_s: float = 0.0
    """Seconds before the headers."""
    retry_after_s: int = 3
    """What 429-retry-after asks for."""
    usage: tuple[int, int] | None = (10, 12)
    """Prompt and completion tokens as reported, where the client asks for usage; None reports nothing."""


def steps(reply: Reply, request: Mapping[str, Any]) -> Iterator[Step]:
    """The whole response to one chat-completions request, as bytes to send and pauses to make."""
    if reply.delay_s:
        yield Pause(reply.delay_s)
    if reply.kind == "hang-before-headers":
        yield Pause(float("inf"))
    elif reply.kind in REFUSALS:
        yield _refusal(reply)
    elif reply.kind == "html":
        yield document(200, b"<html><body>Bad gateway</body></html>", "text/html")
    elif request.get("stream"):
        yield from _streamed(reply, request)
    else:
        yield _whole(reply, request)


def document(status: int, body: bytes, kind: str = "application/json", extra: str = "") -> bytes:
    """A complete HTTP/1.1 response with a length."""
    head = f"HTTP/1.1 {status} Scripted\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{extra}\r\n"
    return head.encode() + body


def _refusal(reply: Reply) -> bytes:
    status, code, message = REFUSALS[reply.kind]
    body = {"error": {"message": message, "type": code, "param": None, "code": code}}
    extra = f"retry-after: {reply.retry_after_s}\r\n" if reply.kind == "429-retry-after" else ""
    return document(status, json.dumps(body).encode(), extra=extra)


def _answer(reply: Reply, request: Mapping[str, Any]) -> str:
    if reply.kind == "empty":
        return ""
    if reply.kind != "echo":
        return reply.text
    prompt = " ".join(str(message.get("content", "")) for message in request.get("messages", ()))
    seen = dict.fromkeys(PLACEHOLDER.findall(prompt))
    return f"Hello {' and '.join(seen)}, nice to see you." if seen else "Hello, nice to see you."


def _pieces(reply: Reply, text: str) -> list[str]:
    if reply.cut == "one":
        return [text]
    if reply.cut == "characters":
        return list(text)
    return re.findall(r"\S+\s*|\s+", text)


def _finish(reply: Reply) -> str:
    return {"length": "length", "filter": "content_filter"}.get(reply.kind, "stop")


def _usage(reply: Reply) -> dict[str, int] | None:
    if reply.usage is None:
        return None
    prompt, completion = reply.usage
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def _streamed(reply: Reply, request: Mapping[str, Any]) -> Iterator[Step]:
    yield b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    if reply.kind == "hang-after-headers":
        yield Pause(float("inf"))
    model = str(request.get("model", ""))
    yield _event(model, {"role": "assistant", "content": ""})
    interval = reply.interval_s or (0.2 if reply.kind == "drip" else 0.0)
    breaks = reply.kind in {"stall", "abort", "malformed", "eof", "error-event"}
    for number, piece in enumerate(_pieces(reply, _answer(reply, request))):
        if breaks and number >= reply.after:
            break
        if interval and number:
            yield Pause(interval)
        yield _event(model, {"content": piece})
    yield from _broken(reply) if breaks else _completed(reply, model, request)


def _broken(reply: Reply) -> Iterator[Step]:
    if reply.kind == "stall":
        yield Pause(float("inf"))
    elif reply.kind == "abort":
        yield Pause(0.02)
        yield Abort()
    elif reply.kind == "malformed":
        yield _chunk(b'data: {"id": "chatcmpl-1", "choices": [{"delta": {"conte\n\n')
    elif reply.kind == "error-event":
        error = {"error": {"message": "SECRET-PROVIDER-TEXT upstream died", "type": "server_error", "code": 500}}
        yield _chunk(f"data: {json.dumps(error)}\n\n".encode())
    yield b"0\r\n\r\n"


def _completed(reply: Reply, model: str, request: Mapping[str, Any]) -> Iterator[Step]:
    yield _event(model, {}, finish=_finish(reply))
    usage = _usage(reply)
    if usage and (request.get("stream_options") or {}).get("include_usage"):
        yield _event(model, None, usage=usage)
    yield _chunk(b"data: [DONE]\n\n")
    yield b"0\r\n\r\n"


def _event(
    model: str, delta: dict[str, str] | None, finish: str | None = None, usage: dict[str, int] | None = None
) -> bytes:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    event = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": model,
        "choices": choices,
        "usage": usage,
    }
    return _chunk(f"data: {json.dumps(event)}\n\n".encode())


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _whole(reply: Reply, request: Mapping[str, Any]) -> bytes:
    message = {"role": "assistant", "content": _answer(reply, request)}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": request.get("model"),
        "choices": [{"index": 0, "message": message, "finish_reason": _finish(reply)}],
        "usage": _usage(reply),
    }
    return document(200, json.dumps(body).encode())
