//! The event counters of `spec::register::Counter`.
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::leaf::Ram;
use rust_hdl::prelude::*;
use std::array::from_fn;

/// Ports: a line for each counter, named after it, which counts the clocks in which it is high; and
/// `ask` with `index`, held until `answer` is high for one clock, when `value` is valid.
///
/// Every line may be high in every clock: nothing is lost. The 32-bit counts wrap. A read takes at
/// most 44 clocks, and sees all events that are 4 clocks old when it is answered. Reset clears all.
///
/// Events gather in six bits a line. Every 39 clocks a line has its turn: what it gathered, at most
/// 39, is added to its word in a memory. A read waits for the turn of its counter, so that the
/// memory needs no second read port; all counters together cost one block RAM and no wide registers.
#[derive(LogicBlock)]
pub struct Statistics {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub received0: Signal<In, Bit>,
    pub received1: Signal<In, Bit>,
    pub injected: Signal<In, Bit>,
    pub forwarded: Signal<In, Bit>,
    pub bypassed: Signal<In, Bit>,
    pub raw: Signal<In, Bit>,
    pub punted_new: Signal<In, Bit>,
    pub punted_copy: Signal<In, Bit>,
    pub punted_host: Signal<In, Bit>,
    pub punted_exception: Signal<In, Bit>,
    pub sent0: Signal<In, Bit>,
    pub sent1: Signal<In, Bit>,
    pub rx_error0: Signal<In, Bit>,
    pub rx_error1: Signal<In, Bit>,
    pub runt0: Signal<In, Bit>,
    pub runt1: Signal<In, Bit>,
    pub giant0: Signal<In, Bit>,
    pub giant1: Signal<In, Bit>,
    pub rx_overflow0: Signal<In, Bit>,
    pub rx_overflow1: Signal<In, Bit>,
    pub foreign: Signal<In, Bit>,
    pub vlan_depth: Signal<In, Bit>,
    pub truncated: Signal<In, Bit>,
    pub bad_version: Signal<In, Bit>,
    pub bad_ihl: Signal<In, Bit>,
    pub bad_length: Signal<In, Bit>,
    pub bad_checksum: Signal<In, Bit>,
    pub bad_l2tp: Signal<In, Bit>,
    pub rule: Signal<In, Bit>,
    pub policed_new: Signal<In, Bit>,
    pub policed_copy: Signal<In, Bit>,
    pub policed_host: Signal<In, Bit>,
    pub policed_exception: Signal<In, Bit>,
    pub punt_full: Signal<In, Bit>,
    pub copy_full: Signal<In, Bit>,
    pub queue_full0: Signal<In, Bit>,
    pub queue_full1: Signal<In, Bit>,
    pub inject_bad: Signal<In, Bit>,
    pub no_seal: Signal<In, Bit>,
    pub ask: Signal<In, Bit>,
    pub index: Signal<In, Bits<6>>,
    pub answer: Signal<Out, Bit>,
    pub value: Signal<Out, Bits<32>>,
    line: [Signal<Local, Bit>; 39],
    pending: [DFF<Bits<6>>; 39],
    added: [Signal<Local, Bits<6>>; 39],
    /// Whose turn it is: as one bit of many, and as a number.
    turn: [DFF<Bit>; 39],
    scan: DFF<Bits<6>>,
    /// No turn of a counter has been before: its word is void.
    fresh: DFF<Bit>,
    gathered: [Signal<Local, Bits<6>>; 40],
    count1: DFF<Bits<6>>,
    count2: DFF<Bits<6>>,
    index1: DFF<Bits<6>>,
    index2: DFF<Bits<6>>,
    index3: DFF<Bits<6>>,
    fresh1: DFF<Bit>,
    fresh2: DFF<Bit>,
    base: Signal<Local, Bits<32>>,
    sum: DFF<Bits<32>>,
    answered: DFF<Bit>,
    result: DFF<Bits<32>>,
    words: Ram<Bits<32>, 6>,
}

impl Default for Statistics {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            received0: Default::default(),
            received1: Default::default(),
            injected: Default::default(),
            forwarded: Default::default(),
            bypassed: Default::default(),
            raw: Default::default(),
            punted_new: Default::default(),
            punted_copy: Default::default(),
            punted_host: Default::default(),
            punted_exception: Default::default(),
            sent0: Default::default(),
            sent1: Default::default(),
            rx_error0: Default::default(),
            rx_error1: Default::default(),
            runt0: Default::default(),
            runt1: Default::default(),
            giant0: Default::default(),
            giant1: Default::default(),
            rx_overflow0: Default::default(),
            rx_overflow1: Default::default(),
            foreign: Default::default(),
            vlan_depth: Default::default(),
            truncated: Default::default(),
            bad_version: Default::default(),
            bad_ihl: Default::default(),
            bad_length: Default::default(),
            bad_checksum: Default::default(),
            bad_l2tp: Default::default(),
            rule: Default::default(),
            policed_new: Default::default(),
            policed_copy: Default::default(),
            policed_host: Default::default(),
            policed_exception: Default::default(),
            punt_full: Default::default(),
            copy_full: Default::default(),
            queue_full0: Default::default(),
            queue_full1: Default::default(),
            inject_bad: Default::default(),
            no_seal: Default::default(),
            ask: Default::default(),
            index: Default::default(),
            answer: Default::default(),
            value: Default::default(),
            line: from_fn(|_| Default::default()),
            pending: from_fn(|_| Default::default()),
            added: from_fn(|_| Default::default()),
            turn: from_fn(|_| Default::default()),
            scan: Default::default(),
            fresh: Default::default(),
            gathered: from_fn(|_| Default::default()),
            count1: Default::default(),
            count2: Default::default(),
            index1: Default::default(),
            index2: Default::default(),
            index3: Default::default(),
            fresh1: Default::default(),
            fresh2: Default::default(),
            base: Default::default(),
            sum: Default::default(),
            answered: Default::default(),
            result: Default::default(),
            words: Default::default(),
        }
    }
}

