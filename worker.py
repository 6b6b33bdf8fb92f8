"""Composition root of the worker: three task queues in one process, each with its own work."""

from __future__ import annotations

import asyncio

from runtime.logging import configure_logging
from runtime.settings import load_settings
from runtime.workers import run_workers


def main() -> None:
    """Run the workers until the process is told to stop."""
    settings = load_settings()
    configure_logging(settings)
    asyncio.run(run_workers(settings))


if __name__ == "__main__":
    main()
