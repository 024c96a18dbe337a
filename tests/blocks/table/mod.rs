//! The table as a whole: every answer against a plain reference, while commands change it.

mod bench;
mod commands;
mod hash;
mod lookup;
mod model;
mod moves;
mod reference;
