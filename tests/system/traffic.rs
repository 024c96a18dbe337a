//! The random traffic meets everything, and the scoreboard misses nothing.

use std::collections::{BTreeSet, VecDeque};

use model::{Datapath, Outcome};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use spec::register::{CONTROL_BRIDGE, Counter};
use spec::verdict::Punt;
use tests::scoreboard::Scoreboard;
use tests::traffic::{Arriving, Traffic};

const FRAMES: u32 = 60_000;

#[test]
fn random_traffic_meets_every_verdict() {
    let mut traffic = Traffic::new(1, 500);
    let mut board = Scoreboard::new(&traffic.farm);
    let mut reasons = BTreeSet::new();
    for n in 0..FRAMES {
        if n == FRAMES / 3 * 2 {
            board.model.control &= !CONTROL_BRIDGE;
        }
        match traffic.arriving() {
            Arriving::Port { port, frame, error } => {
                board.model.receive(port, &frame, error);
            }
            Arriving::Inject { descriptor, frame } => {
                board.model.inject(&descriptor, &frame);
            }
        }
        while let Some(punted) = board.model.punts.pop() {
            reasons.insert(punted.descriptor.reason);
        }
    }
    let missing: Vec<_> =
        Punt::ALL.iter().filter(|(reason, _)| !reasons.contains(&reason.code())).collect();
    assert!(missing.is_empty(), "never punted: {missing:?}");
    // What only a full queue or a rate can bring about.
    use Counter::*;
    let others = [RxOverflow0, RxOverflow1, QueueFull0, QueueFull1, PuntFull, CopyFull];
    let police = [PolicedNew, PolicedCopy, PolicedHost, PolicedException];
    for (counter, _) in Counter::ALL {
        let possible = !others.contains(counter) && !police.contains(counter);
        assert_eq!(board.model.counter(*counter) > 0, possible, "{counter:?}");
    }
    let forwarded = board.model.counter(Forwarded);
    assert!(forwarded > FRAMES / 4, "only {forwarded} are forwarded");
}

/// A second model as the device; the sources get ahead of each other as in a merge.
struct Device {
    datapath: Datapath,
    waiting: [VecDeque<Arriving>; 3],
    random: ChaCha8Rng,
}

impl Device {
    fn enters(&mut self, arriving: Arriving) {
        let source = match &arriving {
            Arriving::Port { port, .. } => *port,
            Arriving::Inject { .. } => 2,
        };
        self.waiting[source].push_back(arriving);
    }

    /// One frame of any source.
    fn step(&mut self) -> Option<Outcome> {
        let arriving = self.waiting[self.random.random_range(0..3)].pop_front()?;
        Some(match arriving {
            Arriving::Port { port, frame, error } => self.datapath.receive(port, &frame, error),
            Arriving::Inject { descriptor, frame } => self.datapath.inject(&descriptor, &frame),
        })
    }
}

/// What the device does wrong, once.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    LosesFrame,
    RepeatsFrame,
    ChangesByte,
    ChangesPort,
    LosesPunt,
    ChangesDescriptor,
    ChangesPuntedByte,
    Miscounts,
}

/// Runs traffic through a device with a fault; what the scoreboard says.
fn run(seed: u64, fault: Fault) -> Result<(), String> {
    let mut traffic = Traffic::new(seed, 300);
    let mut board = Scoreboard::new(&traffic.farm);
    let datapath = Scoreboard::new(&traffic.farm).model;
    let random = ChaCha8Rng::seed_from_u64(seed);
    let mut device = Device { datapath, waiting: Default::default(), random };
    let mut planted = None;
    for n in 0.. {
        if n < 3_000 {
            let arriving = traffic.arriving();
            board.enters(&arriving);
            device.enters(arriving);
        } else if device.waiting.iter().all(VecDeque::is_empty) {
            break;
        }
        if n == 1_000 {
            planted = Some(fault);
        }
        let mut once = |here| planted.take_if(|fault| *fault == here).is_some();
        let Some(outcome) = device.step() else { continue };
        if let Some((port, mut bytes)) = outcome.sent.filter(|_| !once(Fault::LosesFrame)) {
            let middle = bytes.len() / 2;
            bytes[middle] ^= u8::from(once(Fault::ChangesByte));
            let port = usize::from(port ^ u8::from(once(Fault::ChangesPort)));
            board.sent(port, &bytes)?;
            if once(Fault::RepeatsFrame) {
                board.sent(port, &bytes)?;
            }
        }
        let punted = device.datapath.punts.pop().filter(|_| !once(Fault::LosesPunt));
        if let Some(mut punted) = punted {
            punted.descriptor.class ^= u8::from(once(Fault::ChangesDescriptor));
            punted.frame[0] ^= u8::from(once(Fault::ChangesPuntedByte));
            board.punted(&punted.descriptor, &punted.frame)?;
        }
    }
    let wrong = |counter| fault == Fault::Miscounts && counter == Counter::Truncated;
    board.end(|counter| device.datapath.counter(counter) + u32::from(wrong(counter)))
}

#[test]
fn the_scoreboard_follows_a_merge_and_notices_every_fault() {
    for seed in 0..4 {
        assert_eq!(run(seed, Fault::None), Ok(()), "seed {seed}");
    }
    for fault in [
        Fault::LosesFrame,
        Fault::RepeatsFrame,
        Fault::ChangesByte,
        Fault::ChangesPort,
        Fault::LosesPunt,
        Fault::ChangesDescriptor,
        Fault::ChangesPuntedByte,
        Fault::Miscounts,
    ] {
        assert!(run(9, fault).is_err(), "{fault:?} goes unnoticed");
    }
}
