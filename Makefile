# Recipes only call the scripts in .ci/, which work from any directory, spaces in its path included.
SHELL := /bin/bash
SWIFT ?= swift
PREFIX ?= /usr
DESTDIR ?=
HOURS ?= 1
SECONDS ?= 600
SCREENSHOTS ?= config/screenshots
SANITIZED ?= Tests/Strangers/test_records.py Tests/Strangers/test_bad_input.py Tests/Strangers/test_operations.py \
    Tests/Strangers/test_replay.py
export SWIFT PREFIX DESTDIR STATE TESTS HOURS FUZZ_TARGET FUZZ_SECONDS FUZZ_EXECUTIONS FUZZ_SANITIZER FUZZ_SEED

.DEFAULT_GOAL := help
.PHONY: help run test model chaos build install uninstall deb deb-test dist bench speed accuracy soak overload subscribers fuzz asan \
    tsan screenshots clean

help: ## this list
	@printf 'quoted: reads the news, publishes who said what\n\n'
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | \
	    while IFS='|' read -r target text; do printf '%-18s %s\n' "$$target" "$$text"; done
	@printf '\n  SWIFT=%s PREFIX=%s DESTDIR=%s\n' '$(SWIFT)' '$(PREFIX)' '$(DESTDIR)'

run: ## build, start the service, push a sample article, print who said what; Ctrl-C stops (STATE=directory)
	@.ci/packages build
	@.ci/build --product quoted
	@.ci/sample

test: ## everything that CI runs (TESTS="swift units strangers chaos" chooses)
	@.ci/packages build test
	@.ci/test

chaos: ## break the service in every way and count the articles: 1,000 kills, 25 minutes (CHAOS_ARTICLES, CHAOS_KILLS, CHAOS_SEED)
	@.ci/packages build test
	@.ci/build --product quoted
	@.ci/python-environment
	@QUOTED_BINARY="$$($(SWIFT) build -c release --show-bin-path)/quoted" .venv/bin/python Tests/Chaos $(CHAOS)
model: ## logs and dispatcher against their models, 20 million random steps (SCALE=16 times those of `make test`; QUOTED_TEST_SEED)
	@.ci/packages build test
	@.ci/build --build-tests
	@QUOTED_TEST_SCALE="$(or $(SCALE),16)" $(SWIFT) test -c release --skip-build --disable-xctest --no-parallel \
	    --filter 'SegmentLogWalkTests|ServiceWalkTests|DispatchModelTests|MutilationTests'

build: ## the release executable, .build/release/quoted
	@.ci/packages build
	@.ci/build --product quoted

install: ## copy a built service to DESTDIR/PREFIX: program, units, configuration, schema, documents
	@.ci/install

uninstall: ## remove what install put there; configuration and state stay
	@.ci/install --remove

deb: ## the Debian package, .build/packages/quoted_….deb, checked by lintian where that is installed
	@.ci/packages build package
	@.ci/build --product quoted
	@package="$$(.ci/deb)" && printf '%s\n' "$$package" && \
	    if command -v lintian >/dev/null; then lintian --allow-root --fail-on error "$$package"; fi

deb-test: deb ## install, use and purge that package in a fresh Debian (root, debootstrap; a few minutes)
	@.ci/deb-test "$$(ls -t .build/packages/quoted_*.deb | head -n 1)"

dist: ## a tarball with the Swift runtime that runs from anywhere, .build/packages/quoted-….tar.gz
	@.ci/packages build package
	@.ci/build --product quoted
	@.ci/dist

bench: ## throughput and latency of the service, no test: figures for this machine (the analyser alone: make speed)
	@.ci/packages build
	@.ci/build --product quoted
	@.ci/build --product quoted-bench
	@"$$($(SWIFT) build -c release --show-bin-path)/quoted-bench" $(BENCH)

speed: ## words per CPU-second of the trained analyser beside spaCy's small English pipeline (SPEED=articles.jsonl)
	@.ci/packages build
	@.ci/build --product quoted
	@.ci/build --product EncoderBench
	@.ci/speed $(SPEED)
	@bench="$$($(SWIFT) build -c release --show-bin-path)/EncoderBench" && printf '\nthe encoder alone\n' && \
	    "$$bench" speed Sources/EnglishModel/quoted-en.model && printf '\noneDNN alone, the same products\n' && "$$bench" products

accuracy: ## score the analyser against the annotated articles in ../shared (or QUOTED_SHARED)
	@.ci/packages build
	@.ci/build --product quoted
	@.ci/accuracy

soak: ## HOURS=1 of steady load with faults: nothing lost, memory, descriptors, threads and disk flat (SOAK_RATE=20 …)
	@.ci/packages build test
	@.ci/build --product quoted
	@.ci/python-environment
	@QUOTED_BINARY="$$($(SWIFT) build -c release --show-bin-path)/quoted" .venv/bin/python Tests/Soak

overload: ## SECONDS=600 of ten times too many articles: memory bounded, busy at once, nothing lost
	@.ci/packages build test
	@.ci/build --product quoted
	@.ci/python-environment
	@QUOTED_OVERLOAD_SECONDS=$(SECONDS) QUOTED_BINARY="$$($(SWIFT) build -c release --show-bin-path)/quoted" \
	    .venv/bin/python -m pytest -s Tests/Strangers/test_overload.py

subscribers: ## SECONDS=600 of stopped and slow subscribers and replays beside healthy ones, which hardly notice
	@.ci/packages build test
	@.ci/build --product quoted
	@.ci/python-environment
	@QUOTED_SUBSCRIBER_SECONDS=$(SECONDS) QUOTED_BINARY="$$($(SWIFT) build -c release --show-bin-path)/quoted" \
	    .venv/bin/python -m pytest -s Tests/Strangers/test_subscribers.py
fuzz: ## a minute of changed inputs for each decoder, with the address sanitizer (FUZZ_TARGET, _SECONDS, _EXECUTIONS; .ci/fuzz tells more)
	@.ci/packages build
	@.ci/fuzz

asan: ## strangers' tests on a build with the address sanitizer (SANITIZED="Tests/Strangers/test_records.py -k name")
	@.ci/packages build test
	@.ci/sanitized test address $(SANITIZED)

tsan: ## the same with the thread sanitizer
	@.ci/packages build test
	@.ci/sanitized test thread $(SANITIZED)

screenshots: ## pictures of the live page and a terminal into SCREENSHOTS=config/screenshots (needs Chromium)
	@.ci/packages build test
	@.ci/build --product quoted
	@.ci/python-environment
	@.venv/bin/python .ci/screenshots "$$($(SWIFT) build -c release --show-bin-path)/quoted" "$(SCREENSHOTS)"

clean: ## remove everything built here
	rm -rf .build .venv .venv-speed .pytest_cache
