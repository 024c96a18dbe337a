//! *rewrite*, bytes: against the model, at every place that a plan may name, frames back to back.

use hdl::rewrite::Rewrite;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::limits::{MAX_FRAME, REWRITE_CLOCKS};
use spec::meta::Plan;
use std::collections::VecDeque;
use tests::wires::{Beat, BeatBus, Wire, beats};
use verilate::Design;

/// A plan whose offsets a parser could have found, all else at random. Only a frame that holds all
/// the fields is rewritten.
fn plan(rng: &mut ChaCha8Rng, length: usize) -> Plan {
    let mut bytes = [0; Plan::LEN];
    rng.fill(&mut bytes);
    let network_offset = 14 + 4 * rng.random_range(0..3);
    let transport_offset = network_offset + 4 * rng.random_range(5..=15);
    Plan {
        length: length as u16,
        network_offset,
        transport_offset,
        tunnel_offset: transport_offset + 10 + 2 * rng.random_range(0..2),
        rewrite: length >= usize::from(transport_offset) + 14 && rng.random_ratio(7, 8),
        ..Plan::unpack(&bytes)
    }
}

/// Frames of all small sizes and some others; `idle` is the chance in percent of a pause between
/// two frames, each clock.
fn frames_are_rewritten(verilog: &str, width: usize, idle: u32, seed: u64) {
    println!("width {width}: idle {idle} %, seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut model = Design::new(verilog, "top").model().unwrap();
    let (clock, reset) = (model.port("clock").unwrap(), model.port("reset").unwrap());
    let (sink, source) = (BeatBus::new(&model, "sink"), BeatBus::new(&model, "source"));
    let (plan_in, plan_out) = (Wire::new(&model, "plan"), Wire::new(&model, "plan_out"));
    model.set(reset, 1);
    sink.drive(&mut model, None, 0);
    model.tick(clock);
    model.tick(clock);
    model.set(reset, 0);

    let mut sizes: Vec<usize> = (14..400).collect();
    sizes.extend((0..2000).map(|_| rng.random_range(14..200)));
    sizes.extend([1500, MAX_FRAME, 14, 2 * width, MAX_FRAME - 1, 60]);
    // What must come out, a row a clock: a beat, and the plan with a first one.
    let mut pipe: VecDeque<Option<(Beat, Plan)>> = VecDeque::new();
    let mut check = |model: &mut verilate::Model, now: Option<(Beat, Plan)>| {
        pipe.push_back(now);
        if pipe.len() > REWRITE_CLOCKS {
            model.eval();
            let expected = pipe.pop_front().flatten();
            let got = source.sample(model);
            assert_eq!(got.as_ref(), expected.as_ref().map(|row| &row.0));
            if let Some((_, plan)) = expected.filter(|row| row.0.first) {
                assert_eq!(Plan::unpack(&plan_out.get(model)), plan);
            }
        }
        model.tick(clock);
    };
    for size in sizes {
        let frame: Vec<u8> = (0..size).map(|_| rng.random()).collect();
        let plan = plan(&mut rng, size);
        let rewritten = model::rewrite(&frame, &plan);
        for (beat, new) in beats(&frame, width).iter().zip(beats(&rewritten, width)) {
            sink.drive(&mut model, Some(beat), rng.random());
            // The plan counts with the first beat only.
            let noise: [u8; Plan::LEN] = std::array::from_fn(|_| rng.random());
            let other = if beat.first { plan } else { Plan::unpack(&noise) };
            plan_in.set(&mut model, &other.pack());
            check(&mut model, Some((new, plan)));
        }
        while rng.random_ratio(idle, 100) {
            sink.drive(&mut model, None, rng.random());
            check(&mut model, None);
        }
    }
    for _ in 0..REWRITE_CLOCKS {
        sink.drive(&mut model, None, rng.random());
        check(&mut model, None);
    }
}

#[test]
fn frames_are_rewritten_at_both_widths() {
    let narrow = hdl::emit::verilog_of::<Rewrite<128, 5, 4>>();
    let wide = hdl::emit::verilog_of::<Rewrite<512, 7, 16>>();
    for (seed, idle) in [(1, 0), (2, 40)] {
        frames_are_rewritten(&narrow, 16, idle, seed);
        frames_are_rewritten(&wide, 64, idle, seed);
    }
}
