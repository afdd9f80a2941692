"""The machine: its processor and its GPUs. By the standard library alone: it is asked before an installation."""
