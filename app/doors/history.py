# SPDX-License-Identifier: Apache-2.0
"""The history sidebar: Chainlit's data layer over our transcript, which the turn alone writes.

Chainlit writes messages unordered, before consent and masking, and by ids that a browser chose; so every
write of its own is dropped here, and what it may read or rename is the visitor's own.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from chainlit.data.base import BaseDataLayer
from chainlit.types import PageInfo, PaginatedResponse, Pagination, ThreadFilter
from chainlit.user import PersistedUser, User

from app.doors.face import Accounts, Transcripts
from app.doors.visitor import Visitor, visitor
from memory.errors import NotebookError, NotFound
from memory.ids import DEFAULT_TENANT, ConversationId, PersonId, Scope
from memory.values import Conversation, Message, Role

NAME = "Rapport"
"""The assistant's name in the page, as in .chainlit/config.toml."""

NOTICE = "notice-"
"""Before the id of a notice, so that the page draws it as one, and offers no reasons for it."""


class History(BaseDataLayer):  # type: ignore[misc]  # Chainlit ships no types
    """Reads the visitor's conversations; renames and deletes them when the page asks."""

    def __init__(self, accounts: Accounts, transcript: Transcripts, stop: Callable[[str], Awaitable[None]]) -> None:
        self._accounts, self._transcript, self._stop = accounts, transcript, stop

    async def get_user(self, identifier: str) -> PersistedUser | None:
        """The account behind an opaque id, as it is now."""
        account = await self._accounts.get(Scope(DEFAULT_TENANT, PersonId(identifier)))
        if account is None:
            return None
        person = account.scope.person
        return PersistedUser(
            id=person,
            createdAt="",
            identifier=person,
            display_name=account.name,
            metadata={"role": account.role},
        )

    async def create_user(self, user: User) -> PersistedUser | None:
        """Accounts are made by `rapport accounts`, never by a sign-in."""
        return await self.get_user(user.identifier)

    async def get_thread_author(self, thread_id: str) -> str:
        """The visitor for their own conversation; empty, which is 404, for another's as for none."""
        who = visitor()
        return who.scope.person if who and await self._own(who, thread_id) else ""

    async def get_thread(self, thread_id: str) -> dict[str, Any] | None:
        """The visitor's conversation with its messages; None for another's as for none."""
        who = visitor()
        conversation = await self._own(who, thread_id) if who else None
        if who is None or conversation is None:
            return None
        messages = await self._transcript.messages(who.scope, conversation.id)
        return _thread(conversation, who) | {"steps": _steps(conversation, who, messages)}

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> "PaginatedResponse[dict[str, Any]]":
        """A page of the visitor's conversations, newest first; whoever the filter names is not looked at."""
        who, first = visitor(), max(1, min(int(pagination.first), 100))
        if who is None:
            return PaginatedResponse(PageInfo(False, None, None), [])
        before = _moment(pagination.cursor)
        found = await self._transcript.conversations(
            who.scope, limit=first + 1, before=before, search=(filters.search or "").strip() or None
        )
        page = found[:first]
        end = page[-1].updated_at.isoformat() if page else None
        threads = [_thread(conversation, who) for conversation in page]
        return PaginatedResponse(PageInfo(len(found) > first, pagination.cursor, end), threads)

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Only a rename by the page is heeded; the socket's titles and session dumps are dropped."""
        who = visitor()
        if who is None or who.by != "page" or not name or not name.strip():
            return
        await self._transcript.rename(who.scope, ConversationId(thread_id), name.strip()[:200])

    async def delete_thread(self, thread_id: str) -> None:
        """Stops what is still being answered there, then deletes it."""
        who = visitor()
        if who is None or who.by != "page":
            return
        await self._stop(thread_id)
        try:
            await self._transcript.delete(who.scope, ConversationId(thread_id))
        except NotFound:
            return

    async def _own(self, who: Visitor, thread_id: str) -> Conversation | None:
        try:
            return await self._transcript.conversation(who.scope, ConversationId(thread_id))
        except NotebookError:
            return None

    async def create_step(self, step_dict: dict[str, Any]) -> None:
        """Dropped: the turn writes the transcript."""

    async def update_step(self, step_dict: dict[str, Any]) -> None:
        """Dropped: the turn writes the transcript."""

    async def delete_step(self, step_id: str) -> None:
        """Dropped: an edited message makes the journal cut what came after it."""

    async def create_element(self, element: object) -> None:
        """Dropped: there are no elements."""

    async def get_element(self, thread_id: str, element_id: str) -> None:
        """There are no elements."""

    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        """There are no elements."""

    async def upsert_feedback(self, feedback: object) -> str:
        """Dropped: feedback is not kept."""
        return ""

    async def delete_feedback(self, feedback_id: str) -> bool:
        """There is no feedback."""
        return False

    async def get_favorite_steps(self, user_id: str) -> list[dict[str, Any]]:
        """There are no favourites."""
        return []

    async def build_debug_url(self) -> str:
        """There is no page for debugging."""
        return ""

    async def close(self) -> None:
        """Nothing is held open here."""


def _thread(conversation: Conversation, who: Visitor) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "createdAt": _iso(conversation.updated_at),
        "name": conversation.title,
        "userId": who.scope.person,
        "userIdentifier": who.scope.person,
        "tags": [],
        "metadata": {},
        "steps": [],
        "elements": [],
    }


def _steps(conversation: Conversation, who: Visitor, messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    """The messages, each answer within a run as Chainlit draws a live one, so that it can be copied."""
    steps: list[dict[str, Any]] = []
    run = ""
    for message in messages:
        if message.role is Role.USER:
            run = f"run-{message.id}"
            steps.append(_step(conversation, message.id, "user_message", who.name, message) | {"parentId": None})
            steps.append(
                _step(conversation, run, "run", "on_message", message) | {"output": "", "parentId": message.id}
            )
            continue
        own_id = NOTICE + message.id if message.role is Role.NOTICE else message.id
        step = _step(conversation, own_id, "assistant_message", NAME, message)
        steps.append(step | {"parentId": run or None})
    return steps


def _step(conversation: Conversation, id: str, kind: str, name: str, message: Message) -> dict[str, Any]:
    at = _iso(message.created_at)
    return {
        "id": id,
        "threadId": conversation.id,
        "type": kind,
        "name": name,
        "input": "",
        "output": message.text,
        "createdAt": at,
        "start": at,
        "end": at,
        "metadata": {"stored": True},
        "tags": [],
        "streaming": False,
        "isError": False,
        "waitForAnswer": False,
    }


def _iso(at: datetime) -> str:
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _moment(cursor: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(cursor) if cursor else None
    except ValueError:
        return None
