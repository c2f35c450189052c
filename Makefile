# Two commands do everything on a machine with Python 3.11+ and make: `make run` and `make test`.

PYTHON ?= python3
PY := .venv/bin/python
STAMPS := .venv/.stamps
CATALOG := locale/de/LC_MESSAGES/django
# Checks and tests never touch ./data.
SCRATCH := DATA_DIR=$(STAMPS)/data DATABASE_URL=
PYTEST_WORKERS ?= 2
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test check audit format bench messages lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

setup: $(STAMPS)/base static/vendor/.stamp $(CATALOG).mo ## environment in .venv, front-end packages, translations; nothing is started

run: setup ## database, demo city on first start, web server and worker on http://127.0.0.1:8000 (PORT changes it)
	@exec $(PY) -m config.run

test: setup-test ## everything: browser and database for the tests where missing, all checks, the suite on SQLite and PostgreSQL
	@$(PY) -m scripts.browser
	@$(MAKE) --no-print-directory check
	@echo "== tests on SQLite"
	DATABASE_URL= $(PY) -m pytest -n $(PYTEST_WORKERS) $(PYTEST_ARGS)
	@echo "== tests on PostgreSQL"
	$(PY) -m scripts.test_postgres --database-only -n $(PYTEST_WORKERS) $(PYTEST_ARGS)

check: setup-test ## formats, lint, rooms, types, deployment settings, migrations, translations
	.venv/bin/ruff format --check --output-format concise .
	.venv/bin/ruff check .
	.venv/bin/djangofmt --check templates
	.venv/bin/lint-imports --no-cache > $(STAMPS)/rooms.log || { cat $(STAMPS)/rooms.log; exit 1; }
	$(SCRATCH) .venv/bin/mypy
	$(SCRATCH) HTTPS=1 ALLOWED_HOSTS=example.org $(PY) manage.py check --deploy --fail-level WARNING
	$(SCRATCH) $(PY) manage.py makemigrations --check --dry-run
	$(PY) -m scripts.messages --check

audit: setup-test ## known weaknesses in what we depend on, as far as the services that know them can be reached
	@$(PY) -m scripts.audit

format: setup-test ## write all files in the agreed format
	.venv/bin/ruff check --quiet --fix --exit-zero .
	.venv/bin/ruff format --quiet .
	.venv/bin/djangofmt --quiet templates

bench: setup ## the measurements of bench/ as ratios
	$(PY) -m bench

messages: setup ## collect texts from code and templates into the German catalogue, then compile it
	$(PY) -m scripts.messages --update
	$(PY) -m scripts.messages --compile

lock: setup-test ## renew the locks of requirements/ and package-lock.json (needs uv and npm; ARGS=--upgrade for newer versions)
	$(PY) -m scripts.lock $(ARGS)

clean: ## remove all that set-up made; data/ stays
	rm -rf .venv node_modules static/vendor build $(CATALOG).mo

setup-test: $(STAMPS)/test static/vendor/.stamp $(CATALOG).mo

$(STAMPS)/base: requirements/base.txt
	@$(PYTHON) scripts/environment.py base
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: requirements/test.txt $(STAMPS)/base
	@$(PYTHON) scripts/environment.py test
	@touch $@

static/vendor/.stamp: package-lock.json scripts/vendor.py | $(STAMPS)/base
	@$(PY) -m scripts.vendor
	@touch $@

$(CATALOG).mo: $(CATALOG).po | $(STAMPS)/base
	@$(PY) -m scripts.messages --compile
