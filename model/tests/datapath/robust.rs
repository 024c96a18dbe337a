//! No bytes make the model panic, lose a frame, or send one that nothing approved.

use super::common::{data, farm, from_client, from_server, incoming, insert, outgoing};
use model::frame::{L2tp, Udp};
use model::{Datapath, Outcome};
use proptest::prelude::*;
use spec::host::InjectDescriptor;
use spec::register::Counter;

fn tunnels() -> Datapath {
    let mut datapath = farm();
    for (entry, (key, action)) in [incoming(), outgoing()].iter().enumerate() {
        insert(&mut datapath, entry as u32, key, action);
    }
    datapath
}

fn seeds() -> Vec<Vec<u8>> {
    let tags = vec![(0x88a8, 100), (0x8100, 5)];
    let control = L2tp { offset: None, ..L2tp::control(7, 0, 1, 1) }.build(&[0; 8]);
    let full = L2tp { sequence: Some((1, 2)), offset: Some(3), ..L2tp::control(7, 2, 0, 0) };
    vec![
        from_client(data(7)).build(),
        from_server(data(9)).build(),
        from_client(control).build(),
        Udp { tags, options: vec![1; 40], ..from_client(data(7)) }.build(),
        from_client(L2tp { control: false, ..full }.build(b"data")).build(),
        from_client(Vec::new()).network(6, &[0x50; 20]),
        from_client(Vec::new()).network(47, &[0; 4]),
        from_client(Vec::new()).ethernet(0x0806, &[0; 28]),
    ]
}

/// A frame is sent, punted or dropped, and exactly one counter of the frame's end goes up.
fn accounted(datapath: &Datapath, outcome: &Outcome, before: &[u32]) {
    let ends = |counter: Counter| {
        use Counter::*;
        let steps = [Received0, Received1, Injected, Sent0, Sent1];
        let copies = [PuntedCopy, PolicedCopy, CopyFull];
        !steps.contains(&counter) && !copies.contains(&counter)
    };
    let counted: u32 = Counter::ALL
        .iter()
        .zip(before)
        .filter(|((counter, _), _)| ends(*counter))
        .map(|((counter, _), before)| datapath.counter(*counter) - before)
        .sum();
    assert_eq!(counted, 1, "{outcome:?}");
}

fn counters(datapath: &Datapath) -> Vec<u32> {
    Counter::ALL.iter().map(|(counter, _)| datapath.counter(*counter)).collect()
}

fn run(datapath: &mut Datapath, port: usize, frame: &[u8]) {
    let before = counters(datapath);
    let outcome = datapath.receive(port, frame, false);
    accounted(datapath, &outcome, &before);
    let punted = datapath.punts.pop();
    if let Some(punted) = &punted {
        assert_eq!(punted.frame, frame);
        assert_eq!(usize::from(punted.descriptor.length), frame.len());
    }
    if let Some((_, sent)) = &outcome.sent {
        assert_eq!(sent.len(), frame.len());
    }
    let before = counters(datapath);
    for forward in [false, true] {
        let descriptor =
            InjectDescriptor { length: frame.len() as u16, forward, ..InjectDescriptor::default() };
        let _ = datapath.inject(&descriptor, frame);
    }
    let after = counters(datapath);
    let sum = |counters: &[u32]| counters.iter().map(|n| u64::from(*n)).sum::<u64>();
    assert!(sum(&after) > sum(&before));
}

#[test]
fn a_cut_at_every_byte_is_accounted_for() {
    for seed in seeds() {
        for length in 0..=seed.len() {
            run(&mut tunnels(), 0, &seed[..length]);
            run(&mut tunnels(), 1, &seed[..length]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_accounted_for(
        frame in prop::collection::vec(any::<u8>(), 0..200), port in 0..2usize,
    ) {
        run(&mut tunnels(), port, &frame);
    }

    #[test]
    fn damaged_frames_are_accounted_for(
        seed in 0..8usize, port in 0..2usize, cut in 0..40usize,
        damage in prop::collection::vec((0..110usize, any::<u8>()), 1..5),
    ) {
        let mut frame = seeds().swap_remove(seed);
        frame.truncate(frame.len().saturating_sub(cut));
        for (at, byte) in damage {
            if let Some(place) = frame.get_mut(at) {
                *place = byte;
            }
        }
        run(&mut tunnels(), port, &frame);
    }
}
