# Everything from a bare checkout: Python 3.11 and make, nothing else.
PYTHON ?= python3
UV = .bootstrap/bin/uv
RUN = .venv/bin/

.PHONY: demo test setup check clean

setup: .venv/.ready

.venv/.ready: uv.lock pyproject.toml | $(UV)
	@echo "Gatepost: setting up the environment in .venv (the first time takes a minute or two)"
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --frozen --all-extras --quiet
	@touch $@

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' \
		|| { echo "Gatepost needs Python 3.11 or 3.12; say which with: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Gatepost: fetching uv, which installs the rest"
	@$(PYTHON) -m venv .bootstrap || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
	@.bootstrap/bin/pip install --quiet --disable-pip-version-check "uv==0.13.9"

demo: setup
	@$(RUN)gatepost demo

test: setup
	@$(RUN)pytest

check: setup
	@$(RUN)ruff format --check . && $(RUN)ruff check . && $(RUN)mypy && $(RUN)lint-imports && $(RUN)deptry .

clean:
	rm -rf .venv .bootstrap dist
