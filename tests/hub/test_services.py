"""The modules that are asked for become the services of one worker, or an error that names what does not fit."""

from pathlib import Path
from typing import Any

import pytest

from pdserving.config import ConfigurationError, Settings, load_settings
from pdserving.config.schema import HUB_BUILT_IN, HUB_SERVICES, HubService
from pdserving.hardware.processor import usable_cores
from pdserving.hub.config_file import HubConfig, InitArgs, ModuleInfo
from pdserving.hub.packages import install_package
from pdserving.hub.params import RequestParams
from pdserving.hub.services import hub_settings, plan_services
from pdserving.setup_errors import HubError
from tests.support.paths import CONFIG
from tests.support.service_packages import write_package


def install(folder: Path, name: str, params: str, **info: Any) -> None:
    install_package(write_package(folder / f"source of {name}", name, params, **info), folder, lambda line: None)


def test_the_built_in_modules_are_the_services_that_every_gateway_has(tmp_path: Path) -> None:
    plan = plan_services({name: ModuleInfo() for name in HUB_BUILT_IN}, tmp_path)
    assert plan.services == HUB_SERVICES == Settings().hub_services
    assert plan.changes == ()


def test_settings_with_services_survive_the_way_to_the_gateway() -> None:
    service = HubService(name="mine", kind="rec", options={"rec.drop_score": "0.4"}, module=Path("a") / "module.py")
    settings = Settings(hub_services=(*HUB_SERVICES, service))
    assert Settings.model_validate_json(settings.model_dump_json(by_alias=True)) == settings


def test_two_services_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="ocr_det, ocr_cls, ocr_rec, ocr_system, ocr_det; accepted: a name once"):
        Settings(hub_services=(*HUB_SERVICES, HUB_SERVICES[0]))


