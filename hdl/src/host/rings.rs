//! The host's four streams as rings in host memory (the layout: `spec::host`).
#![allow(missing_docs)] // the derive macros expand to items without docs

use crate::host::fetch::Fetch;
use crate::host::store::Store;
use crate::stream::{FrameSink, FrameSource};
use rust_hdl::prelude::*;

/// Ports: the registers of the rings; the four streams; the memory port, one beat of 16 bytes a
/// request, `mem_valid`, `mem_write`, `mem_address` (a multiple of 16) and `mem_data`, which stay
/// until `mem_ready`; `mem_read_valid` with `mem_read_data` answers each read, in order, after any
/// time, and is never held back. Requests must take effect in order. `running`: the rings may still
/// reach for memory; it follows `enable`, when the last access has ended.
///
/// A request a clock; with a memory that takes one a clock and answers within 55, a command each 4
/// clocks; with one that answers within 10, a beat of a frame a clock. Full rings stop their stream, and nothing else: each ring asks for itself. The
/// status block is written after the data it announces, once for all changes within 16 clocks.
/// While `enable` is 0 all indices are 0, punts wait, commands and injected frames that had not left
/// and completions that had not been written are lost.
///
/// Each eight requests, four belong to commands and one to each other ring and the status block,
/// where they want them; what is not wanted goes to the first that asks.
#[derive(LogicBlock)]
pub struct Rings {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub enable: Signal<In, Bit>,
    pub base: [Signal<In, Bits<64>>; 4],
    pub size_log2: [Signal<In, Bits<4>>; 4],
    pub index: [Signal<In, Bits<32>>; 4],
    pub status_address: Signal<In, Bits<64>>,
    pub running: Signal<Out, Bit>,
    pub command: FrameSource<128, 5>,
    pub completion: FrameSink<128, 5>,
    pub punt: FrameSink<128, 5>,
    pub inject: FrameSource<128, 5>,
    pub mem_valid: Signal<Out, Bit>,
    pub mem_write: Signal<Out, Bit>,
    pub mem_address: Signal<Out, Bits<64>>,
    pub mem_data: Signal<Out, Bits<128>>,
    pub mem_ready: Signal<In, Bit>,
    pub mem_read_valid: Signal<In, Bit>,
    pub mem_read_data: Signal<In, Bits<128>>,
    commands: Fetch<6>,
    completions: Store,
    punts: Store,
    injects: Fetch<4>,
    runs: DFF<Bit>,
    /// The rings run, and are not about to stop.
    active: DFF<Bit>,
    clear: Signal<Local, Bit>,
    // The status block.
    dirty: DFF<Bit>,
    hold: DFF<Bits<4>>,
    status: Signal<Local, Bit>,
    // Arbitration.
    phase: DFF<Bits<3>>,
    free: Signal<Local, Bit>,
    pick: Signal<Local, Bits<3>>,
    grant: Signal<Local, Bits<3>>,
    valid: DFF<Bit>,
    write: DFF<Bit>,
    address: DFF<Bits<64>>,
    data: DFF<Bits<128>>,
    /// Whose the reads under way are: a ring of bits, 1 for inject.
    owners: DFF<Bits<64>>,
    asked: DFF<Bits<6>>,
    answered: DFF<Bits<6>>,
    here: Signal<Local, Bits<64>>,
    owner: Signal<Local, Bit>,
}

impl Default for Rings {
    fn default() -> Self {
        Self {
            clock: Default::default(),
            reset: Default::default(),
            enable: Default::default(),
            base: Default::default(),
            size_log2: Default::default(),
            index: Default::default(),
            status_address: Default::default(),
            running: Default::default(),
            command: Default::default(),
            completion: Default::default(),
            punt: Default::default(),
            inject: Default::default(),
            mem_valid: Default::default(),
            mem_write: Default::default(),
            mem_address: Default::default(),
            mem_data: Default::default(),
            mem_ready: Default::default(),
            mem_read_valid: Default::default(),
            mem_read_data: Default::default(),
            commands: Fetch::command(),
            completions: Store::completion(),
            punts: Store::punt(),
            injects: Fetch::inject(),
            runs: Default::default(),
            active: Default::default(),
            clear: Default::default(),
            dirty: Default::default(),
            hold: Default::default(),
            status: Default::default(),
            phase: Default::default(),
            free: Default::default(),
            pick: Default::default(),
            grant: Default::default(),
            valid: Default::default(),
            write: Default::default(),
            address: Default::default(),
            data: Default::default(),
            owners: Default::default(),
            asked: Default::default(),
            answered: Default::default(),
            here: Default::default(),
            owner: Default::default(),
        }
    }
}

