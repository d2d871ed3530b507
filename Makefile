# `make run` and `make test` are all a newcomer needs; both set up what is missing first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV := $(shell command -v uv || echo .tools/bin/uv)
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
# Both names of one switch: trust the certificates the machine trusts, as behind a company's proxy.
export UV_SYSTEM_CERTS := true
export UV_NATIVE_TLS := true
SHOP_CLIENT := clients/miniprogram
SHOP_PAGES := $(SHOP_CLIENT)/dist/build/h5/index.html
SHOP_PACKAGE := $(SHOP_CLIENT)/dist/build/mp-weixin/app.json
PACKAGE_TESTS := clients/mp-tests
CONSOLE := clients/admin
CONSOLE_PAGES := $(CONSOLE)/dist/index.html
sources = $(shell find clients/shared $(1) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name '*.d.ts' -not -name '*.log')
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/kit/python

.PHONY: help setup clients run reset check wechat test bench docs package deploy-local lock
.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: .venv/.installed node_modules/.installed $(SHOP_CLIENT)/node_modules/.installed $(CONSOLE)/node_modules/.installed ## install what the project needs, below this folder

.tools/bin/uv:
	@$(PYTHON) -m venv .tools && .tools/bin/pip install --quiet uv

.venv/.installed: requirements/dev.txt | $(filter .tools/%,$(UV))
	@echo "Installing Python packages"
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@touch $@

node_modules/.installed: package.json package-lock.json
	@echo "Installing Node packages"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

clients/%/node_modules/.installed: clients/%/package.json clients/%/package-lock.json
	@echo "Installing Node packages of clients/$*"
	@cd clients/$* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

clients/shared/schema.d.ts: docs/openapi.json | $(SHOP_CLIENT)/node_modules/.installed
	@cd $(SHOP_CLIENT) && npm run --silent types

$(SHOP_PAGES): $(call sources,$(SHOP_CLIENT)) clients/shared/schema.d.ts $(SHOP_CLIENT)/node_modules/.installed
	@echo "Building the shop's pages"
	@cd $(SHOP_CLIENT) && npm run --silent build:h5 > dist.log 2>&1 || { cat dist.log; exit 1; }
	@touch $@

$(SHOP_PACKAGE): $(call sources,$(SHOP_CLIENT)) clients/shared/schema.d.ts $(SHOP_CLIENT)/node_modules/.installed
	@echo "Building the WeChat package"
	@cd $(SHOP_CLIENT) && npm run --silent build:mp-weixin > dist.log 2>&1 || { cat dist.log; exit 1; }
	@touch $@

$(CONSOLE_PAGES): $(call sources,$(CONSOLE)) clients/shared/schema.d.ts $(CONSOLE)/node_modules/.installed
	@echo "Building the back-office console"
	@cd $(CONSOLE) && npm run --silent build > dist.log 2>&1 || { cat dist.log; exit 1; }
	@touch $@

clients: $(SHOP_PAGES) $(CONSOLE_PAGES) ## build the pages that are missing or older than their sources

run: setup clients ## start the whole product on this machine and say where to look
	@$(BIN)/python -m infra.local

reset: ## forget the local data
	@rm -rf .local

check: setup clients/shared/schema.d.ts $(CONSOLE_PAGES) ## the fast loop: format, lint, types, import rules, unit and contract tests
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q tests/unit tests/contract
	@cd $(SHOP_CLIENT) && npm run --silent check
	@cd $(CONSOLE) && npm run --silent check

wechat: $(SHOP_PACKAGE) $(PACKAGE_TESTS)/node_modules/.installed ## build the WeChat package and try it without WeChat (part of test, too slow for check)
	@cd $(PACKAGE_TESTS) && npm test --silent

test: check clients wechat ## everything: check, then the WeChat package, integration and end-to-end tests
	@$(BIN)/python -m pytest -q --numprocesses auto --maxprocesses 4 --dist loadfile tests/integration
	@$(BIN)/python -m pytest -q --numprocesses 2 --dist loadfile tests/e2e

bench: setup ## calls, units and instructions per operation
	@INSTRUCTIONS=$(INSTRUCTIONS) $(BIN)/python -m bench

docs: setup ## renew what is generated: the map, the interface, the contexts
	@$(BIN)/python -m infra.build.map --write
	@$(BIN)/python -m infra.build.openapi --write
	@$(BIN)/python -m infra.build.contexts --write

package: setup ## build and lint what would be deployed, without a network
	@$(BIN)/python -m infra.build.package

deploy-local: setup ## deploy the real serverless.yml to a local AWS and use it
	@$(BIN)/python -m tests.e2e.deployed

lock: setup ## renew the lock files from pyproject.toml
	@PATH="$(dir $(UV)):$$PATH" requirements/compile.sh
