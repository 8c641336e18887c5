# SPDX-License-Identifier: Apache-2.0
"""The kinds of personal data that the guards speak of; a placeholder's name is one of them."""

PERSON = "PERSON"
SECRET = "SECRET"
LITERAL = "LITERAL"
"""Text that looks like a placeholder already; it gets a placeholder of its own, so that it stays text."""

KINDS = (
    PERSON,
    "EMAIL_ADDRESS",
    "PHONE_NUMBER",
    "CREDIT_CARD",
    "IBAN_CODE",
    "US_SSN",
    "NATIONAL_ID",
    "IP_ADDRESS",
    "URL",
    "CRYPTO",
    SECRET,
    "STREET_ADDRESS",
    "DATE_OF_BIRTH",
    "LOCATION",
    "ORGANIZATION",
    LITERAL,
)

HIDDEN = "[hidden]"
"""What a person sees where a value may not be shown."""
