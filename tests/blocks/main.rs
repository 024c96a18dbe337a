//! Block tests: a small Verilated top each, against the model or against frames alone.

mod aes;
mod beats;
mod bypass;
mod checksum;
mod egress;
mod gcm;
mod gcm_engine;
mod gcm_icarus;
mod gcm_vectors;
mod ingress;
mod leaf;
mod parse;
mod registers;
mod rewrite;
mod rings;
mod seal;
mod statistics;
mod table;
