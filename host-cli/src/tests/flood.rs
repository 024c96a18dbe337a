//! What a flood leaves unharmed, and who waits.

use std::time::Duration;

use spec::limits::{PUNT_BURSTS, PUNT_RATES};
use spec::verdict::Class;
use spec::wire::l2tp;

use super::{CLIENT, PR, TUNNEL, VIP, engine, enter, message, open, udp};
use crate::answers;

#[test]
fn a_flood_of_requests_leaves_tunnels_copies_and_arp_alone() {
    const TICKS: u16 = 20;
    const ASKED: u16 = 1000;
    let mut engine = engine();
    let server = open(&mut engine);
    let before = answers::stats(&mut engine).unwrap();
    let arp = [[0xff; 6].as_slice(), &[6; 6], &[8, 6], &[0; 28]].concat();
    let data = [0, 2, 3, 132, 0, 1, 0xff, 3];
    let (mut arrived, mut answered) = (0, 0);
    for tick in 1..=TICKS {
        engine.advance_to(Duration::from_millis(tick.into())).unwrap();
        for part in (0..ASKED).step_by(100) {
            let flood = (part..part + 100).map(|n| {
                let [high, low] = (tick * ASKED + n).to_be_bytes();
                let request = message(l2tp::SCCRQ, 0, Some(1), [0, 0]);
                udp(([172, 16, high, low].into(), l2tp::PORT), (VIP, l2tp::PORT), &request)
            });
            enter(&mut engine, 0, &flood.collect::<Vec<_>>());
        }
        // The bucket of requests is empty now, and stays so until the next tick.
        let hello = message(l2tp::HELLO, TUNNEL, None, [1 + tick, 1]);
        let own = [&hello[..], &data].map(|payload| udp((CLIENT, l2tp::PORT), (VIP, PR), payload));
        let left = enter(&mut engine, 0, &[own.as_slice(), std::slice::from_ref(&arp)].concat());
        arrived += left.iter().filter(|frame| frame[30..34] == server.octets()).count();
        answered += std::iter::from_fn(|| engine.next_to_host()).count();
    }
    let stats = answers::stats(&mut engine).unwrap();
    let rate = u64::from(PUNT_RATES[usize::from(Class::New.code())]);
    let policed = u64::from(TICKS) * (u64::from(ASKED) - rate);
    assert_eq!(stats.dropped.get("policed_new"), Some(&policed), "{:?}", stats.dropped);
    assert_eq!(stats.fast_path - before.fast_path, 2 * u64::from(TICKS));
    assert_eq!(stats.copied - before.copied, u64::from(TICKS));
    assert_eq!((arrived, answered), (2 * usize::from(TICKS), usize::from(TICKS)));
    assert_eq!(stats.copies_lost, 0);
    // Copies have a rate too; the packets that they were made of go on.
    let copies = 100 + PUNT_RATES[usize::from(Class::Copy.code())];
    let hello = udp((CLIENT, l2tp::PORT), (VIP, PR), &message(l2tp::HELLO, TUNNEL, None, [1, 1]));
    engine.advance_to(Duration::from_millis(u64::from(TICKS) + 1)).unwrap();
    let left = (0..copies).map(|_| enter(&mut engine, 0, std::slice::from_ref(&hello)).len());
    assert_eq!(left.sum::<usize>(), usize::from(copies));
    assert_eq!(answers::stats(&mut engine).unwrap().copies_lost, 100);
}

/// What legitimate work needs is let through.
#[test]
fn the_rates_let_a_set_up_of_225_000_tunnels_a_second_through() {
    let rate = |class: Class| PUNT_RATES[usize::from(class.code())];
    assert!(rate(Class::New) >= 2 * 225 && rate(Class::Copy) >= 225);
    assert!(PUNT_RATES.iter().zip(PUNT_BURSTS).all(|(rate, burst)| *rate <= burst));
}

/// A device that does not keep up with the host's frames is asked for no more; it loses none.
#[test]
fn the_slow_path_waits_while_the_device_does_not_keep_up() {
    let mut engine = engine();
    let mut given = 0;
    while engine.room() {
        engine.inject(0, &[6; 60]).unwrap();
        given += 1;
        assert!(given <= 2048, "no bound");
    }
    (0..given).for_each(|_| engine.inject(0, &[6; 60]).unwrap());
    let arp = [[0xff; 6].as_slice(), &[6; 6], &[8, 6], &[0; 28]].concat();
    engine.send(0, &arp);
    engine.work(512).unwrap();
    assert!(!engine.room() && engine.next_to_host().is_none());
    while !engine.idle() {
        engine.work(512).unwrap();
    }
    assert!(engine.next_to_host().is_some());
    assert_eq!(std::iter::from_fn(|| engine.receive(0)).count(), 2 * given);
}
