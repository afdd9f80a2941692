"""`python -m pdserving.worker`: the worker that runs where the configuration names no other (`worker_module`)."""

from pdserving.worker.service import run_worker

if __name__ == "__main__":
    run_worker()
