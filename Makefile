# Redress. `make help` lists what can be done.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Touched when the environment matches the lock: it is made anew only when the lock changes.
LOCKED := $(VENV)/.matches-lock
# Touched when the project itself is known in it: anew when it has other packages.
READY := $(VENV)/.knows-project

.DEFAULT_GOAL := help
.PHONY: help run down test check bench replay migrate fmt lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(LOCKED): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: $(READY) ## Start everything here and stay until Ctrl-C
	@exec $(BIN)/redress up

down: $(READY) ## Stop what was started with `redress up --detach`
	@$(BIN)/redress down

test: $(READY) ## Run every test, on up to four cores
	$(BIN)/python -m pytest -n logical --maxprocesses 4

check: $(READY) ## Lint, types, import contracts, locks, compose file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@! grep -nE 'https?://' *.lock || { echo 'a lock names a package index: see make lock'; exit 1; }
	@if command -v docker-compose >/dev/null; then docker-compose config --quiet; \
	else echo 'docker-compose is not installed: docker-compose.yml was not checked'; fi

bench: $(READY) ## Measure intake, lateness, history, memory, worklist, reports
	$(BIN)/python -m bench

replay: $(READY) ## Replay every recorded history against this code
	$(BIN)/python -m pytest -m replay tests/replay

migrate: $(READY) ## Bring the database to the newest revision
	$(BIN)/redress migrate

fmt: $(READY) ## Format, and put right what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-header \
		--extra s3 -o requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-header \
		--extra embedded --extra dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove the environment and the caches; data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info build
