# SPDX-License-Identifier: Apache-2.0
"""What the tests of the connectors share: a loopback provider, and a chain of models pointed at it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from connectors.litellm_chat import Limits, LitellmChat, open_litellm_chat
from tests.provider import Provider, open_provider

LITELLM_WARNS = pytest.mark.filterwarnings(
    # LiteLLM 1.106.2 reads every attribute of a pydantic model, also the deprecated ones.
    "ignore:Accessing the 'model_:DeprecationWarning",
    # It silences this one itself, but only for the test that happens to import it first.
    "ignore:Item '.*' on TypedDict class:UserWarning",
)
Opens = Callable[..., AbstractAsyncContextManager[LitellmChat]]


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """A loopback provider of one's own."""
    async with open_provider() as provider:
        yield provider


@pytest.fixture
def opens(provider: Provider) -> Opens:
    """Opens a chain of models of that provider, with waits short enough for a test."""

    def opens(*models: str, **limits: float) -> AbstractAsyncContextManager[LitellmChat]:
        chosen: dict[str, float] = {"total_s": 20, "first_token_s": 5, "stall_s": 5, **limits}
        return open_litellm_chat([f"{model}@{provider.base_url}" for model in models], Limits(**chosen))  # type: ignore[arg-type]  # failures is an int

    return opens
