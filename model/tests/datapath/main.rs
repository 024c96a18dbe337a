//! The model against the rules of `spec`, and under any input.

mod common;
mod decide;
mod rewrite;
mod robust;
mod table;
