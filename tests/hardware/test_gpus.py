"""What `nvidia-smi` prints is read as the driver means it."""

import pytest

from pdserving.doctor.devices import judge_devices
from pdserving.hardware.gpus import Device, Devices, parse_cuda, parse_devices, visible_devices

QUERY = """\
0, GPU-5c9a, NVIDIA A10G, 535.183.01, 23028, 22515, 8.6
1, GPU-77b1, Tesla P4, 535.183.01, 7680, 7610, 6.1
2, GPU-77c2, NVIDIA T400, 535.183.01, 2048, 1900, 7.5
3, GPU-e0f3, NVIDIA Thing, 450.80.02, 16384, 1000, [Not Supported]
"""
HEADER = "| NVIDIA-SMI 535.183.01   Driver Version: 535.183.01   CUDA Version: 12.2     |"


def judged(query: str, cuda: tuple[int, int] | None, ids: tuple[int, ...] = (), own: bool = False, **env: str) -> str:
    return "\n".join(map(str, judge_devices(Devices(parse_devices(query), cuda), env, ids, own)))


def test_devices_are_read_from_the_query() -> None:
    devices = parse_devices(QUERY)
    assert devices[0] == Device(0, "GPU-5c9a", "NVIDIA A10G", "535.183.01", 23028, 22515, (8, 6))
    assert devices[3].capability is None
    assert parse_devices("No devices were found\n") == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEADER, (12, 2)),
        ("CUDA Version        : 13.0", (13, 0)),
        ("KMD Version: 590.48   CUDA UMD Version: 13.1", (13, 1)),
        ("CUDA Version: N/A", None),
    ],
)
def test_the_cuda_version_is_read_in_the_forms_that_drivers_write(text: str, expected: tuple[int, int] | None) -> None:
    assert parse_cuda(text) == expected


@pytest.mark.parametrize(
    ("visible", "expected"),
    [("2,0", [2, 0]), ("GPU-77b", [1]), ("GPU-77", []), ("1,9,0", [1]), ("", []), ("-1", []), ("0,0", [0])],
)
def test_cuda_visible_devices_is_read_as_cuda_reads_it(visible: str, expected: list[int]) -> None:
    seen = visible_devices(parse_devices(QUERY), {"CUDA_VISIBLE_DEVICES": visible})
    assert [device.index for device in seen] == expected


def test_without_cuda_visible_devices_all_are_seen() -> None:
    assert visible_devices(parse_devices(QUERY), {}) == parse_devices(QUERY)


def test_a_device_that_fits_is_ok() -> None:
    assert judged(QUERY, (12, 2)).splitlines() == [
        "ok       driver    535.183.01",
        "ok       cuda      the driver runs up to 12.2; 11.8 is needed",
        "ok       device    GPU 0: NVIDIA A10G, compute capability 8.6, 22515 of 23028 MiB free",
    ]


@pytest.mark.parametrize(
    ("cuda", "ids", "expected"),
    [
        ((12, 2), (1,), "missing  device    GPU 1: Tesla P4, compute capability 6.1"),
        ((12, 2), (2,), "missing  device    GPU 2: NVIDIA T400"),
        ((12, 2), (3,), "warning  device    GPU 3: NVIDIA Thing, compute capability unknown"),
        ((12, 2), (0, 4), "missing  device    GPU 4 is not there: there are 4; accepted in `devices`: ids from 0 to 3"),
        ((11, 4), (0,), "warning  cuda      the driver is made for 11.4"),
        ((10, 2), (0,), "missing  cuda      the driver runs up to 10.2; 11.8 is needed"),
        (None, (0,), "warning  cuda      the driver does not say"),
    ],
)
def test_what_does_not_fit_says_what_was_found_and_what_to_do(
    cuda: tuple[int, int] | None, ids: tuple[int, ...], expected: str
) -> None:
    assert expected in judged(QUERY, cuda, ids)


def test_configured_ids_count_what_cuda_visible_devices_leaves() -> None:
    assert "ok       device    GPU 1: NVIDIA A10G" in judged(QUERY, (12, 2), (1,), CUDA_VISIBLE_DEVICES="1,0")
    found = judged(QUERY, (12, 2), (1,), CUDA_VISIBLE_DEVICES="0")
    assert "GPU 1 is not there: CUDA_VISIBLE_DEVICES='0' leaves 1; accepted in `devices`: ids from 0 to 0" in found


def test_of_a_wheel_of_ones_own_the_capability_is_not_judged() -> None:
    assert "missing" not in judged(QUERY, (12, 2), (1,), own=True)


def test_a_driver_without_a_gpu_is_no_gpu() -> None:
    assert judged("No devices were found\n", (12, 2)).startswith("missing  driver")
