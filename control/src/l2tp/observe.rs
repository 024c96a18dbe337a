//! What a tunnel's packets say about it: progress, Hellos, silence, the end.

use super::{Arrived, Control};
use crate::device::Device;
use crate::health::Reason;
use crate::tunnel::{Question, Side, State};
use spec::wire::l2tp::{HELLO, HOLD_SECONDS, STOP_CCN};
use std::time::Duration;

impl Control {
    /// Takes note of a packet of a tunnel. Copies may be lost and come late: nothing here may need
    /// a message to have been seen.
    pub(super) fn observe(&mut self, slot: u32, side: Side, a: &Arrived, device: &mut dyn Device) {
        match side {
            Side::Client => self.ask(slot, a, device),
            Side::Server => {
                let tunnel = self.registry.get_mut(slot);
                tunnel.question = None;
                let number = tunnel.server;
                self.farm.server_mut(number).health.heard(a.now);
            }
        }
        if a.is(STOP_CCN) {
            if self.registry.get(slot).state != State::Closing {
                self.registry.set_state(slot, State::Closing);
                let deadline = a.now + Duration::from_secs(HOLD_SECONDS);
                self.registry.set_deadline(slot, deadline);
            }
            return;
        }
        let tunnel = self.registry.get_mut(slot);
        tunnel.active = tunnel.active.max(a.now);
        if a.is(HELLO) {
            let gap = a.now.saturating_sub(tunnel.hello.unwrap_or(a.now));
            tunnel.hello_gap = tunnel.hello_gap.max(gap);
            tunnel.hello = Some(a.now);
        }
        if side == Side::Client && tunnel.state == State::Answered {
            self.confirm(a.now, slot, device);
        }
    }

    /// A client's message: a question, as long as the server says nothing. One that comes again and
    /// again while no packet at all passes from the server is evidence that the server is dead.
    fn ask(&mut self, slot: u32, a: &Arrived, device: &mut dyn Device) {
        if a.message.is_none_or(|m| m.kind.is_none()) {
            return;
        }
        let tunnel = self.registry.get_mut(slot);
        let again = tunnel.last_ns.replace(a.header.ns) == Some(a.header.ns);
        let rows = tunnel.rows;
        let passed = |device: &mut dyn Device| {
            let rows = [rows.outgoing, rows.outgoing_alias].into_iter().flatten();
            rows.map(|row| device.counters(row).packets).sum()
        };
        match &mut tunnel.question {
            Some(question) if again => {
                question.repeated += 1;
                if question.repeated == 1 {
                    question.outgoing = passed(device);
                } else if question.outgoing != passed(device) {
                    tunnel.question = None;
                } else {
                    let asked = question.asked;
                    self.silent(a.now, slot, asked, Reason::Messages);
                }
            }
            // Its first time, as far as the copies tell.
            question => *question = Some(Question { asked: a.now, repeated: 0, outgoing: 0 }),
        }
    }
}
