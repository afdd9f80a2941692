"""Rewrites of an OpenVINO model before it is compiled: the same function with fewer passes over memory or fewer FLOPs.

OpenVINO fuses operations, but computes each as the model has it. PP-OCR's models, made for training, enlarge and
concatenate maps only to convolve them, they add a map to its multiple, and they enlarge maps twice with one operation
for each channel between. Some operations OpenVINO computes by the slower of two ways, or in another layout than their
neighbours. Each rule here is an identity: outputs change in their last bits only.
"""

from typing import Any

from openvino._offline_transformations import apply_moc_transformations

from pdserving.engines.rewriting.concatenation import split_concatenations
from pdserving.engines.rewriting.enlargement import enlarge_once
from pdserving.engines.rewriting.gated_sums import convolve_before_widening
from pdserving.engines.rewriting.gates import add_one_to_gates, clamp_gates, pool_before_convolutions
from pdserving.engines.rewriting.scores import clamp_scores
from pdserving.hardware.processor import has_avx512


def rewrite(model: Any) -> bool:
    """Apply all rules to a model, wherever they fit.

    Returns:
        Whether an input of the model may have one picture only from now on.
    """
    # OpenVINO's own, which compiling applies too: the rules look at less when constants and batch norms are folded.
    apply_moc_transformations(model, cf=True)
    split_concatenations(model)
    enlarge_once(model)
    pool_before_convolutions(model)
    clamp_gates(model)
    add_one_to_gates(model)
    single = convolve_before_widening(model)
    if has_avx512():
        clamp_scores(model)
    model.validate_nodes_and_infer_types()
    return single


__all__ = ["rewrite"]
