//! The `designator` command.

mod api;
mod cli;
mod show;

fn main() {}
