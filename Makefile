# The verbs of Fixline. `make help` lists them; each can be run on a fresh clone.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
TOOLS := $(VENV)/.tools
PEERS := .data/bench/venv/.installed
BENCH ?=
COLLECTIONS ?= $(dir $(wildcard ../shared/collections/*/corpus.jsonl))

.DEFAULT_GOAL := help
.PHONY: help install index serve test lint evaluate bench clean

help: ## list these verbs
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

install: $(INSTALLED) ## make .venv and install what serving needs

index: $(INSTALLED) ## build a snapshot of the articles, if anything has changed
	@$(RUN) -m kb index

serve: $(INSTALLED) ## index, then serve on http://127.0.0.1:8000
	@$(RUN) -m kb index
	@exec $(RUN) -m kb serve

test: $(TOOLS) ## run every test
	@$(RUN) -m pytest

lint: $(TOOLS) ## check style, types and the articles
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(RUN) -m pytest -q tests/test_architecture.py
	@$(RUN) -m kb lint

evaluate: $(TOOLS) ## measure relevance: make evaluate COLLECTIONS="DIR …"
	@$(RUN) -m kb evaluate $(COLLECTIONS)

bench: $(PEERS) ## measure speed and relevance against peers: make bench BENCH="--quick"
	@$(RUN) -m bench $(BENCH)

clean: ## remove everything that was installed or built
	rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(INSTALLED): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Fixline needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@test -w . || { echo "Fixline cannot write to $(CURDIR): make the folder writable, or clone it elsewhere." >&2; exit 1; }
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what requirements.txt lists into $(VENV) (about 1 GB, some minutes the first time) …"
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(TOOLS): $(INSTALLED) tests/requirements.txt
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

# The peers' packages lie over the product's, which they may use and cannot change.
$(PEERS): $(TOOLS) bench/requirements.txt
	@$(PYTHON) -m venv $(@D)
	@$(RUN) -c 'import sysconfig; print(sysconfig.get_path("purelib"))' > "$$($(@D)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/product.pth"
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r bench/requirements.txt
	@touch $@
