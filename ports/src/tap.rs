//! A TAP device: the kernel's own end of a port, where it answers ARP and ping.

use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
};

use tun_rs::{DeviceBuilder, Layer, SyncDevice};

use crate::{FramePort, named};

/// A TAP device that lives as long as this value.
pub struct Tap {
    device: SyncDevice,
    name: String,
    buffer: Vec<u8>,
}

impl Tap {
    /// Makes the device `name` with a MAC address, up and without IP addresses. Needs
    /// `CAP_NET_ADMIN` and `/dev/net/tun`.
    pub fn create(name: &str, mac: [u8; 6], mtu: u16) -> io::Result<Self> {
        let named = |error| named(name, error);
        let device = DeviceBuilder::new()
            .name(name)
            .layer(Layer::L2)
            .mac_addr(mac)
            .mtu(mtu)
            .build_sync()
            .map_err(named)?;
        device.set_nonblocking(true).map_err(named)?;
        Ok(Self { device, name: name.into(), buffer: vec![0; 65_536] })
    }

    /// The interface's index.
    pub fn index(&self) -> io::Result<u32> {
        self.device.if_index()
    }

    /// The device's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl AsFd for Tap {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.device.as_fd()
    }
}

impl FramePort for Tap {
    fn receive(&mut self, frame: &mut Vec<u8>) -> io::Result<bool> {
        match self.device.recv(&mut self.buffer) {
            Ok(len) => {
                frame.clear();
                frame.extend_from_slice(&self.buffer[..len]);
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(named(&self.name, error)),
        }
    }

    fn send(&mut self, frame: &[u8]) -> io::Result<bool> {
        match self.device.send(frame) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            // The operator has set it down.
            Err(error) if error.raw_os_error() == Some(libc::EIO) => Ok(false),
            Err(error) => Err(named(&self.name, error)),
        }
    }
}
