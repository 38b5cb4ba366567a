# Two commands matter: `make run` and `make test`. Each brings what it needs.
# PORT=8123 make run     another port; other settings: docs/reference/settings.md

PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$name -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
ifeq ($(PYTHON),)
$(error Python 3.11 or newer with its venv module is needed; on Debian: apt-get install python3 python3-venv)
endif

.PHONY: run test check bench cluster screenshots reference requirements clean

run:  ## a whole district, live, in the foreground
	@exec $(PYTHON) tools/run.py

test:  ## everything that can be proved, on SQLite and on PostgreSQL
	@exec $(PYTHON) tools/prove.py

check:  ## the linters alone
	@exec $(PYTHON) tools/prove.py --linters

bench:  ## what is measured; prints sizes and ratios
	@exec $(PYTHON) tools/bench.py

cluster:  ## an environment with Spark in .venv-cluster, for docs/how-to/cluster.md and bench/cluster.py; needs Java 17
	$(PYTHON) -m venv .venv-cluster
	.venv-cluster/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/cluster.txt

screenshots:  ## docs/images, from a demonstration of its own
	@exec $(PYTHON) tools/prepare.py test pages && exec .venv/bin/python tools/screenshots.py

reference:  ## docs/reference, from the code
	@exec $(PYTHON) tools/prepare.py test && exec .venv/bin/python tools/reference.py

requirements:  ## pin what the .in files name, with hashes
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/test.in -o requirements/test.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements/test.txt requirements/run.in -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/node.in -o requirements/node.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/bytewax.in -o requirements/bytewax.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q requirements/flink.in -o requirements/flink.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -c requirements/run.txt requirements/cluster.in -o requirements/cluster.txt

clean:  ## what can be made again; never the state folder
	rm -rf .venv .venv-cluster frontend/node_modules src/anshu/web/static/built src/anshu/reports/fonts .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
