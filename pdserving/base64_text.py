"""Base64 as clients write it."""

import base64
import binascii

from pdserving.errors import Base64InvalidError


def decode_base64(text: str, key: str) -> bytes:
    """The bytes of base64 text; line breaks, the URL alphabet, a missing padding and a `data:` prefix are accepted.

    Raises:
        Base64InvalidError: any other character, or a length that base64 can't have; the message names `key`.
    """
    if text.startswith("data:"):
        _, _, text = text.partition(",")
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        pass
    compact = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Base64InvalidError(f"{key} is not base64: {error}") from None
