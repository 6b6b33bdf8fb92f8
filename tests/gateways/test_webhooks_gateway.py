"""Webhooks over real sockets: signed so that a receiver's library verifies, and never let into a network."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import socket
import ssl
import threading
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook, WebhookVerificationError

from gateways.webhook_reach import NotReachable, WebhookReach, is_public
from gateways.webhooks import HttpWebhooks, OutgoingWebhook, WebhookAnswer, new_secret
from tests.receiver import Receiver, a_receiver

BODY = json.dumps({"id": "1", "data": {"reference": "RX1-7K3M9QWD-C"}}).encode()
INSIDE = WebhookReach(allow_private=True)


def webhook(url: str, *secrets: str) -> OutgoingWebhook:
    now = datetime.now(UTC)
    return OutgoingWebhook(url=url, event_id="evt-1", body=BODY, sent_at=now, secrets=secrets or (new_secret(),))


async def sent(receiver: Receiver, *secrets: str, **how: Any) -> WebhookAnswer:
    return await HttpWebhooks(INSIDE, **how).send(webhook(receiver.url, *secrets))


async def test_a_webhook_arrives_as_it_is_and_both_secrets_verify_and_no_other() -> None:
    new, old = new_secret(), new_secret()
    async with a_receiver() as receiver:
        answer = await sent(receiver, new, old)
    (arrived,) = receiver.arrived
    assert answer.accepted and answer.status == 204
    assert (arrived.path, arrived.body) == ("/hooks?key=1", BODY)
    assert arrived.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert arrived.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert arrived.headers["webhook-id"] == "evt-1"
    assert "cookie" not in arrived.headers
    for secret in (new, old):
        assert Webhook(secret).verify(arrived.body, arrived.headers) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(arrived.body, arrived.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(BODY + b" ", arrived.headers)


async def test_nothing_logs_the_address_of_a_receiver(caplog: pytest.LogCaptureFixture) -> None:
    """It may hold a key. The library would write it at INFO."""
    caplog.set_level(logging.DEBUG)
    async with a_receiver(plan=deque([500])) as receiver:
        assert not (await sent(receiver)).accepted
        assert (await sent(receiver)).accepted
    assert not (await sent(receiver)).accepted  # nobody listens any more
    assert [line for line in caplog.messages if "key=1" in line or "/hooks" in line] == []


@pytest.mark.parametrize(
    ("status", "extra", "outcome", "retry_after"),
    [
        (302, "Location: http://127.0.0.1:1/\r\n", "redirected", None),
        (307, "Location: /elsewhere\r\n", "redirected", None),
        (500, "", "status", None),
        (410, "", "status", None),
        (429, "Retry-After: 120\r\n", "status", 120.0),
        (503, "Retry-After: tomorrow\r\n", "status", None),
        (503, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n", "status", 0.0),
        (503, "Retry-After: Mon, 01 Jan 99999999999999999999 00:00:00 GMT\r\n", "status", None),
        (503, "Retry-After: Mon, 01 Jan 2026 00:00:00 +99999999999999999\r\n", "status", None),
    ],
)
async def test_whatever_is_no_success_is_a_failure_and_nothing_is_followed(
    status: int, extra: str, outcome: str, retry_after: float | None
) -> None:
    async with a_receiver(status=status, extra=extra) as receiver:
        answer = await sent(receiver)
    assert (answer.outcome, answer.status, answer.retry_after) == (outcome, status, retry_after)
    assert len(receiver.arrived) == 1


async def test_a_receiver_that_answers_byte_by_byte_is_not_waited_for() -> None:
    async with a_receiver(drip=True) as receiver:
        answer = await sent(receiver, longest=0.3)
    assert (answer.outcome, answer.status) == ("timed_out", None)
    assert 250 <= answer.milliseconds < 3000


async def test_a_receiver_that_is_not_there_is_a_failure() -> None:
    async with a_receiver() as receiver:
        pass
    assert (await sent(receiver)).outcome == "not_connected"


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with a_receiver() as receiver:
        assert (await sent(receiver)).accepted


PRIVATE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:10.0.0.1"),
    *("::ffff:8.8.8.8", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:4136:e378::1", "2001:db8::1", "198.18.0.1"),
    *("::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b:1::a00:1", "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:a00:1"),
    *("192.88.99.1", "192.0.0.8", "3fff::1", "fe80::1%1"),
)


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_that_leads_inside_is_refused_also_beside_one_that_does_not(address: str) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["93.184.215.14", address]

    reach = WebhookReach(resolve=resolve)
    with pytest.raises(NotReachable) as refused:
        await reach.addresses("https://hooks.example/")
    assert refused.value.code == "address_refused"
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://hooks.example/x", None),
        ("https://hooks.example:8443/x?key=1", None),
        ("http://hooks.example/", "https_needed"),
        ("ftp://hooks.example/", "https_needed"),
        ("https://user:word@hooks.example/", "credentials_or_fragment"),
        ("https://hooks.example/#part", "credentials_or_fragment"),
        ("https://127.0.0.1/", "address_refused"),
        ("https://[::1]/", "address_refused"),
        ("https://[::ffff:10.0.0.1]/", "address_refused"),
        ("https://hooks.example\\@10.0.0.1/", "not_an_address"),
        ("https:///x", "not_an_address"),
        ("https://hooks.example:0/", "not_an_address"),
        ("https://2130706433/", "not_an_address"),
        ("https://0x7f.1/", "not_an_address"),
        ("https://127.1/", "not_an_address"),
        ("https://127.0.0.1./", "not_an_address"),
        ("https://hooks.example:99999/", "not_an_address"),
        ("https://[::1/", "not_an_address"),
    ],
)
def test_where_webhooks_may_go(url: str, fault: str | None) -> None:
    assert WebhookReach().fault_of(url) == fault


async def test_the_name_of_this_machine_is_seen_through() -> None:
    with pytest.raises(NotReachable) as refused:
        await WebhookReach().addresses("https://localhost/")
    assert refused.value.code in ("address_refused", "no_address")


async def test_name_servers_that_never_answer_hold_up_only_what_asks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever subscribes may have a name server that hangs: the threads that others need stay free."""
    hanging, asked = threading.Event(), []

    def never(*_: Any, **__: Any) -> list[Any]:
        asked.append(threading.current_thread().name)
        hanging.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    gateway = HttpWebhooks(WebhookReach(), longest=0.2)
    try:
        many = asyncio.gather(*(gateway.send(webhook(f"https://{n}.hooks.example/")) for n in range(40)))
        answers = await asyncio.wait_for(many, 15)
        assert {each.outcome for each in answers} == {"timed_out"}
        assert await asyncio.wait_for(asyncio.to_thread(lambda: 1), 15) == 1
    finally:
        hanging.set()
    assert len(asked) <= 8


