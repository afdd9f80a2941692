"""`config.json` is read as hub writes it, and strictly."""

import json
from pathlib import Path
from typing import Any

import pytest

from pdserving.config.schema import HUB_BUILT_IN
from pdserving.hub.config_file import read_config
from pdserving.setup_errors import HubError
from tests.support.paths import ROOT

PORTS = {"ocr_det": 8865, "ocr_cls": 8866, "ocr_rec": 8867, "ocr_system": 8868}


@pytest.mark.parametrize("name", HUB_BUILT_IN)
def test_the_ready_made_configurations_serve_their_module_on_its_port(name: str) -> None:
    config = read_config(ROOT / "configs" / "hub" / f"{name}.json")
    assert (list(config.modules_info), config.port) == ([name], PORTS[name])
    assert not config.modules_info[name].init_args.use_gpu


def test_everything_that_hub_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    written = {
        "modules_info": {
            "ocr_system": {
                "init_args": {"version": "1.0.0", "use_gpu": True},
                "predict_args": {"det_db_thresh": 0.2, "use_angle_cls": False},
            }
        },
        "port": 8868,
        "use_multiprocess": True,
        "workers": 3,
    }
    path.write_text(json.dumps(written), encoding="utf-8")
    assert read_config(path).model_dump(exclude_none=True) == written


def test_what_is_left_out_has_hubs_default(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text('{"modules_info": {"ocr_rec": {}}}', encoding="utf-8")
    config = read_config(path)
    assert (config.port, config.use_multiprocess, config.workers) == (8866, False, None)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"port": 80}, "port: 80 is not accepted; accepted: greater than or equal to 1024"),
        ({"port": "8866"}, "port: '8866' is not accepted; accepted: a valid integer"),
        ({"worker": 2}, "unknown key worker (did you mean workers?); accepted: modules_info, port, "),
        ({"modules_info": {}}, "modules_info: "),
        ({"modules_info": {"../etc": {}}}, "../etc"),
        ({"modules_info": {"a": {"init_args": {"gpu": 1}}}}, "modules_info.a.init_args: unknown key gpu"),
        ({"modules_info": {"a": {"predict_args": {"det_db_thresh": 2}}}}, "predict_args.det_db_thresh: 2 is not acc"),
        ({"modules_info": {"a": {"predict_args": {"det_model_dir": "x"}}}}, "predict_args: unknown key det_model_dir"),
        (
            {"modules_info": {"a": {"kind": "ocr"}}},
            "modules_info.a.kind: 'ocr' is not accepted; accepted: 'det', 'cls'",
        ),
    ],
)
def test_what_is_not_accepted_is_named_with_file_key_and_value(
    change: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"modules_info": {"ocr_det": {}}, **change}), encoding="utf-8")
    with pytest.raises(HubError) as raised:
        read_config(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert expected in str(raised.value)


def test_a_file_that_is_not_there_or_no_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(HubError, match=r"none\.json: cannot be read: No such file"):
        read_config(tmp_path / "none.json")
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(HubError, match=r"config\.json: Invalid JSON"):
        read_config(tmp_path / "config.json")
