//! Two banks of buckets of four slots: from a hash to the entry that may have the key.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::forward::ForwardRam;
use super::write::Write;
use rust_hdl::prelude::*;
use spec::table::Slot;

/// `1 << R` slots in buckets numbered with `B` bits, `B = R - 3`.
///
/// A lookup (`lookup` with `hash`) reads its bucket in both banks at once. Three clocks later `hit`
/// says whether a valid slot has its fingerprint, and `entry` is that slot's; of several the lowest
/// number wins. A lookup a clock, no stall. A slot written (`write.slot`) is seen by the lookup of
/// the same clock. No reset: slots are cleared by writing them.
///
/// READ: while `read` is high, slot `read_index` is read in the first clock without a lookup;
/// `read_done` comes with it as `read_slot`, and `read` must then fall. Lookups never wait.
///
/// Each slot of a bucket is a RAM of its own. Stages: address, RAM, RAM's register with compare and select:
/// the longest path, since the fingerprints of all eight choose among eight entries.
#[derive(LogicBlock)]
pub struct Slots<const R: usize, const B: usize> {
    pub clock: Signal<In, Clock>,
    pub lookup: Signal<In, Bit>,
    pub hash: Signal<In, Bits<32>>,
    pub hit: Signal<Out, Bit>,
    pub entry: Signal<Out, Bits<17>>,
    pub write: Signal<In, Write>,
    pub read: Signal<In, Bit>,
    pub read_index: Signal<In, Bits<17>>,
    pub read_done: Signal<Out, Bit>,
    pub read_slot: Signal<Out, Bits<36>>,
    ram: [ForwardRam<Bits<36>, B>; 8],
    bank_bit: Constant<Bits<5>>,
    // Address.
    fingerprint: Signal<Local, Bits<18>>,
    spread: Signal<Local, Bits<B>>,
    second: Signal<Local, Bits<B>>,
    bucket0: Signal<Local, Bits<B>>,
    bucket1: Signal<Local, Bits<B>>,
    write_index: Signal<Local, Bits<17>>,
    write_bucket: Signal<Local, Bits<B>>,
    write_column: Signal<Local, Bits<3>>,
    read_bucket: Signal<Local, Bits<B>>,
    read_column: Signal<Local, Bits<3>>,
    take: Signal<Local, Bit>,
    taken: [DFF<Bit>; 3],
    fingerprint1: DFF<Bits<18>>,
    fingerprint2: DFF<Bits<18>>,
    // Compare.
    word: [Signal<Local, Bits<36>>; 8],
    equal: [Signal<Local, Bit>; 8],
    read_word: [Signal<Local, Bits<36>>; 8],
    read_sum: [Signal<Local, Bits<36>>; 8],
    read_q: DFF<Bits<36>>,
    // Select.
    any: [Signal<Local, Bit>; 8],
    part: [Signal<Local, Bits<17>>; 8],
    sum: [Signal<Local, Bits<17>>; 8],
    hit_q: DFF<Bit>,
    entry_q: DFF<Bits<17>>,
}

const _: () = {
    let (valid, fingerprint, entry) = (Slot::FIELDS[0], Slot::FIELDS[1], Slot::FIELDS[2]);
    assert!(valid.lsb == 0 && valid.width == 1);
    assert!(fingerprint.lsb == 1 && fingerprint.width == 18);
    assert!(entry.lsb == 19 && entry.width == 17);
    assert!(spec::hash::BUCKET_BITS_MAX == 14);
};

impl<const R: usize, const B: usize> Default for Slots<R, B> {
    fn default() -> Self {
        assert!(R == B + 3, "{R} bits of a slot's number are {B} bits of a bucket's and 3");
        assert!(B <= spec::hash::BUCKET_BITS_MAX, "the hash has too few bits for {B} of a bucket");
        Self {
            clock: Default::default(),
            lookup: Default::default(),
            hash: Default::default(),
            hit: Default::default(),
            entry: Default::default(),
            write: Default::default(),
            read: Default::default(),
            read_index: Default::default(),
            read_done: Default::default(),
            read_slot: Default::default(),
            ram: Default::default(),
            bank_bit: Constant::new((R as u64 - 1).into()),
            fingerprint: Default::default(),
            spread: Default::default(),
            second: Default::default(),
            bucket0: Default::default(),
            bucket1: Default::default(),
            write_index: Default::default(),
            write_bucket: Default::default(),
            write_column: Default::default(),
            read_bucket: Default::default(),
            read_column: Default::default(),
            take: Default::default(),
            taken: Default::default(),
            fingerprint1: Default::default(),
            fingerprint2: Default::default(),
            word: Default::default(),
            equal: Default::default(),
            read_word: Default::default(),
            read_sum: Default::default(),
            read_q: Default::default(),
            any: Default::default(),
            part: Default::default(),
            sum: Default::default(),
            hit_q: Default::default(),
            entry_q: Default::default(),
        }
    }
}

