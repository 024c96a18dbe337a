//! Functions that only move or mask bits, and one that changes how another becomes gates.

use super::super::{Function, Id, Net, Style, Word, linear};

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

/// `N` bits to `8 * N`: each becomes a byte.
#[derive(Default, Debug)]
pub struct Spread<const N: usize>;

impl<const N: usize> Function for Spread<N> {
    fn model(&self, x: &Word) -> Word {
        Word::from_bytes(&std::array::from_fn::<u8, N, _>(|i| if x.bit(i) { 255 } else { 0 }))
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        let lanes: Vec<String> = (0..N).rev().map(|i| format!("{{8{{v[{i}]}}}}")).collect();
        Some(format!("assign f = {{{}}};\n", lanes.join(", ")))
    }
}

/// A number of 4 bits to 16: those below the number are set.
#[derive(Default, Debug)]
pub struct Below;

impl Function for Below {
    fn model(&self, x: &Word) -> Word {
        Word::from_u128((1 << (x.0[0] & 15)) - 1)
    }
    fn net(&self, inputs: usize, outputs: usize) -> Net {
        let (mut net, v) = Net::new(inputs);
        let y = net.table(&v, outputs, |n| (1 << n) - 1);
        net.finish(y)
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        Some("assign f = ~(16'hffff << v);\n".into())
    }
}

/// Two blocks of 16 bytes and a mask of 16 bits: whether they differ in a byte of the mask.
#[derive(Default, Debug)]
pub struct Differ;

impl Function for Differ {
    fn model(&self, x: &Word) -> Word {
        let differ = |i: &usize| x.bit(256 + i) && x.byte(*i) != x.byte(16 + i);
        Word::from_u128((0..16).any(|i| differ(&i)).into())
    }
    fn net(&self, inputs: usize, _: usize) -> Net {
        let (mut net, v) = Net::new(inputs);
        let any = |net: &mut Net, bits: &[Id]| net.table(bits, 1, |x| usize::from(x != 0))[0];
        let mut bytes: Vec<Id> = (0..16)
            .map(|i| {
                let bits: Vec<Id> = (8 * i..8 * i + 8).map(|b| net.xor(v[b], v[128 + b])).collect();
                let halves = [any(&mut net, &bits[..4]), any(&mut net, &bits[4..]), v[256 + i]];
                net.table(&halves, 1, |x| usize::from(x >= 5))[0]
            })
            .collect();
        while bytes.len() > 1 {
            bytes = bytes.chunks(4).map(|some| any(&mut net, some)).collect();
        }
        net.finish(bytes)
    }
    fn sim(&self, _: usize, _: usize) -> Option<String> {
        let byte = |i: usize| {
            let (a, b) = (8 * i, 128 + 8 * i);
            format!("(v[{}] && v[{a} +: 8] != v[{b} +: 8])", 256 + i)
        };
        let bytes: Vec<String> = (0..16).map(byte).collect();
        Some(format!("assign f = {};\n", bytes.join(" || ")))
    }
}
