//! Two joined ports: every frame leaves at the other port, whole, in order, whatever the stalls.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sim::stream::{Frame, FrameInput, FrameOutput};
use verilate::Design;

/// Sizes around a beat's edge, and a few of every kind.
fn sizes(width: usize) -> Vec<usize> {
    let edges = [1, width - 1, width, width + 1, 2 * width, 2 * width + 1];
    edges.into_iter().chain([60, 64, 65, 128, 512, 1500, 9000]).collect()
}

/// Sends frames both ways; `idle` and `stall` are chances in percent, each clock.
fn crossing(top: &str, width: usize, idle: u32, stall: u32, seed: u64) {
    println!("{top}: idle {idle} %, stall {stall} %, seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let verilog = hdl::tops::emit(top).expect("a top");
    let mut model = Design::new(&verilog, "top").model().unwrap();
    let (clock, reset) = (model.port("clock").unwrap(), model.port("reset").unwrap());
    model.set(reset, 1);
    model.tick(clock);
    model.set(reset, 0);

    let mut inputs = ["rx0", "rx1"].map(|name| FrameInput::new(&model, name).unwrap());
    let mut outputs = ["tx1", "tx0"].map(|name| FrameOutput::new(&model, name).unwrap());
    let mut sent: [Vec<Frame>; 2] = Default::default();
    for (input, sent) in inputs.iter_mut().zip(&mut sent) {
        for size in sizes(width) {
            let frame =
                Frame { bytes: (0..size).map(|_| rng.random()).collect(), error: rng.random() };
            input.push(frame.clone());
            sent.push(frame);
        }
    }
    let beats: usize = sizes(width).iter().map(|size| size.div_ceil(width)).sum();
    let mut clocks = 0;
    while outputs.iter().zip(&sent).any(|(output, sent)| output.frames.len() < sent.len()) {
        clocks += 1;
        assert!(clocks < 100 * beats, "no end");
        inputs.iter_mut().for_each(|i| i.drive(&mut model, rng.random_ratio(idle, 100)));
        outputs.iter_mut().for_each(|o| o.drive(&mut model, !rng.random_ratio(stall, 100)));
        model.eval();
        for input in &mut inputs {
            input.sample(&model);
        }
        for output in &mut outputs {
            output.sample(&model);
        }
        model.tick(clock);
    }
    for (output, sent) in outputs.iter().zip(&sent) {
        assert_eq!(output.frames, *sent);
    }
    if idle == 0 && stall == 0 {
        assert_eq!(clocks, beats + 1, "one beat a clock after a latency of one");
    }
}

#[test]
fn frames_cross_at_both_widths() {
    for (top, width) in [("bypass-16", 16), ("bypass-64", 64)] {
        for (seed, (idle, stall)) in [(0, 0), (50, 0), (0, 50), (30, 70)].into_iter().enumerate() {
            crossing(top, width, idle, stall, seed as u64);
        }
    }
}
