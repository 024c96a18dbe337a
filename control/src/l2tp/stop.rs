//! StopCCN of our own: how a tunnel that cannot be had is refused (RFC 2661, 4.4.2 and 6.4).

use super::avp;
use spec::wire::l2tp as wire;

/// What a StopCCN says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The recipient's Tunnel ID.
    pub tunnel: u16,
    /// The sender's Tunnel ID; not 0.
    pub assigned: u16,
    /// The sender's next sequence number.
    pub ns: u16,
    /// The recipient's next sequence number.
    pub nr: u16,
    /// Error code of the general error: one of the `ERROR_` constants of [`spec::wire::l2tp`].
    pub error: u16,
}

impl Stop {
    /// The message, from the flags on: the payload of UDP.
    pub fn payload(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        let flags = wire::T | wire::L | wire::S | wire::VERSION;
        for word in [flags, 0, self.tunnel, 0, self.ns, self.nr] {
            out.extend(word.to_be_bytes());
        }
        avp::push(&mut out, wire::MESSAGE_TYPE, &wire::STOP_CCN.to_be_bytes());
        avp::push(&mut out, wire::ASSIGNED_TUNNEL, &self.assigned.to_be_bytes());
        let [a, b] = wire::RESULT_ERROR.to_be_bytes();
        let [c, d] = self.error.to_be_bytes();
        avp::push(&mut out, wire::RESULT_CODE, &[a, b, c, d]);
        let length = out.len() as u16;
        out[2..4].copy_from_slice(&length.to_be_bytes());
        out
    }
}
