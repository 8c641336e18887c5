# SPDX-License-Identifier: Apache-2.0
"""The real engines, opened once: they cost seconds."""

import asyncio

import pytest
from hypothesis import settings

from guards.conduct import Conduct, open_conduct
from guards.personal import PersonalData, open_personal_data

settings.register_profile("untimed", deadline=None)  # other work on the machine is no failure
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def personal_data() -> PersonalData:
    """The real finder."""
    return asyncio.run(open_personal_data())


@pytest.fixture(scope="session")
def conduct(personal_data: PersonalData) -> Conduct:
    """The real guards."""
    return asyncio.run(open_conduct(personal_data))
