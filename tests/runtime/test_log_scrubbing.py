"""What must never reach a log, and what must stay readable there."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from runtime.logging import configure_logging
from runtime.scrubbing import is_nhs_number, scrub, scrub_text
from runtime.settings import Settings

SECRETS = (
    "jo.o'neill+nhs@example.nhs.uk",
    "07700 900123",
    "+44 20 7946 0958",
    "(020) 7946 0958",
    "0044 7700 900123",
    "943 476 5919",
    "9434765919",
    "postgresql+psycopg://redress_app:hush-hush@127.0.0.1/redress",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqbyJ9.c2lnbmF0dXJl",
)
HARMLESS = (
    "943 476 5918",
    "1234567890",
    "2026-11-22T13:40:49.531528Z",
    "018f3b1e-7c5a-7d3e-9b1a-0123456789ab",
    "complaint/018f3b1e-7c5a-7d3e-9b1a-012345678901",
    "CMP-7KQ2M9XA-4",
    "127.0.0.1:7233",
    "SI 2009/309 regulation 13",
    "took 0.012345678901 s",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_a_sentence_is_taken_out(secret: str) -> None:
    scrubbed = scrub_text(f"she said {secret} twice")
    assert secret not in scrubbed
    assert "hush" not in scrubbed
    assert scrubbed.startswith("she said ")
    assert scrubbed.endswith(" twice")


@pytest.mark.parametrize("harmless", HARMLESS)
def test_an_ordinary_number_or_name_stays(harmless: str) -> None:
    assert scrub_text(f"about {harmless} now") == f"about {harmless} now"


@pytest.mark.parametrize("key", ["password", "Authorization", "patient_name", "narrative", "nhsNumber", "postcode"])
def test_what_a_telling_key_holds_is_taken_out_at_any_depth(key: str) -> None:
    assert "quiet" not in repr(scrub({"outer": [{key: "quiet"}]}))


def test_numbers_flags_and_nothing_keep_their_type() -> None:
    event = {"count": 3, "late": True, "ratio": 0.5, "none": None, "nhs": 9434765919}
    assert scrub(event) == {
        "count": 3,
        "late": True,
        "ratio": 0.5,
        "none": None,
        "nhs": "[redacted]",
    }


@pytest.mark.parametrize(
    ("digits", "valid"),
    [("9434765919", True), ("9434765918", False), ("0000000000", True), ("943476591", False)],
)
def test_an_nhs_number_is_known_by_its_check_digit(digits: str, valid: bool) -> None:
    assert is_nhs_number(digits) is valid


def test_a_number_whose_check_digit_would_be_ten_is_none() -> None:
    # 1 x 10 + 1 x 2 leaves 1 on division by 11: the check digit would be 10.
    assert not any(is_nhs_number(f"100000001{last}") for last in range(10))


@pytest.fixture(params=["development", "production"])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging(Settings.model_validate({"environment": request.param}), stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_tracebacks_of_ours_and_of_libraries_are_scrubbed(written: io.StringIO) -> None:
    try:
        raise ValueError("jo@example.org rang")
    except ValueError:
        structlog.get_logger("ours").exception("failed", complaint="c-1")
        logging.getLogger("uvicorn.error").exception("failed for %s", "07700 900123")
    said = written.getvalue()
    assert said.count("ValueError: [redacted] rang") == 2
    assert "c-1" in said
    assert "jo@" not in said
    assert "900123" not in said


def test_production_writes_one_json_object_a_line() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure_logging(Settings.model_validate({"environment": "production"}), stream)
    logging.getLogger("temporalio.worker").warning("slow", extra={"email": "jo@example.org"})
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    event = json.loads(stream.getvalue())
    assert event["event"] == "slow"
    assert event["logger"] == "temporalio.worker"
    assert event["email"] == "[redacted]"
