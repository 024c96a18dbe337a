//! L2TPv2 header and control message (RFC 2661, 3.1 and 4): what the tracker needs of them.

use super::avp::Avps;
use crate::count::Count;
use spec::wire::l2tp as wire;

/// An L2TPv2 header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// A control message, not data.
    pub control: bool,
    /// The recipient's Tunnel ID; 0 in SCCRQ.
    pub tunnel: u16,
    /// Where the Tunnel ID stands in the UDP payload.
    pub tunnel_at: usize,
    /// Sequence number; 0 when absent.
    pub ns: u16,
    /// The sequence number that the sender expects next; 0 when absent.
    pub nr: u16,
    /// Where the body begins in the UDP payload, and
    pub body: usize,
    /// where it ends.
    pub end: usize,
}

/// A control message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Message Type; none: a zero-length body, an acknowledgement only (ZLB).
    pub kind: Option<u16>,
    /// The Assigned Tunnel ID, in the messages that have one.
    pub assigned: Option<Assigned>,
}

/// An Assigned Tunnel ID AVP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The ID that the sender assigned; not 0.
    pub id: u16,
    /// Where it stands in the UDP payload.
    pub at: usize,
}

impl Header {
    /// Reads the header at the start of a UDP payload.
    ///
    /// Reserved bits are ignored, as RFC 2661 wants. A control message needs Length, Ns and Nr and
    /// has no Offset. Bytes after its Length are ignored.
    pub fn read(payload: &[u8]) -> Option<Self> {
        let word =
            |at: usize| payload.get(at..at + 2).map(|two| u16::from_be_bytes([two[0], two[1]]));
        let flags = word(0)?;
        if flags & wire::VERSION_MASK != wire::VERSION {
            return None;
        }
        let control = flags & wire::T != 0;
        if control && flags & (wire::L | wire::S | wire::O) != wire::L | wire::S {
            return None;
        }
        let mut at = 2;
        let mut end = payload.len();
        if flags & wire::L != 0 {
            end = usize::from(word(at)?);
            at += 2;
        }
        let tunnel_at = at;
        let tunnel = word(at)?;
        word(at + 2)?;
        at += 4;
        let (mut ns, mut nr) = (0, 0);
        if flags & wire::S != 0 {
            (ns, nr) = (word(at)?, word(at + 2)?);
            at += 4;
        }
        if flags & wire::O != 0 {
            at += 2 + usize::from(word(at)?);
        }
        let fits = at <= end && end <= payload.len();
        fits.then_some(Self { control, tunnel, tunnel_at, ns, nr, body: at, end })
    }
}

impl Message {
    /// Reads a control message's AVPs, strictly: the reason to count otherwise.
    ///
    /// The first AVP is Message Type. An Assigned Tunnel ID is mandatory in form, occurs once, and
    /// is not 0. Other AVPs are the ends' own business, hidden or not.
    pub fn read(payload: &[u8], header: &Header) -> Result<Self, Count> {
        let body = payload.get(header.body..header.end).ok_or(Count::BadHeader)?;
        let mut message = Self { kind: None, assigned: None };
        let mut avps = Avps::new(body);
        let Some(first) = avps.next() else { return Ok(message) };
        let first = first.map_err(|_| Count::BadAvp)?;
        let known = first.vendor == wire::AVP_IETF && !first.reserved;
        let typed = known && first.attribute == wire::MESSAGE_TYPE && !first.hidden;
        let (true, &[high, low]) = (typed, first.value) else { return Err(Count::BadAvp) };
        let kind = u16::from_be_bytes([high, low]);
        message.kind = Some(kind);
        let mut hidden = false;
        for avp in avps {
            let avp = avp.map_err(|_| Count::BadAvp)?;
            if avp.vendor != wire::AVP_IETF || avp.reserved {
                continue;
            }
            match avp.attribute {
                wire::MESSAGE_TYPE => return Err(Count::BadAvp),
                wire::ASSIGNED_TUNNEL if message.assigned.is_some() || hidden => {
                    return Err(Count::BadAvp);
                }
                wire::ASSIGNED_TUNNEL if avp.hidden => hidden = true,
                wire::ASSIGNED_TUNNEL => {
                    let (true, &[high, low]) = (avp.mandatory, avp.value) else {
                        return Err(Count::BadAvp);
                    };
                    let id = u16::from_be_bytes([high, low]);
                    if id == 0 {
                        return Err(Count::NoTunnelId);
                    }
                    message.assigned = Some(Assigned { id, at: header.body + avp.at });
                }
                _ => {}
            }
        }
        match kind {
            wire::SCCRQ | wire::SCCRP if hidden => Err(Count::HiddenTunnelId),
            wire::SCCRQ | wire::SCCRP if message.assigned.is_none() => Err(Count::NoTunnelId),
            _ => Ok(message),
        }
    }

    /// Whether it is of this type.
    pub fn is(&self, kind: u16) -> bool {
        self.kind == Some(kind)
    }
}
