# `make demo` and `make test` do all the set-up: Python 3.11 or newer and make are enough.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
DEMO_ARGS ?=
PORT ?= 8501
# Families whose pages have a picture in docs/.
PICTURED := volatility volume persistence persistence_cumulated half_life transitions event_study robustness \
	placebo portfolios return_forecasts volatility_forecasts

.PHONY: help install demo test lint types serve bench scale screenshots lock

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## a .venv beside the README with everything the tests need (by uv where it is there)

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "emotape needs Python 3.11 or newer; name one: make install PYTHON=python3.12"; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
		uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
		VIRTUAL_ENV=$(VENV) uv pip install --quiet --require-hashes -r requirements.lock && \
		VIRTUAL_ENV=$(VENV) uv pip install --quiet --no-deps --editable .; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .; \
	fi
	@touch $(STAMP)

demo: install ## the whole way on a simulated market, then the dashboard (DEMO_ARGS="--no-serve" for the first only)
	$(BIN)/emotape demo $(DEMO_ARGS)

# Tests wait for browsers, servers and processes now and then, so there is a worker more than cores; threads
# of each would be in the others' way.
test: WORKERS ?= $(shell $(PYTHON) -c 'import os; print(os.cpu_count() + 1)')
test: export POLARS_MAX_THREADS = 1
test: export OPENBLAS_NUM_THREADS = 1
test: export OMP_NUM_THREADS = 1
test: export NUMBA_NUM_THREADS = 1
test: install ## all tests but the slow ones
	$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: install ## style, import directions, formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: install ## static types
	$(BIN)/mypy

serve: install ## the dashboard on the default home
	$(BIN)/emotape serve --port $(PORT)

bench: install ## speed of tagger and estimation, as ratios against their peers in the same run
	$(BIN)/python tests/benchmarks/tagger.py
	$(BIN)/python tests/benchmarks/estimation.py --rows 125000 1000000

scale: install ## the whole way at size, with a report in build/scale
	$(BIN)/python tests/benchmarks/scale.py --posts 1000000 10000000 --out build/scale

screenshots: install ## renew the pictures in docs/ from a demo
	$(BIN)/emotape demo --no-serve --home build/demo
	-$(BIN)/emotape regress $(PICTURED) --home build/demo >/dev/null
	$(BIN)/python tests/dashboard/screenshots.py build/demo docs

lock: ## renew requirements.lock (needs uv)
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --quiet -o requirements.lock
