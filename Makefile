# `make demo`: the light package in .venv, run on a real recording.  `make test`: everything in .venv-dev, all checks.
# `make docs`: the documentation as a site, in site/.  `make notebooks`: those of docs/notebooks, from first cell to last.
PYTHON ?= python3
# One thread per process: the networks are tiny, and pytest already runs two processes.
export OMP_NUM_THREADS ?= 1

.PHONY: demo test notebooks lint docs clean

demo: .venv/installed
	.venv/bin/specnet detect data/dir-welcome.flac

test: lint
	.venv-dev/bin/pytest

notebooks: .venv-dev/installed
	.venv-dev/bin/pytest --nbmake --nbmake-timeout=120 docs/notebooks

lint: .venv-dev/installed
	.venv-dev/bin/ruff check .
	.venv-dev/bin/ruff format --check .
	.venv-dev/bin/mypy
	.venv-dev/bin/lint-imports

docs: .venv-dev/installed
	NO_MKDOCS_2_WARNING=1 .venv-dev/bin/mkdocs build --quiet

clean:
	rm -rf .venv .venv-dev build site *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --editable .
	touch $@

.venv-dev/installed: pyproject.toml
	$(PYTHON) -m venv .venv-dev
	.venv-dev/bin/pip install --quiet --editable '.[dev]'
	touch $@
