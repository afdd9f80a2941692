"""The commands `pdserving models fetch PROFILE`, `models list` and `convert`."""

import argparse
from pathlib import Path

from pdserving.models.convert_command import add_convert_parser
from pdserving.models.manifest import MANIFEST, Manifest, load_manifest
from pdserving.models.soundness import model_state
from pdserving.models.store import DEFAULT_MODELS_DIR, fetch_profile, size_of
from pdserving.tables import table

_COLUMNS = ("name", "stage", "format", "size", "state")


def add_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands `models fetch`, `models list` and `convert`."""
    models = subparsers.add_parser("models", help="fetch the models, or list them")
    actions = models.add_subparsers(metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", help="fetch and convert what a profile needs and is not there")
    fetch.add_argument("profile", metavar="PROFILE", help="name of a profile in the manifest, such as ppocrv4")
    _add_places(fetch)
    fetch.set_defaults(run=run_fetch)
    listing = actions.add_parser("list", help="list the known models, and check those that are there")
    _add_places(listing)
    listing.set_defaults(run=run_list)
    add_convert_parser(subparsers)


def run_fetch(args: argparse.Namespace) -> int:
    """Fetch a profile's models; 0, or an error of `pdserving.setup_errors`."""
    fetched = fetch_profile(_manifest(args), args.profile, args.models_dir, lambda line: print(line))
    print(f"{args.profile}: {f'{len(fetched)} models are new and ready' if fetched else 'all models are ready'}")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """Print the models of the manifest and their states; 0 whatever these are."""
    rows: list[tuple[str, ...]] = [_COLUMNS]
    for name, entry in _manifest(args).models.items():
        folder = args.models_dir / name
        size = size_of(folder)
        shown = f"{size / 1e6:.1f} MB" if size else "-"
        rows.append((name, entry.stage, entry.format, shown, model_state(entry, folder, thorough=True)))
    print(table(rows))
    return 0


def _manifest(args: argparse.Namespace) -> Manifest:
    return load_manifest(args.manifest or args.models_dir / MANIFEST)


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--models-dir", type=Path, default=DEFAULT_MODELS_DIR, help="folder of the models (default: %(default)s)"
    )
    parser.add_argument("--manifest", type=Path, help="the manifest of the models (default: manifest.yml among them)")
