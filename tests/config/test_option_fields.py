"""An option is described once, in the configuration's schema; what a protocol says of it follows from there."""

import pytest
from pydantic import ValidationError

from pdserving.config.accepted import accepted
from pdserving.config.protocol_options import with_options
from pdserving.config.request_options import KEY_FIELDS, OPTION_FIELDS
from pdserving.gateway.rest.options import PIPELINE_KEYS
from pdserving.hub.params import OPTIONS as HUB_OPTIONS
from pdserving.strict_yaml import Strict


@with_options({"ratio": "det.unclip_ratio", "side": "det.limit_side_len"})
class Renamed(Strict):
    """Two options of another protocol, and a field of its own."""

    own: int = 1


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("det.enabled", "`true`, `false`"),
        ("det.limit_side_len", "pixels, 32 to `op.det.max_side_len`"),
        ("det.thresh", "0 to 1"),
        ("det.unclip_ratio", "0.1 to 10"),
        ("det.score_mode", "`fast`, `slow`"),
        ("answer", "`lines`, `page`"),
    ],
)
def test_what_is_accepted_is_read_off_type_and_range(key: str, expected: str) -> None:
    assert accepted(KEY_FIELDS[key]) == expected


def test_every_option_has_a_sentence_and_a_name_in_each_protocol() -> None:
    assert all(field.description for field in KEY_FIELDS.values())
    assert set(PIPELINE_KEYS.values()) == set(OPTION_FIELDS)
    # Hub's services are of a kind, which says whether they detect and recognise.
    assert set(HUB_OPTIONS.values()) == set(OPTION_FIELDS) - {"det.enabled", "rec.enabled"}


def test_an_option_of_another_name_has_the_range_and_the_sentence_of_the_schema() -> None:
    assert list(Renamed.model_fields) == ["ratio", "side", "own"]
    assert Renamed().model_dump() == {"ratio": None, "side": None, "own": 1}
    assert Renamed.model_fields["ratio"].description == OPTION_FIELDS["det.unclip_ratio"].description
    assert str(Renamed.model_fields["side"].description).endswith(": pixels, 32 to `op.det.max_side_len`")
    for name, value in (("ratio", 10.1), ("side", 31)):
        with pytest.raises(ValidationError):
            Renamed.model_validate({name: value})
