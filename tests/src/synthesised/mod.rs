//! Captures of what real daemons do not produce. `cargo run --package tests --example synthesise`
//! writes them; each file's name begins with `synthesised-`.

mod conversations;
mod headers;
pub mod seeds;

use std::time::Duration;

use ports::capture::Captured;

/// A capture to be written: its name without folder, and its frames.
pub struct Synthesised {
    /// File name.
    pub name: &'static str,
    /// Frames, ten milliseconds apart.
    pub frames: Vec<Captured>,
}

/// All synthesised captures.
pub fn all() -> Vec<Synthesised> {
    let make = |name, frames: Vec<Vec<u8>>| {
        let time = |n: u32| Duration::from_secs(1_700_000_000) + n * Duration::from_millis(10);
        let frames = (0..).zip(frames).map(|(n, frame)| Captured { time: time(n), frame });
        Synthesised { name, frames: frames.collect() }
    };
    vec![
        make("synthesised-l2tp-headers.pcap", headers::l2tp()),
        make("synthesised-layers.pcap", headers::layers()),
        make("synthesised-fragments.pcap", headers::fragments()),
        make("synthesised-malformed.pcap", headers::malformed()),
        make("synthesised-l2tp-port-elsewhere.pcap", conversations::port_elsewhere()),
        make("synthesised-l2tp-colliding-tunnels.pcap", conversations::colliding_tunnels()),
        make("synthesised-l2tp-mid-tunnel.pcap", conversations::mid_tunnel()),
    ]
}
