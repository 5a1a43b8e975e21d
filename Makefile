# The two commands of the README, and the few a contributor needs. Each checks what it needs first.

export CARGO_TARGET_DIR ?= $(CURDIR)/target

.PHONY: demo test lint bench reference

# Shows a fact's whole way: from an operational source to a masked answer in another domain.
demo: need-tools
	cargo run --quiet --locked --package tessera -- demo

# Formatting, lints, tidy, every Rust test, then real clients and a real browser against the built binary.
test: need-tools
	cargo run --quiet --locked --package xtask -- test

lint: need-tools
	cargo run --quiet --locked --package xtask -- lint

# Benchmarks with their peers, optimised; `make bench BENCH=gate` runs one. The first build takes long.
bench: need-tools
	cargo run --quiet --locked --package xtask -- bench $(BENCH)

# Writes the generated reference pages.
reference: need-tools
	cargo run --quiet --locked --package xtask -- reference

# Rust for the binary; Node for the console that is built into it.
.PHONY: need-tools
need-tools:
	@scripts/need rust cc node
