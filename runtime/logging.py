"""Sends every log line, ours and the libraries', through one redactor and one format.

JSON in production, readable lines in development. Tracebacks become text before they are scrubbed.
"""

import logging
import sys
from typing import Any, TextIO

import structlog

from runtime.scrubbing import scrub_event
from runtime.settings import Settings

# At DEBUG and INFO these write statements and whole rows.
_TELLS_ROWS = ("sqlalchemy.engine", "sqlalchemy.pool", "psycopg")
# These bring handlers of their own, which would write round the redactor.
_OWN_HANDLERS = (
    "uvicorn",
    "uvicorn.error",
    "uvicorn.access",
    "temporalio",
    "alembic",
    "sqlalchemy",
)


def configure_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Set up logging for this process, replacing what was set up before."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(settings))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in _OWN_HANDLERS:
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True
    for name in _TELLS_ROWS:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _shared() -> list[Any]:
    """What happens to every event, wherever it comes from, before it is scrubbed and written."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(settings: Settings) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            scrub_event,
            _renderer(settings),
        ],
    )


def _renderer(settings: Settings) -> Any:
    if settings.in_development:
        # Not the pretty tracebacks: they print local variables, which no redactor has seen.
        return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer()
