"""Calls to Tryton's REST interface, and what each kind of answer proves.

It never retries by itself, but for one answer that says nothing was written and asks for it.
"""

import base64
import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import httpx

from shared.errors import BatchRefusedError, NotWrittenError, OutcomeUnknownError
from shared.targets.tryton.typed_json import from_typed_json, to_typed_json

CALL_TIMEOUT_SECONDS: Final = 20.0
CONNECT_TIMEOUT_SECONDS: Final = 5.0
PAGE: Final = 1000
NO_CONTEXT: Final[Mapping[str, object]] = MappingProxyType({})
ATTEMPTS_AT_A_DUPLICATE: Final = 3
DUPLICATE_REFERENCE: Final = "DUPLICATE_INTEGRATION_REF"

Row = Mapping[str, Any]
Domain = Sequence[object]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrytonSettings:
    """Where one company of one database is, and the key of the integration's user."""

    base_url: str
    database: str
    key: str = field(repr=False)
    company: int


class _DuplicateReferenceError(Exception):
    """Somebody wrote one of these references while we did; this call was rolled back whole."""


class TrytonClient:
    """One company's REST interface, over a fresh connection for every call.

    Args:
        settings: Which company, and the key to it.
        timeout_seconds: How long a call may take before its outcome is unknown.
        transport: Where bytes go; the network unless a test says otherwise.
        context: What Tryton is told with every call, beside the company.
    """

    def __init__(
        self,
        settings: TrytonSettings,
        *,
        timeout_seconds: float = CALL_TIMEOUT_SECONDS,
        transport: httpx.BaseTransport | None = None,
        context: Mapping[str, object] = NO_CONTEXT,
    ) -> None:
        self._settings = settings
        self._timeout_seconds = timeout_seconds
        self._give_up_at = math.inf
        self._http = httpx.Client(
            base_url=f"{settings.base_url.rstrip('/')}/{settings.database}/rest/model/",
            headers={
                "Authorization": f"bearer {settings.key}",
                "X-Tryton-Context": _base64({"company": settings.company, **context}),
            },
            limits=httpx.Limits(max_keepalive_connections=0),
            transport=transport,
            trust_env=False,
        )

    @property
    def company(self) -> int:
        """The company that every call speaks for."""
        return self._settings.company

    @property
    def timeout_seconds(self) -> float:
        """How long a call may take."""
        return self._timeout_seconds

    @contextmanager
    def sharing(self, seconds: float) -> Iterator[None]:
        """Let all calls made inside take no more than this together; none begins after it."""
        self._give_up_at = time.monotonic() + seconds
        try:
            yield
        finally:
            self._give_up_at = math.inf

    def call(self, model: str, procedure: str, body: Mapping[str, object]) -> object:
        """Call a procedure that writes.

        A reference that another call has just written makes Tryton roll this one back without
        naming it. The same call then finds it and answers, so it is made again at once.

        Raises:
            OutcomeUnknownError: it may or may not have been written.
            NotWrittenError: nothing was written.
            BatchRefusedError: nothing was written, for a business reason.
        """
        for _ in range(ATTEMPTS_AT_A_DUPLICATE):
            try:
                return self._send("POST", f"{model}/{procedure}", content=to_typed_json(body))
            except _DuplicateReferenceError:
                continue
        raise NotWrittenError(f"{procedure}: a reference was written elsewhere at each attempt")

    def press(self, model: str, record: int, button: str, fields: Sequence[str]) -> Row:
        """Press a button on one record; the record as it is after that.

        Raises:
            OutcomeUnknownError: it may or may not have been pressed.
            NotWrittenError: nothing was written.
            BatchRefusedError: nothing was written, for a business reason.
        """
        path = f"{model}/{record}/{button}"
        answer = self._send("POST", path, content="{}", params={"f": list(fields)})
        if not isinstance(answer, dict):
            raise OutcomeUnknownError(f"{path}: a record was expected")
        return answer

    def rows(self, model: str, domain: Domain, fields: Sequence[str]) -> Iterator[Row]:
        """Read all records of a domain, in the order they were made, page by page.

        Raises:
            OutcomeUnknownError: no answer could be had.
            NotWrittenError: the target could not be reached or refused us.
        """
        last = 0
        while True:
            page = self._page(model, [*domain, ["id", ">", last]], fields)
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1]["id"]

    def _page(self, model: str, domain: Domain, fields: Sequence[str]) -> list[Row]:
        query = {
            "d": _base64(domain),
            "o": _base64([["id", "ASC"]]),
            "s": str(PAGE),
            "f": list(fields),
        }
        try:
            answer = self._send("GET", model, params=query)
        except BatchRefusedError as error:  # reading is refused only to those who may not
            raise NotWrittenError(str(error), target_access=True) from error
        if not isinstance(answer, list):
            raise OutcomeUnknownError(f"{model}: a list was expected")
        return answer

    def _send(
        self,
        method: str,
        path: str,
        *,
        content: str | None = None,
        params: Mapping[str, Any] | None = None,
    ) -> object:
        seconds = min(self._timeout_seconds, self._give_up_at - time.monotonic())
        if seconds <= 0:
            raise NotWrittenError(f"{path}: no time left to send")
        request = self._http.build_request(
            method,
            path,
            content=content,
            params=params,
            headers={"Content-Type": "application/json"},
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_TIMEOUT_SECONDS, seconds)),
        )
        try:
            response = self._http.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            reason = f"{path}: no connection, {type(error).__name__}"
            raise NotWrittenError(reason, unreachable=True) from error
        except httpx.RequestError as error:
            raise OutcomeUnknownError(f"{path}: {type(error).__name__} after sending") from error
        return _proven(path, response)


def _proven(path: str, response: httpx.Response) -> object:
    """What an answer proves: its content, or the error that says so.

    Tryton hides any exception of its own behind an HTML page, failures to lock included, so only
    what is listed here proves that nothing was written.
    """
    status = response.status_code
    match status:
        case 200:
            return _content(path, response)
        case 400:
            raise _refused(path, response)
        case 401 | 403 | 404:  # key, right, database, procedure
            raise NotWrittenError(f"{path}: refused with {status}", target_access=True)
        case 429:
            raise NotWrittenError(
                f"{path}: asked to slow down", retry_after_seconds=_retry_after(response)
            )
        case _:
            raise OutcomeUnknownError(f"{path}: answered {status}")


def _content(path: str, response: httpx.Response) -> object:
    try:
        return from_typed_json(response.text)
    except ValueError as error:
        raise OutcomeUnknownError(f"{path}: the answer is not JSON") from error


def _refused(path: str, response: httpx.Response) -> Exception:
    try:
        answer = json.loads(response.text)
        refusal = str(answer["message"])
    except (ValueError, TypeError, KeyError):
        return OutcomeUnknownError(f"{path}: answered 400 without a reason")
    if refusal == DUPLICATE_REFERENCE:
        return _DuplicateReferenceError()
    return BatchRefusedError(f"{path}: {refusal}", refusal=refusal)


def _retry_after(response: httpx.Response) -> float | None:
    stated = response.headers.get("Retry-After", "")
    return float(stated) if stated.isdecimal() else None


def _base64(value: object) -> str:
    return base64.urlsafe_b64encode(to_typed_json(value).encode()).decode()
