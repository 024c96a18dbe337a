//! What should leave a device, in order at each way out, and what may be lost there: counted.

use std::collections::VecDeque;

use model::Punted;
use spec::meta::Plan;
use spec::register::{COUNTERS, Counter};
use spec::verdict::Class;

use super::Result;
use super::board::hex;

/// What a queue is reckoned to hold for a frame, at the wider beat.
const BEAT: usize = 64;

/// Bytes that a queue is reckoned to need for so many.
pub fn room(bytes: usize) -> usize {
    bytes.next_multiple_of(BEAT)
}

/// A frame for a port, and where the queue counts it when it takes it.
struct Leaving {
    frame: Vec<u8>,
    counter: Counter,
}

/// Frames that should leave.
#[derive(Default)]
pub struct Fates {
    sent: [VecDeque<Leaving>; 2],
    punted: VecDeque<Punted>,
    /// Bytes for the ports, and for the host.
    waiting: [usize; 2],
    /// Queues of ports may be full; what goes to the host may be policed, and its queue full.
    pub lossy: [bool; 2],
    /// Frames that did not leave, by the counter that has not counted them therefore.
    lost: Lost,
}

/// Counts by counter.
struct Lost([u32; COUNTERS as usize]);

impl Default for Lost {
    fn default() -> Self {
        Self([0; COUNTERS as usize])
    }
}

impl Lost {
    fn count(&mut self, counter: Counter) {
        self.0[usize::from(counter.code())] += 1;
    }

    fn get(&self, counter: Counter) -> u32 {
        self.0[usize::from(counter.code())]
    }

    fn sum(&self, counters: &[Counter]) -> u32 {
        counters.iter().map(|counter| self.get(*counter)).sum()
    }
}

const SENT: [Counter; 2] = [Counter::Sent0, Counter::Sent1];
const PUNTED: [Counter; 4] =
    [Counter::PuntedNew, Counter::PuntedCopy, Counter::PuntedHost, Counter::PuntedException];
const POLICED: [Counter; 4] =
    [Counter::PolicedNew, Counter::PolicedCopy, Counter::PolicedHost, Counter::PolicedException];

impl Fates {
    /// A frame is to leave at a port.
    pub fn sends(&mut self, port: usize, frame: Vec<u8>, plan: &Plan) {
        let counter = match (plan.rewrite, plan.inject) {
            (true, _) => Counter::Forwarded,
            (false, true) => Counter::Raw,
            (false, false) => Counter::Bypassed,
        };
        self.waiting[0] += room(frame.len());
        self.sent[port].push_back(Leaving { frame, counter });
    }

    /// A frame is to go to the host.
    pub fn punts(&mut self, punted: Punted) {
        self.waiting[1] += room(punted.frame.len());
        self.punted.push_back(punted);
    }

    /// Bytes that queues may hold; of those that lose frames nothing is known.
    pub fn waiting(&self) -> usize {
        self.waiting.iter().zip(self.lossy).filter(|row| !row.1).map(|row| row.0).sum()
    }

    /// A frame has left at a port.
    pub fn sent(&mut self, port: usize, frame: &[u8]) -> Result {
        let mut first = None;
        while let Some(next) = self.sent[port].pop_front() {
            self.waiting[0] -= room(next.frame.len());
            if next.frame == frame {
                return Ok(());
            }
            self.lost.count(next.counter);
            self.lost.count(SENT[port]);
            let wanted = first.get_or_insert(next.frame);
            if !self.lossy[0] {
                return Err(format!("port {port} sends {}, not {}", hex(frame), hex(wanted)));
            }
        }
        let wanted = first.map_or("any".into(), |frame| hex(&frame));
        Err(format!("port {port} sends {}, not {wanted}, nor what follows", hex(frame)))
    }

    /// A frame has come to the host.
    pub fn punted(&mut self, came: Punted) -> Result {
        let mut first = None;
        while let Some(mut next) = self.punted.pop_front() {
            self.waiting[1] -= room(next.frame.len());
            // The tick may fall between the decision and the queue.
            let (time, wanted) = (came.descriptor.timestamp, next.descriptor.timestamp);
            if time.wrapping_sub(wanted) <= 1 {
                next.descriptor.timestamp = time;
            }
            if next == came {
                return Ok(());
            }
            self.lost.count(PUNTED[usize::from(next.descriptor.class)]);
            let wanted = first.get_or_insert(next);
            if !self.lossy[1] {
                return Err(format!("the host gets {came:02x?}, not {wanted:02x?}"));
            }
        }
        Err(format!("the host gets {came:02x?}, not {first:02x?}, nor what follows"))
    }

    /// All has left: what has not is lost. Every counter is that of the `model`, which loses nothing,
    /// but for that.
    pub fn end(&mut self, model: impl Fn(Counter) -> u32, counters: &[(Counter, u32)]) -> Result {
        let left = [self.sent.iter().map(VecDeque::len).sum(), self.punted.len()];
        if left.iter().zip(self.lossy).any(|(left, lossy)| *left > 0 && !lossy) {
            return Err(format!("{} frames were not sent, {} not punted", left[0], left[1]));
        }
        for (sent, counter) in self.sent.iter_mut().zip(SENT) {
            for next in sent.drain(..) {
                self.lost.count(next.counter);
                self.lost.count(counter);
            }
        }
        while let Some(next) = self.punted.pop_front() {
            self.lost.count(PUNTED[usize::from(next.descriptor.class)]);
        }
        let is =
            |counter: Counter| counters.iter().find(|row| row.0 == counter).map_or(0, |row| row.1);
        let copy = usize::from(Class::Copy.code());
        let policed = |class: usize| is(POLICED[class]);
        let mut wrong = vec![];
        let mut check = |name: &str, is: u32, wanted: u32| {
            if is != wanted {
                wrong.push(format!("{name} {is}, not {wanted}"));
            }
        };
        for (counter, name) in Counter::ALL.iter().map(|row| (row.0, format!("{:?}", row.0))) {
            let wanted = match counter {
                Counter::QueueFull0 => self.lost.get(SENT[0]),
                Counter::QueueFull1 => self.lost.get(SENT[1]),
                Counter::CopyFull => self.lost.get(PUNTED[copy]).wrapping_sub(policed(copy)),
                Counter::PuntFull => {
                    let others = [0, 2, 3];
                    let lost = self.lost.sum(&others.map(|class| PUNTED[class]));
                    lost.wrapping_sub(others.into_iter().map(policed).sum())
                }
                counter if POLICED.contains(&counter) && self.lossy[1] => is(counter),
                counter => model(counter) - self.lost.get(counter),
            };
            check(&name, is(counter), wanted);
        }
        for class in (0..4).filter(|class| policed(*class) > self.lost.get(PUNTED[*class])) {
            check(&format!("{:?}", POLICED[class]), policed(class), self.lost.get(PUNTED[class]));
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join(", ")) }
    }
}

/// Each of the frames given to the device is one out, one to the host, or one counted drop.
pub fn account(frames: u64, counters: &[(Counter, u32)]) -> Result {
    use Counter::*;
    // A copy is none of these; nor is a frame that was taken, or sent: those are counted again.
    let others = [Received0, Received1, Injected, Sent0, Sent1, PuntedCopy, PolicedCopy, CopyFull];
    let fates = counters.iter().filter(|row| !others.contains(&row.0));
    let sum: u64 = fates.map(|row| u64::from(row.1)).sum();
    if sum == frames { Ok(()) } else { Err(format!("{frames} frames, but {sum} fates")) }
}
