"""Whether a webhook that came in was signed with a secret that we share: Standard Webhooks, version 1."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

_OLDEST: Final = timedelta(minutes=5)
_VERSION: Final = "v1,"
_MOST: Final = 8  # signatures of one webhook that are looked at
_LONGEST_ID: Final = 200


def is_signed(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> bool:
    """Say whether a body was signed with one of the secrets, less than five minutes ago or ahead.

    It takes as long whatever is wrong with a signature.
    """
    event_id, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    shown = headers.get("webhook-signature", "").split(" ")[:_MOST]
    good = False
    for secret in secrets:
        for each in shown:
            # `|=` and not `or`: each is compared.
            good |= _matches(f"{event_id}.{sent}.".encode() + body, secret, each)
    return good and len(event_id) <= _LONGEST_ID and _is_fresh(sent, now)


def _matches(content: bytes, secret: str, shown: str) -> bool:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        signature = base64.b64decode(shown.removeprefix(_VERSION).encode(), validate=True)
    except (binascii.Error, ValueError):
        return False
    expected = hmac.new(key, content, hashlib.sha256).digest()
    return hmac.compare_digest(expected, signature) and shown.startswith(_VERSION)


def _is_fresh(sent: str, now: datetime) -> bool:
    if not (sent.isascii() and sent.isdigit() and len(sent) <= 12):
        return False
    return abs(now.timestamp() - int(sent)) <= _OLDEST.total_seconds()
