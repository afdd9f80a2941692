"""A message that runs its sender's code in Paddle Serving's own RequestOp is refused here, and runs nothing."""

import pickle
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from paddle_serving_server.pipeline.operator import RequestOp

from pdserving.protocol import Tensor
from tests.support.paths import SAMPLES
from tests.support.running import Service
from tests.support.talking import ask_http, ask_rpc, rpc_tensor


class Payload:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        return Path.touch, (self.path,)


def saved(payload: Payload) -> bytes:
    """An array that only pickle can read."""
    file = BytesIO()
    np.save(file, np.array([payload], dtype=object), allow_pickle=True)
    return file.getvalue()


def test_the_message_runs_code_in_the_request_op_of_paddle_serving(tmp_path: Path) -> None:
    made = tmp_path / "made"
    RequestOp().proto_tensor_2_numpy(Tensor(name="image", elem_type=13, byte_data=saved(Payload(made))))
    assert made.exists()


def test_the_message_is_refused_and_runs_nothing(service: Service, tmp_path: Path) -> None:
    made = tmp_path / "made"
    answer = ask_rpc(service, rpc_tensor(elem_type=13, byte_data=saved(Payload(made))))
    assert (answer.err_no, answer.value) == (5009, None)
    assert answer.err_msg.startswith("tensor 'image' is object of shape (1,)")
    assert answer.err_msg.endswith("accepted: uint8 of one dimension, the bytes of an image file")
    assert not made.exists()


def test_a_bare_pickle_is_no_picture_and_runs_nothing(service: Service, tmp_path: Path) -> None:
    made = tmp_path / "made"
    data = pickle.dumps(Payload(made))
    assert ask_rpc(service, rpc_tensor(elem_type=13, byte_data=data)).err_no == 5006
    assert ask_rpc(service, rpc_tensor(elem_type=7, uint32_data=data)).err_no == 5006
    assert ask_http(service, data).err_no == 5006
    assert not made.exists()
    assert ask_http(service, (SAMPLES / "invoice.png").read_bytes()).err_no == 0
