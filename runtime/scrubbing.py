"""Takes personal data and secrets out of whatever is about to be logged.

A net, not a promise: log ids and stages, never words. What falls through other hands is caught here.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

REDACTED = "[redacted]"

_KEYS = re.compile(
    r"password|passwd|secret|authori[sz]ation|cookie|token|api_?key|dsn"
    r"|email|phone|mobile|address_line|postcode|nhs_?number|date_of_birth|birth"
    r"|full_?name|given_?name|family_?name|first_?name|last_?name|complainant_name|patient_name"
    r"|narrative|words|message_body|request_body|body_text",
    re.IGNORECASE,
)
_URL_PASSWORD = re.compile(r"(://[^\s:/@]+:)[^\s@/]+@")
_JWT = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.:+-])(?:(?:\+|00)44[\s-]?(?:\(0\)[\s-]?)?|\(?0)(?:\d\)?[\s-]?){8,9}\d(?![\w-])")
_TEN_DIGITS = re.compile(r"(?<![\w.-])(\d{3})([ -]?)(\d{3})\2(\d{4})(?![\w-])")


def scrub_event(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Scrub a whole log event: a structlog processor."""
    for key, value in event.items():
        event[key] = scrub(value, key)
    return event


def scrub(value: Any, key: str = "") -> Any:
    """Return the value without what it should not hold; containers are scrubbed through and through."""
    if key.startswith("_"):
        # structlog's own entries, taken out before anything is written.
        return value
    if key and _KEYS.search(key) and value is not None and not isinstance(value, bool):
        return REDACTED
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, Mapping):
        return {name: scrub(entry, str(name)) for name, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(entry) for entry in value]
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int):
        return REDACTED if is_nhs_number(str(value)) else value
    return scrub_text(str(value))


def scrub_text(text: str) -> str:
    """Replace passwords in URLs, tokens, e-mail addresses, UK phone numbers and NHS numbers."""
    text = _URL_PASSWORD.sub(rf"\1{REDACTED}@", text)
    text = _JWT.sub(REDACTED, text)
    text = _EMAIL.sub(REDACTED, text)
    text = _TEN_DIGITS.sub(_without_nhs_number, text)
    return _PHONE.sub(REDACTED, text)


def is_nhs_number(digits: str) -> bool:
    """Tell whether ten digits carry the NHS number's check digit (modulus 11)."""
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit():
        return False
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9]))
    check = (11 - total % 11) % 11
    return check == int(digits[9])


def _without_nhs_number(match: re.Match[str]) -> str:
    digits = match.group(1) + match.group(3) + match.group(4)
    return REDACTED if is_nhs_number(digits) else match.group(0)
