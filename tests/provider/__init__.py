# SPDX-License-Identifier: Apache-2.0
"""An OpenAI-compatible provider on loopback that fails as real ones do, and keeps every byte it was sent.

In process: `async with open_provider() as provider:`; alone: `python -m tests.provider --port N`.
"""

from tests.provider.replies import KINDS, Reply
from tests.provider.server import Provider, Received, open_provider

__all__ = ["KINDS", "Provider", "Received", "Reply", "open_provider"]
