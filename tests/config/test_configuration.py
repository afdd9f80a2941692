"""The configuration is parsed once; what is wrong is named with its file, key, value and what is accepted."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from pdserving.config import ConfigurationError, load_settings
from pdserving.config.fields import Section
from pdserving.config.ops import ClassificationSection, DetectionSection, RecognitionSection
from pdserving.config.schema import Limits, Settings
from tests.support.paths import CONFIG


def write(folder: Path, text: str) -> Path:
    path = folder / "service.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_configuration_says_the_defaults() -> None:
    assert load_settings(CONFIG) == Settings()


def test_the_gpu_configurations_put_every_op_on_a_gpu() -> None:
    for name, device_type in (("gpu.yml", 1), ("tensorrt.yml", 2)):
        settings = load_settings(CONFIG.with_name(name))
        services = settings.op.services.values()
        assert [(service.device_type, service.device_ids) for service in services] == [(device_type, (0,))] * 3
        assert settings.profile == "ppocrv4"


def test_devices_are_ids_in_the_order_given(tmp_path: Path) -> None:
    path = write(tmp_path, "op: {rec: {local_service_conf: {device_type: 1, devices: '2,0', precision: fp16}}}")
    assert load_settings(path).op.rec.local_service_conf.device_ids == (2, 0)


def test_every_key_of_the_shipped_configuration_has_a_comment() -> None:
    # By the comment at their first place.
    said = ("concurrency: auto", "batch_size: 1", "auto_batching_timeout: 0", "local_service_conf: *predictor")
    for line in CONFIG.read_text(encoding="utf-8").splitlines():
        opens_a_section = line.rstrip().endswith((":", "&predictor"))
        assert not line.strip() or opens_a_section or "#" in line or line.strip() in said, line


def comments() -> dict[str, str]:
    """The whole comment of each dotted key of the shipped configuration."""
    found: dict[str, str] = {}
    path: list[str] = []
    for line in CONFIG.read_text(encoding="utf-8").splitlines():
        if key := re.fullmatch(r"( *)(\w+):[^#]*(?:# (.*))?", line):
            path = [*path[: len(key[1]) // 2], key[2]]
            found[".".join(path)] = key[3] or ""
        elif more := re.fullmatch(r" {24,}# (.*)", line):
            found[".".join(path)] += f" {more[1]}"
    return found


def test_the_shipped_configuration_says_of_a_key_what_the_schema_says() -> None:
    said = comments()
    sections: Mapping[str, type[Section]] = {
        "": Settings,
        "op.det.": DetectionSection,
        "op.cls.": ClassificationSection,
        "op.rec.": RecognitionSection,
        "limits.": Limits,
    }
    described = {
        place + name: field.description.replace("`", "")
        for place, section in sections.items()
        for name, field in section.model_fields.items()
        if field.description
    }
    assert len(described) > 30
    assert {key: text for key, text in described.items() if text not in said[key]} == {}


def test_what_the_file_leaves_out_has_its_default(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "op: {rec: {drop_score: 0.25}}"))
    assert settings.op.rec.drop_score == 0.25
    assert settings.op.rec.max_width == Settings().op.rec.max_width


def test_an_override_wins_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "http_port: 9000")
    settings = load_settings(path, ["http_port=9100", "op.rec.concurrency=4", "op.cls.enabled=false"])
    assert (settings.http_port, settings.op.rec.concurrency, settings.op.cls.enabled) == (9100, 4, False)


def test_an_override_changes_one_of_two_sections_that_share_an_alias(tmp_path: Path) -> None:
    path = write(tmp_path, "op: {det: {local_service_conf: &p {thread_num: 1}}, rec: {local_service_conf: *p}}")
    settings = load_settings(path, ["op.rec.local_service_conf.thread_num=3"])
    assert settings.op.det.local_service_conf.thread_num == 1
    assert settings.op.rec.local_service_conf.thread_num == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("op: {rec: {concurency: 2}}", "op.rec: unknown key concurency (did you mean concurrency?); accepted: "),
        ("op: {rec: {concurrency: four}}", "op.rec.concurrency: 'four' is not accepted; accepted: auto, 1 to 64"),
        ("op: {rec: {concurrency: 0}}", "op.rec.concurrency: 0 is not accepted; accepted: auto, 1 to 64"),
        ("op: {det: {limit_type: longest}}", "op.det.limit_type: 'longest' is not accepted; accepted: 'max' or 'min'"),
        ("op: {det: {limit_side_len: 2000}}", "op.det: limit_side_len is 2000; accepted: at most max_side_len 1280"),
        ("op: {rec: {min_width: 4000}}", "op.rec: min_width is 4000; accepted: at most max_width 2560"),
        ("limits: {max_in_flight: 0}", "limits.max_in_flight: 0 is not accepted; accepted: auto, 1 to 4096"),
        ("dag: {is_thread_op: false}", "dag.is_thread_op: False is not accepted; accepted: True"),
        ("dag: {channel_size: 4}", "dag.channel_size: 4 is not accepted; accepted: 0"),
        ("http_port: 9000\nrpc_port: 9000", "http_port and rpc_port are both 9000; accepted: two ports"),
        ("dag: {retry: 3}", "dag.retry: 3 is not accepted; accepted: 1"),
        ("http_port: 80", "http_port: 80 is not accepted; accepted: greater than or equal to 1024"),
        ("http_port: '9998'", "http_port: '9998' is not accepted; accepted: a valid integer"),
        (
            "limits: {max_json_depth: 3}",
            "limits.max_json_depth: 3 is not accepted; accepted: greater than or equal to 4",
        ),
        ("limits: {pdf_processes: 0}", "limits.pdf_processes: 0 is not accepted; accepted: auto, 1 to 64"),
        (
            "limits: {max_pdf_memory_mib: 100}",
            "limits.max_pdf_memory_mib: 100 is not accepted; accepted: greater than or equal to 128",
        ),
        ("limits: {pdf_timeout_s: 0}", "limits.pdf_timeout_s: 0 is not accepted; accepted: greater than 0"),
        ("limits: {max_lines: 0}", "limits.max_lines: 0 is not accepted; accepted: greater than or equal to 1"),
        (
            "limits: {max_header_bytes: 1e3}",
            "limits.max_header_bytes: '1e3' is not accepted; accepted: a valid integer",
        ),
        ("limits: {header_timeout_s: 0}", "limits.header_timeout_s: 0 is not accepted; accepted: greater than 0"),
        ("limits: {stall_timeout_s: none}", "limits.stall_timeout_s: 'none' is not accepted; accepted: a valid number"),
        ("limits: {min_body_rate: 0}", "limits.min_body_rate: 0 is not accepted; accepted: greater than or equal to 1"),
        ("drain_s: .inf", "drain_s: inf is not accepted; accepted: a finite number"),
        ("engine: tensorflow", "engine: 'tensorflow' is not accepted; accepted: 'auto', 'openvino' or 'paddle'"),
        ("op: {det: {local_service_conf: {use_gpu: true}}}", "op.det.local_service_conf: unknown key use_gpu"),
        ("op: {det: {local_service_conf: {device_type: 3}}}", "device_type: 3 is not accepted; accepted: 0, 1 or 2"),
        ("op: {det: {local_service_conf: {device_type: 1}}}", "devices is '' with device_type 1; accepted: GPU ids"),
        ("op: {det: {local_service_conf: {devices: '0'}}}", "devices is '0' with device_type 0, the CPU; accepted: ''"),
        ("op: {det: {local_service_conf: {devices: 'gpu0'}}}", "local_service_conf.devices: 'gpu0' is not accepted"),
        ("op: {det: {local_service_conf: {device_type: 1, devices: '0,0'}}}", "is '0,0'; accepted: each GPU once"),
        (
            "op: {det: {local_service_conf: {precision: fp16}}}",
            "is 'fp16' with device_type 0; accepted: 'auto', 'fp32', 'bf16'",
        ),
        (
            "op: {det: {local_service_conf: {precision: bf16, device_type: 1, devices: '0'}}}",
            "is 'bf16' with device_type 1; accepted: 'auto', 'fp32', 'fp16'",
        ),
        (
            "engine: paddle\nop: {rec: {local_service_conf: {precision: bf16}}}",
            "op.rec.local_service_conf.precision is 'bf16', in which it is no faster; accepted: precision auto or ",
        ),
        ("op: {rec: {batch_size: 0}}", "op.rec.batch_size: 0 is not accepted; accepted: greater than or equal to 1"),
        ("op: {rec: {batch_size: 65}}", "op.rec.batch_size: 65 is not accepted; accepted: less than or equal to 64"),
        ("op: {cls: {auto_batching_timeout: -1}}", "op.cls.auto_batching_timeout: -1 is not accepted"),
        (
            "op: {det: {batch_pixels: 100}}",
            "batch_pixels: 100 is not accepted; accepted: greater than or equal to 1024",
        ),
        ("op: {det: {local_service_conf: {use_trt: true}}}", "use_trt is true with device_type 0; accepted: false"),
        (
            "op: {det: {local_service_conf: {device_type: 2, devices: '0', use_trt: false}}}",
            "use_trt is false with device_type 2; accepted: true",
        ),
        ("op: {det: {local_service_conf: {gpu_memory_mb: 1}}}", "gpu_memory_mb: 1 is not accepted"),
        ("op: {det: {local_service_conf: {min_subgraph_size: 0}}}", "min_subgraph_size: 0 is not accepted"),
        ("gpu_memory_limit_mb: -1", "gpu_memory_limit_mb: -1 is not accepted"),
        (
            "engine: openvino\nop: {rec: {local_service_conf: {device_type: 1, devices: '0'}}}",
            "engine is 'openvino', for the CPU, and op.rec.local_service_conf.device_type is 1; accepted: engine auto",
        ),
        ("security: {tls_cert: a}", "security: tls_cert is given without tls_key; accepted: both, or neither"),
        ("security: {tls_key: a}", "security: tls_key is given without tls_cert; accepted: both, or neither"),
        ("security: {tls_client_ca: a}", "tls_client_ca is given without tls_cert and tls_key; accepted: all three"),
        ("security: {rate_limit: -1}", "security.rate_limit: -1 is not accepted; accepted: greater than or equal to 0"),
        ("security: {rate_burst: 0}", "security.rate_burst: 0 is not accepted; accepted: greater than or equal to 1"),
        ("security: {cors_origins: [example.com]}", "security.cors_origins.0: 'example.com' is not accepted"),
        ("security: {cors_origins: ['https://a.com/']}", "security.cors_origins.0: 'https://a.com/' is not accepted"),
        ("security: {confine: 1}", "security.confine: 1 is not accepted; accepted: a valid boolean"),
        ("- a\n- b", "holds a list; accepted: keys and values"),
        ("http_port: 9998\nhttp_port: 9999", "key 'http_port' is given twice"),
        ("a: [", "is not valid YAML"),
    ],
)
def test_what_is_wrong_is_named_with_file_key_value_and_what_is_accepted(
    tmp_path: Path, text: str, expected: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    assert str(path) in str(caught.value)
    assert expected in str(caught.value)


def test_sections_may_share_keys_by_a_merge(tmp_path: Path) -> None:
    path = write(tmp_path, "op: {det: &op {concurrency: 3}, cls: {<<: *op, thresh: 0.7}}")
    settings = load_settings(path)
    assert (settings.op.cls.concurrency, settings.op.cls.thresh) == (3, 0.7)


def test_a_section_without_keys_has_its_defaults(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, "op:\n  rec:\n  det: {concurrency: 2}\nlimits:\n")).op.det.concurrency == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no-such.yml: cannot be read"):
        load_settings(tmp_path / "no-such.yml")


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("http_port", "--set http_port: accepted: KEY=VALUE"),
        ("http_port=hello", "--set http_port=hello: http_port: 'hello' is not accepted; accepted: a valid integer"),
        ("http_port.x=1", "http_port is a value, not a section"),
        ("op.rec.konkurrency=1", "--set op.rec.konkurrency=1: op.rec: unknown key konkurrency"),
    ],
)
def test_a_wrong_override_is_named_as_it_was_given(override: str, expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(CONFIG, [override])
    assert expected in str(caught.value)


def test_all_errors_are_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(write(tmp_path, "http_port: x\nrpc_port: y"))
    assert len(str(caught.value).splitlines()) == 2
