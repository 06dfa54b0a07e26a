# Each target sets itself up: a machine with Python (3.11-3.13), git and make is enough.
PYTHON ?= python3
VENV := .venv$(if $(filter-out python3,$(PYTHON)),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help call phone test test-line soak bench-line bench-audit bench-policies check model lock clean
help:  ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

call: $(READY)  ## Take one call on the simulated line (SCENARIO=FILE replays one)
	@$(BIN)/secure-agent call $(if $(SCENARIO),--scenario $(SCENARIO))

phone: $(READY)  ## Answer calls from a softphone on this machine (ARGS="--business DE --language de")
	@$(BIN)/secure-agent phone $(ARGS)

test: $(READY)  ## Run the tests (PYTHON=python3.13 for another interpreter)
	$(BIN)/pytest $(ARGS)

LIVEKIT_SERVER_BIN ?= .livekit/server
export LIVEKIT_SERVER_BIN

.livekit/server:
	@command -v go >/dev/null || { echo "livekit-server needs go 1.26 to build, or LIVEKIT_SERVER_BIN"; exit 1; }
	GOBIN=$(CURDIR)/.livekit go install github.com/livekit/livekit-server/cmd/server@v1.13.5

test-line: $(READY) $(LIVEKIT_SERVER_BIN)  ## Run the tests of the telephone lines on a real livekit-server
	$(BIN)/pytest tests/production_line tests/line $(ARGS)

DURATION ?= 60
soak: $(READY)  ## Kill writers and damage evidence of the audit log for a while (DURATION=20, 30m, 8h; ARGS=--json)
	$(BIN)/python -m tests.audit.soak $(DURATION) $(ARGS)

bench-audit: $(READY)  ## Figures of the audit log beside the disk's own (ARGS="verify export --json" for some)
	@$(BIN)/python -m tests.audit.bench $(ARGS)

bench-policies: $(READY)  ## Figures of policies: composing, explaining, tightening, loading
	@$(BIN)/python -m tests.policies.bench

check: $(READY)  ## Format, lint, types and import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(READY)  ## Cut, chunk and garble what is said, hundreds of thousands of times (EXAMPLES=N for each property)
	$(BIN)/pytest tests/redaction/test_fuzz.py --fuzz-examples=$(or $(EXAMPLES),30000)

bench-line: $(READY)  ## What compliance costs a talking call, beside a bare LiveKit session (ARGS="--quick --calls 20 --json")
	@$(BIN)/python -m tests.call.bench $(ARGS)

bench-redaction: $(READY)  ## Latency, memory and throughput of redaction beside stock Presidio (ARGS=--json)
	@$(BIN)/python -m secure_agent.evaluation.bench $(ARGS)

model: $(READY)  ## Train the name model again, about eight minutes; the same bytes on the same kind of processor
	OMP_NUM_THREADS=1 PYTHONHASHSEED=0 $(BIN)/python -m secure_agent.training.train

lock:  ## Renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--all-extras --group dev --quiet -o requirements.lock pyproject.toml

clean:  ## Remove the environments and caches, not the data
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
