"""Every setting of a process, from REDRESS_ variables; beside a running embedded stack, from it.

Passwords never stand in .redress/stack.json: it names a state directory, whose 0600 files hold them.
"""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from runtime.places import default_state_dir
from runtime.stack_file import read_stack

PREFIX = "REDRESS_"


class SettingMissingError(RuntimeError):
    """A process needs a setting that nobody gave."""


class Settings(BaseSettings):
    """What a process needs to know of its surroundings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    # The stricter of the two unless told otherwise: only the embedded stack says development.
    environment: Literal["development", "production"] = "production"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    state_dir: Path = Field(default_factory=default_state_dir)
    postgres_binaries: Path | None = None

    database_dsn_app: str | None = Field(default=None, repr=False)
    database_dsn_migrator: str | None = Field(default=None, repr=False)
    database_dsn_sweeper: str | None = Field(default=None, repr=False)

    temporal_address: str = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    temporal_ui_url: str | None = None
    deployment_name: str = "redress"
    worker_build_id: str | None = None

    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8000, ge=1, le=65535)
    verdict_timeout_seconds: float = Field(default=5.0, gt=0, le=60)

    jwt_issuer: str = "redress-development"
    jwt_audience: str = "redress"
    jwt_jwks_url: str | None = None

    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_starttls: bool = True
    smtp_sender: str = "complaints@localhost"

    # What seals the secrets of organisations in the database: 32 bytes in base64; several, the newest first, rotate it.
    secrets_key: SecretStr | None = None
    # GOV.UK Notify, or what stands for it. In development without one, a folder.
    notify_url: str | None = None
    # Where letters lie that people print and post.
    out_tray_dir: Path | None = None

    # Whether webhooks may go to addresses inside a network, and without TLS. Heeded in development only.
    webhooks_allow_private: bool = False

    anchor_dir: Path | None = None

    # Content of files: in a bucket where one is named (the extra `redress[s3]`), else in a folder.
    files_dir: Path | None = None
    files_bucket: str | None = None
    files_endpoint: str | None = None
    files_region: str | None = None
    files_access_key: SecretStr | None = None
    files_secret_key: SecretStr | None = None
    largest_file_mb: int = Field(default=25, ge=1, le=100)
    largest_mail_mb: int = Field(default=40, ge=1, le=100)
    # Sends of the online form from one address. Each process of the API counts by itself.
    form_posts_an_hour: int = Field(default=30, ge=1, le=10_000)
    # Reads of published reports from one address. Each process of the API counts by itself.
    public_reads_an_hour: int = Field(default=600, ge=1, le=1_000_000)
    # Calls at the door of the joint protocol from one address. Each process of the API counts by itself.
    joint_calls_an_hour: int = Field(default=20_000, ge=1, le=1_000_000)
    # Where people outside reach this installation: what stands before the links in mails. Left out: the API itself.
    public_url: str | None = None
    # host:port of ClamAV's daemon, or the path of its socket.
    clamd_address: str | None = None

    @property
    def api_url(self) -> str:
        return f"http://{self.api_host}:{self.api_port}"

    @property
    def outside_url(self) -> str:
        """Where people outside reach this installation."""
        return self.public_url or self.api_url

    @property
    def mailbox_dir(self) -> Path:
        """Where mail is put when there is no SMTP host: a folder that can be opened and read."""
        return self.state_dir / "mailbox"

    @property
    def notify_dir(self) -> Path:
        """Where what goes by GOV.UK Notify is put in development."""
        return self.state_dir / "notify"

    @property
    def out_tray(self) -> Path:
        """Where letters are put to be printed and posted: a folder for each organisation."""
        return self.out_tray_dir or self.state_dir / "out-tray"

    @property
    def logs_dir(self) -> Path:
        return self.state_dir / "logs"

    @property
    def anchors(self) -> Path:
        """Where the daily heads of the chains of evidence are written."""
        return self.anchor_dir or self.state_dir / "anchors"

    @property
    def files(self) -> Path:
        """Where the content of files is kept when no bucket is named."""
        return self.files_dir or self.state_dir / "files"

    @property
    def webhooks_reach_inside(self) -> bool:
        """Whether webhooks may go where only this machine or its network can."""
        return self.in_development and self.webhooks_allow_private

    @property
    def in_development(self) -> bool:
        return self.environment == "development"

    def need(self, name: str) -> str:
        """Return a setting that this process cannot do without, or say how to give it."""
        value = getattr(self, name)
        if value is None:
            raise SettingMissingError(
                f"{PREFIX}{name.upper()} is not set, and no embedded stack runs here:"
                " set it, or start the stack with 'redress up'"
            )
        return str(value)

    def as_environment(self) -> dict[str, str]:
        """Return the variables that give another process these very settings."""
        environment = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                value = value.get_secret_value()
            if value is not None:
                environment[PREFIX + name.upper()] = str(value)
        return environment


def load_settings() -> Settings:
    """Read the settings: variables first, then the embedded stack of this checkout, if it runs."""
    given = {name.upper() for name in os.environ}
    stack = read_stack()
    beside = stack.settings() if stack else {}
    return Settings(
        **{name: value for name, value in beside.items() if PREFIX + name.upper() not in given}  # type: ignore[arg-type]
    )
