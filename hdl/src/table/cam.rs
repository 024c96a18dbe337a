//! A small associative memory: every row compares its key at once.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// `N` rows of a key of `K` bits and a payload of `P` bits, numbered with `I` bits.
///
/// Two clocks after `probe`, `hit` says whether a row in use has that key, and `found` is its
/// payload; of several such rows the lowest wins; without one `found` is zero. A probe a clock. A
/// row written in one clock is compared with the probes of the next. Reset takes all rows out of
/// use.
///
/// The first stage compares, the second takes the lowest row and gates the payloads together. All
/// in registers: `N * (K + P + 2)` flip-flops.
#[derive(LogicBlock)]
pub struct Cam<const K: usize, const P: usize, const N: usize, const I: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub write: Signal<In, Bit>,
    pub row: Signal<In, Bits<I>>,
    pub used: Signal<In, Bit>,
    pub key: Signal<In, Bits<K>>,
    pub payload: Signal<In, Bits<P>>,
    pub probe: Signal<In, Bits<K>>,
    pub hit: Signal<Out, Bit>,
    pub found: Signal<Out, Bits<P>>,
    rows_used: [DFF<Bit>; N],
    keys: [DFF<Bits<K>>; N],
    payloads: [DFF<Bits<P>>; N],
    equal: [DFF<Bit>; N],
    before: [Signal<Local, Bit>; N],
    any: [Signal<Local, Bit>; N],
    part: [Signal<Local, Bits<P>>; N],
    sum: [Signal<Local, Bits<P>>; N],
    hit_q: DFF<Bit>,
    found_q: DFF<Bits<P>>,
}

impl<const K: usize, const P: usize, const N: usize, const I: usize> Default for Cam<K, P, N, I> {
    fn default() -> Self {
        assert!(N == 1 << I, "{N} rows are not numbered with {I} bits");
        Self {
            clock: Default::default(),
            reset: Default::default(),
            write: Default::default(),
            row: Default::default(),
            used: Default::default(),
            key: Default::default(),
            payload: Default::default(),
            probe: Default::default(),
            hit: Default::default(),
            found: Default::default(),
            rows_used: std::array::from_fn(|_| Default::default()),
            keys: std::array::from_fn(|_| Default::default()),
            payloads: std::array::from_fn(|_| Default::default()),
            equal: std::array::from_fn(|_| Default::default()),
            before: std::array::from_fn(|_| Default::default()),
            any: std::array::from_fn(|_| Default::default()),
            part: std::array::from_fn(|_| Default::default()),
            sum: std::array::from_fn(|_| Default::default()),
            hit_q: Default::default(),
            found_q: Default::default(),
        }
    }
}

impl<const K: usize, const P: usize, const N: usize, const I: usize> Logic for Cam<K, P, N, I> {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, hit_q, found_q);
        self.hit.next = self.hit_q.q.val();
        self.found.next = self.found_q.q.val();
        for i in 0..N {
            self.rows_used[i].clock.next = self.clock.val();
            self.keys[i].clock.next = self.clock.val();
            self.payloads[i].clock.next = self.clock.val();
            self.equal[i].clock.next = self.clock.val();
            self.rows_used[i].d.next = self.rows_used[i].q.val();
            self.keys[i].d.next = self.keys[i].q.val();
            self.payloads[i].d.next = self.payloads[i].q.val();
            self.equal[i].d.next =
                self.rows_used[i].q.val() & (self.keys[i].q.val() == self.probe.val());
            if self.write.val() & (self.row.val() == i.to_bits::<I>()) {
                self.rows_used[i].d.next = self.used.val();
                self.keys[i].d.next = self.key.val();
                self.payloads[i].d.next = self.payload.val();
            }
            if self.reset.val() {
                self.rows_used[i].d.next = false;
            }
        }
        // Row i is taken if it is equal and none before it is.
        self.before[0].next = false;
        self.any[0].next = self.equal[0].q.val();
        for i in 1..N {
            self.before[i].next = self.any[i - 1].val();
            self.any[i].next = self.any[i - 1].val() | self.equal[i].q.val();
        }
        for i in 0..N {
            self.part[i].next = bits::<P>(0);
            if self.equal[i].q.val() & !self.before[i].val() {
                self.part[i].next = self.payloads[i].q.val();
            }
        }
        self.sum[0].next = self.part[0].val();
        for i in 1..N {
            self.sum[i].next = self.sum[i - 1].val() | self.part[i].val();
        }
        self.hit_q.d.next = false;
        for i in 0..N {
            if self.equal[i].q.val() {
                self.hit_q.d.next = true;
            }
        }
        // The last assignment wins: the sum over all rows.
        for i in 0..N {
            self.found_q.d.next = self.sum[i].val();
        }
    }
}
