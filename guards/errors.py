# SPDX-License-Identifier: Apache-2.0
"""What can go wrong in the guards: they fail closed, so the turn stops.

GuardError
├── MaskingFailed    personal data could not be searched for: nothing may be sent
├── CheckFailed      an answer could not be checked: nothing more may be shown
└── ScreenFailed     what came in could not be screened: the turn does not begin
"""


class GuardError(Exception):
    """Base of all errors of the guards; never carries the text that was looked at."""


class MaskingFailed(GuardError):
    """Personal data could not be searched for, so nothing may be sent."""


class CheckFailed(GuardError):
    """An answer could not be checked, so nothing more may be shown."""


class ScreenFailed(GuardError):
    """What came in could not be screened for attacks, so the turn does not begin."""
