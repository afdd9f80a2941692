"""Looks at the PDF processes of a running service, and keeps its only one busy."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from tests.corpus.pdf_bombs import many_shadings
from tests.support.documents import pdf_of, written
from tests.support.observing import processes, soon
from tests.support.rest import FORM, PATH, end, part, read
from tests.support.running import Service, children_that_run

READER = "pdserving.gateway.pdf"
TEXT = "Order 4711"
PLAIN = pdf_of(written(TEXT, 20, 40, 30), size=(240, 100))
BUSY_S = 0.5  # of processor time


def readers(service: Service) -> list[psutil.Process]:
    """The processes that there are."""
    return [
        reader for gateway in processes(service, "pdserving.gateway") for reader in children_that_run(READER, gateway)
    ]


@contextmanager
def drawing(service: Service, header: str = "") -> Iterator[tuple[socket.socket, psutil.Process]]:
    """A client's connection that waits for a page, and the process that draws it and would take minutes.

    Args:
        service: one with one PDF process.
        header: of the request, with its line break.
    """
    assert read(service, PLAIN).texts == [TEXT]
    (reader,) = readers(service)
    spent = reader.cpu_times().user
    body = part(many_shadings(), filename="a.pdf") + end()
    head = f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n{header}\r\n"
    with socket.create_connection(("127.0.0.1", service.http_port), timeout=60) as connection:
        connection.sendall(head.encode() + body)
        soon(lambda: reader.cpu_times().user > spent + BUSY_S)
        yield connection, reader
