# The whole vocabulary of this repository. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.PHONY: help setup setup-dev demo desk test check bench evals train soak audit lock clean again

BIN := .venv/bin
ARGS ?=

# A folder that was moved or whose Python is gone needs its environment anew.
STANDS := $(shell [ -x $(BIN)/python ] && [ "$$(cat .venv/.place 2>/dev/null)" = "$(CURDIR)" ] && echo yes)
AGAIN := $(if $(STANDS),,again)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready-runtime ## virtual environment with the locked, hashed packages of the service
setup-dev: .venv/.ready-dev .venv/.ready-peers ## the same with the test tools, a Chromium and a PostgreSQL

demo: .venv/.ready-runtime ## set-up, then the main job once on the sample company
	@$(BIN)/gatehouse demo --once $(ARGS)

desk: .venv/.ready-runtime ## set-up, then the sample company with the desk in the browser
	@$(BIN)/gatehouse demo $(ARGS)

test: setup-dev ## set-up, then every test (ARGS="-k words" for some)
	@$(BIN)/python -m pytest $(ARGS)

check: .venv/.ready-dev ## lint, format, types, import contract, lock files, forbidden words
	@.ci/check

bench: setup-dev ## measurements, with their figures
	@$(BIN)/python -m pytest tests/bench --soak --durations=0 -s $(ARGS)

evals: .venv/.ready-runtime ## the offline evaluation suites (ARGS="run smoke" is the default)
	@$(BIN)/gatehouse eval $(or $(ARGS),run smoke)

train: .venv/.ready-runtime ## build the weights of the embedded reader anew, bit-equal
	@$(BIN)/python -m agent.adapters.embedded.train $(ARGS)

soak: setup-dev ## the long runs at full size (hours)
	@$(BIN)/python -m pytest --soak tests/faults tests/bench $(ARGS)

audit: .venv/.ready-dev ## known weaknesses of the locked packages (asks the network)
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.lock

lock: .venv/.ready-dev ## write the lock files from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(BIN)/python .ci/lock.py write $(ARGS)

clean: ## remove the environment and every cache (never .gatehouse/, your data)
	@rm -rf .venv build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready-runtime: requirements.lock pyproject.toml .ci/setup $(AGAIN)
	@.ci/setup runtime

.venv/.ready-dev: requirements-dev.lock pyproject.toml .ci/setup $(AGAIN)
	@.ci/setup dev

.venv/.ready-peers: .venv/.ready-dev tests/peers.py
	@.ci/setup peers

again:
