//! Block tests: a small Verilated top each, against the model or against frames alone.

mod bypass;
mod leaf;
mod checksum;
mod rewrite;
