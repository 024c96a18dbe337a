//! *parse*: the fields of a frame that the datapath looks at.
//!
//! | stage | block | clocks after the headers are there |
//! |---|---|---|
//! | shift register, tags, the IPv4 header's 20 bytes | `Window` | before |
//! | addresses, to *decide* | `Addresses` | 0 |
//! | IPv4 header, alignment to layer 4 | `Network` | 1, 2 |
//! | IPv4 header checksum | `HeaderSum` | 1 to 4 |
//! | ports and Tunnel ID, to *decide* | `Flow` | 2 |
//! | UDP, TCP, GRE, ESP, L2TP | `Transport` | 3, 4 |
//! | protocol and destination port, to *decide* | `Served` | 3 |
//! | the verdict over all, and zeros | `Parse` | 5 |
//!
//! The lookup waits for no verdict: a frame's questions are asked as soon as their bytes are there.
mod ahead;
mod header_sum;
mod network;
mod output;
mod reverse;
mod transport;
mod window;
pub use ahead::{Addresses, Flow, Served};
pub use output::Parse;
