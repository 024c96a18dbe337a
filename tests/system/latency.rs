//! What the stages take, as `spec` adds it up, is what a frame takes that is alone in the device.

use driver::{Config, Device};
use sim::{Device as _, Rtl};
use spec::limits::latency_clocks;
use tests::compare::tell;
use tests::scoreboard::Scoreboard;
use tests::traffic::{Arriving, Traffic};

/// Clocks that a frame may take besides its beats, from its first beat in to its last beat out.
const WANTED: u64 = 40;
/// Frames of each kind, bridged and hits.
const FRAMES: usize = 60;

fn every_frame_takes_what_is_told(width: usize) {
    let mut traffic = Traffic::new(1, 300);
    let mut model = Scoreboard::new(&traffic.farm).model;
    let rtl = Rtl::new(&format!("datapath-{width}")).unwrap();
    let mut device = Device::open(rtl, &traffic.farm.secret, &Config::default()).unwrap();
    tell(&mut device, &traffic.farm).unwrap();
    device.transport().leave_host(false);
    let told = latency_clocks(width) as u64;
    let mut met = [0; 2];
    while met.iter().any(|frames| *frames < FRAMES) {
        let Arriving::Port { port, frame, error: false } = traffic.arriving() else { continue };
        let outcome = model.receive(port, &frame, false);
        let (Some((out, bytes)), Some(plan)) = (outcome.sent, outcome.plan) else { continue };
        let beats = frame.len().div_ceil(width) as u64;
        let rtl = device.transport();
        rtl.send(port, &frame, false);
        rtl.advance(2 * beats + 2 * told);
        let sent = rtl.receive(out.into()).expect("a frame that leaves");
        assert_eq!(sent.bytes, bytes);
        let (first_in, last_in) = (rtl.accepted(port).unwrap(), rtl.completed(port).unwrap());
        let (first_out, last_out) = (sent.first.unwrap(), sent.clock.unwrap());
        assert_eq!(first_out - last_in, told, "a frame of {} bytes", frame.len());
        // Its beats count twice, so that longer ones cannot.
        if told + 2 * (beats - 1) <= WANTED + beats {
            assert!(last_out - first_in <= WANTED + beats, "a frame of {} bytes", frame.len());
        }
        met[usize::from(plan.rewrite)] += 1;
        device.poll().unwrap();
        while device.punted().unwrap().is_some() {}
    }
}

#[test]
fn a_frame_alone_takes_what_the_stages_add_up_to() {
    every_frame_takes_what_is_told(16);
    every_frame_takes_what_is_told(64);
}
