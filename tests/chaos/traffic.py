"""Clients that ask one after the other until they are told to stop, and look at every answer."""

import base64
import http.client
import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import grpc
from pipeline_rpc_client import RETRY_OPTIONS

from pdserving.protocol import BYTES, IMAGE, PipelineServiceStub, Request, Response, Tensor
from tests.chaos.load import PICTURES
from tests.support.running import Service
from tests.support.talking import TIMEOUT_S


@dataclass(frozen=True)
class Tally:
    """What became of all requests.

    Attributes:
        sent: how many requests there were.
        failures: why a request had no right answer, for each that had none.
        longest_gap_s: the most seconds between two right answers, whoever got them.
    """

    sent: int
    failures: tuple[str, ...]
    longest_gap_s: float


class Traffic:
    """Clients of a service that ask between `with` and its end.

    Two in three HTTP clients keep their connection, the third opens one for each request. gRPC clients have the retry
    policy of `clients/pipeline_rpc_client.py`.

    Args:
        service: the service.
        http_clients, rpc_clients: how many there are of each.
        tries: how often an HTTP client asks for a picture if its connection breaks.
    """

    def __init__(self, service: Service, http_clients: int = 4, rpc_clients: int = 0, tries: int = 1) -> None:
        self._service = service
        self._tries = tries
        kinds = [self._keeping, self._keeping, self._opening]
        self._kinds = [kinds[number % len(kinds)] for number in range(http_clients)] + [self._rpc] * rpc_clients
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._sent = 0
        self._failures: list[str] = []
        self._answers: list[float] = []

    def __enter__(self) -> Self:
        self._right = [_texts(self._ask_once(picture)) for picture in PICTURES]
        self._answers.append(time.monotonic())
        self._threads = ThreadPoolExecutor(len(self._kinds))
        self._clients = [self._threads.submit(kind) for kind in self._kinds]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._threads.shutdown()
        for client in self._clients:
            client.result()

    @property
    def answers(self) -> int:
        """How many right answers there were."""
        return len(self._answers)

    def tally(self) -> Tally:
        """What became of the requests; to be asked for once they have ended."""
        pairs = zip(self._answers, self._answers[1:], strict=False)
        return Tally(self._sent, tuple(self._failures), max((after - before for before, after in pairs), default=0.0))

    def _keeping(self) -> None:
        with closing(self._connection()) as connection:
            self._ask_on(lambda picture: self._ask_again(lambda: _ask_http(connection, picture)))

    def _opening(self) -> None:
        self._ask_on(lambda picture: self._ask_again(lambda: self._ask_once(picture)))

    def _rpc(self) -> None:
        with grpc.insecure_channel(self._service.rpc_endpoint, RETRY_OPTIONS) as channel:
            stub = PipelineServiceStub(channel)
            self._ask_on(lambda picture: _ask_rpc(stub, picture))

    def _ask_once(self, picture: bytes) -> str:
        with closing(self._connection()) as connection:
            return _ask_http(connection, picture, "close")

    def _ask_again(self, ask: Callable[[], str]) -> str:
        for _ in range(self._tries - 1):
            with suppress(OSError, http.client.HTTPException):
                return ask()
        return ask()

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._service.http_port, timeout=TIMEOUT_S)

    def _ask_on(self, ask: Callable[[bytes], str]) -> None:
        number = 0
        while not self._stop.is_set():
            number = (number + 1) % len(PICTURES)
            try:
                texts = _texts(ask(PICTURES[number]))
                failure = "" if texts == self._right[number] else f"another text: {texts}"
            except (OSError, http.client.HTTPException, grpc.RpcError, ValueError) as error:
                failure = f"{type(error).__name__}: {error}"
            with self._lock:
                self._sent += 1
                if failure:
                    self._failures.append(failure)
                else:
                    self._answers.append(time.monotonic())


def _ask_http(connection: http.client.HTTPConnection, picture: bytes, keep: str = "keep-alive") -> str:
    body = json.dumps({"key": ["image"], "value": [base64.b64encode(picture).decode()]})
    try:
        connection.request("POST", "/ocr/prediction", body, {"Connection": keep})
        answer = connection.getresponse()
        reply = json.loads(answer.read())
    except (OSError, http.client.HTTPException):
        connection.close()
        raise
    if answer.status != 200:
        raise ValueError(f"{answer.status} {reply['err_msg']}")
    value: str = reply["value"][0]
    return value


def _ask_rpc(stub: PipelineServiceStub, picture: bytes) -> str:
    request = Request(tensors=[Tensor(name=IMAGE, elem_type=BYTES, byte_data=picture)])
    response: Response = stub.inference(request, timeout=TIMEOUT_S)
    if response.err_no != 0:
        raise ValueError(f"{response.err_no} {response.err_msg}")
    value: str = response.value[0]
    return value


def _texts(value: str) -> list[str]:
    return [line[0][0] for line in json.loads(value)]
