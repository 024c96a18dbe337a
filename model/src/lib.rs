//! The golden datapath in plain Rust: a frame in, a verdict and frames out.
