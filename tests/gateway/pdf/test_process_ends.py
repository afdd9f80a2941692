"""A PDF process whose client is gone, that is killed, or whose gateway or service ends."""

import http.client
import json
import signal
import socket
from collections.abc import Iterator

import psutil
import pytest

from tests.support.observing import soon
from tests.support.pdf_processes import PLAIN, TEXT, drawing, readers
from tests.support.rest import read
from tests.support.running import Service, running_service, stop

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def patient(models: None) -> Iterator[Service]:
    """A service with one PDF process, which may take any time."""
    with running_service("profile=ppocrv4", "limits.pdf_processes=1", "limits.pdf_timeout_s=3600") as service:
        yield service


def assert_reads_on(service: Service, ended: psutil.Process) -> None:
    soon(lambda: not ended.is_running())
    assert read(service, PLAIN).texts == [TEXT]


def error(connection: socket.socket) -> tuple[int, str]:
    with http.client.HTTPResponse(connection, method="POST") as response:
        response.begin()
        return response.status, json.loads(response.read())["error"]["code"]


def test_a_page_is_given_up_when_its_client_has_gone(patient: Service) -> None:
    with drawing(patient) as (connection, reader):
        connection.close()
        assert_reads_on(patient, reader)


def test_a_page_is_given_up_when_its_time_is_up(patient: Service) -> None:
    with drawing(patient, "X-Request-Timeout: 5\r\n") as (connection, reader):
        assert error(connection) == (504, "timeout")
        assert_reads_on(patient, reader)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(signal.SIGKILL, (503, "pdf_reader_lost")), (signal.SIGSEGV, (422, "pdf_broken"))],
)
def test_the_end_of_a_process_is_the_error_of_its_request(
    patient: Service, number: signal.Signals, expected: tuple[int, str]
) -> None:
    with drawing(patient) as (connection, reader):
        reader.send_signal(number)
        assert error(connection) == expected
        assert_reads_on(patient, reader)


def test_a_process_that_is_killed_while_it_has_nothing_to_do_is_replaced(patient: Service) -> None:
    assert read(patient, PLAIN).texts == [TEXT]
    (reader,) = readers(patient)
    reader.kill()
    assert_reads_on(patient, reader)


def test_it_is_not_ended_by_the_signal_that_lets_a_service_finish(patient: Service) -> None:
    assert read(patient, PLAIN).texts == [TEXT]
    (reader,) = readers(patient)
    reader.terminate()
    assert read(patient, PLAIN).texts == [TEXT]
    assert readers(patient) == [reader]


def test_it_ends_with_a_gateway_that_is_killed(patient: Service) -> None:
    gateway = patient.child("pdserving.gateway")
    with drawing(patient) as (_, reader):
        gateway.kill()
        assert_reads_on(patient, reader)


def test_nothing_is_left_when_the_service_stops(models: None) -> None:
    with running_service("profile=ppocrv4", "limits.pdf_processes=1", "drain_s=1") as service:
        with drawing(service) as (_, reader):
            assert stop(service.process) == 0
        assert not reader.is_running()
