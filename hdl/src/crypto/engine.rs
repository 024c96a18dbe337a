//! The engines that seal and open packets with AES-GCM: a beat a clock, or in two.
//!
//! ```text
//!  sink, request, write, wipe --[gcm]-- source, verdict
//!                      blocks |     ^ streams
//!                             v     |
//!                           [AES: 74]
//! ```
//!
//! | stream | what |
//! |---|---|
//! | `sink` | seal: the text; open: the text and the tag. A packet without a byte is one empty beat |
//! | `request` | with a packet's first beat: seal or open, key, nonce, additional data, size |
//! | `source` | seal: the sealed text and the tag; open: the text (one empty beat if there is none) |
//! | `verdict` | with the last beat, a code of `spec::crypto::GcmVerdict`; `source.error`: not good |
//! | `write` | rows of the key memories, see `spec::crypto`; there is no way to read them |
//!
//! Contract. Packets leave in order. Throughput: a packet takes `ceil((text + 16) / W)` clocks, the
//! beats of its sealed form, or twice as many at half the rate, at any size, mix of keys and sequence;
//! nothing is lost between packets. Latency: `spec::crypto::GCM_LATENCY_14` clocks from the first beat
//! taken to the first or only beat given, a beat a clock from there, or in two; at half the rate the first
//! beat may wait a clock until it is taken. Opened text leaves before its verdict: hold it back. What is
//! under a key that is not set is not given out at all. A tag is compared in one go, at every length
//! in the same number of clocks. `wipe` and reset clear all keys: `busy` is high and no packet is
//! taken until that is done; packets under way end with the verdict that their key is not set (after a
//! reset they are lost). Rewriting a key while packets use it spoils those packets.
//! Drops: none. What comes in leaves, with its verdict.
//!
//! Why this way: AES never sees the text, only counters, so the text waits beside it in memory; a
//! block a clock is asked of everything, and what cannot stop is admitted by credit for the place
//! where it will end up. Half the rate needs half of AES, which is most of the area. Bottlenecks: the
//! multiplier's and the rounds' stages, see there.
//! What the bench (vectors, random packets against crate `aes-gcm`) cannot catch: two clocks that are both
//! late by one and so agree, where no packet is near enough to show it; what a wipe leaves in the
//! registers of packets under way, which drain in as many clocks as the latency; timing that
//! depends on a tag, of which there is none because nothing is decided before the last beat.
#![allow(missing_docs)] // the derive macros expand to items without docs

use super::aes::Aes14;
use super::gcm::Gcm;
use super::half::AesHalf;
use super::keys::KeyWrite;
use super::slot::Request;
use crate::leaf::Function;
use crate::stream::{FrameSink, FrameSource};
use rust_hdl::prelude::*;

/// A beat a clock, with 14 rounds of AES. `S` is the S-box, `D` the bits of a beat, that is of `LANES`
/// blocks, `C` the bits of a byte count, `K` of a key's index, `E` of a power's number, `A = K + E`.
#[derive(LogicBlock)]
pub struct Engine<
    S: Function,
    const LANES: usize,
    const D: usize,
    const C: usize,
    const K: usize,
    const E: usize,
    const A: usize,
> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: FrameSink<D, C>,
    pub request: Request<K>,
    pub source: FrameSource<D, C>,
    pub verdict: Signal<Out, Bits<2>>,
    pub write: KeyWrite<K>,
    pub wipe: Signal<In, Bit>,
    pub busy: Signal<Out, Bit>,
    gcm: Gcm<LANES, D, C, K, E, A>,
    aes: [Aes14<S, K>; LANES],
}

impl<
    S: Function,
    const LANES: usize,
    const D: usize,
    const C: usize,
    const K: usize,
    const E: usize,
    const A: usize,
> Default for Engine<S, LANES, D, C, K, E, A>
{
    fn default() -> Self {
        with_defaults!(
            { aes: std::array::from_fn(|_| Default::default()), }
            clock, reset, sink, request, source, verdict, write, wipe, busy, gcm
        )
    }
}

impl<
    S: Function,
    const LANES: usize,
    const D: usize,
    const C: usize,
    const K: usize,
    const E: usize,
    const A: usize,
