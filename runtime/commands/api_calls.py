"""Calls to the public API, with every way in which they fail told in one sentence."""

from typing import Any, Final

import httpx2

_PATIENCE: Final = httpx2.Timeout(30.0, connect=5.0)


class CommandError(RuntimeError):
    """Something that the person at the command line can put right, or must know."""


class NotFoundError(CommandError):
    """There is no such thing, or it is not this caller's to see."""


class ProblemError(CommandError):
    """The API answered with a problem. `code` is stable."""

    def __init__(self, words: str, code: str) -> None:
        super().__init__(words)
        self.code = code


class ApiCalls:
    """Call the API as the bearer of one token."""

    def __init__(self, url: str, token: str, transport: httpx2.BaseTransport | None = None) -> None:
        self._url = url
        self._token = token
        self._transport = transport

    def get(self, path: str, **parameters: str | int) -> dict[str, Any]:
        """Read something. Raises NotFoundError or CommandError."""
        return self._call("GET", path, params=parameters)

    def post(self, path: str, body: dict[str, Any], *, key: str) -> dict[str, Any]:
        """Say something under an idempotency key. Raises CommandError."""
        return self._call("POST", path, json=body, headers={"Idempotency-Key": key})

    def hand_in(
        self, path: str, files: dict[str, tuple[str, bytes]], fields: dict[str, str], *, key: str
    ) -> dict[str, Any]:
        """Hand files in with a form, under an idempotency key. Raises CommandError."""
        return self._call("POST", path, files=files, data=fields, headers={"Idempotency-Key": key})

    def hand_over(self, path: str, content: bytes, media_type: str, **parameters: str) -> dict[str, Any]:
        """Hand over something as it is, which tells itself from others. Raises CommandError."""
        return self._call("POST", path, content=content, params=parameters, headers={"Content-Type": media_type})

    def content(self, path: str, **parameters: str) -> bytes:
        """Read something that is a file. Raises NotFoundError or CommandError."""
        answer = self._answer("GET", path, params=parameters)
        if not answer.is_success:
            _body_of(answer)
        return answer.content

    def _call(self, method: str, path: str, *, headers: dict[str, str] | None = None, **rest: Any) -> dict[str, Any]:
        return _body_of(self._answer(method, path, headers=headers, **rest))

    def _answer(self, method: str, path: str, *, headers: dict[str, str] | None = None, **rest: Any) -> httpx2.Response:
        carried = {"Authorization": f"Bearer {self._token}"} | (headers or {})
        try:
            with httpx2.Client(base_url=self._url, timeout=_PATIENCE, transport=self._transport) as client:
                return client.request(method, path, headers=carried, **rest)
        except httpx2.TimeoutException:
            raise CommandError(
                f"the API at {self._url} did not answer in time: what was sent may have been stored."
                " Repeat it with the same key"
            ) from None
        except httpx2.HTTPError:
            raise CommandError(f"the API at {self._url} does not answer: is the stack up? 'redress up'") from None


def _body_of(answer: httpx2.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise CommandError(f"the API answered {answer.status_code} with something that is not its own")
    if answer.is_success:
        return body
    said = problem_words(body, answer.status_code)
    if answer.status_code == 404:
        raise NotFoundError(said)
    raise ProblemError(said, str(body.get("code", "unknown")))


def problem_words(problem: dict[str, Any], status: int) -> str:
    """Put a problem document into one paragraph: what, where in the request, and what would be allowed."""
    words = f"{problem.get('title', 'refused')} ({status} {problem.get('code', 'unknown')})"
    for error in problem.get("errors") or ():
        words += f"\n  {error['place']} {error['pointer']}: {error['detail']}"
    if problem.get("allowed"):
        words += f"\n  allowed now: {', '.join(problem['allowed'])}"
    return words
