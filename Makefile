# Every command of this project; `make` alone lists them. Each sets up what it needs.
STACK ?= dev
VENV ?= .venv
# These are make's own, from its command line: a variable of the same name that a shell exports (WSL has NAME) means something else.
OWN := YES ARGS BASE TAG NAME PORT OUT SINCE SRC APP ARCH FILES MINUTES TASKS FRESH LONG BEDROCK CHECK REGIONS DOCKERFILE CFN_STACK MONTH FORMAT KEYS ADD RESET ADMIN BY SNAPSHOT TIME DIRECTORY VERSION UNTRIED
$(foreach name,$(OWN),$(if $(filter environment%,$(origin $(name))),$(eval override $(name) :=)))
unexport $(OWN)
override ARCH := $(or $(ARCH),arm64)
override APP := $(or $(APP),webui)
VENV_PYTHON := $(VENV)/bin/python
SCAN_VENV := $(VENV)-scan
TRY_VENV := $(VENV)-try
INSTALLED := $(VENV)/.installed
# The stack commands share their options; ARGS reaches the Pulumi CLI as it is, `$` included.
PULUMI = $(VENV_PYTHON) -m scripts.stack $@ --stack "$(STACK)" $(if $(filter 1 true yes,$(YES)),--yes) \
	$(if $(SECRETS_PROVIDER),--secrets-provider "$(SECRETS_PROVIDER)") -- $(value ARGS)
PYTEST = $(if $(filter true,$(CI)),REQUIRE_POSTGRESQL=1) $(VENV_PYTHON) -m pytest
# Coverage more than doubles the time of the tests on Python 3.11, which lacks sys.monitoring: there only MEASURE=1 asks for it.
MEASURE ?= $(shell $(VENV_PYTHON) -c "import sys; print('1' * hasattr(sys, 'monitoring'))")
MEASURED_PYTEST = $(if $(MEASURE),$(subst -m pytest,-m coverage run -m pytest,$(PYTEST)),$(PYTEST))
# Tests that plan the program share its plans and the SDK that they load, and take half of the time.
PLANNING := $(addprefix tests/,apps aws_schemas components docs live offline policy program scan)
TRY = $(VENV_PYTHON) -m live --stack "$(STACK)" --venv "$(TRY_VENV)" $(if $(PYTHON),--python "$(PYTHON)") $(if $(SRC),--src "$(SRC)")
RESTORE = $(VENV_PYTHON) -m scripts.restore --stack "$(STACK)" $(if $(SNAPSHOT),--snapshot "$(SNAPSHOT)") $(if $(TIME),--time "$(TIME)") \
	$(if $(FILES),--files "$(FILES)" --app "$(APP)") $(if $(DIRECTORY),--directory "$(DIRECTORY)")
SESSION = $(VENV_PYTHON) -m scripts.session $@ --stack "$(STACK)"
USERS = $(VENV_PYTHON) -m scripts.users --stack "$(STACK)" $(if $(ADD),--add "$(ADD)" $(if $(NAME),--name "$(NAME)")) \
	$(if $(RESET),--reset "$(RESET)") $(if $(ADMIN),--admin "$(ADMIN)") $(if $(BY),--sign-in-as "$(BY)")

# Bytecode is kept whatever the shell says: without it every command compiles the program anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help plan try diagram pictures docs test lint types unit engine postgresql mutants live bench scan preview up refresh destroy \
	outputs verify wake redeploy upgrade rollback restore restore-drill open users usage logs shell pulumi backend policy-pack push-image \
	mirror-image import take-over models prices open-webui schema components inventories constraints format clean

help: ## List the commands
	@awk -F':.*## ' '/^##@ /{ printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## /{ printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Every day

plan: $(INSTALLED) ## Show what STACK would be, without AWS account or Pulumi CLI; BASE=<git ref>: what differs
	@$(VENV_PYTHON) -m offline plan --stack "$(STACK)" $(if $(BASE),--base "$(BASE)") $(value ARGS)