> Logic for Engine<S, LANES, D, C, K, E, A>
{
    #[hdl_gen]
    fn update(&mut self) {
        self.gcm.clock.next = self.clock.val();
        self.gcm.reset.next = self.reset.val();
        FrameSink::<D, C>::link(&mut self.sink, &mut self.gcm.sink);
        Request::<K>::link(&mut self.request, &mut self.gcm.request);
        FrameSource::<D, C>::link(&mut self.source, &mut self.gcm.source);
        KeyWrite::<K>::link(&mut self.write, &mut self.gcm.write);
        self.verdict.next = self.gcm.verdict.val();
        self.gcm.wipe.next = self.wipe.val();
        self.busy.next = self.gcm.busy.val();
        self.gcm.turn.next = true;
        self.gcm.turn_next.next = true;
        for i in 0..LANES {
            self.aes[i].clock.next = self.clock.val();
            self.aes[i].block.next = self.gcm.blocks[i].val();
            self.aes[i].key.next = self.gcm.key.val();
            self.aes[i].short.next = self.gcm.short.val();
            self.aes[i].write_enable.next = self.gcm.rounds.val();
            self.aes[i].write_address.next = self.gcm.row.val().get_bits::<K>(0);
            self.aes[i].write_data.next = self.gcm.row_data.val();
            self.gcm.streams[i].next = self.aes[i].out.val();
        }
    }
}

/// A beat of 16 bytes in two clocks, with 7 rounds of AES; parameters as of [`Engine`], and `P = K + 1`.
#[derive(LogicBlock)]
pub struct HalfEngine<S: Function, const K: usize, const E: usize, const A: usize, const P: usize> {
    pub clock: Signal<In, Clock>,
    pub reset: Signal<In, Bit>,
    pub sink: FrameSink<128, 5>,
    pub request: Request<K>,
    pub source: FrameSource<128, 5>,
    pub verdict: Signal<Out, Bits<2>>,
    pub write: KeyWrite<K>,
    pub wipe: Signal<In, Bit>,
    pub busy: Signal<Out, Bit>,
    gcm: Gcm<1, 128, 5, K, E, A>,
    aes: AesHalf<S, K, P>,
    second_pass: Constant<Bits<A>>,
    turn: DFF<Bit>,
    pass: Signal<Local, Bits<A>>,
}

impl<S: Function, const K: usize, const E: usize, const A: usize, const P: usize> Default
    for HalfEngine<S, K, E, A, P>
{
    fn default() -> Self {
        assert!(P == K + 1, "{K} bits of a key, {P} of a key and a pass");
        with_defaults!(
            { second_pass: Constant::new((1u64 << K).into()), }
            clock, reset, sink, request, source, verdict, write, wipe, busy, gcm, aes, turn, pass
        )
    }
}

impl<S: Function, const K: usize, const E: usize, const A: usize, const P: usize> Logic
    for HalfEngine<S, K, E, A, P>
{
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, turn);
        self.gcm.clock.next = self.clock.val();
        self.gcm.reset.next = self.reset.val();
        self.aes.clock.next = self.clock.val();
        FrameSink::<128, 5>::link(&mut self.sink, &mut self.gcm.sink);
        Request::<K>::link(&mut self.request, &mut self.gcm.request);
        FrameSource::<128, 5>::link(&mut self.source, &mut self.gcm.source);
        KeyWrite::<K>::link(&mut self.write, &mut self.gcm.write);
        self.verdict.next = self.gcm.verdict.val();
        self.gcm.wipe.next = self.wipe.val();
        self.busy.next = self.gcm.busy.val();

        // A block comes an odd number of clocks after its beat.
        self.turn.d.next = !self.turn.q.val();
        self.gcm.turn.next = self.turn.q.val();
        self.gcm.turn_next.next = !self.turn.q.val();
        self.aes.enter.next = !self.turn.q.val();

        // Round keys 8 to 14 are those of the second pass: bit 3 of a row's number, above the key's.
        self.aes.block.next = self.gcm.blocks[0].val();
        self.aes.key.next = self.gcm.key.val();
        self.aes.short.next = self.gcm.short.val();
        self.aes.write_enable.next = self.gcm.rounds.val();
        self.pass.next = (self.gcm.row.val() >> bits::<2>(3)) & self.second_pass.val();
        self.aes.write_address.next = self.pass.val().get_bits::<P>(0)
            | bit_cast::<P, K>(self.gcm.row.val().get_bits::<K>(0));
        self.aes.write_data.next = self.gcm.row_data.val();
        self.gcm.streams[0].next = self.aes.out.val();
    }
}
