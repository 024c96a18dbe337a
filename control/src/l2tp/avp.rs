//! L2TP attribute value pairs (RFC 2661, 4.1): read strictly, and written for our own StopCCN.

use spec::wire::l2tp::{AVP_H, AVP_HEADER, AVP_LENGTH, AVP_M, AVP_RESERVED};

/// An AVP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avp<'a> {
    /// The receiver must understand it.
    pub mandatory: bool,
    /// The value is hidden: only who shares the tunnel's secret can read it.
    pub hidden: bool,
    /// A reserved bit is set: it must be treated as unrecognised.
    pub reserved: bool,
    /// Who defined the attribute; 0 the IETF.
    pub vendor: u16,
    /// The attribute.
    pub attribute: u16,
    /// Offset of the value from the start of the AVPs.
    pub at: usize,
    /// The value.
    pub value: &'a [u8],
}

/// An AVP's length is less than its header's, or more than what is left of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overflow;

/// Reads the AVPs of a message's body, one after the other. Ends after an error.
pub struct Avps<'a> {
    body: &'a [u8],
    at: usize,
}

impl<'a> Avps<'a> {
    /// The AVPs in `body`.
    pub fn new(body: &'a [u8]) -> Self {
        Self { body, at: 0 }
    }
}

impl<'a> Iterator for Avps<'a> {
    type Item = Result<Avp<'a>, Overflow>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.body.get(self.at..).filter(|rest| !rest.is_empty())?;
        let word = |at: usize| u16::from_be_bytes([rest[at], rest[at + 1]]);
        let length = if rest.len() < AVP_HEADER { 0 } else { usize::from(word(0) & AVP_LENGTH) };
        if length < AVP_HEADER || length > rest.len() {
            self.at = self.body.len();
            return Some(Err(Overflow));
        }
        let avp = Avp {
            mandatory: word(0) & AVP_M != 0,
            hidden: word(0) & AVP_H != 0,
            reserved: word(0) & AVP_RESERVED != 0,
            vendor: word(2),
            attribute: word(4),
            at: self.at + AVP_HEADER,
            value: &rest[AVP_HEADER..length],
        };
        self.at += length;
        Some(Ok(avp))
    }
}

/// Appends a mandatory AVP of the IETF's.
///
/// # Panics
/// When the value is longer than 1017 bytes.
pub fn push(out: &mut Vec<u8>, attribute: u16, value: &[u8]) {
    let length = u16::try_from(AVP_HEADER + value.len()).expect("an AVP has at most 1023 bytes");
    assert!(length <= AVP_LENGTH, "an AVP has at most 1023 bytes");
    out.extend((AVP_M | length).to_be_bytes());
    out.extend(spec::wire::l2tp::AVP_IETF.to_be_bytes());
    out.extend(attribute.to_be_bytes());
    out.extend(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(body: &[u8]) -> Vec<Result<Avp<'_>, Overflow>> {
        Avps::new(body).collect()
    }

    #[test]
    fn reads_what_it_writes() {
        let mut body = Vec::new();
        push(&mut body, 0, &[0, 1]);
        push(&mut body, 9, &[0x12, 0x34]);
        let avps = read(&body);
        assert_eq!(body, [0x80, 8, 0, 0, 0, 0, 0, 1, 0x80, 8, 0, 0, 0, 9, 0x12, 0x34]);
        let second = avps[1].unwrap();
        assert_eq!((second.attribute, second.value, second.at), (9, &[0x12, 0x34][..], 14));
        assert!(second.mandatory && !second.hidden && !second.reserved);
    }

    #[test]
    fn hidden_and_reserved_bits_are_told() {
        let avp = read(&[0x44, 6, 0, 1, 0, 9])[0].unwrap();
        assert!(!avp.mandatory && avp.hidden && avp.reserved);
        assert_eq!((avp.vendor, avp.attribute), (1, 9));
    }

    #[test]
    fn lengths_that_lie_end_the_reading() {
        for body in [&[0x80u8, 5, 0, 0, 0, 0][..], &[0x80, 9, 0, 0, 0, 0, 1, 2], &[0x80, 6, 0]] {
            assert_eq!(read(body), [Err(Overflow)], "{body:02x?}");
        }
        assert_eq!(read(&[0x83, 0xff, 0, 0, 0, 0]), [Err(Overflow)]);
    }

    proptest! {
        #[test]
        fn any_bytes_end_without_panic(body in prop::collection::vec(any::<u8>(), 0..600)) {
            let mut end = 0;
            for avp in Avps::new(&body) {
                let Ok(avp) = avp else { end = body.len(); break };
                prop_assert_eq!(avp.at, end + AVP_HEADER);
                end = avp.at + avp.value.len();
                prop_assert_eq!(avp.value, &body[avp.at..end]);
            }
            prop_assert_eq!(end, body.len());
        }
    }
}