impl Logic for Rings {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, runs, active, dirty, hold, phase, valid, write, address, data);
        dff_setup!(self, clock, owners, asked, answered);
        self.commands.clock.next = self.clock.val();
        self.completions.clock.next = self.clock.val();
        self.punts.clock.next = self.clock.val();
        self.injects.clock.next = self.clock.val();
        self.commands.reset.next = self.reset.val();
        self.completions.reset.next = self.reset.val();
        self.punts.reset.next = self.reset.val();
        self.injects.reset.next = self.reset.val();
        FrameSource::<128, 5>::link(&mut self.command, &mut self.commands.source);
        FrameSink::<128, 5>::link(&mut self.completion, &mut self.completions.sink);
        FrameSink::<128, 5>::link(&mut self.punt, &mut self.punts.sink);
        FrameSource::<128, 5>::link(&mut self.inject, &mut self.injects.source);
        self.commands.base.next = self.base[0].val();
        self.completions.base.next = self.base[1].val();
        self.punts.base.next = self.base[2].val();
        self.injects.base.next = self.base[3].val();
        self.commands.size_log2.next = self.size_log2[0].val();
        self.completions.size_log2.next = self.size_log2[1].val();
        self.punts.size_log2.next = self.size_log2[2].val();
        self.injects.size_log2.next = self.size_log2[3].val();
        self.commands.index.next = self.index[0].val();
        self.completions.index.next = self.index[1].val();
        self.punts.index.next = self.index[2].val();
        self.injects.index.next = self.index[3].val();

        // On and off: off means waiting for what is under way.
        if !self.runs.q.val() {
            self.runs.d.next = self.enable.val();
            self.active.d.next = self.enable.val();
        } else if !self.enable.val() {
            self.active.d.next = false;
        }
        if self.runs.q.val()
            & !self.active.q.val()
            & self.commands.quiet.val()
            & self.completions.quiet.val()
            & self.punts.quiet.val()
            & self.injects.quiet.val()
            & !self.valid.q.val()
        {
            self.runs.d.next = false;
        }
        self.clear.next = !self.runs.q.val();
        self.running.next = self.runs.q.val();
        self.commands.run.next = self.active.q.val();
        self.completions.run.next = self.active.q.val();
        self.punts.run.next = self.active.q.val();
        self.injects.run.next = self.active.q.val();
        self.commands.clear.next = self.clear.val();
        self.completions.clear.next = self.clear.val();
        self.punts.clear.next = self.clear.val();
        self.injects.clear.next = self.clear.val();

        // Who may ask: 1 commands, 2 completions, 3 punts, 4 injects, 5 status; 0 nobody.
        self.status.next =
            self.dirty.q.val() & (self.hold.q.val() == bits::<4>(0)) & self.active.q.val();
        self.pick.next = bits::<3>(0);
        if self.punts.request.val() & (self.phase.q.val() == bits::<3>(0)) {
            self.pick.next = bits::<3>(3);
        } else if self.injects.request.val() & (self.phase.q.val() == bits::<3>(2)) {
            self.pick.next = bits::<3>(4);
        } else if self.completions.request.val() & (self.phase.q.val() == bits::<3>(4)) {
            self.pick.next = bits::<3>(2);
        } else if self.status.val() & (self.phase.q.val() == bits::<3>(6)) {
            self.pick.next = bits::<3>(5);
        } else if self.commands.request.val() {
            self.pick.next = bits::<3>(1);
        } else if self.completions.request.val() {
            self.pick.next = bits::<3>(2);
        } else if self.injects.request.val() {
            self.pick.next = bits::<3>(4);
        } else if self.punts.request.val() {
            self.pick.next = bits::<3>(3);
        } else if self.status.val() {
            self.pick.next = bits::<3>(5);
        }
        self.free.next = !self.valid.q.val() | self.mem_ready.val();
        self.grant.next = bits::<3>(0);
        if self.free.val() {
            self.grant.next = self.pick.val();
            self.valid.d.next = self.pick.val() != bits::<3>(0);
        }
        self.commands.granted.next = self.grant.val() == bits::<3>(1);
        self.completions.granted.next = self.grant.val() == bits::<3>(2);
        self.punts.granted.next = self.grant.val() == bits::<3>(3);
        self.injects.granted.next = self.grant.val() == bits::<3>(4);
        if self.grant.val() != bits::<3>(0) {
            self.phase.d.next = self.phase.q.val() + bits::<3>(1);
        }

        // The request register.
        if self.grant.val() == bits::<3>(1) {
            self.write.d.next = false;
            self.address.d.next = self.commands.address.val();
        } else if self.grant.val() == bits::<3>(2) {
            self.write.d.next = true;
            self.address.d.next = self.completions.address.val();
            self.data.d.next = self.completions.data.val();
        } else if self.grant.val() == bits::<3>(3) {
            self.write.d.next = true;
            self.address.d.next = self.punts.address.val();
            self.data.d.next = self.punts.data.val();
        } else if self.grant.val() == bits::<3>(4) {
            self.write.d.next = false;
            self.address.d.next = self.injects.address.val();
        } else if self.grant.val() == bits::<3>(5) {
            self.write.d.next = true;
            self.address.d.next = self.status_address.val();
            self.data.d.next = bit_cast::<128, 32>(self.commands.taken.val())
                | (bit_cast::<128, 32>(self.completions.produced.val()) << bits::<128>(32))
                | (bit_cast::<128, 32>(self.punts.produced.val()) << bits::<128>(64))
                | (bit_cast::<128, 32>(self.injects.taken.val()) << bits::<128>(96));
        }
        self.mem_valid.next = self.valid.q.val();
        self.mem_write.next = self.write.q.val();
        self.mem_address.next = self.address.q.val();
        self.mem_data.next = self.data.q.val();

        if self.hold.q.val() != bits::<4>(0) {
            self.hold.d.next = self.hold.q.val() - bits::<4>(1);
        }
        if self.grant.val() == bits::<3>(5) {
            self.dirty.d.next = false;
            self.hold.d.next = bits::<4>(15);
        }
        if self.commands.step.val()
            | self.completions.step.val()
            | self.punts.step.val()
            | self.injects.step.val()
        {
            self.dirty.d.next = true;
        }

        // Answers go to whom the read belonged.
        self.here.next = bits::<64>(1) << bit_cast::<64, 6>(self.asked.q.val());
        if self.grant.val() == bits::<3>(1) {
            self.owners.d.next = self.owners.q.val() & (!self.here.val());
            self.asked.d.next = self.asked.q.val() + bits::<6>(1);
        } else if self.grant.val() == bits::<3>(4) {
            self.owners.d.next = self.owners.q.val() | self.here.val();
            self.asked.d.next = self.asked.q.val() + bits::<6>(1);
        }
        self.owner.next = self.owners.q.val().get_bit(self.answered.q.val().index());
        if self.mem_read_valid.val() {
            self.answered.d.next = self.answered.q.val() + bits::<6>(1);
        }
        self.commands.response.next = self.mem_read_valid.val() & !self.owner.val();
        self.injects.response.next = self.mem_read_valid.val() & self.owner.val();
        self.commands.data.next = self.mem_read_data.val();
        self.injects.data.next = self.mem_read_data.val();

        if self.clear.val() {
            self.dirty.d.next = false;
            self.hold.d.next = bits::<4>(0);
        }
        if self.reset.val() {
            self.runs.d.next = false;
            self.active.d.next = false;
            self.dirty.d.next = false;
            self.hold.d.next = bits::<4>(0);
            self.phase.d.next = bits::<3>(0);
            self.valid.d.next = false;
            self.asked.d.next = bits::<6>(0);
            self.answered.d.next = bits::<6>(0);
        }
    }
}
