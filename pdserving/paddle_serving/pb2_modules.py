"""Paddle Serving's generated protobuf modules, built anew from the descriptors that they carry.

The `*_pb2` modules of Paddle Serving 0.9.0 were written by protoc 3.12 and build their descriptors field by field. A
protobuf newer than 3.20 refuses that unless it runs on its slow pure Python parser. The serialized file descriptor in
each module is all that is needed, and today's way of loading one works with the fast parser of protobuf 4 and later.
"""

import ast
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

_PACKAGES = ("paddle_serving_server", "paddle_serving_client", "paddle_serving_app")
"""The packages whose generated modules are built anew."""


def serialized_descriptor(source: str) -> bytes:
    """The serialized FileDescriptorProto in the text of a generated module; ValueError when there is none.

    It is the argument `serialized_pb`: a bytes literal, or `_b('…')` around its latin-1 text.
    """
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.keyword) and node.arg == "serialized_pb"):
            continue
        value = node.value.args[0] if isinstance(node.value, ast.Call) and node.value.args else node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, bytes):
            return value.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value.value.encode("latin1")
    raise ValueError("no literal argument serialized_pb in the generated module")


class DescriptorLoader(Loader):
    """Fills a module with the messages and enums of the file descriptor in its source."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def exec_module(self, module: ModuleType) -> None:
        """Build the module's names; ImportError when its source holds no descriptor that protobuf accepts."""
        # Imported here: a process that never touches Paddle Serving has no use for protobuf.
        from google.protobuf.descriptor_pool import DescriptorPool
        from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
        from google.protobuf.message_factory import GetMessageClass

        try:
            # Server, client and app define messages of the same full names: in one shared pool they would clash.
            # None of them imports another, so a pool of its own is enough for each.
            descriptor = DescriptorPool().AddSerializedFile(
                serialized_descriptor(self._path.read_text(encoding="utf-8"))
            )
            names = module.__dict__
            names["DESCRIPTOR"] = descriptor
            for name, enum in descriptor.enum_types_by_name.items():
                names[name] = EnumTypeWrapper(enum)
                names.update({value.name: value.number for value in enum.values})
            for name, message in descriptor.message_types_by_name.items():
                names[name] = GetMessageClass(message)
                # As protoc's own modules have it, so that a message can be pickled.
                names[name].__module__ = module.__name__
        except (TypeError, ValueError) as error:
            raise ImportError(f"{self._path}: {error}", name=module.__name__, path=str(self._path)) from error


class AliasLoader(Loader):
    """Stands in for a module that is imported by a second name: both names give the one module."""

    def __init__(self, target: str) -> None:
        self._target = target

    def exec_module(self, module: ModuleType) -> None:
        """Put the target in the module's place; the import system hands out what it finds there."""
        sys.modules[module.__name__] = import_module(self._target)


class Pb2Finder(MetaPathFinder):
    """Finds the generated modules of the Paddle Serving packages, and leaves all other names alone."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a generated module, None for any other."""
        if not fullname.endswith("_pb2"):
            return None
        package, dot, _ = fullname.partition(".")
        if dot and package not in _PACKAGES:
            return None
        found = PathFinder.find_spec(fullname, path)
        if found is None or found.origin is None:
            return None
        origin = Path(found.origin)
        if dot:
            return ModuleSpec(fullname, DescriptorLoader(origin), origin=str(origin))
        # The *_pb2_grpc modules import their messages by a bare name, from a proto folder put on sys.path. A second
        # copy of the classes would not be accepted in a call with the first, so the name leads to the first.
        owner = origin.parent.parent.name
        if origin.parent.name != "proto" or owner not in _PACKAGES:
            return None
        return ModuleSpec(fullname, AliasLoader(f"{owner}.proto.{fullname}"), origin=str(origin))
