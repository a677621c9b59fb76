# Short names for ./dev, which does the work. Options go into ARGS: make conformance ARGS="--select SEL-2"
.NOTPARALLEL:
.PHONY: conformance selftest test control-plane k3d test-docker actionlint example setup clean

conformance:
	@./dev conformance $(ARGS)

selftest:
	@./dev selftest $(ARGS)

test:
	@./dev test $(ARGS)

control-plane:
	@./dev control-plane $(ARGS)

k3d:
	@./dev k3d $(ARGS)

actionlint:
	@./dev actionlint $(ARGS)

test-docker:
	@./dev with-docker ./dev test tests/containers $(ARGS)

example:
	@./dev example

setup:
	@./dev setup

clean:
	rm -rf .venv .tox .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
