//! Functions that only move or mask bits, and one that changes how another becomes gates.

use super::super::{Function, Net, Style, Word, linear};

/// `N` bits unchanged: with a latency, a chain of registers.
#[derive(Default, Debug)]
pub struct Wires<const N: usize>;

impl<const N: usize> Function for Wires<N> {
    fn model(&self, x: &Word) -> Word {
        x.low(N)
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        Some("assign f = v;\n".into())
    }
}

/// Two inputs, data (`N` bytes) and one enable a byte: bytes that are not enabled become zero.
#[derive(Default, Debug)]
pub struct MaskBytes<const N: usize>;

impl<const N: usize> Function for MaskBytes<N> {
    fn model(&self, x: &Word) -> Word {
        let byte = |i| if x.bit(8 * N + i) { x.byte(i) } else { 0 };
        Word::from_bytes(&std::array::from_fn::<u8, N, _>(byte))
    }
    fn net(&self, inputs: usize, outputs: usize) -> Net {
        let (mut net, v) = Net::new(inputs);
        let f = |a: &Word, b: &Word| self.model(&a.append(8 * N, b));
        let y = net.bilinear(&v[..8 * N], &v[8 * N..], outputs, f);
        net.finish(y)
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        let lane = |i: usize| format!("v[{} +: 8] & {{8{{v[{}]}}}}", 8 * i, 8 * N + i);
        let lanes: Vec<String> = (0..N).rev().map(lane).collect();
        Some(format!("assign f = {{{}}};\n", lanes.join(", ")))
    }
}

/// A linear function without sharing between its outputs: more LUTs, fewer levels.
#[derive(Default, Debug)]
pub struct Flat<F>(pub F);

impl<F: Function> Function for Flat<F> {
    fn model(&self, x: &Word) -> Word {
        self.0.model(x)
    }
    fn net(&self, inputs: usize, outputs: usize) -> Net {
        linear(inputs, outputs, Style::Flat, |x| self.model(x))
    }
    fn sim(&self, inputs: usize, outputs: usize) -> Option<String> {
        self.0.sim(inputs, outputs)
    }
}
