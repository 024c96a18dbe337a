//! L2TPv2 header, control message and AVPs from any bytes: no panic, and what is said to be inside
//! is inside.
#![no_main]

use control::l2tp::avp::Avps;
use control::l2tp::message::{Header, Message};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|payload: &[u8]| {
    let Some(header) = Header::read(payload) else { return };
    assert!(header.body <= header.end && header.end <= payload.len());
    let id = &payload[header.tunnel_at..][..2];
    assert_eq!(header.tunnel.to_be_bytes(), id);
    let body = &payload[header.body..header.end];
    let mut end = 0;
    for avp in Avps::new(body).map_while(Result::ok) {
        assert_eq!(avp.value, &body[avp.at..][..avp.value.len()]);
        assert!(avp.at > end || end == 0, "AVPs come one after the other");
        end = avp.at + avp.value.len();
    }
    if let Ok(message) = Message::read(payload, &header)
        && let Some(assigned) = message.assigned
    {
        assert_ne!(assigned.id, 0);
        assert_eq!(assigned.id.to_be_bytes(), payload[assigned.at..][..2]);
        assert!(assigned.at + 2 <= header.end);
    }
});
