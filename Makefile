# The commands of this project. `make run` and `make test` need nothing but Python 3.11 or newer and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint bench pictures check messages constraints clean

run: $(VENV)/run.done
	@$(BIN)/wegwijs run

test: $(VENV)/test.done
	$(BIN)/python -m pytest

lint: $(VENV)/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_floor_plan.py
	$(BIN)/wegwijs check

bench: $(VENV)/test.done
	$(BIN)/python -m tests.bench

pictures: $(VENV)/test.done
	$(BIN)/python -m tests.pictures

check: $(VENV)/run.done
	@$(BIN)/wegwijs check

# Collects the sentences of the program and brings the catalogues up to date; then translate what is empty.
messages: $(VENV)/test.done
	mkdir -p build
	$(BIN)/pybabel -q extract -k Text -k Plural:1,2 --omit-header --no-location --sort-output -o build/wegwijs.pot flows bot
	for language in ti ar nl; do \
		$(BIN)/pybabel -q update -D wegwijs -d locales -l $$language -i build/wegwijs.pot \
			--no-fuzzy-matching --ignore-obsolete --omit-header --no-wrap; \
	done

# Renews the pinned versions: installs the newest of everything and writes down what came.
constraints:
	rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	build/constraints/bin/pip install -q --upgrade pip
	build/constraints/bin/pip install -q ".[test]"
	( echo "# Versions only; every machine gets the same ones. Renew with: make constraints"; \
	  build/constraints/bin/pip freeze --exclude wegwijs ) > constraints.txt

clean:
	rm -rf $(VENV) build

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit("Wegwijs needs Python 3.11 or newer: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.done: $(VENV)/made pyproject.toml constraints.txt
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/test.done: $(VENV)/run.done
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e ".[test]"
	@touch $@
