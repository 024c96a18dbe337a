//! The way into the key memories: one write port for all of them, and the wipe.
//!
//! Contract: a row a clock (`spec::crypto` has the rows), 1 clock to `attributes`, a clock more for
//! each [`KeyStep`] on the way to a memory. There is no way out: the memories' read ports lead into the
//! rounds and the multiplier. A reset or `wipe` clears every row of every key, for `1 << (K + E)`
//! clocks in which `busy` is high and writes are lost. Latency of `busy`: 1 clock.
//!
//! Why a counter and not a valid bit a key: what is not there cannot leak. Why steps: the memories are
//! all over the device, and a row has time. A memory that a packet meets later may be written later, so
//! there is nothing to wait for between a row and its use.
//! Bottleneck: the wires to the memories; with a step for every three rounds they are short.
//! What the bench cannot catch: a row that is on its way to a memory when a packet under its key meets
//! that memory, unless a packet comes so close behind the row. The proof (`cargo xtask formal keys`) is
//! about a small number of keys.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// A row for a key memory.
#[derive(LogicInterface, Default)]
#[join = "KeyWriteSource"]
pub struct KeyWrite<const K: usize> {
    /// Write in this clock.
    pub enable: Signal<In, Bit>,
    /// Which key.
    pub key: Signal<In, Bits<K>>,
    /// Which of its rows.
    pub row: Signal<In, Bits<7>>,
    /// The row, byte 0 in bits 7..0.
    pub data: Signal<In, Bits<128>>,
}

/// The other side of [`KeyWrite`].
#[derive(LogicInterface, Default)]
#[join = "KeyWrite"]
pub struct KeyWriteSource<const K: usize> {
    pub enable: Signal<Out, Bit>,
    pub key: Signal<Out, Bits<K>>,
    pub row: Signal<Out, Bits<7>>,
    pub data: Signal<Out, Bits<128>>,
}

/// A register on the way of rows to a group of memories, of `N` in all; `A` bits of an address.
#[derive(LogicBlock, Default)]
pub struct KeyStep<const N: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub enable_in: Signal<In, Bits<N>>,
    pub address_in: Signal<In, Bits<A>>,
    pub data_in: Signal<In, Bits<128>>,
    pub enable: Signal<Out, Bits<N>>,
    pub address: Signal<Out, Bits<A>>,
    pub data: Signal<Out, Bits<128>>,
    enable_q: DFF<Bits<N>>,
    address_q: DFF<Bits<A>>,
    data_q: DFF<Bits<128>>,
}

impl<const N: usize, const A: usize> Logic for KeyStep<N, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, enable_q, address_q, data_q);
        self.enable_q.d.next = self.enable_in.val();
        self.address_q.d.next = self.address_in.val();
        self.data_q.d.next = self.data_in.val();
        self.enable.next = self.enable_q.q.val();
        self.address.next = self.address_q.q.val();
        self.data.next = self.data_q.q.val();
    }
}

/// `K` bits of a key's index, `E` of a power's number, `A = K + E`.
#[derive(LogicBlock)]
pub struct Keys<const K: usize, const E: usize, const A: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub wipe: Signal<In, Bit>,
    pub write: KeyWrite<K>,
    pub busy: Signal<Out, Bit>,
    /// A memory of round keys each.
    pub rounds: Signal<Out, Bits<15>>,
    pub attributes: Signal<Out, Bit>,
    /// The memory of all powers of the hash key, at `power`.
    pub powers: Signal<Out, Bit>,
    /// The memory of the hash key alone, at `key`.
    pub first_power: Signal<Out, Bit>,
    pub key: Signal<Out, Bits<K>>,
    /// The key's index below the power's number.
    pub power: Signal<Out, Bits<A>>,
    pub data: Signal<Out, Bits<128>>,
    key_bits: Constant<Bits<5>>,
    /// The count before the last one.
    almost_full: Constant<Bits<A>>,
    busy_q: DFF<Bit>,
    count: DFF<Bits<A>>,
    /// The count is at its end: worked out a clock before.
    ends: DFF<Bit>,
    rounds_q: DFF<Bits<15>>,
    attributes_q: DFF<Bit>,
    powers_q: DFF<Bit>,
    first_power_q: DFF<Bit>,
    power_q: DFF<Bits<A>>,
    data_q: DFF<Bits<128>>,
    at: Signal<Local, Bits<A>>,
    exponent: Signal<Local, Bits<A>>,
    placed: Signal<Local, Bits<A>>,
    low: Signal<Local, Bits<6>>,
    one: Signal<Local, Bits<15>>,
    is_power: Signal<Local, Bit>,
    is_round: Signal<Local, Bit>,
    next_count: Signal<Local, Bits<A>>,
    shift: Signal<Local, Bits<4>>,
}

