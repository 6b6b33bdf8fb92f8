"""Which port is taken, and what is said about it."""

import socket
from collections.abc import Iterator

import pytest

from runtime.ports import LOOPBACK, NoFreePortError, choose_port, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def free() -> int:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        return int(listener.getsockname()[1])


def test_a_free_customary_port_is_used_without_a_word(free: int) -> None:
    choice = choose_port(free)
    assert (choice.port, choice.note) == (free, "")


def test_a_taken_port_is_avoided_and_said(taken: int) -> None:
    choice = choose_port(taken)
    assert choice.port > taken
    assert is_free(choice.port)
    assert choice.note == f"port {taken} is taken, using {choice.port}"


def test_the_port_of_the_last_run_comes_before_the_customary_one(free: int) -> None:
    choice = choose_port(8000, recorded=free)
    assert (choice.port, choice.note) == (free, "")


def test_a_recorded_port_that_is_taken_gives_way_to_the_customary_one(taken: int, free: int) -> None:
    choice = choose_port(free, recorded=taken)
    assert choice.port == free
    assert str(taken) in choice.note


def test_ports_that_were_refused_before_are_not_offered_again(free: int) -> None:
    assert choose_port(free, avoid=frozenset({free})).port != free


def test_having_no_port_left_is_an_error() -> None:
    with pytest.raises(NoFreePortError):
        choose_port(65535, avoid=frozenset({65535}))
