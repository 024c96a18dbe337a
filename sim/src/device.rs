//! What the simulated devices have in common: the host's side is [`driver::Transport`], this trait
//! is the side of the wires and of time.

use driver::Transport;

/// A frame that a device has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// From the destination MAC to the last byte before the FCS.
    pub bytes: Vec<u8>,
    /// The clock at which its first beat left, where the device has clocks.
    pub first: Option<u64>,
    /// The clock at which its last beat left, where the device has clocks.
    pub clock: Option<u64>,
}

/// A device with two ports, 0 external and 1 internal, that runs only when it is called.
pub trait Device: Transport {
    /// Puts a frame on the wire towards `port`; it enters when the device advances. `error`: it
    /// arrives damaged.
    fn send(&mut self, port: usize, frame: &[u8], error: bool);

    /// The oldest frame that has left at `port` and was not yet taken.
    fn receive(&mut self, port: usize) -> Option<Sent>;

    /// The clock at which the first beat of the latest frame was accepted at `port`; none before
    /// the first, or where the device has no clocks.
    fn accepted(&self, port: usize) -> Option<u64>;

    /// Lets up to `clocks` clocks pass; a device without clocks does all that it has to do.
    fn advance(&mut self, clocks: u64);

    /// Whether nothing is left to do: no frame waits on a wire, in the device, or in the rings'
    /// device side; only the host or a new frame can bring it to do something.
    fn idle(&self) -> bool;

    /// Lets `count` ticks pass; the device's time stands still otherwise.
    fn tick(&mut self, count: u32);

    /// Clocks since the device was made; none where it has no clocks.
    fn clocks(&self) -> Option<u64>;
}

impl<T: Device + ?Sized> Device for Box<T> {
    fn send(&mut self, port: usize, frame: &[u8], error: bool) {
        (**self).send(port, frame, error);
    }

    fn receive(&mut self, port: usize) -> Option<Sent> {
        (**self).receive(port)
    }

    fn accepted(&self, port: usize) -> Option<u64> {
        (**self).accepted(port)
    }

    fn advance(&mut self, clocks: u64) {
        (**self).advance(clocks);
    }

    fn idle(&self) -> bool {
        (**self).idle()
    }

    fn tick(&mut self, count: u32) {
        (**self).tick(count);
    }

    fn clocks(&self) -> Option<u64> {
        (**self).clocks()
    }
}
