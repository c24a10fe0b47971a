# The verbs of this checkout; what they do is in scripts/.
MAKEFLAGS += --no-print-directory
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: help run test stop status logs reset build bench lint format golden

help: ## say what there is
	@scripts/help

run: ## install what is missing, build, start everything on this machine's loopback, say where
	@scripts/install
	@scripts/build
	@scripts/demo run

test: ## install what is missing and run every test, on servers of its own
	@scripts/install
	@scripts/test

stop: ## stop what `make run` started
	@scripts/demo stop

status: ## say what runs, and where
	@scripts/demo status

logs: ## follow the logs of everything that runs
	@scripts/demo logs

reset: ## stop, and forget the demo data
	@scripts/demo reset

build: ## build the static release binary, .build/release/entrepot
	@scripts/install
	@scripts/build

bench: ## run the benchmark and print one table; PEERS=<folder> sets others beside it
	@scripts/install
	@scripts/build
	@bench/run

lint: ## check the sources' format and the scripts' syntax; silent when all is well
	@scripts/lint

format: ## rewrite the sources as lint wants them
	@scripts/format

golden: ## write the golden conversations anew from what the binary answers; read the diff
	@scripts/test golden
