import pickle

import pytest

from ocr_ops import errors

KINDS = [errors.ImageEmptyError, errors.ImageFormatError, errors.ImageBrokenError, errors.ImageTooLargeError]


def test_every_error_has_a_code_and_a_number_of_its_own() -> None:
    assert len({kind.code for kind in KINDS}) == len({kind.number for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_keeps_its_message_between_processes(kind: type[errors.OcrError]) -> None:
    copy = pickle.loads(pickle.dumps(kind("why")))  # noqa: S301
    assert type(copy) is kind
    assert str(copy) == "why"
