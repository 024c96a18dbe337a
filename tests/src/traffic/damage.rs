//! What can be wrong with a frame.

use model::frame::checksum;
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use spec::limits::{MAX_FRAME, MIN_FRAME};
use spec::wire::{ethernet, ipv4, udp};

/// Bytes changed, cut off or added, or a header that lies; the frame's number survives where there
/// is room for it.
pub fn damage(random: &mut ChaCha8Rng, frame: &mut Vec<u8>) {
    let number: Vec<u8> = frame[frame.len() - 4..].to_vec();
    match random.random_range(0..10) {
        0 | 1 => frame.truncate(random.random_range(1..=frame.len())),
        2 => frame.extend((0..random.random_range(1..60)).map(|_| random.random::<u8>())),
        3 if random.random_bool(0.2) => frame.resize(random.random_range(MAX_FRAME..10_000), 0),
        4..8 => lie(random, frame),
        _ => {
            for _ in 0..random.random_range(1..3) {
                let at = random.random_range(0..frame.len().min(110));
                frame[at] = random.random();
            }
        }
    }
    let end = frame.len();
    if end >= MIN_FRAME + 4 {
        frame[end - 4..].copy_from_slice(&number);
    }
}

/// Makes a header lie about lengths or options; a change of the IPv4 header mostly comes with the
/// checksum that goes with it, so that the lie is met and not the checksum.
fn lie(random: &mut ChaCha8Rng, frame: &mut [u8]) {
    let Some(network) = network(frame) else { return };
    let header = usize::from(frame[network] & 15) * 4;
    let transport = network + header;
    let payload = transport + udp::HEADER;
    if payload + 12 > frame.len() {
        return;
    }
    let near = |random: &mut ChaCha8Rng, right: u16| match random.random_range(0..4) {
        0 => random.random_range(0..64),
        1 => random.random(),
        _ => right.wrapping_add(random.random_range(0..6)).wrapping_sub(3),
    };
    let mut word = |random: &mut ChaCha8Rng, at: usize| {
        let lie = near(random, u16::from_be_bytes([frame[at], frame[at + 1]]));
        frame[at..at + 2].copy_from_slice(&lie.to_be_bytes());
    };
    let about = random.random_range(0..10);
    match about {
        0 | 1 => word(random, network + ipv4::LENGTH),
        2 => frame[network] = 0x40 | random.random_range(0..16),
        3 => frame[network] = frame[network] & 15 | random.random_range(0..16) << 4,
        4 => word(random, network + ipv4::CHECKSUM),
        5 | 6 => word(random, transport + udp::LENGTH),
        // L2TP: flags and version; what may be the length, an ID, Ns, Nr or the offset.
        7 => word(random, payload),
        8 => word(random, payload + 2),
        _ => {
            let field = *[4, 6, 8, 10].choose(random).expect("some");
            word(random, payload + field)
        }
    }
    let end = network + (usize::from(frame[network] & 15) * 4).max(ipv4::MIN_HEADER);
    if about < 4 && end <= frame.len() && random.random_bool(0.9) {
        let field = network + ipv4::CHECKSUM;
        frame[field..field + 2].fill(0);
        let right = checksum(&frame[network..end]);
        frame[field..field + 2].copy_from_slice(&right.to_be_bytes());
    }
}

/// Where the IPv4 header begins, if there is one behind any number of tags.
fn network(frame: &[u8]) -> Option<usize> {
    let mut at = ethernet::TYPE;
    loop {
        let kind = u16::from_be_bytes([*frame.get(at)?, *frame.get(at + 1)?]);
        match kind {
            ethernet::VLAN | ethernet::VLAN_SERVICE => at += ethernet::TAG,
            ethernet::IPV4 if frame.len() >= at + 2 + ipv4::MIN_HEADER => return Some(at + 2),
            _ => return None,
        }
    }
}
