# SPDX-License-Identifier: Apache-2.0
"""A stream of pieces told in a few words, so that a test can state the whole of it."""

from collections.abc import AsyncIterator, Sequence

from connectors.chat import ChatMessage, Ended, Piece, Started, Switched, Text

HELLO: Sequence[ChatMessage] = (ChatMessage("user", "[[message]]\nhello\n[[/message]]"),)


async def tell(pieces: AsyncIterator[Piece]) -> list[str]:
    """Text in a row is joined; the rest is told as "asks X", "X failed: why", "X ended: how"."""
    told: list[str] = []
    texts: list[str] = []
    async for piece in pieces:
        if isinstance(piece, Text):
            texts.append(piece.text)
            continue
        if texts:
            told.append(repr("".join(texts)))
            texts.clear()
        told.append(_line(piece))
    return [*told, *([repr("".join(texts))] if texts else [])]


def _line(piece: Started | Switched | Ended) -> str:
    match piece:
        case Started(model):
            return f"asks {model}"
        case Switched(failed, reason):
            return f"{failed} failed: {reason}"
        case Ended(usage, finish_reason):
            return f"{usage.model} ended: {finish_reason}"
