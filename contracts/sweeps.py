"""Inputs and outcomes of the sweeps: they deliver what could not be delivered and prove nothing was forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepStart:
    """Start one sweep."""

    batch: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRequest:
    """Ask for one batch of undelivered submissions, unstarted notices and unheard change-sets to be carried on."""

    now: datetime
    batch: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """Say what one batch came to.

    `delivered` counts submissions, `still_pending` the complaints that were left with one, `skipped` those
    that another sweep held. `change_sets` were started again or told their decision. `office` counts bulk
    operations and leavings that were started, `imports` those started or told their decision. `webhooks` counts
    subscriptions that had something to send and were told so, `involvements` and `contributions` those told that
    something happened.
    """

    delivered: int
    still_pending: int
    skipped: int = 0
    notices_started: int = 0
    change_sets: int = 0
    office: int = 0
    imports: int = 0
    involvements: int = 0
    webhooks: int = 0
    contributions: int = 0
    proceedings: int = 0  # that run beside complaints: told that something happened
    governance: int = 0  # schedules of series that were seen to, and occurrences told that something happened
    parts: int = 0  # of what other bodies coordinate: their workflows were told to carry


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorStart:
    """Start one export of the heads of all evidence chains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorRequest:
    """Ask for the heads of all evidence chains to be written outside the database."""

    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorReport:
    """Say how many heads were written, and for which local day."""

    day: date
    heads: int
