//! Queue and punt: what is taken, and in which clock, is exactly what the contract says.

mod bench;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::limits::PUNT_UNLIMITED;
use spec::meta::Plan;
use spec::verdict::CLASSES;

use crate::beats::{random_frame, sizes};
use bench::{Egress, Inputs, OPEN, PUNTED};

/// A random plan for a frame of this size.
fn plan(rng: &mut ChaCha8Rng, size: usize) -> Plan {
    Plan {
        send: rng.random_ratio(3, 4),
        port: rng.random_range(0..2),
        inject: rng.random_ratio(1, 4),
        punt: rng.random_ratio(1, 3),
        copy: rng.random(),
        reason: rng.random_range(0..11),
        class: rng.random_range(0..4),
        length: size as u16,
        source: rng.random_range(0..3),
        hit: rng.random(),
        entry: rng.random_range(0..1 << 17),
        generation: rng.random(),
        kind: rng.random_range(0..6),
        local: rng.random(),
        network_offset: rng.random_range(0..32),
        transport_offset: rng.random_range(0..128),
        rewrite: rng.random(),
        ..Plan::default()
    }
}

struct Load {
    sizes: Vec<usize>,
    /// Chances in percent, each clock: no frame begins; a port waits; the host waits; a tick.
    idle: u32,
    stall: u32,
    host_stall: u32,
    tick: u32,
    rate: [u16; CLASSES],
    burst: [u16; CLASSES],
}

fn random<const A: usize>(width: usize, load: &Load, frames: usize, seed: u64) {
    let Load { idle, stall, host_stall, tick, rate, burst, .. } = *load;
    println!(
        "W={width}, 1 << {A} beats, idle {idle}, stall {stall}, host {host_stall}, seed {seed}"
    );
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut top = Egress::new::<A>(width, rate, burst);
    let mut sent = 0;
    while sent < frames {
        let inputs = Inputs {
            ready: [0, 1].map(|_| !rng.random_ratio(stall, 100)),
            punt_ready: !rng.random_ratio(host_stall, 100),
            tick: rng.random_ratio(tick, 100),
        };
        if top.free() && !rng.random_ratio(idle, 100) {
            let size = *load.sizes.choose(&mut rng).unwrap();
            let plan = plan(&mut rng, size);
            let (rewritten, received) =
                (random_frame(&mut rng, size), random_frame(&mut rng, size));
            top.clock(&inputs, Some((&plan, &rewritten, &received)));
            sent += 1;
        } else {
            top.clock(&inputs, None);
        }
    }
    top.drain();
    top.check();
}

const FREE: [u16; CLASSES] = [PUNT_UNLIMITED; CLASSES];

#[test]
fn frames_leave_or_are_counted() {
    for width in [16, 64] {
        let loads = [(0, 0, 0), (0, 50, 20), (30, 0, 70), (60, 90, 90), (0, 97, 97)];
        for (seed, (idle, stall, host_stall)) in loads.into_iter().enumerate() {
            let sizes = sizes(width);
            let load = Load { sizes, idle, stall, host_stall, tick: 1, rate: FREE, burst: FREE };
            random::<10>(width, &load, 600, seed as u64);
            let small = Load { sizes: vec![width, width + 1, 3 * width], ..load };
            random::<5>(width, &small, 3000, seed as u64);
            let single = Load { sizes: vec![width], ..small };
            random::<5>(width, &single, 3000, seed as u64);
        }
    }
}

#[test]
fn policing_is_an_exact_token_bucket() {
    for width in [16, 64] {
        for seed in 0..8 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let rates = [0, 1, 2, 5, 100, PUNT_UNLIMITED - 1, PUNT_UNLIMITED];
            let load = Load {
                sizes: vec![14, 60, 64, 65, 2 * width],
                idle: 20,
                stall: 0,
                host_stall: 10,
                tick: [1, 5, 50][seed as usize % 3],
                rate: std::array::from_fn(|_| *rates.choose(&mut rng).unwrap()),
                burst: std::array::from_fn(|_| *rates.choose(&mut rng).unwrap()),
            };
            println!("rate {:?}, burst {:?}", load.rate, load.burst);
            random::<8>(width, &load, 4000, seed);
        }
    }
}

