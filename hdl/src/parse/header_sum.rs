//! Part of *parse*: the IPv4 header checksum.
#![allow(missing_docs)] // the derive macros expand to items without docs

use rust_hdl::prelude::*;

/// The sum of a word's halves, or 0 for a word that is not in the header; one register.
#[derive(LogicBlock, Default)]
pub struct WordSum {
    pub clock: Signal<In, Clock>,
    pub word: Signal<In, Bits<32>>,
    pub taken: Signal<In, Bit>,
    pub sum: Signal<Out, Bits<17>>,
    both: Signal<Local, Bits<17>>,
    sum_q: DFF<Bits<17>>,
}

impl Logic for WordSum {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, sum_q);
        self.sum.next = self.sum_q.q.val();
        self.both.next = bit_cast::<17, 16>(self.word.val().get_bits::<16>(16))
            + bit_cast::<17, 16>(self.word.val().get_bits::<16>(0));
        self.sum_q.d.next = bits::<17>(0);
        if self.taken.val() {
            self.sum_q.d.next = self.both.val();
        }
    }
}

/// Whether the one's complement sum of an IPv4 header of 5 to 15 words is all ones (RFC 1071).
///
/// Ports: `headers`, 90 bytes from where a header without tags before it begins, first octet in the
/// highest byte; `tags`, how many words of tags (0 to 2) come first; `span`, the words of tags and
/// header together, 5 to 17; `good`, four clocks later. A header a clock. No reset: the output
/// follows the input.
///
/// Tags are whole words, so the header is not aligned first: the sum takes the words between. Words
/// 0 and 15 are never both in the header, nor are 1 and 16: each pair shares an adder.
///
/// The header's 30 halfwords at most are summed as integers, below 2^21. With at least the version in them
/// the sum is not 0, so it folds to all ones just when upper and lower part add up to 0xffff.
#[derive(LogicBlock, Default)]
pub struct HeaderSum {
    pub clock: Signal<In, Clock>,
    pub headers: Signal<In, Bits<720>>,
    pub tags: Signal<In, Bits<2>>,
    pub span: Signal<In, Bits<5>>,
    pub good: Signal<Out, Bit>,
    outside: Signal<Local, Bits<15>>,
    sums: [WordSum; 15],
    two_0: Signal<Local, Bits<18>>,
    two_1: Signal<Local, Bits<18>>,
    two_2: Signal<Local, Bits<18>>,
    two_3: Signal<Local, Bits<18>>,
    two_4: Signal<Local, Bits<18>>,
    two_5: Signal<Local, Bits<18>>,
    two_6: Signal<Local, Bits<18>>,
    four_0: DFF<Bits<19>>,
    four_1: DFF<Bits<19>>,
    four_2: DFF<Bits<19>>,
    four_3: DFF<Bits<19>>,
    eight_0: Signal<Local, Bits<20>>,
    eight_1: Signal<Local, Bits<20>>,
    total: DFF<Bits<21>>,
    carries: Signal<Local, Bits<16>>,
    wanted: Signal<Local, Bits<16>>,
    good_q: DFF<Bit>,
}

impl Logic for HeaderSum {
    #[hdl_gen]
    fn update(&mut self) {
        dff_setup!(self, clock, four_0, four_1, four_2, four_3, total, good_q);
        self.good.next = self.good_q.q.val();
        self.outside.next = bits::<15>(0x7fff) << self.span.val();
        for i in 0..15 {
            self.sums[i].clock.next = self.clock.val();
            self.sums[i].word.next = self.headers.val().get_bits::<32>(688 - 32 * i);
            self.sums[i].taken.next = !self.outside.val().get_bit(i);
        }
        if self.tags.val() != bits::<2>(0) {
            self.sums[0].word.next = self.headers.val().get_bits::<32>(208);
            self.sums[0].taken.next = self.span.val().get_bit(4);
        }
        if self.tags.val() == bits::<2>(2) {
            self.sums[1].word.next = self.headers.val().get_bits::<32>(176);
            self.sums[1].taken.next = self.span.val() == bits::<5>(17);
        }
        self.two_0.next =
            bit_cast::<18, 17>(self.sums[0].sum.val()) + bit_cast::<18, 17>(self.sums[1].sum.val());
        self.two_1.next =
            bit_cast::<18, 17>(self.sums[2].sum.val()) + bit_cast::<18, 17>(self.sums[3].sum.val());
        self.two_2.next =
            bit_cast::<18, 17>(self.sums[4].sum.val()) + bit_cast::<18, 17>(self.sums[5].sum.val());
        self.two_3.next =
            bit_cast::<18, 17>(self.sums[6].sum.val()) + bit_cast::<18, 17>(self.sums[7].sum.val());
        self.two_4.next =
            bit_cast::<18, 17>(self.sums[8].sum.val()) + bit_cast::<18, 17>(self.sums[9].sum.val());
        self.two_5.next = bit_cast::<18, 17>(self.sums[10].sum.val())
            + bit_cast::<18, 17>(self.sums[11].sum.val());
        self.two_6.next = bit_cast::<18, 17>(self.sums[12].sum.val())
            + bit_cast::<18, 17>(self.sums[13].sum.val());
        self.four_0.d.next =
            bit_cast::<19, 18>(self.two_0.val()) + bit_cast::<19, 18>(self.two_1.val());
        self.four_1.d.next =
            bit_cast::<19, 18>(self.two_2.val()) + bit_cast::<19, 18>(self.two_3.val());
        self.four_2.d.next =
            bit_cast::<19, 18>(self.two_4.val()) + bit_cast::<19, 18>(self.two_5.val());
        self.four_3.d.next =
            bit_cast::<19, 18>(self.two_6.val()) + bit_cast::<19, 17>(self.sums[14].sum.val());
        self.eight_0.next =
            bit_cast::<20, 19>(self.four_0.q.val()) + bit_cast::<20, 19>(self.four_1.q.val());
        self.eight_1.next =
            bit_cast::<20, 19>(self.four_2.q.val()) + bit_cast::<20, 19>(self.four_3.q.val());
        self.total.d.next =
            bit_cast::<21, 20>(self.eight_0.val()) + bit_cast::<21, 20>(self.eight_1.val());
        self.carries.next = bit_cast::<16, 5>(self.total.q.val().get_bits::<5>(16));
        self.wanted.next = !self.carries.val();
        self.good_q.d.next = self.total.q.val().get_bits::<16>(0) == self.wanted.val();
    }
}
