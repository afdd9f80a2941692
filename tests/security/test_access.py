"""Where keys are set, only who has one is let in, by HTTP and gRPC, and no more often than the limit."""

import json

import grpc
import pytest

from pdserving.protocol import WORKER_METRICS
from pdserving.security.keys import new_key
from tests.security.conftest import BURST, ORIGIN, Guarded, write_keys
from tests.support.client_process import HTTP_CLIENT, HUB_CLIENT, RPC_CLIENT, ClientProgram
from tests.support.observing import log_line, soon
from tests.support.paths import SAMPLES
from tests.support.talking import ask, bearer, call, rpc_request

POSTER = SAMPLES / "poster.jpg"
FORM = {"Content-Type": "application/json"}
PICTURE = rpc_request(POSTER.read_bytes())


@pytest.mark.parametrize("path", ["/", "/page/page.js", "/healthz", "/readyz"])
def test_the_web_page_s_files_and_probes_are_open(guarded: Guarded, path: str) -> None:
    assert ask(guarded.service, path).status == 200
    assert ask(guarded.service, path, method="HEAD").status == 200


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/v1/ocr", "POST"),
        ("/metrics", "GET"),
        ("/docs", "GET"),
        ("/openapi.json", "GET"),
        ("/docs/assets/swagger-ui.css", "GET"),
        ("/no/such/path", "GET"),
        ("/healthz", "POST"),
        ("/page/../metrics", "GET"),
        ("//metrics", "GET"),
    ],
)
@pytest.mark.parametrize("headers", [{}, bearer(new_key()), {"Authorization": "Basic dXNlcjpwYXNz"}])
def test_everything_else_asks_for_a_key(guarded: Guarded, path: str, method: str, headers: dict[str, str]) -> None:
    reply = ask(guarded.service, path, method, headers=headers)
    assert reply.status == 401
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert reply.json["error"]["code"] == "unauthenticated"
    assert "Authorization: Bearer KEY" in reply.json["error"]["message"]


def test_a_refusal_has_the_protocol_s_form(guarded: Guarded) -> None:
    pipeline = ask(guarded.service, "/ocr/prediction", "POST", b"{}", FORM)
    assert (pipeline.status, pipeline.json["err_no"], pipeline.json["key"]) == (401, 5030, [])
    hub = ask(guarded.service, "/predict/ocr_system", "POST", b"{}", FORM)
    assert (hub.status, hub.json["status"], hub.json["results"]) == (401, "-1", [])


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
def test_a_key_opens_the_service_and_the_log_has_its_name(guarded: Guarded, header: str) -> None:
    key, mark = guarded.keys["reader"], f"as-{header.lower()}"
    value = f"Bearer {key}" if header == "Authorization" else key
    body = json.dumps({"files": [{"content": ""}]}).encode()
    reply = ask(guarded.service, "/v1/ocr", "POST", body, {header: value, "X-Request-ID": mark, **FORM})
    assert reply.json["error"]["code"] == "image_empty"
    assert json.loads(log_line(guarded.service, mark))["key"] == "reader"


def test_a_grpc_call_without_a_key_is_refused_before_its_message_is_read(guarded: Guarded) -> None:
    for metadata in ({}, {"x-api-key": new_key()}, {"authorization": guarded.keys["caller"]}):
        with pytest.raises(grpc.RpcError) as caught:
            call(guarded.service, PICTURE, metadata)
        assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED
        assert dict(caught.value.trailing_metadata())["err-no"] == "5030"
        assert "x-api-key" in caught.value.details().lower()


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_a_grpc_call_with_a_key_is_answered(guarded: Guarded, header: str) -> None:
    key = guarded.keys["caller"]
    response = call(guarded.service, PICTURE, {header: f"Bearer {key}" if header == "authorization" else key})
    assert (response.err_no, response.err_msg) == (0, "")
    assert "SPRING" in response.value[0]


def test_a_worker_s_metrics_are_not_open_to_strangers_either(guarded: Guarded) -> None:
    with grpc.insecure_channel(guarded.service.rpc_endpoint, [("grpc.enable_http_proxy", 0)]) as channel:
        metrics = channel.unary_unary(WORKER_METRICS)
        with pytest.raises(grpc.RpcError) as caught:
            metrics(b"", timeout=60)
        assert caught.value.code() == grpc.StatusCode.UNAUTHENTICATED
        assert b"pdserving_" in metrics(b"", timeout=60, metadata=[("x-api-key", guarded.keys["caller"])])


