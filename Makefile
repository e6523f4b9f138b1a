# Two commands are enough: `make run` and `make test`. Each sets up what it needs by itself.
.DEFAULT_GOAL := help
.PHONY: run test check demo-reset rows lock format help

BIN := .venv/bin
# The data directory of `make run` and the port are settings: ESIGN_PORT=8080 make run

run: ## start the product with demo data and print its address
	@sh scripts/setup run
	@exec $(BIN)/esign run

test: ## run all tests; ARGS="-k board" chooses some
	@sh scripts/setup test
	@$(BIN)/python -m pytest $(ARGS)

check: ## look at the code without running it: format, lint, types, import floors, migrations, German
	@sh scripts/setup test
	@$(BIN)/python scripts/check.py

demo-reset: ## throw the demo's data away and start afresh
	@sh scripts/setup run
	@$(BIN)/esign demo-reset

rows: ## write docs/rows.md: which promise of the product is proved by which test
	@$(BIN)/python scripts/rows.py

# For every Python from 3.11.0 on: Debian's 3.11.2 needs a package that 3.11.7 does not.
lock: ## write requirements.lock from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --all-extras pyproject.toml --output-file requirements.lock

format: ## bring the code into its form
	@$(BIN)/ruff check --fix --quiet .; $(BIN)/ruff format --quiet .

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
