"""Every file of the corpus, asked by every protocol: the lines or the error that are expected, never a fault."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.corpus.expected import Case, Expected, assert_for_clients, cases
from tests.corpus.make import FILES
from tests.support.hub import ask_hub
from tests.support.paths import SAMPLES
from tests.support.rest import OcrReply, read, read_json
from tests.support.running import Service
from tests.support.talking import Answer, ask_http, ask_rpc, rpc_request, rpc_tensor

CASES = cases()


def check_pipeline(answer: Answer, expected: Expected) -> None:
    assert answer.err_no == expected.err_no, answer.err_msg
    assert answer.status in (expected.status, None)
    if expected.text is None:
        assert answer.value is None
        assert_for_clients(answer.err_msg)
    else:
        assert answer.texts == expected.text


def check_rest(reply: OcrReply, expected: Expected) -> None:
    assert reply.status == expected.status, reply.body[:500]
    if expected.text is None:
        _, code, message = reply.error
        assert code == expected.code
        assert_for_clients(message)
    else:
        assert [line["text"] for page in reply.answer["pages"] for line in page["lines"]] == expected.text


def check_hub(service: Service, case: Case) -> None:
    answer = ask_hub(service, "ocr_system", case.data)
    assert answer.http_status == case.picture.status, answer.msg
    if case.picture.text is None:
        assert_for_clients(answer.msg)
    else:
        assert [line["text"] for line in answer.only] == case.picture.text


def test_every_file_has_its_expected_answer() -> None:
    assert [case.name for case in CASES] == sorted(path.name for path in FILES.iterdir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_gives_what_is_expected_by_every_protocol(service: Service, case: Case) -> None:
    data, picture = case.data, case.picture
    asked = (
        lambda: check_pipeline(ask_http(service, data), picture),
        lambda: check_pipeline(ask_rpc(service, rpc_request(data)), picture),
        lambda: check_pipeline(ask_rpc(service, rpc_tensor(elem_type=13, byte_data=data)), picture),
        lambda: check_hub(service, case),
        lambda: check_rest(read(service, (case.name, data)), case.rest),
        lambda: check_rest(read_json(service, data), case.rest),
    )
    with ThreadPoolExecutor(len(asked)) as threads:
        for done in [threads.submit(ask) for ask in asked]:
            done.result()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_is_written_to_a_searchable_pdf_or_refused(service: Service, case: Case) -> None:
    reply = read(service, (case.name, case.data), format="pdf")
    if reply.status == 200:
        assert case.rest.text is not None
        assert reply.body.startswith(b"%PDF-")
    else:
        _, code, message = reply.error
        # What can be shown can be broken in places that only a writer needs.
        assert code == "pdf_broken" or case.rest.text is None
        assert_for_clients(message)


def test_after_all_files_the_same_service_reads_a_good_picture(service: Service, truth: dict[str, list[str]]) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda case: ask_http(service, case.data), CASES))
    invoice = (SAMPLES / "invoice.png").read_bytes()
    assert ask_http(service, invoice).texts == truth["invoice.png"]
    assert ask_rpc(service, rpc_request(invoice)).texts == truth["invoice.png"]
    assert '"exception"' not in service.log.read_text()
