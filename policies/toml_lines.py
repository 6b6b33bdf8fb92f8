"""Finds the line on which each key of a TOML text stands. The library that reads TOML keeps no positions.

It reads only text that was read as TOML before: it checks nothing, and gives up at the end of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

Place = tuple[str | int, ...]

_BARE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_BLANK = " \t"
_ENDS = ",]}\n#"


class Lines:
    """The lines of a TOML text, by the place of each key: `("clocks", 0, "rungs", 2, "unit")`."""

    def __init__(self, text: str) -> None:
        self._ends = [at for at, sign in enumerate(text) if sign == "\n"]
        self._places = _Scan(text).run()

    def of(self, place: Sequence[str | int]) -> int | None:
        """Return the line of a key, counted from one; of what holds it, where it stands nowhere itself."""
        for length in range(len(place), 0, -1):
            at = self._places.get(tuple(place[:length]))
            if at is not None:
                return bisect_right(self._ends, at - 1) + 1
        return None


class _Scan:
    """One walk through a text, from key to key."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._table: Place = ()
        self._places: dict[Place, int] = {}
        self._last: dict[Place, int] = {}

    def run(self) -> dict[Place, int]:
        """Return where each key begins."""
        while self._skip():
            begins = self._at
            if self._sees("["):
                self._head(begins)
            else:
                self._pair(self._table)
        return self._places

    def _head(self, begins: int) -> None:
        many = self._text.startswith("[[", begins)
        self._at += 2 if many else 1
        named = self._key()
        self._at = self._until("\n")
        place = self._inside((), named[:-1]) + named[-1:]
        if many:
            self._last[place] = self._last.get(place, -1) + 1
            self._places.setdefault(place, begins)
            place = (*place, self._last[place])
        else:
            place = self._inside((), named)
        self._table = place
        self._places[place] = begins

    def _inside(self, base: Place, named: Place) -> Place:
        """Return the place of a table, in the latest entry of every array of tables on the way."""
        for part in named:
            base = (*base, part)
            if base in self._last:
                base = (*base, self._last[base])
        return base

    def _pair(self, base: Place) -> None:
        begins = self._at
        place = base + self._key()
        for length in range(len(base) + 1, len(place) + 1):
            self._places.setdefault(place[:length], begins)
        self._at = self._until("=") + 1
        self._value(place)

    def _key(self) -> Place:
        parts: list[str] = []
        while True:
            self._blanks()
            if self._sees('"') or self._sees("'"):
                begins = self._at + 1
                self._string()
                parts.append(self._text[begins : self._at - 1])
            else:
                begins = self._at
                while self._at < len(self._text) and self._text[self._at] in _BARE:
                    self._at += 1
                parts.append(self._text[begins : self._at])
            self._blanks()
            if not self._sees("."):
                return tuple(parts)
            self._at += 1

    def _value(self, place: Place) -> None:
        self._blanks()
        if self._sees('"') or self._sees("'"):
            self._string()
        elif self._sees("["):
            self._array(place)
        elif self._sees("{"):
            self._inline(place)
        else:
            while self._at < len(self._text) and self._text[self._at] not in _ENDS:
                self._at += 1

    def _array(self, place: Place) -> None:
        self._at += 1
        number = 0
        while self._skip() and not self._sees("]"):
            if self._sees(","):
                self._at += 1
                continue
            self._places[(*place, number)] = self._at
            self._value((*place, number))
            number += 1
        self._at += 1

    def _inline(self, place: Place) -> None:
        self._at += 1
        while self._skip() and not self._sees("}"):
            if self._sees(","):
                self._at += 1
                continue
            self._pair(place)
        self._at += 1

    def _string(self) -> None:
        """Step over a string of any of the four kinds."""
        quote = self._text[self._at]
        mark = quote * 3 if self._text.startswith(quote * 3, self._at) else quote
        self._at += len(mark)
        while self._at < len(self._text) and not self._text.startswith(mark, self._at):
            self._at += 2 if quote == '"' and self._sees("\\") else 1
        self._at += len(mark)
        while len(mark) == 3 and self._sees(quote):  # a text may end in quotes of its own
            self._at += 1

    def _skip(self) -> bool:
        """Step over blanks, lines and comments. Say whether anything follows."""
        while self._at < len(self._text):
            if self._text[self._at] == "#":
                self._at = self._until("\n")
            elif self._text[self._at].isspace():
                self._at += 1
            else:
                return True
        return False

    def _blanks(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in _BLANK:
            self._at += 1

    def _until(self, sign: str) -> int:
        found = self._text.find(sign, self._at)
        return len(self._text) if found < 0 else found

    def _sees(self, sign: str) -> bool:
        return self._text.startswith(sign, self._at)