@pytest.mark.parametrize("program", [HTTP_CLIENT, RPC_CLIENT, HUB_CLIENT], ids=["http", "rpc", "hub"])
def test_the_clients_take_a_key_and_say_when_it_is_refused(guarded: Guarded, program: ClientProgram) -> None:
    service = guarded.service
    address = service.rpc_endpoint if program is RPC_CLIENT else f"127.0.0.1:{service.http_port}"
    ended = program.run(POSTER, address=address, environment={"PDSERVING_API_KEY": guarded.keys["caller"]})
    assert ended.returncode == 0, ended.stderr
    assert "SPRING" in ended.stdout
    refused = program.run(POSTER, "--key", new_key(), address=address)
    assert refused.returncode == 1
    assert "the API key is not accepted" in refused.stderr


def test_a_key_is_limited_alone_and_told_when_to_come_again(guarded: Guarded) -> None:
    headers = bearer(guarded.keys["limited"])
    replies = [ask(guarded.service, "/openapi.json", headers=headers) for _ in range(2 * BURST)]
    statuses = [reply.status for reply in replies]
    assert statuses[:BURST] == [200] * BURST
    limited = next(reply for reply in replies if reply.status == 429)
    assert 1 <= int(limited.headers["retry-after"]) <= 10
    assert limited.json["error"]["code"] == "rate_limited"
    assert "security.rate_limit, 6 requests a minute" in limited.json["error"]["message"]
    assert ask(guarded.service, "/openapi.json", headers=bearer(guarded.keys["reader"])).status == 200


def test_a_grpc_caller_is_limited_too(guarded: Guarded) -> None:
    def call_many() -> None:
        for _ in range(2 * BURST):
            call(guarded.service, rpc_request(b""), {"x-api-key": guarded.keys["limited"]})

    with pytest.raises(grpc.RpcError) as caught:
        call_many()
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    trailing = dict(caught.value.trailing_metadata())
    assert trailing["err-no"] == "5031"
    assert 1 <= int(trailing["retry-after"]) <= 10


def test_a_key_that_leaves_the_file_is_refused_without_a_restart(guarded: Guarded) -> None:
    headers = bearer(guarded.keys["leaving"])
    assert ask(guarded.service, "/openapi.json", headers=headers).status == 200
    write_keys(guarded.keys_file, {name: key for name, key in guarded.keys.items() if name != "leaving"})
    soon(lambda: ask(guarded.service, "/openapi.json", headers=headers).status == 401)
    assert ask(guarded.service, "/openapi.json", headers=bearer(guarded.keys["reader"])).status == 200


def test_only_the_configured_origin_s_pages_may_ask(guarded: Guarded) -> None:
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    allowed = ask(guarded.service, "/v1/ocr", "OPTIONS", headers={"Origin": ORIGIN, **wanted})
    assert (allowed.status, allowed.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert "access-control-allow-credentials" not in allowed.headers
    refused = ask(guarded.service, "/v1/ocr", "OPTIONS", headers={"Origin": "https://evil.example.com", **wanted})
    assert refused.status == 400
    assert "access-control-allow-origin" not in refused.headers
    answer = ask(guarded.service, "/v1/ocr", "POST", headers={"Origin": ORIGIN})
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (401, ORIGIN)


def test_no_key_is_in_any_log_error_or_metric(guarded: Guarded) -> None:
    service, right, wrong = guarded.service, guarded.keys["secret"], new_key()
    output = []
    for key in (wrong, right):
        body = json.dumps({"files": [{"name": key, "content": key}], key: key}).encode()
        output += [
            ask(service, "/v1/ocr", "POST", b"{}", {**bearer(key), **FORM}).body,
            ask(service, f"/v1/ocr?key={key}", "POST", b"{}", {"X-API-Key": key, **FORM}).body,
            ask(service, f"/{key}", headers={"Cookie": f"key={key}", "Authorization": key}).body,
            ask(service, "/ocr/prediction", "POST", b"{}", {"X-API-Key": key, **FORM}).body,
        ]
        ask(service, f"/{key}/v1/ocr", "POST", body, {**bearer(key), "X-Request-ID": f"end-{key == right}", **FORM})
        for metadata in ({"x-api-key": key}, {"authorization": f"Bearer {key}"}, {"authorization": key}):
            try:
                output.append(call(service, rpc_request(b""), metadata).err_msg.encode())
            except grpc.RpcError as error:
                output.append(error.details().encode())
    output.append(ask(service, "/metrics", headers=bearer(guarded.keys["secret"])).body)
    assert b"pdserving_requests_total" in output[-1]
    log_line(service, "end-True")
    output.append(service.log.read_bytes())
    for key in (*guarded.keys.values(), wrong):
        assert not [text for text in output if key.encode() in text]
