"""Where the tests find things."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "configs" / "cpu.yml"
MODELS = ROOT / "serving_models"
SAMPLES = ROOT / "tests" / "samples"
