"""Which carriers a process uses beside mail, and what seals their keys, as its settings say: the same everywhere."""

from __future__ import annotations

from gateways.notify import FolderNotify, Notify
from gateways.notify_client import NOTIFY_URL, NotifyClient
from gateways.sealing import Sealing
from gateways.webhook_reach import WebhookReach
from runtime.settings import Settings


def sealing(settings: Settings) -> Sealing:
    """Return what seals secrets; without a key it keeps none. Raises ValueError for a key that is none."""
    key = settings.secrets_key
    return Sealing.of(key.get_secret_value() if key else None)


def notify_gateway(settings: Settings) -> Notify:
    """Return GOV.UK Notify, or what is set in its place; in development without that a folder."""
    if settings.notify_url is None and settings.in_development:
        return FolderNotify(settings.notify_dir)
    return NotifyClient(settings.notify_url or NOTIFY_URL)


def webhook_reach(settings: Settings) -> WebhookReach:
    """Return where webhooks may go: outside alone, but in development where that is set."""
    return WebhookReach(allow_private=settings.webhooks_reach_inside)
