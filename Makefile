# Shouwang: one command to run it, one to test it. Python 3.11 with venv and make are all they need.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export UV_PYTHON_DOWNLOADS := never
export UV_NO_CONFIG := 1

.PHONY: run worker test check bench long messages clean

# The site with demo data: http://127.0.0.1:8000 (PORT HOST DATA_DIR DATABASE_URL REDIS_URL TLS POLICY).
run: $(VENV)/.ok
	@exec $(PY) manage.py serve

# Only with REDIS_URL: the recurring jobs in a process of their own.
worker: $(VENV)/.ok
	$(PY) -m celery -A portal.celery worker --beat --loglevel warning --concurrency 1 --schedule "$${DATA_DIR:-var}/beat"

# Everything CI runs. What is not on this machine (PostgreSQL, Redis, Chromium) is named at the end.
test: $(VENV)/.dev-ok
	@bash .ci/test

check: $(VENV)/.dev-ok
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(PY) manage.py makemigrations --check --dry-run -v0 --settings portal.settings.test
	$(VENV)/bin/djlint --check --lint --quiet portal/templates partners/templates services/templates content/templates
	$(VENV)/bin/mypy
	$(PY) -m pytest tests/architecture -p no:cacheprovider

bench: $(VENV)/.dev-ok
	$(PY) manage.py bench access --grown 1000000
	$(PY) manage.py bench access
	$(PY) manage.py bench import
	$(PY) manage.py bench match --long
	$(PY) manage.py bench discovery
	$(PY) manage.py bench pages
	$(PY) manage.py bench standing
	$(PY) manage.py bench search

long: $(VENV)/.dev-ok
	LONG=1 $(PY) -m pytest -m "long or not long" -o addopts="-q --strict-markers --disable-socket --allow-hosts=127.0.0.1,localhost,::1 --allow-unix-socket"

# Takes new source strings into the English catalogue.
messages: $(VENV)/.ok
	$(PY) manage.py catalogue --update

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/uv: requirements-bootstrap.lock
	@$(PYTHON) -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)' 2>/dev/null || \
	  { echo "Python 3.11 or newer with venv is needed (Debian: apt-get install python3 python3-venv)." >&2; exit 1; }
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@touch $@

$(VENV)/.ok: $(VENV)/bin/uv requirements.lock
	VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install -q --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev-ok: $(VENV)/.ok requirements-dev.lock
	VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install -q --require-hashes -r requirements-dev.lock
	@touch $@
