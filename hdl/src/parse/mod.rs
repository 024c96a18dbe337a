//! *parse*: the fields of a frame that the datapath looks at.
//!
//! | stage | block | clocks after the headers are there |
//! |---|---|---|
//! | shift register, tags, alignment to the IPv4 header | `Window` | 1 |
//! | IPv4 header, alignment to layer 4 | `Network` | 2, 3 |
//! | IPv4 header checksum | `HeaderSum` | 2 to 5 |
//! | UDP, TCP, GRE, ESP, L2TP | `Transport` | 4, 5 |
//! | the verdict over all, and zeros | `Parse` | 6 |
mod header_sum;
mod network;
mod output;
mod reverse;
mod transport;
mod window;
pub use output::Parse;