try: $(INSTALLED) ## Run STACK's applications on this machine, without AWS account or images (PORT, TASKS=3, FRESH=1, SRC=<gateway>, BEDROCK=aws)
	@$(TRY) $(if $(PORT),--port "$(PORT)") $(if $(TASKS),--tasks "$(TASKS)") $(if $(BEDROCK),--bedrock "$(BEDROCK)") $(if $(FRESH),--fresh)

preview: $(INSTALLED) ## Show what `make up` would change in AWS (STACK, ARGS="--diff")
	@$(PULUMI)

up: $(INSTALLED) ## Deploy STACK; YES=1 does not ask
	@$(PULUMI)

outputs: $(INSTALLED) ## Print STACK's outputs (ARGS="LoadBalancerURL", ARGS="--json")
	@$(PULUMI)

verify: $(INSTALLED) ## Compare what runs with what STACK registered (ARGS="--wait 600" waits for a deployment)
	@$(VENV_PYTHON) -m scripts.verify --stack "$(STACK)" $(ARGS)

open: $(INSTALLED) ## Say where STACK's Open WebUI is and who signs in first; out of reach, or with PORT: forward a local port (`webui.exec: true`)
	@$(SESSION) $(if $(PORT),--port "$(PORT)")

users: $(INSTALLED) ## List STACK's accounts; ADD=<e-mail> (NAME) or RESET=<e-mail> shows a new password, ADMIN=<e-mail> grants admin (BY=<administrator>)
	@$(USERS)

usage: $(INSTALLED) ## Tell who used how many tokens in MONTH=2026-11, and for how many dollars (BY=user|group|model|day, FORMAT=table|csv|json)
	@$(VENV_PYTHON) -m scripts.usage --stack "$(STACK)" --month "$(MONTH)" $(if $(BY),--by "$(BY)") $(if $(FORMAT),--format "$(FORMAT)")

logs: $(INSTALLED) ## Follow the logs of APP (webui, gateway, ...); SINCE=2d goes further back than 1h
	@$(SESSION) --app "$(APP)" $(if $(SINCE),--since "$(SINCE)")

shell: $(INSTALLED) ## Open a shell in a running task of APP; it takes `exec: true`
	@$(SESSION) --app "$(APP)"

wake: $(INSTALLED) ## Start the tasks of STACK that a schedule has stopped, until the next schedule
	@$(VENV_PYTHON) -m scripts.wake --stack "$(STACK)"

redeploy: $(INSTALLED) ## Deploy APP (webui, gateway, ...) once more, after its deployment failed for a cause that is gone
	@$(VENV_PYTHON) -m scripts.redeploy --stack "$(STACK)" --app "$(APP)"

upgrade: $(INSTALLED) ## Deploy VERSION=v0.x.y of Open WebUI: looked at, tried here (not with UNTRIED=1), snapshotted, verified
	@$(VENV_PYTHON) -m scripts.upgrade --stack "$(STACK)" --version "$(VERSION)" $(if $(UNTRIED),--no-try) $(if $(filter 1 true yes,$(YES)),--yes)

rollback: $(INSTALLED) ## Go back to the version of Open WebUI before, with its database where the newer one has changed it
	@$(VENV_PYTHON) -m scripts.rollback --stack "$(STACK)" $(if $(filter 1 true yes,$(YES)),--yes)

restore: $(INSTALLED) ## Restore STACK's database (SNAPSHOT=<name>, TIME=2026-11-01T12:00:00Z) or files (FILES=latest): into a copy, checked, then for good
	@$(RESTORE) $(if $(filter 1 true yes,$(YES)),--yes)

restore-drill: $(INSTALLED) ## Restore STACK's latest backups (or SNAPSHOT, TIME, FILES) into copies, check them, and delete them again
	@$(RESTORE) --drill

refresh: $(INSTALLED) ## Read STACK's resources back from AWS into the state
	@$(PULUMI)

destroy: $(INSTALLED) ## Delete STACK from AWS, after asking its name; YES=1 does not ask
	@$(PULUMI)

##@ Once, or once in a while

