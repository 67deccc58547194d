# Every target sets up what it needs first; see CONTRIBUTING.md.
PY := .venv/bin/python
PYTEST := $(PY) -m pytest
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run test check lint format types layers sizes bench coverage slow setup chroot-test package package-test wheel-test

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: .venv/.ready ## start AnnoLab (no display: make the sample project and pictures of it)
	@tools/run.sh

test: .venv/.ready .venv/.test-tools ## run the tests, but for the slow ones
	@HYPOTHESIS_PROFILE=ci $(PYTEST) -q -n auto --maxprocesses 8 --dist worksteal

coverage: .venv/.ready .venv/.test-tools ## run the tests and list the lines that none reaches
	@HYPOTHESIS_PROFILE=ci $(PYTEST) -q -n auto --maxprocesses 8 --cov --cov-report=term-missing:skip-covered

slow: .venv/.ready .venv/.test-tools ## run the slow tests (many minutes)
	@# No traces of what still runs after two minutes: taking one can crash the interpreter.
	@HYPOTHESIS_PROFILE=slow $(PYTEST) -q -m slow --timeout 3600 -o faulthandler_timeout=0

bench: .venv/.ready ## measure, and print one table (PARTS="canvas store": some)
	@QT_QPA_PLATFORM=offscreen $(PY) -m tests.perf $(PARTS)

check: lint format types layers sizes ## lint, format, types, layers; list the largest parts

lint: .venv/.ready
	@$(PY) -m ruff check --quiet && echo "lint: clean"

format: .venv/.ready
	@$(PY) -m ruff format --check --quiet && echo "format: clean"

types: .venv/.ready
	@echo "types:" && $(PY) -m mypy

layers: .venv/.ready
	@.venv/bin/lint-imports --no-logo --no-cache # its cache can be stale

sizes: .venv/.ready
	@$(PY) tools/structure.py

setup: .venv/.ready .venv/.test-tools ## everything the other targets need

chroot-test: ## try `make run` and `make test` in a fresh Debian (root; debootstrap)
	@tools/chroot-test.sh

package: ## make the packages that users install, in dist/ (docs/releasing.md)
	@packaging/build.sh

package-test: .venv/.ready ## try the .deb in a fresh Debian, in a window, without network (root)
	@packaging/test.sh

wheel-test: ## try the wheel in a new environment, as pip installs it
	@packaging/test-wheel.sh

.venv/.ready: pyproject.toml tools/setup.sh tools/system.sh
	@tools/setup.sh

.venv/.test-tools: .venv/.ready
	@tools/system.sh test-tools && touch $@ || [ "$$(id -u)" -ne 0 ] # else skipped
