//! The host boundary: registers, statistics, rings.
mod ask;
mod boundary;
mod fetch;
mod offer;
mod registers;
mod rings;
mod slot;
mod statistics;
mod store;

pub use boundary::Host;
pub use fetch::Fetch;
pub use registers::Registers;
pub use rings::Rings;
pub use slot::Slot;
pub use statistics::Statistics;
pub use store::Store;
