"""Hub's params become the pipeline's options and the worker's configuration."""

from pathlib import Path

import pytest

from pdserving.config.ops import Ops
from pdserving.config.request_options import parse_options
from pdserving.config.schema import HUB_STAGES, HubKind
from pdserving.hub.params import Params, read_params, request_options, setting_of, worker_params
from pdserving.setup_errors import HubError

EVERYTHING = """
det_model_dir: models/det
det_limit_side_len: 736
det_limit_type: min
det_db_thresh: 0.25
det_db_box_thresh: 0.5
det_db_unclip_ratio: 1.8
use_dilation: true
det_db_score_mode: slow
rec_model_dir: models/rec
rec_image_shape: "3, 32, 320"
rec_batch_num: 6
rec_char_dict_path: /keys.txt
use_space_char: false
use_angle_cls: false
cls_model_dir: models/cls
cls_thresh: 0.8
drop_score: 0.4
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "params.yml"
    path.write_text(text, encoding="utf-8")
    return path


def given(**values: float) -> Params:
    return Params.model_validate(values)


def test_every_name_of_hub_reaches_its_place(tmp_path: Path) -> None:
    params = read_params(write(tmp_path, EVERYTHING))
    options = request_options("system", params)
    assert options == {
        "det.enabled": "true",
        "rec.enabled": "true",
        "det.limit_side_len": "736",
        "det.limit_type": "min",
        "det.thresh": "0.25",
        "det.box_thresh": "0.5",
        "det.unclip_ratio": "1.8",
        "det.use_dilation": "true",
        "det.score_mode": "slow",
        "cls.enabled": "false",
        "rec.drop_score": "0.4",
    }
    with_classifier = request_options("system", params.model_copy(update={"use_angle_cls": True}))
    assert with_classifier["cls.thresh"] == "0.8"
    assert dict(setting_of(name, params) for name in worker_params(with_classifier, params)) == {
        "op.det.local_service_conf.model_config": tmp_path / "models/det",
        "op.cls.local_service_conf.model_config": tmp_path / "models/cls",
        "op.rec.local_service_conf.model_config": tmp_path / "models/rec",
        "op.rec.character_list": Path("/keys.txt"),
        "op.rec.use_space_char": False,
        "op.rec.input_height": 32,
        "op.rec.batch_pixels": 6 * 32 * 320,
    }


@pytest.mark.parametrize("kind", HUB_STAGES)
def test_the_options_of_every_kind_are_options_of_the_pipeline(kind: HubKind, tmp_path: Path) -> None:
    params = read_params(write(tmp_path, EVERYTHING))
    options = parse_options(request_options(kind, params), Ops())
    runs = (options.det.enabled, options.cls.enabled, options.rec.enabled)
    assert (
        runs
        == {
            "det": (True, False, False),
            "cls": (False, True, False),
            "rec": (False, False, True),
            "system": (True, False, True),
        }[kind]
    )


def test_a_kind_keeps_its_own_stage_whatever_the_params_say() -> None:
    assert request_options("cls", given(use_angle_cls=False, drop_score=0.3)) == HUB_STAGES["cls"]
    assert request_options("det", given(use_angle_cls=True, cls_thresh=0.5)) == HUB_STAGES["det"]


def test_crops_are_answered_whatever_their_score_unless_the_params_say_otherwise() -> None:
    assert request_options("rec", Params())["rec.drop_score"] == "0"
    assert request_options("rec", given(drop_score=0.7))["rec.drop_score"] == "0.7"
    assert request_options("cls", Params())["cls.thresh"] == "0"


def test_a_kind_needs_the_models_of_its_own_stages_only() -> None:
    params = Params(det_model_dir=Path("d"), cls_model_dir=Path("c"))
    assert worker_params(HUB_STAGES["det"], params) == {"det_model_dir": Path("d")}
    assert worker_params(HUB_STAGES["cls"], params) == {"cls_model_dir": Path("c")}
    assert "det_model_dir" not in worker_params(HUB_STAGES["rec"], params)
    assert "cls_model_dir" not in worker_params({**HUB_STAGES["system"], "cls.enabled": "false"}, params)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("det_db_tresh: 0.3", "unknown key det_db_tresh (did you mean det_db_thresh?); accepted: det_limit_side_len, "),
        ("det_db_thresh: 1.3", "det_db_thresh: 1.3 is not accepted; accepted: less than or equal to 1"),
        ("det_limit_side_len: 16", "det_limit_side_len: 16 is not accepted; accepted: greater than or equal to 32"),
        ("use_dilation: 'yes'", "use_dilation: 'yes' is not accepted; accepted: a valid boolean"),
        ("det_db_score_mode: exact", "det_db_score_mode: 'exact' is not accepted; accepted: 'fast' or 'slow'"),
        ("rec_image_shape: 48 x 320", "rec_image_shape: '48 x 320' is not accepted; accepted: channels, height and"),
        ("rec_image_shape: 1, 48, 320", "rec_image_shape.0: 1 is not accepted; accepted: 3"),
        ("rec_batch_num: 500", "rec_batch_num: 500 lines of 48 × 320 pixels are 7680000; accepted: 9216 to 589824"),
        ("drop_score: 0.5\ndrop_score: 0.6", "key 'drop_score' is given twice"),
    ],
)
def test_what_is_not_accepted_is_named_with_file_key_and_value(text: str, expected: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(HubError) as raised:
        read_params(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert expected in str(raised.value)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert read_params(write(tmp_path, "# nothing yet\n")) == Params()
