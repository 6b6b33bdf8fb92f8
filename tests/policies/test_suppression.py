"""What is too small to be shown cannot be worked out either: an attacker who knows all that is shown tries to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.reporting.suppression import Adding, Sum, hidden, is_small

MOST = 400


class Attacker:
    """Knows the sums and all that is shown, and of each hidden count that it is one or more."""

    def __init__(self, counts: Mapping[str, int], sums: Sequence[Sum], concealed: frozenset[str]) -> None:
        self.ranges = {key: (1, MOST) if key in concealed else (value, value) for key, value in counts.items()}
        # What is left of a whole is a count as well, though nobody wrote it down.
        self.rests = {f"rest{n}": _rest(each, counts) for n, each in enumerate(sums) if each.adding is Adding.PART}
        self.ranges |= {key: (0, MOST) for key in self.rests}
        self.sums = [
            Sum(whole=each.whole, parts=(*each.parts, f"rest{n}")) if each.adding is Adding.PART else each
            for n, each in enumerate(sums)
        ]

    def could_be_another(self, key: str, value: int) -> bool:
        """Say whether all that is shown fits another value of a hidden count."""
        low, high = self.ranges[key]
        others = [(low, value - 1), (value + 1, high)]
        return any(self._fits({**self.ranges, key: other}) for other in others if other[0] <= other[1])

    def _fits(self, ranges: dict[str, tuple[int, int]]) -> bool:
        narrowed = self._narrowed(ranges)
        if narrowed is None:
            return False
        free = [key for key, (low, high) in narrowed.items() if low < high]
        if not free:
            return True
        key = min(free, key=lambda each: (narrowed[each][1] - narrowed[each][0], each))
        low, high = narrowed[key]
        return any(self._fits({**narrowed, key: (each, each)}) for each in range(low, high + 1))

    def _narrowed(self, ranges: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]] | None:
        """Narrow each range by the sums until nothing changes; None where nothing fits."""
        ranges, changed = dict(ranges), True
        while changed:
            changed = False
            for each in self.sums:
                for key, low, high in self._bounds(each, ranges):
                    now = (max(low, ranges[key][0]), min(high, ranges[key][1]))
                    if now[0] > now[1]:
                        return None
                    changed, ranges[key] = changed or now != ranges[key], now
        return ranges

    def _bounds(self, each: Sum, ranges: Mapping[str, tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
        least, most = (sum(ranges[part][end] for part in each.parts) for end in (0, 1))
        whole = ranges[each.whole]
        overlapping = each.adding is Adding.OVERLAPPING
        yield each.whole, 0 if overlapping else least, most
        for part in each.parts:
            others = (least - ranges[part][0], most - ranges[part][1])
            yield part, whole[0] - others[1], MOST if overlapping else whole[1] - others[0]


def _rest(each: Sum, counts: Mapping[str, int]) -> int:
    return counts[each.whole] - sum(counts[part] for part in each.parts)


def safe(counts: Mapping[str, int], sums: Sequence[Sum]) -> frozenset[str]:
    """Return what is hidden, once the attacker has tried all of it."""
    concealed = hidden(counts, sums)
    assert {key for key, value in counts.items() if is_small(value)} <= concealed
    assert not {key for key, value in counts.items() if value == 0} & concealed
    attacker = Attacker(counts, sums, concealed)
    unknown = {key: counts[key] for key in concealed} | {
        key: value for key, value in attacker.rests.items() if is_small(value)
    }
    found = sorted(key for key, value in unknown.items() if not attacker.could_be_another(key, value))
    assert not found, (counts, concealed)
    return concealed


def a_table(cells: Sequence[Sequence[int]], *, beside: bool = True) -> tuple[dict[str, int], list[Sum]]:
    """Return the counts of a table, with totals below and beside, and its sums."""
    counts = {f"{r}/{c}": value for r, row in enumerate(cells) for c, value in enumerate(row)}
    rows, columns = range(len(cells)), range(len(cells[0]))
    counts |= {f"t/{c}": sum(row[c] for row in cells) for c in columns}
    sums = [Sum(whole=f"t/{c}", parts=tuple(f"{r}/{c}" for r in rows)) for c in columns]
    if beside:
        counts |= {f"{r}/t": sum(cells[r]) for r in rows} | {"t/t": sum(map(sum, cells))}
        sums += [Sum(whole=f"{r}/t", parts=tuple(f"{r}/{c}" for c in columns)) for r in (*rows, "t")]
        sums.append(Sum(whole="t/t", parts=tuple(f"{r}/t" for r in rows)))
    return counts, sums


SIZES = st.one_of(st.integers(0, 7), st.integers(0, 30))


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(SIZES, min_size=width, max_size=width), min_size=1, max_size=4)
    )
)
def test_no_hidden_cell_of_a_table_with_totals_can_be_worked_out(cells: list[list[int]]) -> None:
    counts, sums = a_table(cells)
    safe(counts, sums)


@settings(max_examples=150, deadline=None)
@given(st.lists(SIZES, min_size=1, max_size=7), st.sampled_from([Adding.ALL, Adding.PART]), SIZES)
def test_no_hidden_part_of_a_sum_can_be_worked_out(values: list[int], adding: Adding, rest: int) -> None:
    counts = {f"part{number}": value for number, value in enumerate(values)}
    counts["whole"] = sum(values) + (rest if adding is Adding.PART else 0)
    safe(counts, [Sum(whole="whole", parts=tuple(sorted(counts.keys() - {"whole"})), adding=adding)])


@settings(max_examples=100, deadline=None)
@given(st.lists(SIZES, min_size=1, max_size=5), st.data())
def test_no_hidden_theme_can_be_worked_out_from_how_many_complaints_there_are(
    values: list[int], data: st.DataObject
) -> None:
    counts = {f"theme{number}": value for number, value in enumerate(values)}
    counts["complaints"] = data.draw(st.integers(max(values), sum(values)))
    safe(
        counts,
        [Sum(whole="complaints", parts=tuple(sorted(counts.keys() - {"complaints"})), adding=Adding.OVERLAPPING)],
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(SIZES, min_size=2, max_size=4), st.lists(SIZES, min_size=2, max_size=4), st.integers(0, 60))
def test_one_whole_in_several_sums_gives_nothing_away(first: list[int], second: list[int], rest: int) -> None:
    whole = max(sum(first), sum(second)) + rest
    counts = {f"a{n}": value for n, value in enumerate(first)} | {f"b{n}": value for n, value in enumerate(second)}
    counts |= {"whole": whole, "again": whole}
    sums = [
        Sum(whole="whole", parts=tuple(f"a{n}" for n in range(len(first))), adding=Adding.PART),
        Sum(whole="whole", parts=tuple(f"b{n}" for n in range(len(second))), adding=Adding.PART),
        Sum(whole="again", parts=("whole",)),
    ]
    if first[0] + second[0] <= whole:
        sums.append(Sum(whole="whole", parts=("a0", "b0"), adding=Adding.PART))
    safe(counts, sums)


@given(st.lists(st.lists(SIZES, min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_same_counts_hide_the_same_in_whatever_order_they_come(cells: list[list[int]]) -> None:
    counts, sums = a_table(cells)
    assert hidden(counts, sums) == hidden(dict(reversed(counts.items())), sums)


def test_a_zero_and_five_are_shown_and_one_to_four_are_not() -> None:
    counts = {str(value): value for value in range(7)}
    assert hidden(counts, []) == {"1", "2", "3", "4"}


def test_a_single_small_cell_takes_the_smallest_other_one_with_it_and_leaves_the_total() -> None:
    counts = {"small": 3, "some": 9, "many": 40, "whole": 52}
    assert safe(counts, [Sum(whole="whole", parts=("small", "some", "many"))]) == {"small", "some"}


def test_two_small_cells_that_are_one_each_are_not_told_by_their_sum() -> None:
    counts = {"a": 1, "b": 1, "c": 30, "whole": 32}
    assert safe(counts, [Sum(whole="whole", parts=("a", "b", "c"))]) == {"a", "b", "c"}


def test_whoever_knows_that_one_is_small_and_the_other_is_not_learns_nothing() -> None:
    # 1 + 5 = 6 has no other answer of one small and one larger count, 1 + 30 = 31 has: 2 + 29.
    counts = {"a": 1, "b": 5, "c": 30, "whole": 36}
    assert safe(counts, [Sum(whole="whole", parts=("a", "b", "c"))]) == {"a", "c"}


def test_all_but_a_few_of_a_whole_are_not_shown_beside_it() -> None:
    # 98 of 100 says that it was otherwise for two.
    counts = {"in_time": 98, "judged": 100}
    whole = Sum(whole="judged", parts=("in_time",), adding=Adding.PART)
    assert safe(counts, [whole]) == {"in_time"}
    assert hidden({"in_time": 95, "judged": 100}, [whole]) == frozenset()
    assert hidden({"in_time": 100, "judged": 100}, [whole]) == frozenset()


def test_a_table_of_nothing_but_ones_shows_nothing() -> None:
    counts, sums = a_table([[1, 0], [0, 1]])
    assert safe(counts, sums) == {key for key, value in counts.items() if value}


def test_what_the_law_demands_or_counts_no_people_is_shown_however_few() -> None:
    assert hidden({"meetings": 2, "complaints": 2}, [], ["meetings"]) == {"complaints"}
    both = Sum(whole="received", parts=("one", "other"))
    assert hidden({"received": 9, "one": 2, "other": 7}, [both], ["received"]) == {"one", "other"}
    assert hidden({"received": 3, "one": 2, "other": 1}, [both], ["received"]) == {"one", "other"}


@pytest.mark.parametrize("width", [12, 20])
def test_a_table_of_a_whole_report_is_decided_at_once(width: int) -> None:
    cells = [[(row * 7 + column * 13) % 23 for column in range(width)] for row in range(30)]
    counts, sums = a_table(cells)
    concealed = hidden(counts, sums)
    small = sum(is_small(value) for value in counts.values())
    assert small <= len(concealed) < 2 * small
