//! The device: transport, registers, rings, commands, flow table with shadow.
