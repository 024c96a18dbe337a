//! The rings: everything arrives once, whole and in order, also when they are switched off and on.

mod bench;

use bench::{Bench, COMMAND, EASY, INJECT, Manner, PUNT};
use rand::Rng;
use sim::HostMemory;
use sim::stream::Frame;
use spec::host::{FRAME_STRIDE, InjectDescriptor, StatusBlock};
use spec::register;

fn whole(frames: &[Vec<u8>]) -> Vec<Frame> {
    frames.iter().cloned().map(Frame::from).collect()
}

/// Descriptors whose frame is cut off at the slot's end.
const LONGEST: usize = FRAME_STRIDE - InjectDescriptor::LEN;

const MANNERS: [Manner; 5] = [
    EASY,
    Manner { latency: 0, ..EASY },
    Manner { memory_ready: 40, latency: 3, ..EASY },
    Manner { latency: 100, stream_ready: 50, stream_pause: 50, host_looks: 5, ..EASY },
    Manner { memory_ready: 70, latency: 11, stream_ready: 20, stream_pause: 80, host_looks: 1 },
];

#[test]
fn everything_arrives_once_whole_and_in_order() {
    for (seed, manner) in MANNERS.into_iter().enumerate() {
        for log2 in [[5, 4, 3, 2], [0, 0, 0, 0]] {
            let mut bench = Bench::new(seed as u64, manner, log2);
            let commands: Vec<_> = (0..150).map(|_| bench.bytes(48)).collect();
            let mut lengths =
                vec![0, 1, 15, 16, 17, 31, 32, 33, 60, 512, LONGEST, LONGEST + 1, 16383];
            lengths.extend((0..20).map(|_| bench.rng.random_range(0..200)));
            let injects: Vec<_> = lengths.iter().map(|length| bench.injected(*length)).collect();
            bench.to_command.extend(commands.clone());
            bench.to_inject.extend(injects.clone());
            bench.offer(150, 40);
            bench.run(400_000);
            bench.done();
            assert!(bench.commands.frames == whole(&commands), "the commands");
            assert!(bench.injects.frames == whole(&injects), "the injected frames");
            assert!(bench.port.idle(&bench.model), "the memory port rests");
        }
    }
}

#[test]
fn a_full_ring_stops_its_own_stream_only() {
    let mut bench = Bench::new(1, EASY, [3, 1, 1, 3]);
    bench.offer(5, 5);
    for _ in 0..500 {
        bench.clock();
    }
    let status = bench.status();
    assert_eq!((status.completion, status.punt), (2, 2), "both rings are full");
    assert!(!bench.completions.is_empty() && !bench.punts.is_empty());
    let commands: Vec<_> = (0..8).map(|_| bench.bytes(48)).collect();
    let injects: Vec<_> = (0..8).map(|_| bench.injected(100)).collect();
    for (ring, slots) in [(COMMAND, &commands), (INJECT, &injects)] {
        for (i, bytes) in slots.iter().enumerate() {
            let slot = bench.slot(ring, i as u32);
            bench.memory.write(&bench.rings[ring], slot, bytes).unwrap();
        }
        bench.doorbell(ring, 8);
    }
    for _ in 0..2000 {
        bench.clock();
    }
    assert!(bench.commands.frames == whole(&commands) && bench.injects.frames == whole(&injects));
    assert_eq!(bench.status(), StatusBlock { command: 8, inject: 8, ..status });
    bench.run(10_000);
    bench.done();
}

#[test]
fn two_commands_take_eight_clocks() {
    for latency in [0, 20, 55] {
        let mut bench = Bench::new(latency, Manner { latency, ..EASY }, [10, 4, 3, 2]);
        let commands: Vec<_> = (0..1000).map(|_| bench.bytes(48)).collect();
        for (i, bytes) in commands.iter().enumerate() {
            let slot = bench.slot(COMMAND, i as u32);
            bench.memory.write(&bench.rings[COMMAND], slot, bytes).unwrap();
        }
        bench.doorbell(COMMAND, 1000);
        let before = bench.clocks;
        while bench.commands.frames.len() < 1000 {
            bench.clock();
            assert!(bench.clocks - before <= 4 * 1000 + 100, "{:?}", bench.commands.frames.len());
        }
        println!("latency {latency}: {} clocks for 1000 commands", bench.clocks - before);
    }
}

#[test]
fn switched_off_at_any_time_the_rings_let_go_of_memory_and_start_anew() {
    for seed in 0..25 {
        let mut manner = MANNERS[seed as usize % MANNERS.len()];
        if seed % 2 == 1 {
            manner.memory_ready = 4; // a request is likely to wait when the rings are switched off
        }
        let mut bench = Bench::new(seed, manner, [4, 3, 2, 2]);
        for _ in 0..40 {
            let (command, inject) = (bench.bytes(48), bench.injected(150));
            bench.to_command.push_back(command);
            bench.to_inject.push_back(inject);
        }
        bench.offer(30, 30);
        let clocks = bench.rng.random_range(1..600);
        bench.run(clocks);
        bench.write(register::RING_ENABLE, 0);
        for turn in 0.. {
            assert!(turn < 2000, "never quiet");
            if bench.access(register::RING_ENABLE, None) == 0 {
                break;
            }
        }
        // From here on any access of the old memory panics: it is gone.
        bench.memory = HostMemory::default();
        for _ in 0..200 {
            bench.clock();
        }
        assert!(bench.port.idle(&bench.model));
        for _ in 0..2000 {
            bench.clock();
        }
        let cut = bench.injects.frames.iter().filter(|frame| frame.error).count();
        assert!(cut <= 1, "{cut} frames cut off");
        assert!(bench.commands.frames.iter().all(|command| command.bytes.len() == 48));
        bench.commands.frames.clear();
        bench.injects.frames.clear();

        // A completion that is old is gone; a punt waits, unless it was being written.
        assert!(bench.completions.is_empty());
        bench.completed.clear();
        let waiting = bench.punted.len();
        bench.enable();
        for _ in 0..2000 {
            bench.clock();
        }
        let first = bench.slot(PUNT, 0);
        if bench.status().punt > 0 {
            while let Some(expected) = bench.punted.front() {
                let mut found = vec![0; expected.len()];
                bench.memory.read(&bench.rings[PUNT], first, &mut found).unwrap();
                if found == *expected {
                    break;
                }
                bench.punted.pop_front();
            }
            // Those that were announced but not yet looked at, and the one that was cut off.
            assert!(waiting - bench.punted.len() <= 5, "punts were lost");
        }
        let (commands, injects): (Vec<_>, Vec<_>) =
            (0..40).map(|_| (bench.bytes(48), bench.injected(150))).unzip();
        bench.to_command = commands.clone().into();
        bench.to_inject = injects.clone().into();
        bench.offer(30, 0);
        bench.run(100_000);
        bench.done();
        assert!(bench.commands.frames == whole(&commands), "the commands");
        assert!(bench.injects.frames == whole(&injects), "the injected frames");
    }
}
