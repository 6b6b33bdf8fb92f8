"""The local scanner finds the EICAR test file wherever it hides, and says nothing of anything else."""

from __future__ import annotations

import io
import zipfile

import pytest

from gateways.scanning import CHUNK, EICAR, Clean, Infected, LocalScanner, ScannerAway

FOUND = Infected(signature="Eicar-Test-Signature")


def document(content: bytes, *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("word/embeddings/note.txt", content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (EICAR, FOUND),
        (b"Dear all,\n" + EICAR + b"\nregards", FOUND),
        (b"x" * (CHUNK - 10) + EICAR, FOUND),  # across the border of two chunks
        (EICAR[:-1], Clean()),
        (b"%PDF-1.7 nothing", Clean()),
        (b"", Clean()),
        (document(EICAR), FOUND),
        (document(b"nothing"), Clean()),
    ],
)
async def test_the_test_file_is_found_wherever_it_hides(content: bytes, finding: object) -> None:
    source = io.BytesIO(content)
    source.seek(0, io.SEEK_END)
    assert await LocalScanner().scan(source) == finding


async def test_a_document_that_cannot_be_opened_has_no_verdict() -> None:
    whole = document(b"nothing")
    with pytest.raises(ScannerAway):
        await LocalScanner().scan(io.BytesIO(whole[:-30]))


@pytest.mark.parametrize("name", ["", "a b", "Zoë", "x" * 65, "Una Sample\n", "../etc"])
def test_a_signature_that_is_no_code_is_not_repeated(name: str) -> None:
    assert Infected.named(name) == Infected(signature=None)


def test_a_signature_that_is_a_code_is_told() -> None:
    assert Infected.named("Win.Test.EICAR_HDB-1").signature == "Win.Test.EICAR_HDB-1"
