//! What frames wait in.

mod fifo;
mod word;

pub use fifo::Fifo;
pub use word::Word;
