"""A manifest of models that are on this machine already."""

from pathlib import Path


def write_local_manifest(path: Path, models_dir: Path) -> Path:
    """Write a manifest to `path`, with the profile local of the models finder, turner and reader, and return `path`.

    The models are the folders of ppocrv4's in `models_dir`: nothing has to be downloaded.
    """
    path.write_text(
        f"""
models:
  finder: &model
    stage: det
    format: paddle
    source: {{folder: {models_dir}/ppocrv4_det/server}}
    normalisation: {{mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}}
    licence: Apache-2.0
    origin: a test
  turner:
    <<: *model
    stage: cls
    source: {{folder: {models_dir}/ppocr_mobile_v2_cls/server}}
    input_height: 48
    input_width: 192
  reader:
    <<: *model
    stage: rec
    source: {{folder: {models_dir}/ppocrv4_rec/server}}
    input_height: 48
    characters: {{file: {models_dir}/ppocrv4_rec/characters.txt}}
profiles:
  local: {{det: finder, cls: turner, rec: reader}}
""",
        encoding="utf-8",
    )
    return path
