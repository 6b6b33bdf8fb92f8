"""GOV.UK Notify by its own client, which waits in its thread, has no retries, and logs what it must not."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from gateways.mail import MailUnavailable, Undeliverable
from gateways.notify import Account, Known, Message, code_of

NOTIFY_URL: Final = "https://api.notifications.service.gov.uk"
T = TypeVar("T")
_AT_ONCE: Final = 4
_TOO_MANY: Final = 429
_FORBIDDEN: Final = 403
_CODES: Final = {400: "notify_refused"}

# The client warns with the address of a request and the words of the answer, which may name a person.
for _module in ("base", "notifications"):
    logging.getLogger(f"notifications_python_client.{_module}").disabled = True


class NotifyClient:
    """Hand messages over to Notify: each call in a thread, with a client of its own, which no other thread uses."""

    def __init__(self, url: str = NOTIFY_URL, *, timeout: timedelta = timedelta(seconds=12)) -> None:
        self._url = url
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="notify")

    async def send(self, account: Account, message: Message) -> Known:
        """Hand over one message. Raises Undeliverable for ever, MailUnavailable where it is not known to have gone."""
        answer = await self._call(account, lambda client: _send(client, account, message))
        return Known(id=_id(answer), status="created")

    async def find(self, account: Account, reference: UUID) -> Known | None:
        """Return what Notify knows of a message of ours; None where it has none. Raises as `send` does."""
        answer = await self._call(account, lambda client: client.get_all_notifications(reference=str(reference)))
        found = answer.get("notifications") if isinstance(answer, dict) else None
        if not isinstance(found, list):
            raise MailUnavailable("notify_unreadable")
        # It looks for what is like our reference: only the very same one is ours.
        ours = [each for each in found if isinstance(each, dict) and each.get("reference") == str(reference)]
        return Known(id=_id(ours[0]), status=code_of(ours[0].get("status"))) if ours else None

    async def _call(self, account: Account, what: Callable[[Any], T]) -> T:
        """Run one call in a thread, and bound it as a whole: the client's own limit is for each read."""
        running = asyncio.get_running_loop().run_in_executor(self._threads, self._in_thread, account, what)
        try:
            return await asyncio.wait_for(running, 2 * self._timeout.total_seconds())
        except TimeoutError:
            raise MailUnavailable("notify_timeout") from None

    def _in_thread(self, account: Account, what: Callable[[Any], T]) -> T:
        client = _client(account, self._url, self._timeout)
        try:
            return what(client)
        except Undeliverable:
            raise
        except APIError as failed:
            raise _failure(failed) from None
        except Exception:  # noqa: BLE001 - whatever it says may hold what must not be told
            raise MailUnavailable("notify_failed") from None
        finally:
            client.request_session.close()


def _client(account: Account, url: str, timeout: timedelta) -> Any:
    try:
        return NotificationsAPIClient(  # type: ignore[no-untyped-call]  # it ships no types
            account.key, base_url=url, timeout=timeout.total_seconds()
        )
    except AssertionError:
        raise Undeliverable("notify_forbidden") from None  # no key has this form


def _send(client: Any, account: Account, message: Message) -> Any:
    reference = str(message.reference)
    if message.channel == "letter":
        return client.send_precompiled_letter_notification(reference, io.BytesIO(message.pdf))
    if message.channel == "text":
        return client.send_sms_notification(
            message.recipient, _template(account.text_template), {"body": message.body}, reference
        )
    return client.send_email_notification(
        message.recipient,
        _template(account.email_template),
        {"subject": message.subject, "body": message.body},
        reference,
        str(account.reply_to) if account.reply_to else None,
    )


def _template(template: UUID | None) -> str:
    if template is None:
        raise Undeliverable("no_template")
    return str(template)


def _id(answer: object) -> UUID | None:
    try:
        return UUID(str(answer["id"]))  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        return None


def _failure(failed: APIError) -> Exception:
    """Return what a failure means by its status alone. Without an answer nobody knows whether it was taken."""
    response = failed.response
    if response is None:
        return MailUnavailable("notify_away")
    status = int(response.status_code)
    if status == _FORBIDDEN:
        # A key that was revoked, a clock that is wrong: ours to mend, and every notice would fail with it. They wait.
        return MailUnavailable("notify_forbidden")
    if status == _TOO_MANY or status >= 500 or status < 400:
        return MailUnavailable(f"notify_{status}")
    return Undeliverable(_CODES.get(status, f"notify_{status}"))
