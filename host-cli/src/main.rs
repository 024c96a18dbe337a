//! The `designator` command.

mod api;
mod cli;
mod client;
mod daemon;
mod show;

fn main() {}
