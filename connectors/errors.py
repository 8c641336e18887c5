# SPDX-License-Identifier: Apache-2.0
"""What can go wrong outside.

ConnectorError
├── ModelUnavailable   no model gave an answer; `reason` is one of REASONS
└── ModelMisconfigured a model's name or key is wrong: the operator must act
"""

from typing import Literal

Reason = Literal["auth", "busy", "server", "timeout", "connection", "empty", "policy", "length", "malformed", "unknown"]


class ConnectorError(Exception):
    """Base of all errors of the connectors; carries data, never a provider's text."""


class ModelUnavailable(ConnectorError):
    """No model gave an answer."""

    def __init__(self, reason: Reason, model: str = "") -> None:
        self.reason: Reason = reason
        self.model = model
        super().__init__(f"no answer from {model or 'any model'}: {reason}")


class ModelMisconfigured(ConnectorError):
    """A model's name or key is wrong; its text says which setting to mend."""
