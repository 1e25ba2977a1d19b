# The commands of this project. `make run` and `make test` need nothing but Python 3.11 or newer and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Rasa refuses Python 3.11 and newer. A python3.10 on the PATH may be one that does not run, so it is tried.
RASA_PYTHON ?= $(shell for python in python3.10 $(wildcard $(HOME)/.pyenv/versions/3.10*/bin/python); do \
	"$$python" -c "import sys; sys.exit(sys.version_info[:2] != (3, 10))" 2>/dev/null && echo "$$python" && break; done)
RASA := .venv-rasa
RASA_MODEL := var/rasa/wegwijs.tar.gz
RASA_DATA := nlu/config.yml nlu/domain.yml nlu/rasa_data.py \
	$(foreach folder,ti ar nl en concepts,$(wildcard nlu/data/$(folder)/*.yml))
# It reports no use, and keeps its cache where everything else is that can be made again.
RASA_RUN := RASA_TELEMETRY_ENABLED=false RASA_CACHE_DIRECTORY=var/rasa/cache $(RASA)/bin/rasa

# One process for each core. What is in one file stays together, and so do the servers that it starts.
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder

.PHONY: run test lint bench pictures check messages constraints rasa rasa-train rasa-python compare clean

run: $(VENV)/run.done
	@$(BIN)/wegwijs run

test: $(VENV)/test.done
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

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

# A Rasa server with the same training data on 127.0.0.1:5005, for WEGWIJS_NLU_URL.
rasa: $(RASA_MODEL)
	$(RASA_RUN) run --enable-api -i 127.0.0.1 --port 5005 --model $(RASA_MODEL)

rasa-train: $(RASA_MODEL)

rasa-python:
	@echo $(RASA_PYTHON)

compare: $(VENV)/test.done $(RASA)/made
	$(BIN)/python -m tests.compare $(if $(EPOCHS),--epochs $(EPOCHS))

clean:
	rm -rf $(VENV) $(RASA) build

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

$(RASA)/made: nlu/requirements-rasa.txt
	@test -n "$(RASA_PYTHON)" || { echo "Rasa needs Python 3.10: make RASA_PYTHON=/path/to/python3.10 ..." >&2; exit 1; }
	$(RASA_PYTHON) -m venv $(RASA)
	$(RASA)/bin/pip install -q --disable-pip-version-check -r nlu/requirements-rasa.txt
	@touch $@

$(RASA_MODEL): $(VENV)/run.done $(RASA)/made $(RASA_DATA)
	$(BIN)/python -m nlu.rasa_data var/rasa/data
	$(RASA_RUN) train nlu --config nlu/config.yml --domain nlu/domain.yml --nlu var/rasa/data \
		--out var/rasa --fixed-model-name wegwijs
	@touch $@
