# Everything from a bare checkout: Python 3.11 and make, nothing else.
PYTHON ?= python3
DIST ?= dist
UV = .bootstrap/bin/uv
RUN = .venv/bin/
export UV_PROJECT_ENVIRONMENT = .venv
export UV_PYTHON = .bootstrap/bin/python
export UV_PYTHON_DOWNLOADS = never
# The certificates of the machine: a school's web filter often signs with one of its own.
export UV_SYSTEM_CERTS ?= true
# Python keeps what it compiled, whatever the shell says: without, each program that a test starts compiles all it reads.
export PYTHONDONTWRITEBYTECODE =

.PHONY: docs screenshots translations demo test test-long test-engines setup check audit sbom bench bench-pages scale pictures fuzz deliver chaos mutants scan wheel clean

setup: .venv/.ready

.venv/.ready: uv.lock pyproject.toml | $(UV)
	@echo "Gatepost: setting up the environment in .venv (the first time takes a minute or two)"
	@$(UV) sync --frozen --all-extras --quiet
	@touch $@

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' \
		|| { echo "Gatepost needs Python 3.11 or 3.12; say which with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .bootstrap >/dev/null 2>&1 \
		|| { bash .ci/debian.sh python3-venv && $(PYTHON) -m venv .bootstrap; }
	@echo "Gatepost: fetching uv, which installs the rest"
	@.bootstrap/bin/pip install --quiet --disable-pip-version-check "uv==0.13.9"

# With TRUST=1 three schools of a trust and the page of whoever oversees them.
demo: setup
	@$(RUN)gatepost demo $(if $(TRUST),--trust)

# What waited in vain, for a page or for a program, is tried once more from nothing, and the summary says where it waited:
# on a busy machine that can take longer than any test should wait. Everything else fails at once.
PYTEST = $(RUN)pytest -n 2 --dist loadfile --no-loadscope-reorder -rR --rerun-show-tracebacks --reruns 1 \
	--only-rerun "Timeout [0-9]+ms exceeded" --only-rerun "Locator expected" --only-rerun "not within [0-9.]+ s" \
	--only-rerun "waited in vain"

# Without Chromium the browser tests are skipped and say so; GATEPOST_REQUIRE_BROWSER=1 makes them fail instead. So are
# those that need the servers of .ci/servers.sh; GATEPOST_REQUIRE_SERVERS=1. With BUT=long what `make test-long` does is
# left to that.
test: setup
	@command -v chromium >/dev/null || bash .ci/debian.sh chromium fonts-dejavu-core || true
	@$(PYTEST) $(if $(BUT),-m 'not $(BUT)')

# What `make test` does a little of: races, random registers, every role in every state. Some minutes.
test-long: setup
	@GATEPOST_IN_FULL=1 $(PYTEST) -m long

# The whole suite on the other engines: every school of these tests lies on a PostgreSQL, and its media in a bucket of an
# S3 server, that are started for the run. With PART="tests/services tests/db" less of it, as .ci/run does.
PART ?= tests
test-engines: setup
	@GATEPOST_TEST_DATABASE=postgresql GATEPOST_TEST_MEDIA=s3 GATEPOST_REQUIRE_SERVERS=1 $(PYTEST) $(PART)

check: setup
	@$(RUN)ruff format --check . && $(RUN)ruff check . && $(RUN)mypy && $(RUN)lint-imports && $(RUN)deptry .
	@cp .ci/secrets.json .bootstrap/secrets.json # it answers 3 and writes there if a known one has moved to another line
	@$(RUN)detect-secrets-hook --baseline .bootstrap/secrets.json $$(git ls-files) >/dev/null || [ $$? -eq 3 ] \
		|| { $(RUN)detect-secrets-hook --baseline .ci/secrets.json $$(git ls-files); exit 1; }

# The pages under docs/ as a site in dist/docs, read from the folder. A broken link or a page in no menu is an error.
docs: setup
	@$(RUN)python -m sphinx --quiet --fail-on-warning --keep-going --conf-dir docs --doctree-dir $(DIST)/docs.read . $(DIST)/docs
	@echo "$(DIST)/docs/index.html"

# Every sentence of the pages, gathered for those who translate, and what they translated compiled; docs/translating.md.
translations: setup
	@$(RUN)python tools/translations.py

# Every picture of README.md and docs/, taken anew from a demonstration of its own; docs/measured/pictures.md. Some minutes.
screenshots: setup
	@nice $(RUN)python -m tests.pictures

# Asks the OSV database; says so where that cannot be reached. GATEPOST_REQUIRE_AUDIT=1 makes it fail instead.
audit: | $(UV)
	@UV=$(UV) bash .ci/audit.sh

