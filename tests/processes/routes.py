# SPDX-License-Identifier: Apache-2.0
"""Every route and socket event of the web door, by whose things it shows."""

FACT = (
    "PATCH /rapport/memory/{fact}",
    "DELETE /rapport/memory/{fact}",
    "PUT /rapport/memory/{fact}/hidden",
    "GET /rapport/memory/{fact}/history",
    "POST /rapport/erase/item/{fact}",
)
ANSWER = ("GET /rapport/why/{answer}", "PUT /rapport/why/{answer}/memories/{memory}")
CONVERSATION = (
    "GET /thread/{id}",
    "GET /project/thread/{UUID4}",
    "PUT /project/thread",
    "DELETE /project/thread",
    "POST /rapport/erase/conversation/{conversation}",
)
"""Routes by the kind of id that they take: each is tried with the other's."""

OWN = (
    "GET /rapport/me",
    "PUT /rapport/consent",
    "GET /rapport/memory",
    "GET /rapport/export",
    "POST /rapport/import",
    "GET /user",
    "GET /project/settings",
    "POST /project/threads",
)
"""Takes no id of a thing: answers for whoever signed in, and for nobody else."""

ONESELF = ("POST /rapport/erase/me",)
"""Erases whoever signed in, who must say their password again."""

LOCAL = (
    "POST /local/turn",
    "POST /local/memory",
    "POST /local/erase",
    "POST /local/reindex",
    "POST /local/consolidate",
    "POST /local/knowledge",
)
"""For this machine's commands: without the data folder's token there is no such route."""

OPEN = (
    "GET /", "HEAD /", "GET /login", "HEAD /login", "POST /login", "POST /logout", "POST /set-session-cookie",
    "GET /favicon", "GET /logo", "GET /avatars/{name}", "MOUNT /public", "MOUNT ", "GET /assets/{name}",
    "GET /auth/config", "GET /project/translations", "GET /health",
)  # fmt: skip
"""The same for everybody: the page, its files, signing in and out."""

EVENTS = ("connect", "disconnect", "connection_successful", "clear_session", "client_message", "edit_message", "stop")
"""What a page may send over the socket."""
