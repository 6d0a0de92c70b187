# Everything a person does here more than once. Nothing is installed outside of .venv (and .venv-label-studio).
.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench clean

BIN := .venv/bin

help: ## Show what there is to do.
	@echo "make WHAT, where WHAT is"
	@sed -n 's/^\([a-z]*\):.*## /  \1\t/p' Makefile | expand -t 10

demo: .venv/.set-up-demo ## Build the digits example in demo/ and compare what was found with what was planted.
	@$(BIN)/stork demo demo

test: .venv/.set-up-test ## Run lint, format, import contracts, types and all tests; every one, whatever fails.
	@tools/check.sh "ruff check" "ruff format --check" lint-imports mypy "python tools/run_tests.py -n auto --maxprocesses 4 --dist loadfile"

lint: .venv/.set-up-test ## Run lint, format, import contracts and types.
	@tools/check.sh "ruff check" "ruff format --check" lint-imports mypy

docs: .venv/.set-up-test ## Write the generated pages again: docs/steps and docs/cli.md.
	$(BIN)/python tools/step_pages.py
	$(BIN)/python tools/cli_page.py

bench: .venv/.set-up-test ## List the benchmarks, each with its command.
	@$(BIN)/python tools/benchmarks.py

clean: ## Remove the environment, the demo and what tools left behind.
	rm -rf .venv .venv-label-studio demo build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests tools examples benchmarks -name __pycache__ -prune -exec rm -rf {} +

.venv/.set-up-demo: pyproject.toml tools/set_up.sh
	@tools/set_up.sh demo

.venv/.set-up-test: pyproject.toml tools/set_up.sh
	@tools/set_up.sh test
