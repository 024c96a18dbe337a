//! Whole-system tests: the model and the device against decoders and captures from outside.

mod captures;
mod device;
mod latency;
mod oracle;
mod parse;
mod random;
mod rewrite;
mod slow_path;
mod traffic;
mod tshark;