impl Logic for Statistics {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, scan, fresh, count1, count2, index1, index2, index3);
        dff_setup!(self, clock, fresh1, fresh2, sum, answered, result);
        self.line[0].next = self.received0.val();
        self.line[1].next = self.received1.val();
        self.line[2].next = self.injected.val();
        self.line[3].next = self.forwarded.val();
        self.line[4].next = self.bypassed.val();
        self.line[5].next = self.raw.val();
        self.line[6].next = self.punted_new.val();
        self.line[7].next = self.punted_copy.val();
        self.line[8].next = self.punted_host.val();
        self.line[9].next = self.punted_exception.val();
        self.line[10].next = self.sent0.val();
        self.line[11].next = self.sent1.val();
        self.line[12].next = self.rx_error0.val();
        self.line[13].next = self.rx_error1.val();
        self.line[14].next = self.runt0.val();
        self.line[15].next = self.runt1.val();
        self.line[16].next = self.giant0.val();
        self.line[17].next = self.giant1.val();
        self.line[18].next = self.rx_overflow0.val();
        self.line[19].next = self.rx_overflow1.val();
        self.line[20].next = self.foreign.val();
        self.line[21].next = self.vlan_depth.val();
        self.line[22].next = self.truncated.val();
        self.line[23].next = self.bad_version.val();
        self.line[24].next = self.bad_ihl.val();
        self.line[25].next = self.bad_length.val();
        self.line[26].next = self.bad_checksum.val();
        self.line[27].next = self.bad_l2tp.val();
        self.line[28].next = self.rule.val();
        self.line[29].next = self.policed_new.val();
        self.line[30].next = self.policed_copy.val();
        self.line[31].next = self.policed_host.val();
        self.line[32].next = self.policed_exception.val();
        self.line[33].next = self.punt_full.val();
        self.line[34].next = self.copy_full.val();
        self.line[35].next = self.queue_full0.val();
        self.line[36].next = self.queue_full1.val();
        self.line[37].next = self.inject_bad.val();
        self.line[38].next = self.no_seal.val();

        // Gather; the one whose turn it is hands over and starts again.
        self.gathered[0].next = bits::<6>(0);
        for i in 0..39 {
            self.pending[i].clock.next = self.clock.val();
            self.turn[i].clock.next = self.clock.val();
            self.gathered[i + 1].next = self.gathered[i].val();
            self.added[i].next = self.pending[i].q.val();
            if self.turn[i].q.val() {
                self.gathered[i + 1].next = self.gathered[i].val() | self.pending[i].q.val();
                self.added[i].next = bits::<6>(0);
            }
            self.pending[i].d.next = self.added[i].val();
            if self.line[i].val() {
                self.pending[i].d.next = self.added[i].val() + bits::<6>(1);
            }
        }
        for i in 0..38 {
            self.turn[i + 1].d.next = self.turn[i].q.val();
        }
        self.turn[0].d.next = self.turn[38].q.val();
        self.scan.d.next = self.scan.q.val() + bits::<6>(1);
        if self.turn[38].q.val() {
            self.scan.d.next = bits::<6>(0);
            self.fresh.d.next = false;
        }

        // Read, add, write; the next turn of the same counter is far away.
        self.words.clock.next = self.clock.val();
        self.words.read_address.next = self.scan.q.val();
        self.count1.d.next = self.gathered[39].val();
        self.count2.d.next = self.count1.q.val();
        self.index1.d.next = self.scan.q.val();
        self.index2.d.next = self.index1.q.val();
        self.index3.d.next = self.index2.q.val();
        self.fresh1.d.next = self.fresh.q.val();
        self.fresh2.d.next = self.fresh1.q.val();
        self.base.next = self.words.read_data.val();
        if self.fresh2.q.val() {
            self.base.next = bits::<32>(0);
        }
        self.sum.d.next = self.base.val() + bit_cast::<32, 6>(self.count2.q.val());
        self.words.write_enable.next = true;
        self.words.write_address.next = self.index3.q.val();
        self.words.write_data.next = self.sum.q.val();

        self.answered.d.next =
            self.ask.val() & !self.answered.q.val() & (self.index3.q.val() == self.index.val());
        self.result.d.next = self.sum.q.val();
        self.answer.next = self.answered.q.val();
        self.value.next = self.result.q.val();

        if self.reset.val() {
            for i in 0..39 {
                self.pending[i].d.next = bits::<6>(0);
                self.turn[i].d.next = false;
            }
            self.turn[0].d.next = true;
            self.scan.d.next = bits::<6>(0);
            self.fresh.d.next = true;
            self.fresh1.d.next = true;
            self.fresh2.d.next = true;
            self.answered.d.next = false;
        }
    }
}
