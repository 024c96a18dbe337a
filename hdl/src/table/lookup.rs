//! From a key to its entry and action: hash, slots and stash, entries.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::cam::Cam;
use super::entries::Entries;
use super::hash::Hash;
use super::slots::Slots;
use super::write::Write;
use crate::leaf::Delay;
use crate::meta::{Action, Key, StashRow};
use rust_hdl::prelude::*;

/// A lookup a clock, `spec::limits::LOOKUP_CLOCKS` from `valid` with its question to `done` with
/// its answer. Nothing stalls it.
///
/// A question is a `key`, or with `direct` the number `index` of an entry. `hit`: the entry `entry`
/// has that key, or it was ever written; `action` is its action, and `ahead` the same a clock
/// before, when it is not known yet whether it is a hit. At most one entry is read, and its whole
/// key compared. A key in the stash is looked for in the stash's entry, whatever the
/// slots say.
///
/// `generation` counts WRITEs, and an answer's `saw` is its value at the slots' read: the answer is
/// that of the table after exactly the first `saw` WRITEs to entries, slots and stash, whichever
/// are executed while the lookup is under way: each takes effect on stash and entries as many
/// clocks after its effect on the slots as a lookup needs from there to them.
///
/// Reset: questions under way are not answered. While `live` is low every answer is a miss.
///
/// | clock | stage |
/// |---|---|
/// | 0 to 2 | hash |
/// | 3 | address of the slots |
/// | 4 | RAM; `generation` is read; stash compared |
/// | 5 | fingerprints compared, slot selected; stash row selected |
/// | 6 | entry chosen, its address |
/// | 7 | RAM |
/// | 8 | key compared |
/// | 9 | answer |
#[derive(LogicBlock, Default)]
pub struct Lookup<const R: usize, const B: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub live: Signal<In, Bit>,
    pub secret: Signal<In, Bits<128>>,
    pub valid: Signal<In, Bit>,
    pub key: Signal<In, Key>,
    pub direct: Signal<In, Bit>,
    pub index: Signal<In, Bits<17>>,
    pub done: Signal<Out, Bit>,
    pub hit: Signal<Out, Bit>,
    pub entry: Signal<Out, Bits<17>>,
    pub action: Signal<Out, Action>,
    pub ahead: Signal<Out, Action>,
    pub saw: Signal<Out, Bits<16>>,
    pub write: Signal<In, Write>,
    pub generation: Signal<In, Bits<16>>,
    pub read_slot: Signal<In, Bit>,
    pub read_entry: Signal<In, Bit>,
    pub read_index: Signal<In, Bits<17>>,
    pub slot_done: Signal<Out, Bit>,
    pub slot: Signal<Out, Bits<36>>,
    pub entry_done: Signal<Out, Bit>,
    pub entry_key: Signal<Out, Bits<121>>,
    pub entry_action: Signal<Out, Bits<118>>,
    hash: Hash,
    slots: Slots<R, B>,
    stash: Cam<128, 17, 8, 3>,
    entries: Entries<R>,
    key_bits: Signal<Local, Bits<128>>,
    low: Signal<Local, Bits<128>>,
    high: Signal<Local, Bits<128>>,
    whole: Signal<Local, Bits<160>>,
    stash_row: Signal<Local, StashRow>,
    key4: Delay<Bits<128>, 4>,
    key8: Delay<Bits<128>, 4>,
    index6: Delay<Bits<17>, 6>,
    saw9: Delay<Bits<16>, 5>,
    // valids[i] is `valid` of i + 1 clocks ago, directs likewise.
    valids: [DFF<Bit>; 9],
    directs: [DFF<Bit>; 8],
    short: Signal<Local, Bits<R>>,
    found: Signal<Local, Bit>,
    chosen: Signal<Local, Bits<17>>,
    found7: DFF<Bit>,
    found8: DFF<Bit>,
    entry7: DFF<Bits<17>>,
    entry8: DFF<Bits<17>>,
    entry9: DFF<Bits<17>>,
    action_bits: Signal<Local, Bits<128>>,
    ahead_bits: Signal<Local, Bits<128>>,
}

const _: () = {
    use spec::limits::*;
    assert!(HASH_CLOCKS == 3 && LOOKUP_CLOCKS == 9);
    assert!(STASH_ROWS == 8 && BANKS == 2 && BUCKET_SLOTS == 4);
};

