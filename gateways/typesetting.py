"""What a letter is to whoever typesets it, and what a typesetter promises: an accessible PDF, of equal words equal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

PDF: Final = "application/pdf"


class CannotTypeset(Exception):
    """No retry will make a PDF of this letter. `code` says why and holds no words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Letter(Protocol):
    """The words of a letter, and whose and when it is. Nothing in it is markup."""

    @property
    def organisation(self) -> str:
        """Return the name of the organisation that writes."""
        ...

    @property
    def reference(self) -> str:
        """Return the reference of the complaint."""
        ...

    @property
    def recipient(self) -> str | None:
        """Return the name of the person it is to, where it is known."""
        ...

    @property
    def address(self) -> str | None:
        """Return that person's postal address, in lines."""
        ...

    @property
    def subject(self) -> str:
        """Return what it is about: the title of the document."""
        ...

    @property
    def body(self) -> str:
        """Return its text; gateways/letter_blocks.py says how it is read."""
        ...

    @property
    def dated(self) -> datetime:
        """Return when it was released, or drafted."""
        ...

    @property
    def draft(self) -> bool:
        """Say whether nobody has released it: then each page says so."""
        ...

    @property
    def large_print(self) -> bool:
        """Say whether it is needed in large print: the same words, on a sheet of its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeset:
    """A letter as PDF, and what made it: the version of the sheet, and of the program."""

    content: bytes
    sheet: int
    program: str


class Typesetter(Protocol):
    """Make letters into PDF."""

    async def typeset(self, letter: Letter, language: str = "en-GB") -> Typeset:
        """Return the letter as PDF/UA-1: the same words, the same bytes. Raises CannotTypeset."""
        ...


def file_name(letter: Letter) -> str:
    """Return the name of a letter's file: of codes alone, so that a folder of letters tells nothing about people."""
    return f"{'draft' if letter.draft else 'letter'}-{letter.reference}.pdf"