# Everything that an installation holds, as CycloneDX.
sbom: | $(UV)
	@mkdir -p $(DIST)
	@$(UV) export --quiet --frozen --no-dev --no-emit-project --format cyclonedx1.5 --output-file $(DIST)/sbom.json
	@echo "$(DIST)/sbom.json"

# What is compared stands in bench/README.md; it takes some minutes and writes nothing.
bench: setup
	@$(RUN)python bench/faces.py
	@command -v tesseract >/dev/null || bash .ci/debian.sh tesseract-ocr || true
	@$(RUN)python bench/names.py
	@$(RUN)python -m bench.writers

# How fast the review of a full post is on a slow machine, and what the teacher’s form weighs: docs/measured/accessibility.md.
bench-pages: setup
	@$(RUN)python -m bench.pages

# Pages, the sweep and the checks in schools of up to a million posts: docs/performance.md. Some minutes; with FULL=1 an
# hour and ten gigabytes of disk, with SIZES="1000 50000" others. With WRITE=1 the page and its plots are renewed.
# OF=schools: many schools in one installation (SIZES="1 50 1000"); OF=load: a trust's Friday afternoon, by locust;
# OF=workers: one to eight workers, and one school's five hundred photos before another's one.
scale: setup | $(UV)
	$(if $(filter load,$(OF)),@$(UV) sync --frozen --inexact --all-extras --group load --quiet)
	@nice $(RUN)python -m bench.scale$(if $(OF),.$(OF)) $(if $(FULL),--full) $(if $(WRITE),--write) $(SIZES)

# The three minutes of a post, walked through in a browser; their pictures go to docs/images.
pictures: setup
	@GATEPOST_SCREENSHOTS=1 $(RUN)pytest -s tests/acceptance/test_pleasure.py tests/acceptance/test_setting_up.py
	@$(RUN)python tools/journey_pictures.py

# 20,000 malformed pictures through the gate, then five minutes of libFuzzer on what reads strangers' bytes and words,
# then the rules' own tests with many more and other examples.
FUZZ_FILES ?= 20000
FUZZ_SECONDS ?= 100# for each of six targets, two at a time
fuzz: setup | $(UV)
	@$(UV) sync --frozen --inexact --all-extras --group fuzz --quiet
	@$(RUN)python -m tests.fuzz.gate --files $(FUZZ_FILES)
	@$(RUN)python -m tests.fuzz.parsers --seconds $(FUZZ_SECONDS)
	@$(RUN)pytest -n 2 --hypothesis-profile=wide $$(grep -l "^from hypothesis" -r tests --include="test_*.py")

# Fifty posts straight to Bluesky's own server and to WordPress, workers killed meanwhile; some minutes.
deliver: setup
	@bash .ci/servers.sh
	@GATEPOST_REQUIRE_SERVERS=1 GATEPOST_DELIVER_POSTS=50 $(RUN)pytest -s tests/acceptance/test_going_live_connected.py

# A thousand posts while everything breaks two hundred times; docs/security/faults.md says what is shown. With
# GATEPOST_CHAOS_SEED=NUMBER other faults are planned; the disk is filled only where root may mount one. With
# GATEPOST_TEST_DATABASE=postgresql on a PostgreSQL whose network and server break too.
chaos: setup
	@GATEPOST_CHAOS_POSTS=$${GATEPOST_CHAOS_POSTS:-1000} GATEPOST_CHAOS_FAULTS=$${GATEPOST_CHAOS_FAULTS:-220} \
		$(RUN)pytest -s -p no:faulthandler -W ignore::pytest.PytestConfigWarning tests/chaos

# Every guard switched off once, and whether a test notices: docs/security/permissions.md. About an hour on one core;
# with KEEP=FOLDER a run that was broken off goes on there, and what was noticed is not tried again.
mutants: setup
	@nice $(RUN)python -m tests.guards $(if $(ONLY),'$(ONLY)') $(if $(KEEP),--keep $(KEEP))

# Every address, as each role and as a stranger, asked for what it must never answer; some minutes. With ROLE=teacher as
# that one alone.
scan: setup
	@nice $(RUN)python -m tests.scan $(if $(ROLE),'$(ROLE)')

# Install with: pip install --no-deps -r requirements.txt && pip install --no-deps gatepost-*.whl
wheel: | $(UV)
	@$(UV) build --quiet --wheel --out-dir $(DIST)
	@$(UV) export --quiet --frozen --no-dev --no-emit-project --no-header --no-annotate --output-file $(DIST)/requirements.txt

clean:
	rm -rf .venv .bootstrap dist