impl<const K: usize, const E: usize, const A: usize> Default for Keys<K, E, A> {
    fn default() -> Self {
        assert!(A == K + E && E <= 6, "{K} bits of a key, {E} of a power, {A} together");
        with_defaults!(
            {
                key_bits: Constant::new((K as u64).into()),
                almost_full: Constant::new(((1u64 << A) - 2).into()),
            }
            clock, reset, wipe, write, busy, rounds, attributes, powers,
            first_power, key, power, data, busy_q, count, ends, rounds_q, attributes_q,
            powers_q, first_power_q, power_q, data_q, at, exponent, placed, low,
            one, is_power, is_round, next_count, shift
        )
    }
}

impl<const K: usize, const E: usize, const A: usize> Logic for Keys<K, E, A> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(
            self,
            clock,
            busy_q,
            count,
            ends,
            rounds_q,
            attributes_q,
            powers_q,
            first_power_q,
            power_q,
            data_q
        );
        self.busy.next = self.busy_q.q.val();
        self.rounds.next = self.rounds_q.q.val();
        self.attributes.next = self.attributes_q.q.val();
        self.powers.next = self.powers_q.q.val();
        self.first_power.next = self.first_power_q.q.val();
        self.key.next = self.power_q.q.val().get_bits::<K>(0);
        self.power.next = self.power_q.q.val();
        self.data.next = self.data_q.q.val();

        self.low.next = self.write.row.val().get_bits::<6>(0);
        self.is_power.next = self.write.row.val().get_bit(6);
        self.is_round.next = !self.is_power.val() & (self.low.val() < bits::<6>(15));
        self.exponent.next = bit_cast::<A, 6>(self.low.val());
        self.placed.next = self.exponent.val() << self.key_bits.val();
        self.at.next = self.placed.val() | bit_cast::<A, K>(self.write.key.val());
        self.shift.next = self.low.val().get_bits::<4>(0);
        self.one.next = bits::<15>(1) << self.shift.val();
        self.next_count.next = self.count.q.val() + bits::<A>(1);

        self.rounds_q.d.next = bits::<15>(0);
        if self.write.enable.val() & self.is_round.val() {
            self.rounds_q.d.next = self.one.val();
        }
        self.attributes_q.d.next =
            self.write.enable.val() & !self.is_power.val() & (self.low.val() == bits::<6>(15));
        self.powers_q.d.next = self.write.enable.val() & self.is_power.val();
        self.first_power_q.d.next =
            self.write.enable.val() & self.is_power.val() & (self.low.val() == bits::<6>(1));
        self.power_q.d.next = self.at.val();
        self.data_q.d.next = self.write.data.val();
        if self.busy_q.q.val() {
            self.rounds_q.d.next = bits::<15>(0x7fff);
            self.attributes_q.d.next = true;
            self.powers_q.d.next = true;
            self.first_power_q.d.next = true;
            self.power_q.d.next = self.count.q.val();
            self.data_q.d.next = bits::<128>(0);
            self.count.d.next = self.next_count.val();
            self.ends.d.next = self.count.q.val() == self.almost_full.val();
            if self.ends.q.val() {
                self.busy_q.d.next = false;
            }
        }
        if self.wipe.val() | self.reset.val() {
            self.busy_q.d.next = true;
            self.count.d.next = bits::<A>(0);
            self.ends.d.next = false;
        }
    }
}
