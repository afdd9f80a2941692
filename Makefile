# The OCR service. Bare `make` lists the targets.

PYTHON ?= python3
VENV ?= .venv
CONFIG ?= configs/cpu.yml
PROFILE ?=
SET ?=
GPU_VENV ?= .venv-gpu
GPU_WHEEL ?=
GPU_INDEX ?=
BENCH_IMAGES ?= tests/samples
BENCH_ROUNDS ?= 3
BENCH_SKIP ?=
ACCURACY_SEED ?= 1
ACCURACY_DATA ?=
ACCURACY_PROFILES ?= ppocrv6
ACCURACY_PRECISIONS ?= auto
ACCURACY_ONLY ?=
FUZZ_RUNS ?= 50000
TEST_PROCESSES ?= 3

BIN := $(VENV)/bin
RUN := $(BIN)/python -m pdserving
PYTEST := $(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadgroup
SERVE_OPTIONS := --config $(CONFIG) $(if $(PROFILE),--set profile=$(PROFILE)) $(foreach pair,$(SET),--set $(pair))
PIP_OPTIONS := --disable-pip-version-check --quiet
PIP := $(BIN)/python -m pip $(PIP_OPTIONS)
GPU_BIN := $(GPU_VENV)/bin
GPU_PIP := $(GPU_BIN)/python -m pip $(PIP_OPTIONS)
GPU_CONFIG := $(if $(filter file,$(origin CONFIG)),configs/gpu.yml,$(CONFIG))
GPU_OPTIONS := --config $(GPU_CONFIG) $(if $(PROFILE),--set profile=$(PROFILE)) $(foreach pair,$(SET),--set $(pair))
GPU_LIBRARIES := LD_LIBRARY_PATH=$(GPU_VENV)/lib/cuda:$$LD_LIBRARY_PATH
OWN_WHEEL := $(strip $(GPU_WHEEL)$(GPU_INDEX))
GPU_PREFLIGHT := $(or $(wildcard $(GPU_BIN)/python),$(PYTHON)) -m pdserving.doctor.preflight $(if $(OWN_WHEEL),--own-wheel)
BENCH_OPTIONS = --images $(BENCH_IMAGES) --rounds $(BENCH_ROUNDS) $(foreach file,$(BENCH_SKIP),--skip $(file))
ACCURACY_OPTIONS = $(if $(ACCURACY_DATA),--data $(ACCURACY_DATA),--seed $(ACCURACY_SEED)) --profiles $(ACCURACY_PROFILES) \
	--precisions $(ACCURACY_PRECISIONS) $(if $(ACCURACY_ONLY),--only $(ACCURACY_ONLY)) --config $(CONFIG)
# What stops and reloads the services, whichever environment they run in.
ANY_PYTHON := $(firstword $(wildcard $(BIN)/python $(GPU_BIN)/python))
SERVING_PARTS := --upgrade --python-version 3.9 --implementation cp --abi none --platform any --only-binary=:all:
OPENCV := $(shell sed -n 's/^opencv-python==//p' requirements.txt)

.DEFAULT_GOAL := help
.PHONY: help install models serve serve-gpu check-gpu test-gpu stop reload test test-fast lint audit format tables bench accuracy bench-gpu profile simulate fuzz chaos soak clean

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  %-10s %s\n", $$1, $$2}'

install: $(VENV)/.installed  ## make .venv and install what the service needs (PYTHON= chooses the interpreter)

models: install  ## fetch and convert the models that are missing (PROFILE=)
	@$(RUN) models fetch $(or $(PROFILE),ppocrv6)

serve: install  ## serve on the CPU in the foreground (CONFIG=, PROFILE=, SET="key=value ...")
	@exec $(RUN) serve --fetch $(SERVE_OPTIONS)

serve-gpu:  ## serve on NVIDIA GPUs (CONFIG=, PROFILE=, SET=; another Paddle by GPU_WHEEL=, GPU_INDEX=)
	@$(GPU_PREFLIGHT)
	@$(MAKE) --no-print-directory $(GPU_VENV)/.installed
	@exec $(GPU_BIN)/python -m pdserving serve --fetch $(GPU_OPTIONS)

check-gpu: $(GPU_VENV)/.installed  ## install the GPU packages, and check what the GPU configurations tell Paddle; needs no GPU
	@$(GPU_LIBRARIES) $(GPU_BIN)/python -m pdserving.doctor.predictors configs/gpu.yml configs/tensorrt.yml

test-gpu: $(GPU_VENV)/.installed  ## run the tests that need an NVIDIA GPU
	@$(GPU_PIP) install -r requirements-dev.txt -c requirements-pins.txt
	@$(GPU_LIBRARIES) $(GPU_BIN)/python -m pytest -rs tests/engines/test_gpu.py tests/bench/gpu/test_gpu.py

stop:  ## stop the services that run from this folder
	@$(if $(ANY_PYTHON),$(ANY_PYTHON) -m pdserving stop,:)

reload:  ## let the services that run from this folder read configuration and models again, without a gap
	@$(if $(ANY_PYTHON),$(ANY_PYTHON) -m pdserving reload,:)

# Three files at a time on two cores: tests wait for services as long as they compute. tests/conftest.py says what stays together.
test: $(VENV)/.installed-dev  ## run every test (TESTS="FILE ...")
	@$(PYTEST) $(TESTS)

test-fast: $(VENV)/.installed-dev  ## run the tests that start no process of ours (TESTS="FILE ...")
	@$(PYTEST) -m "not service and not browser and not gpu" $(TESTS)

lint: $(VENV)/.installed-dev  ## check style, types and what is known to be unsafe
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive pdserving ocr_ops clients

audit: $(VENV)/.installed-dev  ## look for known vulnerabilities of what is installed (asks PyPI)
	@$(BIN)/python -m tests.audit

format: $(VENV)/.installed-dev  ## format the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

tables: $(VENV)/.installed-dev  ## write the tables of the READMEs that are made from the code
	@$(BIN)/python -m tests.readme

bench: install  ## measure against peers (BENCH_IMAGES=FOLDER, BENCH_ROUNDS=3, BENCH_SKIP="FILE ...")
	@exec $(RUN).bench $(BENCH_OPTIONS)

accuracy: install  ## say how much is read of pages whose truth is known (ACCURACY_SEED=1 or ACCURACY_DATA=FOLDER, ACCURACY_ONLY=)
	@exec $(RUN).bench.accuracy $(ACCURACY_OPTIONS)

bench-gpu:  ## measure fp32, fp16 and TensorRT on NVIDIA GPUs (BENCH_IMAGES=, BENCH_ROUNDS=, BENCH_SKIP=; GPU_WHEEL=, GPU_INDEX=)
	@$(GPU_PREFLIGHT) --bench
	@$(MAKE) --no-print-directory $(GPU_VENV)/.installed
	@exec $(GPU_BIN)/python -m pdserving.bench.gpu $(BENCH_OPTIONS) \
		$(if $(wildcard $(VENV)/.installed),--cpu-python $(BIN)/python)

profile: $(VENV)/.installed-dev  ## say where a picture's time goes (BENCH_IMAGES=FOLDER, PROFILE=, BENCH_SKIP="FILE ...")
	@exec $(RUN).bench.profile --images $(BENCH_IMAGES) $(if $(PROFILE),--profile $(PROFILE)) $(foreach file,$(BENCH_SKIP),--skip $(file))

simulate: $(VENV)/.installed-dev  ## simulate batches that requests share on a GPU, and choose the defaults of configs/gpu.yml
	@exec $(RUN).bench.batching

fuzz: $(VENV)/.installed-dev  ## feed the decoders and protocols what nobody sends (FUZZ_RUNS=50000 of each target)
	@$(PIP) install -r requirements-fuzz.txt
	@$(BIN)/python -m tests.fuzz --runs $(FUZZ_RUNS)
	@$(BIN)/python -m pytest tests/fuzz --hypothesis-profile=fuzz

chaos: $(VENV)/.installed-dev  ## kill, stop and overload services under load, and say what their clients saw
	@PYTHONPATH=clients exec $(BIN)/python -m tests.chaos

soak: $(VENV)/.installed-dev  ## half an hour of mixed load, and what it leaves behind
	@PYTHONPATH=clients exec $(BIN)/python -m tests.chaos.soak

clean: stop  ## remove the environment, the converted models and what was built
	rm -rf $(VENV) $(GPU_VENV) build $(dir $(wildcard serving_models/*/record.json)) serving_models/.lock
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "error: $(PYTHON) is $$($(PYTHON) -V 2>&1); accepted: Python 3.11 to 3.13, by PYTHON="; exit 2; }
	@$(PYTHON) -m venv $(VENV)

# The marker is written last, so an interrupted installation is taken up again.
$(VENV)/.installed: requirements.txt requirements-serving.txt requirements-pins.txt pyproject.toml | $(VENV)/bin/python
	@echo "installing into $(VENV) ..."
	@$(PIP) install -r requirements.txt -c requirements-pins.txt
	@$(PIP) install --no-deps $(SERVING_PARTS) --target "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
		-r requirements-serving.txt
	@# opencv-python links to libGL, which a machine without a desktop may lack; its headless twin is the same module.
	@$(BIN)/python -c 'import cv2' 2>/dev/null || { $(PIP) uninstall -y opencv-python && \
		$(PIP) install --no-deps --force-reinstall opencv-python-headless==$(OPENCV); }
	@$(BIN)/python -c 'import cv2'
	@# The command $(BIN)/pdserving, which runs what lies in this folder.
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(GPU_VENV)/bin/python:
	@$(PYTHON) -m venv $(GPU_VENV)

$(GPU_VENV)/.installed: requirements-gpu.txt requirements.txt requirements-serving.txt requirements-pins.txt pyproject.toml | $(GPU_VENV)/bin/python
	@echo "installing into $(GPU_VENV) (2.7 GB to fetch, 6.5 GB on the disk) ..."
	@# Another wheel brings or needs libraries of its own.
	@$(if $(OWN_WHEEL),sed '/^paddlepaddle-gpu==/d; /^nvidia-.*-cu11==/d',cat) requirements-gpu.txt > $(GPU_VENV)/requirements.txt
	@$(GPU_PIP) install -r $(GPU_VENV)/requirements.txt -c requirements-pins.txt $(if $(OWN_WHEEL),$(or $(GPU_WHEEL),paddlepaddle-gpu)) \
		$(if $(GPU_INDEX),--extra-index-url $(GPU_INDEX))
	@sed 's/^paddle-serving-server==.*/paddle-serving-server-gpu==0.9.0.post112/' requirements-serving.txt > $(GPU_VENV)/serving.txt
	@$(GPU_PIP) install --no-deps $(SERVING_PARTS) --target "$$($(GPU_BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
		-r $(GPU_VENV)/serving.txt
	@$(GPU_PIP) install --no-deps opencv-python-headless==$(OPENCV)
	@$(GPU_BIN)/python -m pdserving.engines.cuda_libraries
	@$(GPU_PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@$(PIP) install -r requirements-dev.txt -c requirements-pins.txt
	@touch $@