#[test]
fn a_flood_of_one_class_never_starves_another() {
    for width in [16, 64] {
        for flood in 0..CLASSES as u8 {
            let mut rng = ChaCha8Rng::seed_from_u64(flood.into());
            let mut top = Egress::new::<9>(width, FREE, FREE);
            let mut calm = 0;
            for clock in 0..20_000 {
                let inputs = Inputs { punt_ready: clock % 4 == 0, ..OPEN };
                if !top.free() {
                    top.clock(&inputs, None);
                    continue;
                }
                let mut plan = Plan { punt: true, send: false, ..plan(&mut rng, 64) };
                plan.class = if rng.random_ratio(1, 60) { rng.random_range(0..4) } else { flood };
                calm += u64::from(plan.class != flood);
                let frame = random_frame(&mut rng, 64);
                top.clock(&inputs, Some((&plan, &frame, &frame)));
            }
            top.drain();
            top.check();
            let got = |class: u8| top.events.count(PUNTED[usize::from(class)]);
            let others: u64 = (0..4).filter(|class| *class != flood).map(got).sum();
            assert_eq!(others, calm, "a frame of a calm class was dropped");
            assert!(top.events.count("punt_full") > 0, "no flood");
        }
    }
}

#[test]
fn a_flood_never_starves_injected_frames() {
    for width in [16, 64] {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let mut top = Egress::new::<9>(width, FREE, FREE);
        let (mut beats, mut injected) = (0, 0);
        for clock in 0..50_000 {
            let inputs = Inputs { ready: [clock % 8 == 0; 2], ..OPEN };
            if !top.free() {
                top.clock(&inputs, None);
                continue;
            }
            let size = *[60, 65, 512, 1500].choose(&mut rng).unwrap();
            let mut plan = Plan { punt: false, send: true, ..plan(&mut rng, size) };
            plan.port = 1;
            // A share of 1/64 of what the port sends.
            plan.inject = beats * 64 <= clock / 8;
            if plan.inject {
                (plan.rewrite, injected) = (false, injected + 1);
                beats += size.div_ceil(width);
            }
            let frame = random_frame(&mut rng, size);
            top.clock(&inputs, Some((&plan, &frame, &frame)));
        }
        top.drain();
        top.check();
        assert_eq!(top.events.count("raw"), injected, "an injected frame was dropped");
        assert!(top.events.count("queue_full1") > 0, "no flood");
    }
}

#[test]
fn reset_empties_all() {
    for width in [16, 64] {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let mut top = Egress::new::<6>(width, FREE, FREE);
        for clocks in 1..150 {
            let stalled = Inputs { ready: [false; 2], punt_ready: clocks % 2 == 0, tick: false };
            for _ in 0..clocks {
                let size = 2 * width + 1;
                let plan = plan(&mut rng, size);
                let frame = random_frame(&mut rng, size);
                let begin = top.free().then_some((&plan, &frame[..], &frame[..]));
                top.clock(&stalled, begin);
            }
            // The same instance goes on with the expectations of a new one.
            top.bench.reset();
            let mut fresh = Egress::over(top.bench, 6, width, FREE, FREE);
            for _ in 0..40 {
                fresh.clock(&OPEN, None);
            }
            for _ in 0..60 {
                let size = *[width, 3 * width].choose(&mut rng).unwrap();
                let plan = plan(&mut rng, size);
                let frame = random_frame(&mut rng, size);
                let begin = fresh.free().then_some((&plan, &frame[..], &frame[..]));
                fresh.clock(&OPEN, begin);
            }
            fresh.drain();
            fresh.check();
            top = fresh;
        }
    }
}
