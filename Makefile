# Each line short enough to read. Everything lives in .venv and var; `make clean` removes both.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= var/demo

# Thousands of small databases: in memory where there is plenty, since each commit waits for the disk.
HASTE = $(shell awk '/MemAvailable/ { exit $$2 < 12000000 }' /proc/meminfo 2>/dev/null && test -w /dev/shm && \
  df -Pk /dev/shm | awk 'NR == 2 { exit $$4 < 8000000 }' && echo TMPDIR=/dev/shm)

.PHONY: run test check bench soak clean browser

run: $(VENV)/.run  ## start the product with the demonstration
	$(BIN)/oneset demo --data $(DATA)

test: check browser  ## everything that must hold
	$(HASTE) $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -rsfE tests

check: $(VENV)/.dev  ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev  ## a figure per line
	@failed=; for bench in tests/bench/[a-z]*.py; do \
	  echo "== $$(basename $$bench .py)"; $(BIN)/python -m tests.bench.$$(basename $$bench .py) || failed="$$failed $$bench"; \
	done; test -z "$$failed" || { echo "not as they must be:$$failed"; exit 1; }

soak: $(VENV)/.dev browser  ## the long versions: hours
	ONESET_SOAK=1 $(HASTE) $(BIN)/python -m pytest -rs tests/soak tests/review/test_walk.py \
		tests/changes/test_walk.py tests/changes/test_histories.py tests/changes/test_race.py

browser: $(VENV)/.dev  ## Chromium for the browser tests
	@$(BIN)/python tests/peers/install_browser.py

$(VENV)/.run: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	touch $@

clean:
	rm -rf $(VENV) var
