# SPDX-License-Identifier: Apache-2.0
# The few verbs of Rapport; each is what CI runs.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin

.PHONY: setup setup-dev run test check bench lock

setup: .venv/installed

setup-dev: .venv/installed-dev

.venv/python:
	@test -n "$(PYTHON)" || { echo "Rapport needs Python 3.11, 3.12 or 3.13: install one (on Debian: apt-get install python3 python3-venv) or name it with make PYTHON=/path/to/python."; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing: on Debian, apt-get install python3-venv."; exit 1; }
	@touch $@

.venv/installed: .venv/python requirements.lock requirements-build.lock pyproject.toml
	@echo "Installing what Rapport needs (once; a few minutes) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q app memory guards connectors
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements-dev.lock
	@touch $@

run: setup
	@$(BIN)/rapport serve

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup-dev
	@$(BIN)/python -m tests.prepare
	@mkdir -p build
	@# Two halves at once: whole processes and the browser wait more than they work.
	@$(BIN)/pytest -q -rs tests/browser tests/processes > build/processes.log 2>&1 & slow=$$!; \
	$(BIN)/pytest -q -rs --ignore tests/browser --ignore tests/processes; fast=$$?; \
	wait $$slow; slow=$$?; cat build/processes.log; test $$fast -eq 0 -a $$slow -eq 0

bench: setup-dev
	$(BIN)/python -m benchmarks all

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.lock -o requirements-dev.lock
	printf 'setuptools\nwheel\n' | uv pip compile - -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements-build.lock
