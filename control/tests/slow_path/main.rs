//! The slow path as a whole, against a device in memory and ends that speak real frames.

mod bounds;
mod collision;
mod device;
mod farm;
mod frame;
mod health;
mod lifetime;
mod random;
mod seed;
mod world;
