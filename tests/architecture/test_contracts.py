"""What may travel through a history, by type: nothing that could hold a word, and nothing that changes."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import types
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from temporalio.contrib.pydantic import pydantic_data_converter

import contracts
from contracts.change_sets import ChangeSetProgress
from contracts.code import Code
from contracts.complaint import ComplaintState
from contracts.imports import ImportProgress

PLAIN = (UUID, datetime, date, timedelta, Decimal, int, bool)
# The states that a workflow carries alone.
MUTABLE = (ComplaintState, ChangeSetProgress, ImportProgress)


def modules() -> list[types.ModuleType]:
    return [importlib.import_module(f"contracts.{found.name}") for found in pkgutil.iter_modules(contracts.__path__)]


def contract_types() -> list[type]:
    """Return every dataclass that a module of contracts/ defines."""
    return [
        found
        for module in modules()
        for found in vars(module).values()
        if isinstance(found, type) and dataclasses.is_dataclass(found) and found.__module__ == module.__name__
    ]


CONTRACTS = contract_types()


def leaves(hint: Any) -> Iterator[Any]:
    """Return the types inside a field's type: of a tuple its items, of an optional what it may be."""
    origin = get_origin(hint)
    if origin in (types.UnionType, Union):
        present = [arm for arm in get_args(hint) if arm is not type(None)]
        assert len(present) == 1, f"{hint}: a choice of types cannot be told apart in a history"
        yield from leaves(present[0])
    elif origin is tuple:
        for item in get_args(hint):
            if item is not Ellipsis:
                yield from leaves(item)
    else:
        yield hint


def may_travel(leaf: Any) -> bool:
    if not isinstance(leaf, type):
        return False
    return leaf in PLAIN or leaf in CONTRACTS or issubclass(leaf, StrEnum)


def test_contracts_were_found() -> None:
    assert len(CONTRACTS) >= 25


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_a_contract_holds_nothing_that_could_be_a_word(contract: type) -> None:
    if contract is Code:
        return
    for name, hint in get_type_hints(contract).items():
        for leaf in leaves(hint):
            assert may_travel(leaf), f"{contract.__name__}.{name}: {leaf!r} may not travel. Words stay in PostgreSQL."


def test_code_is_the_only_holder_of_a_string() -> None:
    assert get_type_hints(Code) == {"value": str}


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_a_contract_is_frozen_slotted_and_named_by_keyword(contract: Any) -> None:
    how = contract.__dataclass_params__
    assert how.frozen is (contract not in MUTABLE)
    assert "__slots__" in vars(contract)
    if contract is not Code:
        assert all(field.kw_only for field in dataclasses.fields(contract))


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__)
def test_a_closed_set_in_contracts_is_spelled_in_words_that_are_codes(module: types.ModuleType) -> None:
    for found in vars(module).values():
        if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum:
            assert [Code(member.value) for member in found]


# Through the converter and back.

CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True).map(Code)
INSTANTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2999, 1, 1), timezones=st.just(UTC))


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for a field's type."""
    origin = get_origin(hint)
    if origin in (types.UnionType, Union):
        return st.one_of([st.none() if arm is type(None) else anything(arm) for arm in get_args(hint)])
    if origin is tuple:
        items = get_args(hint)
        if items[-1] is Ellipsis:
            return st.lists(anything(items[0]), max_size=2).map(tuple)
        return st.tuples(*map(anything, items))
    known: dict[Any, st.SearchStrategy[Any]] = {
        Code: CODES,
        datetime: INSTANTS,
        int: st.integers(min_value=-(2**53), max_value=2**53),
        timedelta: st.integers(min_value=0, max_value=10**9).map(lambda n: timedelta(seconds=n)),
        Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**6),
    }
    if hint in known:
        return known[hint]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        fields = {name: anything(field) for name, field in get_type_hints(hint).items()}
        return st.builds(hint, **fields)
    return st.from_type(hint)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_a_contract_comes_back_from_a_history_as_it_went_in(contract: type) -> None:
    converter = pydantic_data_converter.payload_converter

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(value=anything(contract))
    def comes_back(value: Any) -> None:
        (payload,) = converter.to_payloads([value])
        assert converter.from_payloads([payload], [contract]) == [value]

    comes_back()


@pytest.mark.parametrize("words", ["two words", "", "a@example.org", "naïve", "x" * 65, "-leading", "line\n"])
def test_words_in_the_place_of_a_code_are_refused_when_a_payload_is_read(words: str) -> None:
    converter = pydantic_data_converter.payload_converter
    (payload,) = converter.to_payloads([{"value": words}])
    with pytest.raises(ValueError, match="not a code"):
        converter.from_payloads([payload], [Code])
