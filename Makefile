# Thread Workbench. `make` lists the targets; each one installs what it needs.
PY ?= python3
VENV ?= .venv
ARCHIVE ?=
# The demo has a workspace of its own, so its synthetic tweets never mix with yours.
WORKSPACE ?= $(if $(ARCHIVE)$(wildcard workspace/workspace.json),workspace,demo)
PORT ?= 2718
HOST ?= 127.0.0.1
# Folders in which the dashboards may choose dumps; by default this one and the workspace.
ROOT ?=
BIN := $(VENV)/bin

# uv also uses the folder of wheels that pip is configured with. If it has no CPU build of torch, uv
# chooses the build for this machine: CUDA with a GPU, otherwise CPU. Set TORCH_BACKEND (cpu,
# cu128...) to choose yourself.
WHEELS := $(or $(UV_FIND_LINKS),$(PIP_FIND_LINKS),$(shell $(PY) -m pip config get global.find-links 2>/dev/null))
TORCH_BACKEND ?= $(if $(wildcard $(WHEELS)/torch-*cpu*.whl),,auto)
INSTALL := UV_FIND_LINKS="$(WHEELS)" $(BIN)/uv pip install -q -p $(BIN)/python -c .ci/constraints.txt \
	$(if $(TORCH_BACKEND),--torch-backend=$(TORCH_BACKEND))

# Container images often disable bytecode. Compiling polars, torch and marimo again costs a second or
# two at each start.
export PYTHONDONTWRITEBYTECODE :=
export WORKBENCH_WORKSPACE := $(abspath $(WORKSPACE))

# The tests of a file share what they make. `tests/conftest.py` puts slow files first.
BY_FILE := --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast install check apps notebooks bench torture mutations fuzz soak \
	audit constraints docs screenshots browser clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## from a dump to kept conversations (ARCHIVE="a.tar b.tar" for your own)
	$(BIN)/workbench demo $(ARCHIVE) $(if $(ARCHIVE)$(filter command,$(origin WORKSPACE)),,-w demo)

test: $(VENV)/.developer browser ## every check and test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/marimo check --strict apps
	$(BIN)/lint-imports
	$(BIN)/typos
	$(BIN)/pytest -q -n auto $(BY_FILE) --durations=25 -rfER

test-fast: $(VENV)/.developer ## fewer examples, without the browser and the slowest tests
	HYPOTHESIS_PROFILE=fast $(BIN)/pytest -q -n auto $(BY_FILE) -m "not browser and not slow"

install: $(VENV)/.installed ## install the workbench and its dependencies in .venv

check: $(VENV)/.developer ## format the code, then run all checks except the tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/mypy
	$(BIN)/marimo check --strict apps
	$(BIN)/lint-imports
	$(BIN)/typos

apps: $(VENV)/.installed ## serve the dashboards (ROOT="/data /more" for your dumps; HOST, PORT)
	$(BIN)/workbench apps --host $(HOST) --port $(PORT) $(foreach folder,$(ROOT),--root "$(folder)")

notebooks: $(VENV)/.installed ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

bench: $(VENV)/.developer ## measure speed and memory against peers (REAL=folder of real tars)
	for file in tests/benchmarks/bench_*.py; do echo "== $$file"; \
	case $$file in *_ingest.py) more="$(if $(REAL),--real $(REAL))";; *) more=;; esac; \
	$(BIN)/python $$file $$more || exit 1; done

torture: $(VENV)/.developer ## kill runs and compare what they leave (KILLS=200 SEED=0 ENGINE=local)
	$(BIN)/python -m tests.torture.kills --kills $(or $(KILLS),200) --seed $(or $(SEED),0) \
		--engine $(or $(ENGINE),local)

mutations: $(VENV)/.developer ## read mutated files of every format and container (COUNT=10000 SEED=0)
	$(BIN)/python -m tests.torture.mutations --count $(or $(COUNT),10000) --seed $(or $(SEED),0)

fuzz: $(VENV)/.developer ## let atheris look for files that stop the readers (SECONDS=600)
	-$(BIN)/uv pip install -q -p $(BIN)/python -c .ci/constraints.txt atheris
	$(BIN)/python -m tests.torture.fuzz $(or $(CORPUS),.fuzz) -max_total_time=$(or $(SECONDS),600)

soak: $(VENV)/.developer ## let 20 people read the dashboards (MINUTES=10)
	$(BIN)/python -m tests.torture.soak --minutes $(or $(MINUTES),10)

audit: | $(BIN)/uv ## look up known vulnerabilities of the dependencies
	@UV_FIND_LINKS="$(WHEELS)" $(PY) .ci/audit.py $(BIN)/uv

constraints: | $(BIN)/uv ## pin the newest version of every dependency in .ci/constraints.txt
	echo uv | UV_FIND_LINKS="$(WHEELS)" $(BIN)/uv pip compile pyproject.toml - --all-extras --upgrade \
	  --no-header --no-annotate -q -p $(BIN)/python -o .ci/constraints.txt

docs: $(VENV)/.docs ## build the documentation in build/docs (EXECUTE=0: notebooks without results)
	$(BIN)/python -m docs.build $(if $(filter 0,$(EXECUTE)),--no-execute)

screenshots: $(VENV)/.developer browser ## take the pictures of the dashboards again, light and dark
	$(BIN)/workbench demo -w demo >/dev/null
	$(BIN)/python tests/support/screenshots.py demo

browser: ## install a browser for the tests, if apt and root rights allow it
	@command -v chromium >/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || \
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends \
	  chromium fonts-dejavu-core fonts-noto-color-emoji >/dev/null; } || \
	echo "No browser could be installed; its tests are skipped."

clean: ## remove .venv, the demo's workspace and the built documentation
	rm -rf $(VENV) demo build/docs

$(BIN)/uv:
	test -x $(BIN)/python || $(PY) -m venv $(VENV)
	$(BIN)/python -m pip install -q -c .ci/constraints.txt uv

$(VENV)/.installed: pyproject.toml .ci/constraints.txt | $(BIN)/uv
	$(INSTALL) -e .
	touch $@

$(VENV)/.docs: pyproject.toml .ci/constraints.txt | $(BIN)/uv
	$(INSTALL) -e '.[docs]'
	touch $(VENV)/.installed $@

$(VENV)/.developer: pyproject.toml .ci/constraints.txt | $(BIN)/uv
	$(INSTALL) -e '.[dev,docs]'
	touch $(VENV)/.installed $@
