//! Gate networks: the common form between a Rust function and its Verilog.
//!
//! A network is built from functions by evaluating them ([`Net::map`], [`Net::bilinear`],
//! [`Net::table`]), can be evaluated in Rust, and prints itself as Verilog cut into any number of
//! pipeline stages (`pipeline.rs`).

use super::affine::affine;
use super::word::Word;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

/// A node: an index into the network.
pub type Id = usize;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Gate {
    In(usize),
    Const(bool),
    Xor(Id, Id),
    And(Id, Id),
    /// A truth table of up to 8 inputs, first input least significant.
    Table(Vec<Id>, [u64; 4]),
}

/// How the rows of an XOR matrix become gates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Style {
    /// One XOR tree per output.
    Flat,
    /// Greedy common-subexpression sharing (Paar): take the pair that most rows contain, repeat.
    Shared,
}

/// A network of two-input XOR and AND gates and small tables.
#[derive(Default)]
pub struct Net {
    pub(super) gates: Vec<Gate>,
    pub(super) level: Vec<u32>,
    index: HashMap<Gate, Id>,
    inputs: usize,
    pub(super) outs: Vec<Id>,
}

impl Net {
    /// An empty network, and its inputs, least significant first.
    pub fn new(inputs: usize) -> (Self, Vec<Id>) {
        let mut net = Net { inputs, ..Net::default() };
        let ids = (0..inputs).map(|i| net.gate(Gate::In(i))).collect();
        (net, ids)
    }
    /// Sets the outputs, least significant first.
    pub fn finish(mut self, outs: Vec<Id>) -> Self {
        self.outs = outs;
        self
    }
    /// How many gates the outputs need.
    pub fn gates(&self) -> usize {
        self.live().iter().zip(&self.level).filter(|(live, level)| **live && **level > 0).count()
    }
    /// Depth in two-input gates; a 4-input LUT takes about two.
    pub fn depth(&self) -> u32 {
        self.outs.iter().map(|o| self.level[*o]).max().unwrap_or(0)
    }

    fn gate(&mut self, g: Gate) -> Id {
        if let Some(id) = self.index.get(&g) {
            return *id;
        }
        let is_const = |n: &Net, i: &Id| matches!(n.gates[*i], Gate::Const(_));
        let level = match &g {
            Gate::In(_) | Gate::Const(_) => 0,
            Gate::Xor(a, b) | Gate::And(a, b) => {
                self.level[*a].max(self.level[*b])
                    + !is_const(self, a) as u32 * !is_const(self, b) as u32
            }
            Gate::Table(ins, _) => {
                ins.iter().map(|i| self.level[*i]).max().unwrap() + ins.len().ilog2().max(1)
            }
        };
        self.gates.push(g.clone());
        self.level.push(level);
        self.index.insert(g, self.gates.len() - 1);
        self.gates.len() - 1
    }
    /// A constant bit.
    pub fn constant(&mut self, v: bool) -> Id {
        self.gate(Gate::Const(v))
    }
    /// `a ^ b`.
    pub fn xor(&mut self, a: Id, b: Id) -> Id {
        match (&self.gates[a], &self.gates[b]) {
            _ if a == b => self.constant(false),
            (Gate::Const(false), _) => b,
            (_, Gate::Const(false)) => a,
            _ => self.gate(Gate::Xor(a.min(b), a.max(b))),
        }
    }
    /// `a & b`.
    pub fn and(&mut self, a: Id, b: Id) -> Id {
        self.gate(Gate::And(a.min(b), a.max(b)))
    }
    /// XOR of all terms, joining the shallowest first.
    pub fn sum(&mut self, terms: &[Id]) -> Id {
        let mut heap: BinaryHeap<_> = terms.iter().map(|t| Reverse((self.level[*t], *t))).collect();
        while let (Some(Reverse((_, a))), Some(Reverse((_, b)))) = (heap.pop(), heap.pop()) {
            let c = self.xor(a, b);
            if heap.is_empty() {
                return c;
            }
            heap.push(Reverse((self.level[c], c)));
        }
        terms.first().copied().unwrap_or_else(|| self.constant(false))
    }

