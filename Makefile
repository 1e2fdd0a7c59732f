# Recipes only call the scripts in .ci/, which work from any directory, spaces in its path included.
SHELL := /bin/bash
SWIFT ?= swift
PREFIX ?= /usr
DESTDIR ?=
SCREENSHOTS ?= config/screenshots
export SWIFT PREFIX DESTDIR STATE TESTS

.DEFAULT_GOAL := help
.PHONY: help run test model build install uninstall deb deb-test dist bench speed accuracy screenshots clean

help: ## this list
	@printf 'quoted: reads the news, publishes who said what\n\n'
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1|\2/p' Makefile | \
	    while IFS='|' read -r target text; do printf '%-18s %s\n' "$$target" "$$text"; done
	@printf '\n  SWIFT=%s PREFIX=%s DESTDIR=%s\n' '$(SWIFT)' '$(PREFIX)' '$(DESTDIR)'

run: ## build, start the service, push a sample article, print who said what; Ctrl-C stops (STATE=directory)
	@.ci/packages build
	@.ci/build --product quoted
	@.ci/sample

test: ## everything that CI runs (TESTS="swift units strangers" chooses)
	@.ci/packages build test
	@.ci/test

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

screenshots: ## pictures of the live page and a terminal into SCREENSHOTS=config/screenshots (needs Chromium)
	@.ci/packages build test
	@.ci/build --product quoted
	@.ci/python-environment
	@.venv/bin/python .ci/screenshots "$$($(SWIFT) build -c release --show-bin-path)/quoted" "$(SCREENSHOTS)"

clean: ## remove everything built here
	rm -rf .build .venv .venv-speed .pytest_cache
