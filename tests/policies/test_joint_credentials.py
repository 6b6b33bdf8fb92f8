"""The credential of one contribution: made by both sides alike, good for that contribution and number alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from policies.joint_credentials import check, make

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()
ID = UUID("0192f0c1-6d1e-7cc3-9d0f-3b1f0f9a1c11")


def as_another_vendor_would(secret: str, contribution_id: str, number: int) -> str:
    """The ten lines of docs/joint-protocol.md."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"redress-joint-credential.v1\n{contribution_id}\n{number}".encode()
    mac = hmac.new(key, signed, hashlib.sha256).digest()
    return f"rj1.{contribution_id}.{number}." + base64.urlsafe_b64encode(mac).decode().rstrip("=")


def test_both_sides_make_the_same_and_the_document_has_it_as_a_vector() -> None:
    document = Path("docs/joint-protocol.md").read_text()
    assert SECRET in document and str(ID) in document
    for number in (1, 2):
        assert make(SECRET, ID, number) == as_another_vendor_would(SECRET, str(ID), number)
        assert make(SECRET, ID, number) in document


def test_it_opens_its_own_contribution_under_its_present_number_by_any_secret_that_holds() -> None:
    shown = make(SECRET, ID, 1)
    assert check(shown, ID, 1, [SECRET]) and check(shown, ID, 1, [OTHER, SECRET])
    for wrong in (
        check(shown, ID, 2, [SECRET]),
        check(shown, uuid4(), 1, [SECRET]),
        check(shown, ID, 1, [OTHER]),
        check(shown, ID, 1, []),
    ):
        assert wrong is False


@pytest.mark.parametrize(
    "change",
    [
        lambda shown: shown + "=",
        lambda shown: shown.upper(),
        lambda shown: shown[:-1],
        lambda shown: shown.replace("rj1", "rj2"),
        lambda shown: shown.replace(".1.", ".01."),
        lambda shown: shown.replace(".1.", ".2."),
        lambda shown: shown + "\n",
        lambda _: "",
        lambda _: "\ud800é" * 20,
    ],
)
def test_whatever_is_changed_in_it_makes_it_worthless(change: object) -> None:
    assert callable(change)
    assert check(change(make(SECRET, ID, 1)), ID, 1, [SECRET]) is False


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", SECRET.removeprefix("whsec_"), "whsec_é"])
def test_what_is_no_secret_makes_no_credential(secret: str) -> None:
    with pytest.raises(ValueError, match="shared secret"):
        make(secret, ID, 1)
