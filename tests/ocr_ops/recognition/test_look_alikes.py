import pytest

from ocr_ops.recognition import LookAlikes
from ocr_ops.recognition.look_alikes import doubt_at


def test_a_family_has_the_classes_of_its_members_that_the_recogniser_knows() -> None:
    families = LookAlikes(["C", "a", "0", "O", "c", "十"])
    assert families.family(1) == families.family(5) == {"c": 5, "C": 1}
    assert families.family(3) == families.family(4) == {"O": 4, "0": 3}
    assert families.family(0) is families.family(2) is families.family(6) is None


def test_a_reading_is_in_doubt_where_another_of_its_family_has_a_share() -> None:
    assert doubt_at(4, "v", {"v": 0.9999, "V": 0.0001}) is None
    doubt = doubt_at(4, "v", {"v": 0.98, "V": 0.01})
    assert doubt is not None
    assert (doubt.place, doubt.of_letter) == (4, True)
    assert doubt.of_family == pytest.approx(0.99)


def test_a_doubt_about_a_sign_is_about_no_letter() -> None:
    doubt = doubt_at(0, "十", {"十": 0.9, "+": 0.1})
    assert doubt is not None
    assert not doubt.of_letter