    /// Appends the affine map `f` of `ins`: its matrix is read off by evaluating the basis vectors.
    /// Panics if `f` is not affine over GF(2).
    pub fn map(
        &mut self,
        ins: &[Id],
        outs: usize,
        style: Style,
        f: impl Fn(&Word) -> Word,
    ) -> Vec<Id> {
        let (zero, cols) = affine(ins.len(), &f).expect("the function is not affine over GF(2)");
        assert!(cols.iter().all(|c| *c == c.low(outs)), "the function sets bits above its width");
        let mut rows: Vec<Vec<Id>> = (0..outs)
            .map(|o| (0..ins.len()).filter(|i| cols[*i].bit(o)).map(|i| ins[i]).collect())
            .collect();
        if style == Style::Shared {
            self.share(&mut rows);
        }
        let one = self.constant(true);
        let sums: Vec<Id> = rows.iter().map(|r| self.sum(r)).collect();
        sums.iter()
            .enumerate()
            .map(|(o, s)| if zero.bit(o) { self.xor(*s, one) } else { *s })
            .collect()
    }
    /// Greedy pairwise sharing over the rows; among equal pairs the shallowest first.
    fn share(&mut self, rows: &mut [Vec<Id>]) {
        let mut cols: BTreeMap<Id, Word> = BTreeMap::new();
        for (r, row) in rows.iter().enumerate() {
            row.iter().for_each(|id| cols.entry(*id).or_default().set(r));
        }
        let both = |a: &Word, b: &Word| a.zip(b, |x, y| x & y);
        let mut heap = BinaryHeap::new();
        let push = |net: &Net, heap: &mut BinaryHeap<_>, n: u32, a: Id, b: Id| {
            if n > 1 {
                heap.push((n, Reverse((net.level[a].max(net.level[b]), a, b))));
            }
        };
        let ids: Vec<Id> = cols.keys().copied().collect();
        for (k, a) in ids.iter().enumerate() {
            ids[k + 1..]
                .iter()
                .for_each(|b| push(self, &mut heap, both(&cols[a], &cols[b]).count(), *a, *b));
        }
        while let Some((n, Reverse((_, a, b)))) = heap.pop() {
            let common = both(&cols[&a], &cols[&b]);
            if common.count() < n {
                push(self, &mut heap, common.count(), a, b); // an older step took some of these rows
                continue;
            }
            let c = self.xor(a, b);
            for (id, w) in [(a, common), (b, common), (c, common)] {
                let col = cols.entry(id).or_default();
                *col = col.xor(&w);
            }
            cols.iter().filter(|(i, _)| **i != c).for_each(|(i, w)| {
                push(self, &mut heap, both(w, &cols[&c]).count(), *i, c);
            });
        }
        for (r, row) in rows.iter_mut().enumerate() {
            *row = cols.iter().filter(|(_, w)| w.bit(r)).map(|(id, _)| *id).collect();
        }
    }
    /// Appends the bilinear map `f` of `a` and `b`, read off by evaluating pairs of basis vectors.
    pub fn bilinear(
        &mut self,
        a: &[Id],
        b: &[Id],
        outs: usize,
        f: impl Fn(&Word, &Word) -> Word,
    ) -> Vec<Id> {
        let mut rows = vec![vec![]; outs];
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                let p = f(&Word::basis(i), &Word::basis(j));
                (0..outs).filter(|o| p.bit(*o)).for_each(|o| rows[o].push(self.and(*x, *y)));
            }
        }
        rows.iter().map(|r| self.sum(r)).collect()
    }
    /// Appends a lookup table of up to 8 inputs.
    pub fn table(&mut self, ins: &[Id], outs: usize, f: impl Fn(usize) -> usize) -> Vec<Id> {
        let truth = |o: usize| {
            let mut t = [0u64; 4];
            (0..1 << ins.len()).for_each(|x| t[x / 64] |= (f(x) as u64 >> o & 1) << (x % 64));
            t
        };
        (0..outs).map(|o| self.gate(Gate::Table(ins.to_vec(), truth(o)))).collect()
    }

    /// Evaluates 64 input vectors at once: word `i` holds input `i` of each.
    pub fn eval(&self, ins: &[u64]) -> Vec<u64> {
        let mut v = vec![0u64; self.gates.len()];
        for (i, g) in self.gates.iter().enumerate() {
            v[i] = match g {
                Gate::In(k) => ins[*k],
                Gate::Const(c) => (*c as u64).wrapping_neg(),
                Gate::Xor(a, b) => v[*a] ^ v[*b],
                Gate::And(a, b) => v[*a] & v[*b],
                Gate::Table(ids, t) => (0..64).fold(0, |acc, s| {
                    let x = ids.iter().rev().fold(0, |x, id| x << 1 | (v[*id] >> s & 1) as usize);
                    acc | (t[x / 64] >> (x % 64) & 1) << s
                }),
            };
        }
        self.outs.iter().map(|o| v[*o]).collect()
    }
    /// Compares the network with the function it stands for on 64 random vectors; panics on a
    /// difference.
    pub fn check(&self, seed: u64, f: impl Fn(&Word) -> Word) {
        let mut seed = seed | 1;
        let xs: Vec<Word> = (0..64).map(|_| Word::random(self.inputs, &mut seed)).collect();
        let column =
            |i: usize| xs.iter().enumerate().fold(0, |c, (s, x)| c | (x.bit(i) as u64) << s);
        let ys = self.eval(&(0..self.inputs).map(column).collect::<Vec<_>>());
        for (s, x) in xs.iter().enumerate() {
            let bits = ys.iter().enumerate().filter(|(_, y)| **y >> s & 1 == 1);
            let y = bits.fold(Word::default(), |y, (o, _)| y.xor(&Word::basis(o)));
            assert_eq!(y, f(x), "the network differs from its function");
        }
    }
}
