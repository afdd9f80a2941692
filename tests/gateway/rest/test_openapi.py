"""The service holds to its OpenAPI description, whatever is sent: right data, wrong data and its own examples."""

import base64
import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from pdserving.config.request_options import ACCEPTED_KEYS
from pdserving.errors import ERRORS
from pdserving.gateway.openapi import PICTURE, TEXT
from pdserving.gateway.rest.options import OcrOptions
from tests.support.paths import SAMPLES
from tests.support.rest import JSON, ask_rest
from tests.support.running import Service

ROUTES = [
    "/v1/ocr",
    *(f"/predict/{name}" for name in ("ocr_det", "ocr_cls", "ocr_rec", "ocr_system")),
    "/{service}/prediction",
]
PROBES = ["/healthz", "/readyz", "/metrics"]
PICTURES = [base64.b64decode(PICTURE), (SAMPLES / "grey.png").read_bytes(), b"no picture", b""]
# Whether data that the schema allows is taken depends on the configuration too, such as `op.det.max_side_len`.
CONFIGURATION = {
    "seed": 1,
    "continue-on-failure": True,
    "generation": {"mode": "all", "deterministic": True, "max-examples": 60, "no-shrink": True, "database": "none"},
    "phases": {"stateful": {"enabled": False}},
    "checks": {"positive_data_acceptance": {"enabled": False}},
}


@pytest.fixture(scope="module")
def openapi(service: Service) -> Any:
    return json.loads(ask_rest(service, "/openapi.json", "GET").body)


def test_every_answer_is_as_documented(service: Service) -> None:
    # What is made up where a file is asked for; random bytes would all be refused at once.
    schemathesis.openapi.format("byte", st.sampled_from([base64.b64encode(data).decode() for data in PICTURES]))
    schemathesis.openapi.format("binary", st.sampled_from(PICTURES))
    schema = schemathesis.openapi.from_url(
        f"http://127.0.0.1:{service.http_port}/openapi.json", config=SchemathesisConfig.from_dict(CONFIGURATION)
    )
    failures: list[str] = []
    asked: dict[str, int] = {}
    for event in from_schema(schema).execute():
        if isinstance(event, events.FatalError | events.NonFatalError):
            failures.append(str(event.info if isinstance(event, events.NonFatalError) else event.exception))
        if isinstance(event, events.ScenarioFinished):
            for checks in event.recorder.checks.values():
                asked[event.label or ""] = asked.get(event.label or "", 0) + 1
                for check in checks:
                    if check.status != Status.SUCCESS and check.failure_info is not None:
                        failures.append(f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}")
    assert failures == []
    assert set(asked) == {f"POST {route}" for route in ROUTES} | {f"GET {route}" for route in PROBES}
    assert all(asked[f"POST {route}"] > 80 for route in ROUTES)


def test_every_route_is_described_with_examples(openapi: Any) -> None:
    assert set(openapi["paths"]) == {*ROUTES, *PROBES}
    for route in ROUTES:
        (operation,) = openapi["paths"][route].values()
        assert operation["summary"]
        for limit in ("max_image_pixels", "max_message_bytes", "request_timeout_s"):
            assert limit in operation["description"]
        for content in operation["requestBody"]["content"].values():
            for schema in content["schema"]["properties"].values():
                assert schema["description"]
        for response in operation["responses"].values():
            assert response["description"]
            assert {"example", "examples"} & set(response["content"][JSON])


def test_every_example_of_a_request_is_answered(service: Service, openapi: Any) -> None:
    sent = 0
    for route in ROUTES:
        content = openapi["paths"][route]["post"]["requestBody"]["content"][JSON]
        examples = [example["value"] for example in content.get("examples", {}).values()] or [content["example"]]
        for example in examples:
            reply = ask_rest(
                service, route.format(service="ocr"), "POST", json.dumps(example).encode(), {"Content-Type": JSON}
            )
            assert reply.status == 200, reply.body
            if route != "/predict/ocr_det" and route != "/predict/ocr_cls" and example.get("rec") is not False:
                assert TEXT in reply.body.decode()
            sent += 1
    assert sent >= 10


def test_the_example_of_an_answer_is_what_is_answered(service: Service, openapi: Any) -> None:
    content = openapi["paths"]["/predict/ocr_system"]["post"]
    example = content["responses"]["200"]["content"][JSON]["example"]
    body = json.dumps(content["requestBody"]["content"][JSON]["example"]).encode()
    answer = json.loads(ask_rest(service, "/predict/ocr_system", "POST", body).body)
    (found,), (expected,) = answer["results"][0], example["results"][0]
    assert found["text"] == expected["text"]
    assert found["confidence"] == pytest.approx(expected["confidence"], abs=0.02)
    for point, near in zip(found["text_region"], expected["text_region"], strict=True):
        assert point == pytest.approx(near, abs=3)


def test_every_error_is_described_with_its_status(openapi: Any) -> None:
    responses = openapi["paths"]["/v1/ocr"]["post"]["responses"]
    described = {
        code: int(status)
        for status, response in responses.items()
        if status != "200"
        for code in response["content"][JSON]["examples"]
    }
    # Those that this route cannot answer with: of paths, of tensors, of hub's modules, and where nobody listens.
    elsewhere = {"wrong_service", "tensor_refused", "module_failed", "client_gone"}
    assert described == {code: kind.http_status for code, kind in ERRORS.items() if code not in elsewhere}


def test_every_option_is_described(openapi: Any) -> None:
    content = openapi["paths"]["/v1/ocr"]["post"]["requestBody"]["content"]
    for kind, files in (("multipart/form-data", "file"), (JSON, "files")):
        assert set(content[kind]["schema"]["properties"]) == {files, *OcrOptions.model_fields}
    description = openapi["paths"]["/{service}/prediction"]["post"]["description"]
    assert re.findall(r"^- `([\w.]+)` \(.+\): ", description, re.MULTILINE) == list(ACCEPTED_KEYS)
