# SPDX-License-Identifier: Apache-2.0
"""What every answer of the server carries, and a page that asks no other host for anything."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOREIGN = re.compile(r'\s*<link\b[^>]*\bhref="https?://[^>]*>|\s*<meta property="og:(?:image|url)"[^>]*>')
"""Links to other hosts in Chainlit's page: fonts, preconnects, KaTeX; and previews that name one."""

INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)

BODY = 64 * 1024
"""Bytes that a request may send."""

KEPT = 60 * 60 * 24 * 365
"""Seconds that a file with its digest in its name may be kept by a browser."""


def own_page(html: str) -> str:
    """Chainlit's page without links to other hosts; the ones that matter are our own files."""
    return FOREIGN.sub("", html)


def content_policy(html: str, origins: Sequence[str], ancestors: Sequence[str] = ()) -> str:
    """The content security policy of the page: scripts by file or by digest, never by evaluation.

    `unsafe-inline` stands for style alone: Chainlit's toasts and scroll areas write style elements.
    """
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in INLINE.findall(html)]
    sockets = [re.sub(r"^http", "ws", origin) for origin in origins]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *(f"'sha256-{digest}'" for digest in digests)],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *sockets],
        "worker-src": ["'none'"],
        "manifest-src": ["'self'"],
        "frame-ancestors": list(ancestors) or ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


class SecurityHeaders:
    """Adds the headers to every answer, also to errors and to Chainlit's own routes."""

    def __init__(self, app: ASGIApp, policy: str, framed: bool = False) -> None:
        self._app = app
        self._fixed = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "x-robots-tag": "noindex",
        } | ({} if framed else {"x-frame-options": "DENY"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secure, path = scope["scheme"] == "https", scope["path"]

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._fixed.items():
                    headers[name] = value
                headers.setdefault("cache-control", _kept(path, message["status"]))
                if secure:
                    headers["strict-transport-security"] = "max-age=31536000"
                    message["headers"] = [_over_tls(*header) for header in message["headers"]]
            await send(message)

        await self._app(scope, receive, sealed)


class OwnOrigin:
    """Refuses what another site's page sends here, hosts that are not ours, and bodies over the limit.

    A browser names the page's origin with every changing request; without it only a page of our own or a
    program that is no browser can be asking.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str], roomy: Mapping[str, int] = MappingProxyType({})) -> None:
        """Routes that are `roomy` take bodies of so many bytes; all others BODY."""
        self._app, self._origins, self._roomy = app, frozenset(origins), roomy
        self._hosts = frozenset(urlsplit(origin).netloc.encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] == "/health":
            await self._app(scope, receive, send)
            return
        headers, limit = dict(scope["headers"]), self._roomy.get(scope["path"], BODY)
        if headers.get(b"host", b"").lower() not in self._hosts:
            await _refuse(scope, receive, send, 421, "This address is not served here: set RAPPORT_ALLOWED_ORIGINS.")
        elif scope["type"] == "http" and scope["method"] not in ("GET", "HEAD", "OPTIONS") and self._foreign(headers):
            await _refuse(scope, receive, send, 403, "Refused: the request came from another site.")
        elif scope["type"] == "http" and int(headers.get(b"content-length", b"0") or 0) > limit:
            await _refuse(scope, receive, send, 413, "The request is too large.")
        else:
            await self._app(scope, _bounded(receive, limit), send)

    def _foreign(self, headers: dict[bytes, bytes]) -> bool:
        origin = headers.get(b"origin")
        if origin is not None:
            return origin.decode("latin-1") not in self._origins
        return headers.get(b"sec-fetch-site", b"none") not in (b"same-origin", b"none")


def _bounded(receive: Receive, limit: int) -> Receive:
    """Ends the request as if the client had left once it sent more than it may."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > limit else message

    return counted


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body = f'{{"detail":"{detail}"}}'.encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _kept(path: str, status: int) -> str:
    if path.startswith("/assets/") and status == 200:
        return f"public, max-age={KEPT}, immutable"
    return "no-cache" if path.startswith(("/public/", "/logo", "/favicon")) else "no-store"


def _over_tls(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() == b"set-cookie" and b"secure" not in value.lower():
        return name, value + b"; Secure"
    return name, value
