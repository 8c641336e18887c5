# SPDX-License-Identifier: Apache-2.0
"""What an answer is checked for, one file a check; imports guardrails-ai, so it is imported late."""

from guards.validators.links import Links
from guards.validators.personal_leak import PersonalLeak
from guards.validators.prompt_leak import PromptLeak
from guards.validators.secrets import Secrets
from guards.validators.volunteered import Volunteered

__all__ = ["Links", "PersonalLeak", "PromptLeak", "Secrets", "Volunteered"]
