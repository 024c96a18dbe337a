//! The slow path as a whole, against a device in memory and ends that speak real frames.

mod device;
mod frame;
mod lifetime;
mod seed;
mod world;
