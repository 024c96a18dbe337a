//! The slow path: sans-IO tunnel trackers, balancing, the tunnel registry.