def test_a_packages_params_are_its_options_and_the_workers_configuration(tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text("a\n", encoding="utf-8")
    install(tmp_path, "mine", "use_angle_cls: false\nrec_char_dict_path: ../keys.txt\nrec_batch_num: 6\n")
    plan = plan_services({"mine": ModuleInfo()}, tmp_path)
    assert plan.services[0].options == {"det.enabled": "true", "rec.enabled": "true", "cls.enabled": "false"}
    settings = load_settings(CONFIG, [], plan.changes)
    assert settings.op.rec.character_list == tmp_path / "hub" / "mine" / "converted" / "characters.txt"
    assert settings.op.rec.batch_pixels == 6 * 48 * 320


def test_predict_args_win_over_the_packages_params(tmp_path: Path) -> None:
    install(tmp_path, "mine", "det_db_thresh: 0.2\ndrop_score: 0.3\n")
    plan = plan_services(
        {"mine": ModuleInfo(predict_args=RequestParams.model_validate({"det_db_thresh": 0.4}))}, tmp_path
    )
    assert plan.services[0].options["det.thresh"] == "0.4"
    assert plan.services[0].options["rec.drop_score"] == "0.3"


def test_a_package_takes_the_place_of_the_built_in_module_of_its_name(tmp_path: Path) -> None:
    install(tmp_path, "ocr_rec", "drop_score: 0.3\n", init_args={"version": "1.1.0"})
    asked = {"ocr_rec": ModuleInfo(init_args=InitArgs(version="1.1.0"))}
    (service,) = plan_services(asked, tmp_path).services
    assert (service.kind, service.options["rec.drop_score"]) == ("rec", "0.3")


def test_modules_that_need_different_models_are_both_named_with_the_key(tmp_path: Path) -> None:
    (tmp_path / "keys.txt").write_text("a\n", encoding="utf-8")
    install(tmp_path, "mine", "rec_char_dict_path: ../keys.txt\n")
    with pytest.raises(HubError) as raised:
        plan_services({"mine": ModuleInfo(), "ocr_rec": ModuleInfo()}, tmp_path)
    characters = tmp_path / "hub" / "mine" / "converted" / "characters.txt"
    assert str(raised.value) == (
        "modules mine and ocr_rec need different models, and one server has one of each: rec_char_dict_path is "
        f"{characters} for mine and the configuration's for ocr_rec; start them on two ports"
    )
    assert len(plan_services({"mine": ModuleInfo(), "ocr_det": ModuleInfo()}, tmp_path).services) == 2


@pytest.mark.parametrize(
    ("name", "info", "expected"),
    [
        ("mine", ModuleInfo(init_args=InitArgs(version="9")), "module mine: version '9' is not there; accepted: 1.0.0"),
        ("ocr_det", ModuleInfo(init_args=InitArgs(version="2")), "module ocr_det: version '2' is not there"),
        ("mine", ModuleInfo(kind="rec"), "module mine: kind 'rec' is not accepted; it is installed as 'system'"),
        ("other", ModuleInfo(), "no module 'other'; accepted: ocr_det, ocr_cls, ocr_rec, ocr_system, mine, or a pack"),
    ],
)
def test_a_module_that_is_not_there_is_named(name: str, info: ModuleInfo, expected: str, tmp_path: Path) -> None:
    install(tmp_path, "mine", "")
    with pytest.raises(HubError) as raised:
        plan_services({name: info}, tmp_path)
    assert str(raised.value).startswith(expected)


def test_an_option_that_the_configuration_refuses_is_named_with_its_module(tmp_path: Path) -> None:
    install(tmp_path, "mine", "det_limit_side_len: 2000\n")
    config = HubConfig(modules_info={"mine": ModuleInfo()})
    place = f"models_dir={tmp_path}"
    with pytest.raises(ConfigurationError, match=r"module mine: det.*2000; accepted: at most max_side_len 1280"):
        hub_settings(config, CONFIG, [place], "a test", 9125)
    assert (
        hub_settings(config, CONFIG, [place, "op.det.max_side_len=2000"], "a test", 9125).hub_services[0].name == "mine"
    )


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, Settings().worker_num),
        ({"workers": 3}, Settings().worker_num),
        ({"use_multiprocess": True, "workers": 3}, 3),
        ({"use_multiprocess": True}, 2 * usable_cores() - 1),
    ],
)
def test_workers_are_the_requests_in_the_pipeline_where_multiprocess_is_asked_for(
    keys: dict[str, Any], expected: int, tmp_path: Path
) -> None:
    config = HubConfig(modules_info={"ocr_det": ModuleInfo()}, port=9123, **keys)
    settings = hub_settings(config, CONFIG, [f"models_dir={tmp_path}"], "a test", 9125)
    assert (settings.worker_num, settings.http_port) == (expected, 9123)
    assert settings.rpc_port == 9125


def test_an_override_wins_over_hubs_configuration(tmp_path: Path) -> None:
    config = HubConfig(modules_info={"ocr_det": ModuleInfo()}, use_multiprocess=True, workers=3)
    overrides = [f"models_dir={tmp_path}", "worker_num=5", "rpc_port=9124"]
    settings = hub_settings(config, CONFIG, overrides, "a test", 9125)
    assert (settings.worker_num, settings.rpc_port) == (5, 9124)


def test_gpus_that_hub_asks_for_take_the_place_of_the_cpu() -> None:
    config = HubConfig(modules_info={"ocr_det": ModuleInfo(init_args=InitArgs(use_gpu=True))})
    settings = hub_settings(config, CONFIG, [], "config.json", 18092, gpu_ids=(0, 1))
    services = settings.op.services.values()
    assert [(service.device_type, service.device_ids) for service in services] == [(1, (0, 1))] * 3


def test_gpus_that_hub_asks_for_keep_the_tensorrt_of_the_configuration() -> None:
    config = HubConfig(modules_info={"ocr_det": ModuleInfo(init_args=InitArgs(use_gpu=True))})
    settings = hub_settings(config, CONFIG.with_name("tensorrt.yml"), [], "config.json", 18092, gpu_ids=(0,))
    assert {service.device_type for service in settings.op.services.values()} == {2}
