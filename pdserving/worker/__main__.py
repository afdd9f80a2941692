"""`python -m pdserving.worker`: the worker that the configuration names where it names no other."""

from pdserving.worker.service import run_worker

if __name__ == "__main__":
    run_worker()
