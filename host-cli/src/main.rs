//! The `designator` command.

fn main() {}
