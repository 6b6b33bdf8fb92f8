"""What a person sees while the stack starts: one line for each step, with the time it took."""

import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from rich.console import Console
from rich.markup import escape

from runtime.stack_file import Stack


class Progress:
    """Prints steps: a spinner while one lasts on a terminal, plain lines into a log."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show that something is being done, and how long it took."""
        began = time.monotonic()
        with self.console.status(f"{escape(title)} …"):
            yield
        self.console.print(f"[green]✓[/] {escape(title)} [dim]{time.monotonic() - began:.1f} s[/]")

    def note(self, text: str) -> None:
        self.console.print(f"  [yellow]{escape(text)}[/]")

    def say(self, text: str) -> None:
        self.console.print(escape(text))

    def failed(self, text: str) -> None:
        self.console.print(f"[red]✗[/] {escape(text)}")

    def summary(self, stack: Stack, *, stop_with: str) -> None:
        """Print where everything is and what to do next."""
        rows = _rows(stack, stop_with)
        width = max(len(label) for label, _ in rows)
        self.console.print()
        for label, value in rows:
            # Never cut: addresses are there to be copied.
            self.console.print(f"[bold]{escape(label.ljust(width))}[/]  {escape(value)}", soft_wrap=True)
        self.console.print()


def workflow_url(stack: Stack, workflow_id: str) -> str:
    """Return the page of one workflow in the Temporal UI."""
    temporal = stack.temporal
    return f"{temporal['ui_url']}/namespaces/{temporal['namespace']}/workflows/{quote(workflow_id, safe='')}"


def _rows(stack: Stack, stop_with: str) -> list[tuple[str, str]]:
    demo: Mapping[str, str] = stack.demo
    rows = [("API documentation", stack.api["docs_url"])]
    if "workflow_id" in demo:
        rows.append(("Complaint " + demo.get("reference", ""), workflow_url(stack, demo["workflow_id"])))
    else:
        rows.append(("Temporal UI", stack.temporal["ui_url"]))
    rows += [
        ("Mail that was sent", stack.paths["mailbox_dir"]),
        ("Logs", stack.paths["logs_dir"]),
        ("Addresses for scripts", str(Path(stack.paths["checkout"]) / ".redress" / "stack.json")),
        ("Get a token", typed("redress token")),
        ("Stop", typed(stop_with)),
    ]
    return rows


def typed(command: str) -> str:
    """Return a command as it must be typed here: with its path, where the environment is not activated."""
    name, _, rest = command.partition(" ")
    if name != "redress" or shutil.which(name):
        return command
    found = Path(sys.executable).parent / name
    with suppress(ValueError):
        found = found.relative_to(Path.cwd())
    return f"{found} {rest}"