@pytest.mark.parametrize("url", ["http://hooks.example/\x7f", "http://hooks.example/" + "x" * 70_000])
async def test_what_cannot_be_sent_at_all_is_a_failure_and_no_exception(url: str) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    gateway = HttpWebhooks(WebhookReach(allow_private=True, resolve=resolve))
    assert (await gateway.send(webhook(url))).outcome == "broken_off"


async def test_a_name_is_resolved_once_an_attempt_and_the_address_that_was_checked_is_the_one_that_is_called() -> None:
    """Rebinding: the second time the name leads elsewhere. There is no second time."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.99"]

    async with a_receiver() as receiver:
        gateway = HttpWebhooks(WebhookReach(allow_private=True, resolve=resolve))
        answer = await gateway.send(webhook(f"http://hooks.example:{receiver.port}/x"))
    assert answer.accepted and asked == ["hooks.example"]
    assert receiver.arrived[0].headers["host"] == f"hooks.example:{receiver.port}"


async def test_a_refused_address_is_never_called() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async with a_receiver() as receiver:
        gateway = HttpWebhooks(WebhookReach(resolve=resolve))
        answer = await gateway.send(webhook(f"https://hooks.example:{receiver.port}/x"))
    assert answer.outcome == "address_refused" and receiver.arrived == []


async def test_a_name_without_an_address_is_a_failure() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError

    answer = await HttpWebhooks(WebhookReach(resolve=resolve)).send(webhook("https://hooks.example/x"))
    assert answer.outcome == "no_address"


async def test_the_next_address_is_tried_where_the_first_does_not_answer() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.2", "127.0.0.1"]

    async with a_receiver() as receiver:
        gateway = HttpWebhooks(WebhookReach(allow_private=True, resolve=resolve))
        assert (await gateway.send(webhook(f"http://hooks.example:{receiver.port}/x"))).accepted


def a_certificate(name: str, folder: Path) -> Path:
    """Return a file with a certificate for a name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{name}.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize(("called", "outcome"), [("hooks.example", "accepted"), ("other.example", "not_connected")])
async def test_tls_is_with_the_name_though_the_address_is_called(called: str, outcome: str, tmp_path: Path) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    file = a_certificate("hooks.example", tmp_path)
    serving, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(file))
    serving.load_cert_chain(file)
    async with a_receiver(tls=serving) as receiver:
        gateway = HttpWebhooks(WebhookReach(allow_private=True, resolve=resolve), verify=trusting)
        assert (await gateway.send(webhook(f"https://{called}:{receiver.port}/x"))).outcome == outcome


def test_a_webhook_does_not_show_its_secrets_nor_where_it_goes() -> None:
    shown = repr(webhook("https://hooks.example/?key=secret-of-theirs", "whsec_c2VjcmV0"))
    assert "secret" not in shown.replace("secrets", "") and "whsec" not in shown
