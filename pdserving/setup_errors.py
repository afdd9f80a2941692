"""What stops a command before it has done its work: the command line prints `error: <message>` and exits with 2."""

from typing import ClassVar

SETUP_FAILED = 2
"""Exit status of a command that a SetupError stopped."""


class SetupError(Exception):
    """A command cannot go on. The message says what was wrong, where, and what is accepted or what to do."""

    code: ClassVar[str] = "setup"


class ManifestError(SetupError):
    """The manifest of models cannot be read, or says something that it may not."""

    code: ClassVar[str] = "manifest"


class DownloadError(SetupError):
    """The files of a model could not be fetched, or are not where the manifest says."""

    code: ClassVar[str] = "download"


class ChecksumError(SetupError):
    """A fetched file is not the file that the manifest names."""

    code: ClassVar[str] = "checksum"


class ConversionError(SetupError):
    """A model cannot be read, or cannot be written as a Paddle Serving model."""

    code: ClassVar[str] = "conversion"


class ModelUnusableError(SetupError):
    """A converted model that an engine cannot load, or that does not do what its stage needs."""

    code: ClassVar[str] = "model_unusable"


class DeviceError(SetupError):
    """A device, what it needs, or what it should be able to, is not there."""

    code: ClassVar[str] = "device"


class HubError(SetupError):
    """A service of `hub serving start`, its configuration or its package cannot be used."""

    code: ClassVar[str] = "hub"


class KeysError(SetupError):
    """The API keys cannot be read, or there is none."""

    code: ClassVar[str] = "keys"


class TlsError(SetupError):
    """A certificate or a private key cannot be used."""

    code: ClassVar[str] = "tls"


class ModelMissingError(SetupError):
    """A model that is asked for is not in the folder of models, or is not sound."""

    code: ClassVar[str] = "model_missing"
