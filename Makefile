# Needs git, make and Python >= 3.11 with venv; everything else is fetched. `make run` and `make test` are the two to know.

PYTHON ?= python3
PY := .venv/bin/python
SERVERS := $(PY) -m config.servers
CHROMIUM := apt-get install -y --no-install-recommends chromium fonts-noto-cjk
ARGS ?=
# Where it is set, each of the many processes would compile all of it again.
export PYTHONDONTWRITEBYTECODE =

.PHONY: run test setup lint fmt bench bench-large faults screenshots chromium
.DEFAULT_GOAL := run

run: setup
	@exec $(PY) manage.py demo $(ARGS)

test: setup chromium
	$(PY) -m pytest -n 3 --dist loadgroup --no-loadscope-reorder $(ARGS)

# Everything that kills, races and simulates: an hour or more.
faults: setup chromium
	SIX311_ROUNDS=full $(PY) -m pytest -n 2 --dist loadgroup -m "fault or race or year or long" $(ARGS)

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy config org clients activity health
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/lint-imports
	$(SERVERS) $(PY) manage.py makemigrations --check --dry-run
	$(SERVERS) env DEMO= INSECURE_HTTP= ALLOWED_HOSTS=6311.example $(PY) manage.py check --deploy --fail-level WARNING

fmt: setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: setup
	$(SERVERS) $(PY) -m tests.bench $(ARGS)

bench-large: setup
	$(SERVERS) $(PY) -m tests.bench --large $(ARGS)

screenshots: setup chromium
	$(SERVERS) $(PY) -m tests.screenshots $(ARGS)

setup: .venv/synced

.venv/synced: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "6311 needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@test -x .venv/bin/uv || $(PY) -m pip install --quiet --disable-pip-version-check uv
	@UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv .venv/bin/uv sync --locked --all-groups --quiet
	@touch $@

# A missing browser is installed or fails the run; it never skips a test.
chromium:
	@if { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
	  && fc-list :lang=zh 2>/dev/null | grep -q .; then exit 0; fi; \
	if command -v apt-get >/dev/null && test "$$(id -u)" = 0; then \
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive $(CHROMIUM); \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
	  sudo apt-get update -q && sudo DEBIAN_FRONTEND=noninteractive $(CHROMIUM); \
	else \
	  echo "The tests need Chromium and a Chinese font. On Debian: sudo $(CHROMIUM)" >&2; exit 1; \
	fi