push-image: $(INSTALLED) ## Build SRC=<checkout> and push it to ECR as NAME=<repository> (TAG, DOCKERFILE, ARCH)
	@$(VENV_PYTHON) -m scripts.push_image --src "$(SRC)" --name "$(NAME)" --arch "$(ARCH)" --stack "$(STACK)" \
		$(if $(TAG),--tag "$(TAG)") $(if $(DOCKERFILE),--dockerfile "$(DOCKERFILE)")

mirror-image: $(INSTALLED) ## Copy IMAGE=<registry/repository:tag> into ECR by digest, for both processors (NAME=<repository>)
	@$(VENV_PYTHON) -m scripts.mirror_image --image "$(IMAGE)" --stack "$(STACK)" $(if $(NAME),--name "$(NAME)")

models: $(INSTALLED) ## Renew the table of Bedrock's models by the account's lists (REGIONS=us-east-1,...); CHECK=1: call each of STACK's once
	@$(VENV_PYTHON) -m scripts.models --stack "$(STACK)" $(if $(CHECK),--check) $(if $(REGIONS),--regions "$(REGIONS)")

prices: $(INSTALLED) ## Renew the plan's prices by AWS's price list; SRC=<LiteLLM's model_prices_and_context_window.json>: those of tokens
	@$(VENV_PYTHON) -m scripts.prices --stack "$(STACK)" $(if $(SRC),--src "$(SRC)")

backend: $(INSTALLED) ## Show where STACK's state and secrets are kept
	@$(VENV_PYTHON) -m scripts.show_backend --stack "$(STACK)"

pulumi: $(INSTALLED) ## Call the Pulumi CLI with STACK's backend and passphrase (ARGS="stack ls")
	@$(PULUMI)

policy-pack: policy/.venv/.installed ## Set up the policy pack's own environment, for ARGS="--policy-pack policy"

import: $(INSTALLED) ## Prepare the way over from CFN_STACK=<CloudFormation stack> to STACK (OUT=import.json); only reads
	@$(VENV_PYTHON) -m scripts.import_stack --cfn-stack "$(CFN_STACK)" --stack "$(STACK)" $(if $(OUT),--out "$(OUT)")

take-over: $(INSTALLED) ## Import into STACK's state what `make import` has found (OUT=import.json), and let it keep its names
	@$(VENV_PYTHON) -m scripts.take_over --stack "$(STACK)" $(if $(OUT),--file "$(OUT)")

##@ Change the code

test: lint types unit ## Everything that CI checks: lint, types, unit

lint: $(INSTALLED) ## Check style (ruff) and workflows (actionlint)
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV)/bin/actionlint

types: $(INSTALLED) ## Check types (mypy --strict)
	@$(VENV_PYTHON) -m mypy --strict .

unit: $(INSTALLED) $(if $(filter true,$(CI)),postgresql) ## Run the tests, in two processes (ARGS="-k gateway" runs some, in one)
	@$(if $(ARGS),$(PYTEST) $(ARGS))
	@$(if $(ARGS),,$(MAKE) --no-print-directory --jobs=2 unit/planning unit/others)
	@$(if $(ARGS),,$(if $(MEASURE),$(VENV_PYTHON) -m coverage combine --quiet && $(VENV_PYTHON) -m coverage report))

unit/planning:
	@$(MEASURED_PYTEST) $(PLANNING)

# Told when they have ended: the progress on the screen is that of the tests that take longer.
unit/others:
	@told=$$(mktemp); $(MEASURED_PYTEST) tests $(addprefix --ignore=,$(PLANNING)) >"$$told" 2>&1; status=$$?; \
		cat "$$told"; rm "$$told"; exit $$status

format: $(INSTALLED) ## Fix style and format
	@$(VENV_PYTHON) -m ruff check --fix .
	@$(VENV_PYTHON) -m ruff format .

live: $(INSTALLED) ## Test what people do with the applications of `make try`, and write docs/runs.md (LONG=1; ARGS="-k outage" only tests)
	@$(TRY) --install-only
	@LIVE_VENV="$(abspath $(TRY_VENV))" LIVE_STACK="$(STACK)" LIVE_SRC="$(SRC)" \
		$(if $(ARGS),,LIVE_REPORT=docs/runs.md LIVE_SCREENSHOT=docs/upload.png) $(PYTEST) tests/live -m "real$(if $(LONG),, and not long)" -v $(ARGS)

