"""A page's way: RequestOp ► det ► cls ► rec ► ResponseOp, thread ops of Paddle Serving in one process."""

import pdserving.compat  # noqa: F401  # before the first import of Paddle Serving
