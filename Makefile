# The same four words for people, hooks and CI. `make` alone shows them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where `make` is the only way in, `ridealong` need not be linked yet.
RIDEALONG := $(BIN)/python -m ridealong.cli
OURS := ridealong services tests bench conformance examples
FAST := not sidecar and not system
RPC := ridealong/serving/protocol/rpc

.DEFAULT_GOAL := help
.PHONY: help setup run test check new bench bench-inference bench-models evaluate soak lock proto

help: ## Show this
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/ready ## Virtual environment, Dapr and models; each step only where it is needed
	@$(RIDEALONG) setup

run: setup ## Start everything, send the examples, stay until Ctrl-C
	@$(RIDEALONG) up --examples

test: setup format-lint-types ## Everything: format, lint, types, and all tests on real sidecars
	$(BIN)/python -m pytest

check: $(VENV)/ready format-lint-types ## Format, lint, types and unit tests, in seconds
	$(BIN)/python -m pytest -m "$(FAST)"

.PHONY: format-lint-types
format-lint-types: $(VENV)/ready
	$(BIN)/ruff format --check $(wildcard $(OURS))
	$(BIN)/ruff check $(wildcard $(OURS))
	$(BIN)/lint-imports
	$(BIN)/mypy

new: $(VENV)/ready ## SERVICE=x: a new service, copied from the smallest real one
	@$(BIN)/python -m ridealong.local.new_service "$(SERVICE)"

bench: setup ## Latency, throughput, start-up and memory of the whole system
	@$(BIN)/python -m bench

bench-inference: $(VENV)/ready ## The model server beside its peers, its goodput and fairness, as one table
	@$(BIN)/python -m bench.inference $(ARGS)

evaluate: $(VENV)/ready ## Every measure of the models that own rows allow, next to its goal
	@$(BIN)/python -m bench.models.evaluate $(ARGS)

bench-models: $(VENV)/ready ## CPU of a message's model work, and the memory of the models
	@$(BIN)/python -m bench.models $(ARGS)

soak: $(VENV)/ready ## Ten minutes at full load for the model server, memory watched
	@$(BIN)/python -m bench.inference.soak $(ARGS)

# A pool of their own, so that the messages may stand beside tritonclient's of the same names.
proto: $(VENV)/ready ## Write the gRPC messages anew from open_inference.proto
	@$(BIN)/python -m grpc_tools.protoc -I $(RPC) --python_out=$(RPC) --pyi_out=$(RPC) \
	  $(RPC)/open_inference.proto
	@for file in $(RPC)/open_inference_pb2.py $(RPC)/open_inference_pb2.pyi; do \
	  { printf '# ruff: noqa\n# fmt: off\n# mypy: ignore-errors\n'; \
	    sed 's/_descriptor_pool\.Default()/_descriptor_pool.DescriptorPool()/' $$file; \
	  } > $$file.new && mv $$file.new $$file; done

lock: $(VENV)/ready ## Pin all dependencies anew, with hashes
	@$(BIN)/python -m pip install --quiet --target var/uv --upgrade uv
	@var/uv/bin/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

# Done again only when the lock is newer than the last installation.
$(VENV)/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Ridealong needs Python 3.11 or newer, and $(PYTHON) is not:" \
	    "name another, as in make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@all=$$(grep -c '^[a-z].*==' $<); \
	  $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off \
	    --require-hashes -r $< | awk -v all="$$all" \
	    '/^Collecting/ {n++; printf "\r  fetching Python packages: %d of %d", n, all; fflush()} \
	     /^Installing/ {printf "\n  installing them\n"; fflush()}'
	@touch $@
