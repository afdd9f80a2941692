"""The Paddle Serving pipeline: RequestOp ► det ► cls ► rec ► ResponseOp, as thread ops of one process."""

import pdserving.compat  # noqa: F401  # before the first import of Paddle Serving
