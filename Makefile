# Short names for ./dev, which does the work. Options go into ARGS: make conformance ARGS="--select SEL-2"
.NOTPARALLEL:
.PHONY: conformance selftest test setup clean

conformance:
	@./dev conformance $(ARGS)

selftest:
	@./dev selftest $(ARGS)

test:
	@./dev test $(ARGS)

setup:
	@./dev setup

clean:
	rm -rf .venv .tox .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