impl<const R: usize, const B: usize> Logic for Lookup<R, B> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, found7, found8, entry7, entry8, entry9);
        for i in 0..9 {
            self.valids[i].clock.next = self.clock.val();
        }
        for i in 0..8 {
            self.directs[i].clock.next = self.clock.val();
        }
        self.valids[0].d.next = self.valid.val() & !self.reset.val();
        for i in 1..9 {
            self.valids[i].d.next = self.valids[i - 1].q.val() & !self.reset.val();
        }
        self.directs[0].d.next = self.direct.val();
        for i in 1..8 {
            self.directs[i].d.next = self.directs[i - 1].q.val();
        }
        self.key_bits.next = self.key.val().into();
        self.key4.clock.next = self.clock.val();
        self.key4.x.next = self.key_bits.val();
        self.key8.clock.next = self.clock.val();
        self.key8.x.next = self.key4.y.val();
        self.index6.clock.next = self.clock.val();
        self.index6.x.next = self.index.val();

        // Clocks 0 to 5.
        self.hash.clock.next = self.clock.val();
        self.hash.key.next = self.key_bits.val();
        self.hash.secret.next = self.secret.val();
        self.slots.clock.next = self.clock.val();
        self.slots.lookup.next = self.valids[2].q.val();
        self.slots.hash.next = self.hash.hash.val();
        self.slots.write.next = self.write.val();
        self.slots.read.next = self.read_slot.val();
        self.slots.read_index.next = self.read_index.val();
        self.slot_done.next = self.slots.read_done.val();
        self.slot.next = self.slots.read_slot.val();
        self.saw9.clock.next = self.clock.val();
        self.saw9.x.next = self.generation.val();

        // A stash row written is compared a clock later, as the stash is a clock behind the slots.
        self.low.next = self.write.val().low;
        self.high.next = self.write.val().high;
        self.whole.next = (bit_cast::<160, 32>(self.high.val().get_bits::<32>(0)) << 128)
            | bit_cast::<160, 128>(self.low.val());
        self.stash_row.next = self.whole.val().into();
        self.stash.clock.next = self.clock.val();
        self.stash.reset.next = self.reset.val();
        self.stash.write.next = self.write.val().stash;
        self.stash.row.next = bit_cast::<3, 17>(self.write.val().index);
        self.stash.used.next = self.stash_row.val().valid;
        self.stash.key.next = (bit_cast::<128, 64>(self.stash_row.val().key_high) << 64)
            | bit_cast::<128, 64>(self.stash_row.val().key_low);
        self.stash.payload.next = self.stash_row.val().entry;
        self.stash.probe.next = self.key4.y.val();

        // Clock 6.
        self.found.next = self.slots.hit.val();
        self.chosen.next = self.slots.entry.val();
        if self.directs[5].q.val() {
            self.found.next = true;
            self.chosen.next = self.index6.y.val();
        } else if self.stash.hit.val() {
            self.found.next = true;
            self.chosen.next = self.stash.found.val();
        }
        self.entries.clock.next = self.clock.val();
        self.entries.lookup.next = self.valids[5].q.val();
        self.entries.index.next = self.chosen.val();
        self.entries.write.next = self.write.val();
        self.entries.read.next = self.read_entry.val();
        self.entries.read_index.next = self.read_index.val();
        self.entry_done.next = self.entries.read_done.val();
        self.entry_key.next = self.entries.read_key.val();
        self.entry_action.next = self.entries.read_action.val();
        self.found7.d.next = self.found.val() & self.live.val() & self.valids[5].q.val();
        // An index that has no entry finds none.
        self.short.next = bit_cast::<R, 17>(self.entry7.q.val());
        self.found8.d.next =
            self.found7.q.val() & (bit_cast::<17, R>(self.short.val()) == self.entry7.q.val());
        self.entry7.d.next = self.chosen.val();
        self.entry8.d.next = self.entry7.q.val();
        self.entry9.d.next = self.entry8.q.val();

        // Clocks 8 and 9.
        self.entries.key.next = self.key8.y.val().get_bits::<121>(0);
        self.entries.wanted.next = self.found8.q.val();
        self.entries.direct.next = self.directs[7].q.val();
        self.done.next = self.valids[8].q.val();
        self.hit.next = self.entries.same.val();
        self.entry.next = self.entry9.q.val();
        self.action_bits.next = bit_cast::<128, 118>(self.entries.action.val());
        self.action.next = self.action_bits.val().into();
        self.ahead_bits.next = bit_cast::<128, 118>(self.entries.read_action.val());
        self.ahead.next = self.ahead_bits.val().into();
        self.saw.next = self.saw9.y.val();
    }
}
