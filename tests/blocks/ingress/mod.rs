//! Receive, inject and merge: sound frames arrive whole, in order, without a bubble; all others are
//! counted and touch nobody.

mod bench;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sim::stream::{Frame, FrameInput};
use spec::host::InjectDescriptor;
use spec::limits::{
    INJECT_CLOCKS, INJECT_GRACE, INJECT_SHARE_LOG2, MAX_FRAME, MIN_FRAME, RECEIVE_CLOCKS,
};
use spec::meta::{Arrival, Source};

use crate::beats::{BeatOutput, random_frame, sizes};
use bench::{EVENTS, Ingress, KEPT, NAMES, described, descriptor, fate, verilog};

/// Frames of all kinds and sizes, paced so that the buffers hold them.
fn mixture(width: usize, idle: [u32; 3], seed: u64) {
    println!("W={width}, idle {idle:?} %, seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut top = Ingress::new(&verilog::<12>(width), width);
    let mut sizes = sizes(width);
    sizes.extend([1, 2, 13, 9023, 9024, 9100, 12_000, 20_000]);
    let mut expected: [Vec<(Arrival, Vec<u8>)>; 3] = Default::default();
    let mut events = std::collections::HashMap::new();
    for _ in 0..3 * sizes.len() {
        for (source, expected) in expected[..2].iter_mut().enumerate() {
            let size = *sizes.choose(&mut rng).unwrap();
            let frame =
                Frame { bytes: random_frame(&mut rng, size), error: rng.random_ratio(1, 8) };
            let fate = fate(&frame);
            *events.entry(format!("{fate}{source}")).or_insert(0) += 1;
            if fate == "received" {
                let arrival =
                    Arrival { source: source as u8, length: size as u16, ..Default::default() };
                expected.push((arrival, frame.bytes.clone()));
            }
            top.inputs[source].push(frame);
        }
        let size = *sizes.choose(&mut rng).unwrap();
        let frame = random_frame(&mut rng, size);
        let mut says = descriptor(&mut rng, size.min(16383));
        let mut error = false;
        match rng.random_range(0..16) {
            0 => says.length -= 1,
            1 => says.length = (says.length + 1).min(16383),
            2 => says.entry |= 1 << rng.random_range(17..32),
            3 => says.sa = rng.random_range(1..=u32::MAX),
            4 => error = true,
            _ => {}
        }
        let sound = usize::from(says.length) == size
            && (MIN_FRAME..=MAX_FRAME).contains(&size)
            && (says.entry < 1 << 17 && says.sa == 0 && !error);
        *events.entry((if sound { "injected" } else { "inject_bad" }).into()).or_insert(0) += 1;
        if sound {
            let arrival = Arrival {
                source: Source::Inject.code(),
                length: says.length,
                inject_forward: says.forward,
                inject_port: says.port,
                entry: says.entry,
                ..Arrival::default()
            };
            expected[2].push((arrival, frame.clone()));
        }
        top.inputs[2].push(Frame { bytes: described(says, &frame), error });
    }
    // A descriptor without a frame.
    top.inputs[2].push(InjectDescriptor { length: 64, ..Default::default() }.pack().to_vec());
    *events.entry("inject_bad".into()).or_insert(0) += 1;

    while !top.idle() {
        top.clock(idle.map(|idle| rng.random_ratio(idle, 100)));
    }
    top.drain();
    for (i, (source, _)) in Source::ALL.iter().enumerate() {
        let got: Vec<_> = top.of(*source).cloned().collect();
        assert_eq!(got.len(), expected[i].len(), "frames of {source:?}");
        assert!(got == expected[i], "a frame of {source:?} differs");
    }
    for name in EVENTS {
        assert_eq!(top.count(name), events.get(name).copied().unwrap_or(0), "{name}");
    }
}

#[test]
fn sound_frames_arrive_and_others_are_counted() {
    for width in [16, 64] {
        for (seed, idle) in [[60, 60, 0], [55, 70, 50], [90, 90, 90], [0, 99, 99], [99, 0, 95]]
            .into_iter()
            .enumerate()
        {
            mixture(width, idle, seed as u64);
        }
    }
}

/// Both ports and the host at full rate, each frame numbered: what comes out is what was kept.
fn flood<const A: usize>(width: usize, sizes: &[usize], frames: usize, seed: u64) -> Ingress {
    println!("W={width}, sizes {sizes:?}, seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut top = Ingress::new(&verilog::<A>(width), width);
    let mut sent: [Vec<Vec<u8>>; 2] = Default::default();
    for number in 0..frames {
        for (source, sent) in sent.iter_mut().enumerate() {
            let size = *sizes.choose(&mut rng).unwrap();
            let mut frame = random_frame(&mut rng, size);
            frame[..8].copy_from_slice(&(number as u64).to_le_bytes());
            top.inputs[source].push(frame.clone());
            sent.push(frame);
        }
    }
    while top.inputs[..2].iter().any(|input| !input.is_empty()) {
        if top.inputs[2].is_empty() {
            let size = *sizes.choose(&mut rng).unwrap();
            let frame = random_frame(&mut rng, size);
            top.inputs[2].push(described(descriptor(&mut rng, size), &frame));
        }
        top.clock([false; 3]);
    }
    let (clocks, share) = (top.clocks, top.share);
    top.drain();
    for (port, sent) in sent.iter().enumerate() {
        let source = Source::ALL[port].0;
        let mut last = None;
        for (_, frame) in top.of(source) {
            let number = u64::from_le_bytes(frame[..8].try_into().unwrap());
            assert!(last < Some(number), "frame {number} after {last:?}");
            assert!(sent[number as usize] == *frame, "frame {number}");
            last = Some(number);
        }
        let (kept, lost) = (format!("received{port}"), format!("rx_overflow{port}"));
        assert_eq!(top.of(source).count() as u64, top.count(&kept));
        assert_eq!(top.count(&kept) + top.count(&lost), frames as u64);
        assert!(top.count(&lost) > 0, "no flood");
    }
    (top.clocks, top.share) = (clocks, share);
    top
}

#[test]
fn overflow_drops_whole_frames() {
    for width in [16, 64] {
        flood::<7>(width, &sizes(width), 2000, 1);
        flood::<5>(width, &[width, width + 1, 3 * width], 3000, 2);
        flood::<5>(width, &[width], 3000, 3);
        flood::<5>(width, &[width + 1], 3000, 4);
    }
}

#[test]
fn the_host_has_its_share_of_a_flood_and_no_more() {
    for width in [16, 64] {
        for (seed, sizes) in
            [vec![60, 64, 65], vec![1500], vec![60, 1500, 9000], vec![9000]].into_iter().enumerate()
        {
            let most = *sizes.iter().max().unwrap();
            let top = flood::<12>(width, &sizes, 200_000 / most.div_ceil(width), seed as u64);
            let beats = 9000usize.div_ceil(width) as u64;
            let part = 1 << INJECT_SHARE_LOG2;
            let (host, all) = (top.share[2] * part, top.clocks);
            println!("share {:?} of {all} clocks", top.share);
            // A frame and a turn of the ports may be missing at the end.
            assert!(host + (part + 2) * beats >= all, "{host} of {all}");
            assert!(host <= all + INJECT_GRACE as u64 + 2 * part * beats, "{host} of {all}");
        }
    }
}

#[test]
fn an_idle_datapath_takes_a_constant_time() {
    for width in [16, 64] {
        let mut top = Ingress::new(&verilog::<12>(width), width);
        for size in sizes(width).into_iter().filter(|size| *size >= MIN_FRAME) {
            for (source, name) in KEPT.into_iter().enumerate() {
                let frame = vec![0x5a; size];
                let says = InjectDescriptor { length: size as u16, ..Default::default() };
                top.inputs[source].push(if source == 2 { described(says, &frame) } else { frame });
                while !top.inputs[source].is_empty() {
                    assert!(!top.clock([false; 3]), "{name}: a beat before the last is in");
                }
                let wait = (1..).find(|_| top.clock([false; 3]));
                let clocks = if source == 2 { INJECT_CLOCKS } else { RECEIVE_CLOCKS };
                assert_eq!(wait, Some(clocks), "{name}: a frame of {size} bytes");
                top.drain();
            }
        }
    }
}

#[test]
fn frames_enter_only_when_enabled() {
    for width in [16, 64] {
        let mut top = Ingress::new(&verilog::<12>(width), width);
        let frame = |byte: u8| vec![byte; 5 * width];
        // The level at the first beat decides.
        for (enable, change, byte) in [(1, 0, 1), (0, 1, 2), (1, 1, 3), (0, 0, 4), (1, 0, 5)] {
            top.bench.set("enable", enable);
            top.inputs[0].push(frame(byte));
            top.clock([false; 3]);
            top.bench.set("enable", change);
            (0..4).for_each(|_| _ = top.clock([false; 3]));
        }
        top.drain();
        let got: Vec<_> = top.frames.iter().map(|(_, frame)| frame[0]).collect();
        assert_eq!(got, [1, 3, 5]);
        assert_eq!(top.count("received0"), 3);
    }
}

#[test]
fn reset_empties_all() {
    for width in [16, 64] {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let mut top = Ingress::new(&verilog::<12>(width), width);
        for clocks in 1..200 {
            for source in 0..3 {
                for _ in 0..20 {
                    let frame = random_frame(&mut rng, 3 * width);
                    let says = descriptor(&mut rng, frame.len());
                    let described = described(says, &frame);
                    top.inputs[source].push(if source == 2 { described } else { frame });
                }
            }
            (0..clocks).for_each(|_| _ = top.clock([false; 3]));
            top.bench.reset();
            top.inputs = NAMES.map(|name| FrameInput::new(&top.bench.model, name).unwrap());
            top.beats = BeatOutput::new(&top.bench.model, "beats", width);
            top.kept.clear();
            top.frames.clear();
            (0..20).for_each(|_| assert!(!top.clock([false; 3]), "a beat after reset"));
            let frame = random_frame(&mut rng, 100);
            top.inputs[1].push(frame.clone());
            top.drain();
            assert!(top.frames.len() == 1 && top.frames[0].1 == frame);
        }
    }
}

#[test]
fn an_injected_frame_larger_than_the_buffer_is_bad() {
    for width in [16, 64] {
        let mut rng = ChaCha8Rng::seed_from_u64(10);
        let mut top = Ingress::new(&verilog::<5>(width), width);
        for size in [29 * width, 30 * width, 31 * width + 1, 40 * width, 60, 30 * width] {
            let frame = random_frame(&mut rng, size);
            top.inputs[2].push(described(descriptor(&mut rng, size), &frame));
        }
        top.drain();
        let got: Vec<_> = top.frames.iter().map(|(_, frame)| frame.len()).collect();
        assert_eq!(got, [29 * width, 30 * width, 60, 30 * width]);
        assert_eq!(top.count("inject_bad"), 2);
    }
}

#[test]
fn a_damaged_frame_that_fills_the_buffer_takes_no_other_with_it() {
    for width in [16, 64] {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let mut top = Ingress::new(&verilog::<5>(width), width);
        for beats in 27..=31 {
            let frame = random_frame(&mut rng, beats * width);
            let bytes = described(descriptor(&mut rng, frame.len()), &frame);
            top.inputs[2].push(Frame { bytes, error: true });
            let frame = random_frame(&mut rng, 60);
            top.inputs[2].push(described(descriptor(&mut rng, 60), &frame));
            top.drain();
        }
        assert_eq!((top.count("injected"), top.count("inject_bad")), (5, 5), "W={width}");
    }
}
