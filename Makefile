# The two commands of the README, and the few a contributor needs. Each checks what it needs first.

export CARGO_TARGET_DIR ?= $(CURDIR)/target

.PHONY: demo test lint bench reference

# Shows a fact's whole way: from an operational source to a masked answer in another domain.
demo: need-rust
	cargo run --quiet --locked --package tessera -- demo

# Formatting, lints, tidy, every Rust test, then real clients against the built binary.
test: need-rust
	cargo run --quiet --locked --package xtask -- test

lint: need-rust
	cargo run --quiet --locked --package xtask -- lint

# Benchmarks with their peers, optimised; `make bench BENCH=gate` runs one. The first build takes long.
bench: need-rust
	cargo run --quiet --locked --package xtask -- bench $(BENCH)

# Writes the generated reference pages.
reference: need-rust
	cargo run --quiet --locked --package xtask -- reference

.PHONY: need-rust
need-rust:
	@scripts/need rust cc
