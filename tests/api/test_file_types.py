"""What a file is, by its content alone, and documents that may not be kept."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import file_types as types
from api.attachments import clean_name
from api.zip_checks import UnsafeArchive
from tests.api.documents import HARMFUL, SAMPLES, SHEET, WORD, archive


def found(content: bytes) -> frozenset[str]:
    return types.types_of(io.BytesIO(content), len(content))


def test_there_is_a_sample_of_every_type_that_may_be_attached() -> None:
    assert set(SAMPLES) == set(types.ALLOWED)


@pytest.mark.parametrize("media_type", SAMPLES)
def test_every_type_is_known_by_its_content(media_type: str) -> None:
    also = {types.TEXT: {types.CSV}, types.CSV: {types.TEXT}, types.EML: {types.TEXT, types.CSV}}
    assert found(SAMPLES[media_type]) == {media_type} | also.get(media_type, set())


@pytest.mark.parametrize(
    ("content", "could_be"),
    [
        (b"MZ\x90\x00", set()),
        (b"\x7fELF\x02\x01\x01\x00", set()),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rXXXX", set()),
        (b"RIFF\x24\x00\x00\x00AVI LIST", set()),
        (b"\x00\x00\x00\x1cftypqt  ", set()),
        (b"\xff\xfe\x00a", set()),  # text of another encoding
        (b"caf\xe9", set()),
        (b"a\x00b", set()),
        (b"\xff\xfb\x90\x64" + bytes(40), {types.MP3}),
        (b"\xff\xf1\x50\x80" + bytes(40), set()),  # AAC
        (b"Dear all: from me\n", {types.TEXT, types.CSV}),
        (b"Received: by a; x\nFrom: caf\xe9@b\n\nx", {types.EML}),
        (b"Subject: x\nDate: y\n\nno sender", {types.TEXT, types.CSV}),
        (archive({"a.txt": b"x"}), set()),  # an archive that is no document
        (archive(WORD, SHEET), {types.DOCX, types.XLSX}),
        (archive({"word/document.xml": b"x"}), set()),
        (archive({"mimetype": types.ODT.encode()}), set()),
        (archive(WORD, {"word/media/a.emz": b"\x1f\x8bpicture"}), {types.DOCX}),
    ],
)
def test_what_shows_another_type_or_none_is_not_taken_for_it(content: bytes, could_be: set[str]) -> None:
    assert found(content) == could_be


@pytest.mark.parametrize("case", HARMFUL)
def test_a_document_that_means_harm_is_refused_for_what_it_is(case: str) -> None:
    content, code = HARMFUL[case]
    with pytest.raises(UnsafeArchive) as unsafe:
        found(content)
    assert unsafe.value.code == code


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 400), st.sampled_from(sorted(SAMPLES)))
def test_nothing_that_is_sent_breaks_the_look(noise: bytes, at: int, media_type: str) -> None:
    whole = SAMPLES[media_type]
    content = whole[:at] + noise + whole[at + len(noise) :]
    try:
        assert found(content) <= set(types.ALLOWED)
    except UnsafeArchive as unsafe:
        assert unsafe.code.startswith(("archive_", "macros"))


@pytest.mark.parametrize(
    ("declared", "media_type"),
    [
        ("application/pdf", types.PDF),
        ("Image/JPG", types.JPEG),
        ("text/plain; charset=utf-8", types.TEXT),
        ("application/vnd.ms-excel", types.CSV),
        ("audio/x-m4a", types.M4A),
        ("text/html", None),
        ("application/zip", None),
        ("application/vnd.ms-word.document.macroenabled.12", None),
        ("application/octet-stream", None),
        ("", None),
        (None, None),
    ],
)
def test_a_declared_type_is_one_of_ours_or_none(declared: str | None, media_type: str | None) -> None:
    assert types.declared_type(declared) == media_type


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Una\\letter.pdf", "letter.pdf"),
        ("gnp.\u202eexe\u202c.pdf", "gnp.exe.pdf"),
        ("a\x00b\r\nc\u2028d.pdf", "abcd.pdf"),
        ("\ud800.pdf", "pdf.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
        (None, "file.pdf"),
        ("Zoë’s Brief 📄.pdf", "Zoë’s Brief 📄.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("x" * 300, "x" * 196 + ".pdf"),
        ("LETTER.PDF", "LETTER.PDF"),
    ],
)
def test_a_name_has_no_folders_and_nothing_that_deceives_the_eye(given_name: str | None, kept: str) -> None:
    assert clean_name(given_name, types.PDF) == kept


@pytest.mark.parametrize(
    ("given_name", "media_type", "kept"),
    [
        ("run-me.js", types.TEXT, "run-me.js.txt"),
        ("run-me.bat", types.CSV, "run-me.bat.csv"),
        ("page.HTML", types.TEXT, "page.HTML.txt"),
        ("letter.docm", types.DOCX, "letter.docm.docx"),
        ("letter.doc", types.DOCX, "letter.doc.docx"),
        ("rows.csv", types.TEXT, "rows.csv"),
        ("photo.JPEG", types.JPEG, "photo.JPEG"),
    ],
)
def test_a_name_ends_as_its_content_does_so_that_nothing_is_run_by_opening_it(
    given_name: str, media_type: str, kept: str
) -> None:
    assert clean_name(given_name, media_type) == kept
