//! *seal*: nothing that should be sealed is sent, each is counted, and all else passes untouched.

use hdl::seal::Seal;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::limits::SEAL_CLOCKS;
use spec::meta::Plan;
use tests::wires::{BeatBus, Wire, beats};
use verilate::Design;

fn frames_leave_as_their_plan_says(verilog: &str, width: usize, seed: u64) {
    println!("width {width}, seed {seed}");
    const { assert!(SEAL_CLOCKS == 0, "what passes is looked at in the same clock") };
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut model = Design::new(verilog, "top").model().unwrap();
    let (clock, reset) = (model.port("clock").unwrap(), model.port("reset").unwrap());
    let (sink, source) = (BeatBus::new(&model, "sink"), BeatBus::new(&model, "source"));
    let wire = |name| Wire::new(&model, name);
    let (plan_in, plan_out, no_seal) = (wire("plan"), wire("plan_out"), wire("no_seal"));
    model.set(reset, 1);
    sink.drive(&mut model, None, 0);
    model.tick(clock);
    model.set(reset, 0);
    let (mut wanted, mut counted, mut passed) = (0, 0, 0);
    for _ in 0..3000 {
        let size = rng.random_range(14..300);
        let frame: Vec<u8> = (0..size).map(|_| rng.random()).collect();
        let noise: [u8; Plan::LEN] = std::array::from_fn(|_| rng.random());
        let mut plan = Plan::unpack(&noise);
        if rng.random() {
            plan.sa = [0, 1, 1 << 12][rng.random_range(0..3)];
        }
        let refused = model::seal(frame.clone(), &plan).is_err();
        wanted += u32::from(plan.send && refused);
        for beat in beats(&frame, width) {
            sink.drive(&mut model, Some(&beat), rng.random());
            plan_in.set(&mut model, &plan.pack());
            model.eval();
            assert_eq!(source.sample(&model).as_ref(), Some(&beat));
            if beat.first {
                let out = Plan::unpack(&plan_out.get(&model));
                assert_eq!(out, Plan { send: plan.send && !refused, ..plan });
                passed += u32::from(out.send);
            }
            model.tick(clock);
            model.eval();
            counted += no_seal.number(&model);
        }
        if rng.random() {
            sink.drive(&mut model, None, rng.random());
            model.tick(clock);
            model.eval();
            counted += no_seal.number(&model);
        }
    }
    assert_eq!(counted, u64::from(wanted));
    assert!(wanted > 100 && passed > 100, "both were met");
}

#[test]
fn what_should_be_sealed_is_not_sent() {
    let narrow = hdl::emit::verilog_of::<Seal<128, 5>>();
    let wide = hdl::emit::verilog_of::<Seal<512, 7>>();
    frames_leave_as_their_plan_says(&narrow, 16, 1);
    frames_leave_as_their_plan_says(&wide, 64, 2);
}
