//! Block tests: a small Verilated top each, against the model or against frames alone.

mod aes;
mod bypass;
mod checksum;
mod leaf;
mod registers;
mod rewrite;
mod statistics;