engine: $(INSTALLED) ## Deploy to a stand-in of AWS with a real Pulumi CLI, change and destroy (an hour; ARGS="-k life" runs some)
	@$(if $(filter true,$(CI)),REQUIRE_ENGINE=1) $(VENV_PYTHON) -m pytest tests/engine -m engine -vv $(ARGS)

scan: $(INSTALLED) $(SCAN_VENV)/.installed ## Scan dev and prod with checkov; scan/exceptions.yaml lists what may be found
	@$(VENV_PYTHON) -m scan --checkov "$(SCAN_VENV)/bin/checkov" $(ARGS)

bench: $(INSTALLED) ## Measure time and memory of a plan as services are added
	@$(VENV_PYTHON) -m offline bench $(ARGS)

mutants: $(INSTALLED) ## Put small faults into the code (MINUTES=10, FILES="apps/common.py") and list those that no test notices
	@$(VENV_PYTHON) -m scripts.mutants --minutes "$(or $(MINUTES),10)" $(FILES)

##@ Keep it up to date

docs: $(INSTALLED) ## Write README's table of the configuration anew (a minute; KEYS="budget usage" plans changes of these and of new keys alone)
	@$(VENV_PYTHON) -m scripts.config_table $(KEYS)

open-webui: $(INSTALLED) ## Renew the lists of Open WebUI's variables and paths by VERSION's package on PyPI; make test says what they change
	@$(VENV_PYTHON) -m scripts.open_webui --version "$(VERSION)"

diagram: $(INSTALLED) ## Draw the diagrams in docs/architecture.md anew
	@$(VENV_PYTHON) -m offline diagram

pictures: $(INSTALLED) ## Draw anew what plan and try show in a terminal, for README
	@$(VENV_PYTHON) -m scripts.terminal_picture docs/plan.svg --title "make plan" --lines 42 -- $(VENV_PYTHON) -m offline plan --stack dev
	@$(VENV_PYTHON) -m scripts.terminal_picture docs/try.svg --title "make try" --until "Ctrl-C stops" -- $(TRY)

schema: $(INSTALLED) ## Write the JSON Schema of a stack's file anew (stack.schema.json), for editors
	@$(VENV_PYTHON) -m scripts.stack_schema

components: $(INSTALLED) ## Write down the inputs and outputs of the components that other languages see
	@$(VENV_PYTHON) -m package.surface

inventories: components diagram ## Write anew what tests compare the code with: resources' names, what other languages see, diagrams
	@$(VENV_PYTHON) -m tests.inventories

constraints: $(INSTALLED) ## Resolve the pins of indirect dependencies anew
	@$(VENV_PYTHON) -m scripts.constraints

postgresql: ## Install PostgreSQL's server, which some tests run against (CI does)
	@scripts/install-postgresql.sh

clean: ## Delete what make set up; the local state and what was tried stay
	@rm -rf "$(VENV)" "$(SCAN_VENV)" "$(TRY_VENV)" "$(TRY_VENV)-gateway" "$(TRY_VENV)-litellm" "$(TRY_VENV)-openid" policy/.venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build

$(INSTALLED): requirements.txt requirements-dev.txt constraints.txt
	@scripts/venv.sh "$(VENV)"
	@touch $@

$(SCAN_VENV)/.installed: scan/requirements.txt | $(INSTALLED)
	@echo "Installing scan/requirements.txt into $(SCAN_VENV) (a minute or two)" >&2
	@$(VENV_PYTHON) -m venv --clear "$(SCAN_VENV)"
	@"$(SCAN_VENV)/bin/python" -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# pulumi-policy pins another protobuf than the program's SDK.
policy/.venv/.installed: policy/requirements.txt | $(INSTALLED)
	@$(VENV_PYTHON) -m venv policy/.venv
	@policy/.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement policy/requirements.txt
	@touch $@
