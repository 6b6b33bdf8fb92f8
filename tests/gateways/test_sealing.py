"""Secrets are sealed for one place, by the newest key, and open under no other."""

from __future__ import annotations

import base64

import pytest

from gateways.sealing import NoSecretsKey, Sealing, Unsealable, about, new_key

PLACE = about("carrier_setting.key_sealed", "a row")


def test_what_is_sealed_opens_again_and_never_looks_the_same_twice() -> None:
    sealing = Sealing.of(new_key())
    one, two = sealing.seal("a secret", PLACE), sealing.seal("a secret", PLACE)
    assert one != two and b"a secret" not in one
    assert sealing.unseal(one, PLACE) == sealing.unseal(two, PLACE) == "a secret"


def test_it_opens_in_its_own_place_alone() -> None:
    sealing = Sealing.of(new_key())
    sealed = sealing.seal("a secret", PLACE)
    with pytest.raises(Unsealable):
        sealing.unseal(sealed, about("carrier_setting.key_sealed", "another row"))


@pytest.mark.parametrize("where", [0, 1, 20, -1])
def test_what_was_changed_does_not_open_and_says_nothing(where: int) -> None:
    sealing = Sealing.of(new_key())
    sealed = bytearray(sealing.seal("a secret", PLACE))
    sealed[where] ^= 1
    with pytest.raises(Unsealable) as caught:
        sealing.unseal(bytes(sealed), PLACE)
    assert str(caught.value) == ""


@pytest.mark.parametrize("sealed", [b"", b"\x00", b"x" * 28])
def test_what_is_too_short_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Unsealable):
        Sealing.of(new_key()).unseal(sealed, PLACE)


def test_a_rotation_opens_what_the_old_key_sealed_and_seals_with_the_new() -> None:
    old, new = new_key(), new_key()
    sealed = Sealing.of(old).seal("a secret", PLACE)
    both = Sealing.of(f"{new}, {old}")
    assert both.unseal(sealed, PLACE) == "a secret"
    anew = both.seal("a secret", PLACE)
    assert Sealing.of(new).unseal(anew, PLACE) == "a secret"
    with pytest.raises(Unsealable):
        Sealing.of(old).unseal(anew, PLACE)


def test_without_a_key_nothing_is_sealed_and_nothing_opens() -> None:
    none = Sealing.of(None)
    assert not none.can_seal
    with pytest.raises(NoSecretsKey):
        none.seal("a secret", PLACE)
    with pytest.raises(NoSecretsKey):
        none.unseal(b"x" * 40, PLACE)


@pytest.mark.parametrize("key", ["short", base64.b64encode(b"x" * 16).decode(), "!" * 44])
def test_a_key_that_is_none_is_refused_without_being_named(key: str) -> None:
    with pytest.raises(ValueError) as caught:
        Sealing.of(key)
    assert key not in str(caught.value)
