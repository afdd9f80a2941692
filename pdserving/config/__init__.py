"""The service's configuration: one YAML file and overrides, parsed once into objects that cannot be wrong."""

from pdserving.config.loading import Change, ConfigurationError, load_settings
from pdserving.config.schema import Settings

__all__ = ["Change", "ConfigurationError", "Settings", "load_settings"]
