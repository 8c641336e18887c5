# SPDX-License-Identifier: Apache-2.0
"""Alembic's revisions of the memory database, one file each, oldest first."""

HEAD = "0007"
"""The newest revision; looked at before Alembic is loaded, and compared with it in a test."""
