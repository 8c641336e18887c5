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
    "ACCOUNT_NUMBER",
    "US_SSN",
    "NATIONAL_ID",
    "PASSPORT",
    "DRIVER_LICENSE",
    "IP_ADDRESS",
    "URL",
    "CRYPTO",
    SECRET,
    "STREET_ADDRESS",
    "POST_CODE",
    "DATE_OF_BIRTH",
    "AGE",
    "TITLE",
    "NATIONALITY",
    "CUSTOMER_NUMBER",
    "ORDER_NUMBER",
    "POLICY_NUMBER",
    "LOCATION",
    "ORGANIZATION",
    LITERAL,
)
"""CUSTOMER_NUMBER, ORDER_NUMBER and POLICY_NUMBER are found only where a use case says what they look like."""

MILD = frozenset({"AGE", "TITLE", "NATIONALITY", "LOCATION", "ORGANIZATION"})
"""What tells something of a person but not who it is: found, and a use case's basic choice is to keep it."""

HIDDEN = "[hidden]"
"""What a person sees where a value may not be shown."""