impl<const R: usize, const B: usize> Logic for Slots<R, B> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, fingerprint1, fingerprint2, read_q, hit_q, entry_q);
        self.hit.next = self.hit_q.q.val();
        self.entry.next = self.entry_q.q.val();

        // Address: both buckets of the hash, or the bucket that READ names.
        self.fingerprint.next = self.hash.val().get_bits::<18>(14);
        self.spread.next = bit_cast::<B, 18>(self.fingerprint.val());
        self.second.next = bit_cast::<B, 32>(self.hash.val()) ^ self.spread.val();
        self.read_bucket.next = bit_cast::<B, 17>(self.read_index.val() >> 2);
        self.read_column.next = bit_cast::<3, 2>(self.read_index.val().get_bits::<2>(0));
        if self.read_index.val().get_bit(self.bank_bit.val().index()) {
            self.read_column.next = bit_cast::<3, 2>(self.read_index.val().get_bits::<2>(0)) | 4;
        }
        self.take.next = self.read.val()
            & !(self.lookup.val()
                | self.taken[0].q.val()
                | self.taken[1].q.val()
                | self.taken[2].q.val());
        self.bucket0.next = bit_cast::<B, 32>(self.hash.val());
        self.bucket1.next = self.second.val();
        if self.take.val() {
            self.bucket0.next = self.read_bucket.val();
            self.bucket1.next = self.read_bucket.val();
        }
        self.fingerprint1.d.next = self.fingerprint.val();
        self.fingerprint2.d.next = self.fingerprint1.q.val();
        self.taken[0].d.next = self.take.val();
        for i in 1..3 {
            self.taken[i].d.next = self.taken[i - 1].q.val();
        }
        for i in 0..3 {
            self.taken[i].clock.next = self.clock.val();
        }

        self.write_index.next = self.write.val().slot_index;
        self.write_bucket.next = bit_cast::<B, 17>(self.write_index.val() >> 2);
        self.write_column.next = bit_cast::<3, 2>(self.write_index.val().get_bits::<2>(0));
        if self.write_index.val().get_bit(self.bank_bit.val().index()) {
            self.write_column.next = bit_cast::<3, 2>(self.write_index.val().get_bits::<2>(0)) | 4;
        }
        for i in 0..8 {
            self.ram[i].clock.next = self.clock.val();
            self.ram[i].write_enable.next =
                self.write.val().slot & (self.write_column.val() == i.to_bits::<3>());
            self.ram[i].write_address.next = self.write_bucket.val();
            self.ram[i].write_data.next = self.write.val().slot_row;
        }
        for i in 0..4 {
            self.ram[i].read_address.next = self.bucket0.val();
        }
        for i in 4..8 {
            self.ram[i].read_address.next = self.bucket1.val();
        }

        // Compare.
        for i in 0..8 {
            self.word[i].next = self.ram[i].read_data.val();
            self.equal[i].next = self.word[i].val().get_bit(0)
                & (self.word[i].val().get_bits::<18>(1) == self.fingerprint2.q.val());
            self.read_word[i].next = bits::<36>(0);
            if self.read_column.val() == i.to_bits::<3>() {
                self.read_word[i].next = self.word[i].val();
            }
        }
        self.read_sum[0].next = self.read_word[0].val();
        for i in 1..8 {
            self.read_sum[i].next = self.read_sum[i - 1].val() | self.read_word[i].val();
        }
        self.read_q.d.next = self.read_sum[7].val();
        self.read_slot.next = self.read_q.q.val();
        self.read_done.next = self.taken[2].q.val();

        // Select.
        self.any[0].next = self.equal[0].val();
        self.part[0].next = bits::<17>(0);
        if self.equal[0].val() {
            self.part[0].next = self.word[0].val().get_bits::<17>(19);
        }
        self.sum[0].next = self.part[0].val();
        for i in 1..8 {
            self.any[i].next = self.any[i - 1].val() | self.equal[i].val();
            self.part[i].next = bits::<17>(0);
            if self.equal[i].val() & !self.any[i - 1].val() {
                self.part[i].next = self.word[i].val().get_bits::<17>(19);
            }
            self.sum[i].next = self.sum[i - 1].val() | self.part[i].val();
        }
        self.hit_q.d.next = self.any[7].val();
        self.entry_q.d.next = self.sum[7].val();
    }
}
