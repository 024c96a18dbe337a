//! The simulated device: Verilated RTL or soft model behind the same host port.

mod device;
mod memory;
pub mod rtl;
mod soft;
pub mod stream;

pub use device::{Device, Sent};
pub use memory::HostMemory;
pub use rtl::Rtl;
pub use soft::Soft;
