"""Where settings come from, and that stack.json holds no secret."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime import places
from runtime.processes import Process
from runtime.settings import SettingMissingError, Settings, load_settings
from runtime.stack_file import Stack, read_stack, stack_path


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a checkout of our own, without this machine's variables."""
    for name in [name for name in os.environ if name.startswith("REDRESS_")]:
        monkeypatch.delenv(name)
    checkout = tmp_path / "checkout"
    monkeypatch.setattr("runtime.stack_file.checkout", lambda: checkout)
    monkeypatch.setenv("REDRESS_STATE_DIR", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def stack(elsewhere: Path) -> Stack:
    process = Process.of(os.getpid())
    assert process is not None
    stack = Stack(
        state="ready",
        api={"url": "http://127.0.0.1:8001", "docs_url": "http://127.0.0.1:8001/docs"},
        temporal={
            "address": "127.0.0.1:7234",
            "namespace": "default",
            "ui_url": "http://127.0.0.1:8234",
        },
        database={"host": "127.0.0.1", "port": 5433, "name": "redress"},
        paths={"checkout": str(elsewhere), "state_dir": str(elsewhere / "state")},
        processes={"supervisor": process},
        demo={"reference": "RD-1"},
    )
    stack.write()
    return stack


def test_what_is_written_is_read_again(stack: Stack) -> None:
    assert read_stack() == stack


def test_a_damaged_file_counts_as_no_stack(stack: Stack) -> None:
    stack_path().write_text('{"state": "rea')
    assert read_stack() is None


def test_beside_a_running_stack_its_addresses_are_used(stack: Stack) -> None:
    settings = load_settings()
    assert settings.temporal_address == "127.0.0.1:7234"
    assert (settings.api_host, settings.api_port) == ("127.0.0.1", 8001)
    assert settings.in_development
    kept = Path(stack.paths["state_dir"]) / "postgres" / "redress_app.password"
    assert settings.database_dsn_app == (f"postgresql+psycopg://redress_app:{kept.read_text()}@127.0.0.1:5433/redress")


def test_a_variable_outranks_the_running_stack(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_TEMPORAL_ADDRESS", "temporal.example:7233")
    assert load_settings().temporal_address == "temporal.example:7233"
    assert load_settings().api_port == 8001


def test_no_password_stands_in_the_file(stack: Stack) -> None:
    dsns = stack.dsns()
    written = stack_path().read_text()
    for dsn in (dsns.app, dsns.migrator, dsns.sweeper):
        password = dsn.split(":")[2].split("@")[0]
        assert len(password) > 20
        assert password not in written


def test_settings_survive_the_journey_to_another_process(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_SMTP_PASSWORD", "hush")
    before = load_settings()
    for name, value in before.as_environment().items():
        monkeypatch.setenv(name, value)
    stack_path().unlink()
    assert load_settings() == before


def test_secrets_are_not_shown() -> None:
    settings = Settings.model_validate({"smtp_password": "hush", "database_dsn_app": "postgresql+psycopg://u:hush@h/d"})
    assert "hush" not in repr(settings)


def test_nothing_is_development_unless_it_says_so() -> None:
    assert load_settings().environment == "production"


def test_a_missing_setting_is_named_as_a_person_would_set_it() -> None:
    with pytest.raises(SettingMissingError, match="REDRESS_DATABASE_DSN_APP is not set"):
        load_settings().need("database_dsn_app")


def test_an_impossible_value_is_refused() -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"api_port": 70000})


def test_a_file_is_replaced_whole_and_leaves_no_trace(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("before")
    places.write_atomically(target, "after", mode=0o600)
    assert target.read_text() == "after"
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
