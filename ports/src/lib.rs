//! Frames in and out: capture files, network interfaces, TAP devices.
//!
//! A frame is the bytes from the destination MAC to the last one before the FCS, with its VLAN
//! tags in place and its checksums complete.

pub mod capture;
mod offload;
mod packet;
mod tap;

pub use packet::{PacketPort, Refused};
pub use tap::Tap;

use std::io;

/// Where frames come from and go to. Neither call waits.
pub trait FramePort {
    /// The next frame, if one is there, put into `buffer` (cleared first).
    fn receive(&mut self, buffer: &mut Vec<u8>) -> io::Result<bool>;
    /// Sends a frame; `false` if it could not be taken now and is lost, as on a full wire.
    fn send(&mut self, frame: &[u8]) -> io::Result<bool>;
}

/// The error, with the interface that it is about.
fn named(interface: &str, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{interface}: {error}"))
}
