# SPDX-License-Identifier: Apache-2.0
"""What an answer is checked for, one file a check; imports guardrails-ai, so it is imported late."""

from guards.validators.panel import panel
from guards.validators.table import TABLE

__all__ = ["TABLE", "panel"]
