//! Gate networks: the common form between a Rust function and its Verilog.
//!
//! A network is built from functions by evaluating them (`map`, `bilinear`, `table`, `tower_sbox`),
//! can be evaluated in Rust, and prints itself as Verilog cut into any number of pipeline stages.

use super::word::Word;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::fmt::Write;

/// A node: an index into the network.
pub type Id = usize;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Gate {
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
    gates: Vec<Gate>,
    level: Vec<u32>,
    index: HashMap<Gate, Id>,
    inputs: usize,
    outs: Vec<Id>,
}

impl Net {
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
    pub fn constant(&mut self, v: bool) -> Id {
        self.gate(Gate::Const(v))
    }
    pub fn xor(&mut self, a: Id, b: Id) -> Id {
        match (&self.gates[a], &self.gates[b]) {
            _ if a == b => self.constant(false),
            (Gate::Const(false), _) => b,
            (_, Gate::Const(false)) => a,
            _ => self.gate(Gate::Xor(a.min(b), a.max(b))),
        }
    }
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
    /// Compares the network with the function it stands for on 64 random vectors; panics on a difference.
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

    fn operands(&self, id: Id) -> Vec<Id> {
        match &self.gates[id] {
            Gate::In(_) | Gate::Const(_) => vec![],
            Gate::Xor(a, b) | Gate::And(a, b) => vec![*a, *b],
            Gate::Table(ids, _) => ids.clone(),
        }
    }
    fn live(&self) -> Vec<bool> {
        let mut live = vec![false; self.gates.len()];
        self.outs.iter().for_each(|o| live[*o] = true);
        for id in (0..live.len()).rev().filter(|i| !matches!(self.gates[*i], Gate::In(_))) {
            if live[id] {
                self.operands(id).iter().for_each(|o| live[*o] = true);
            }
        }
        live
    }
    /// The `lat - 1` levels after which to cut, with the fewest registers for balanced stages.
    fn cuts(&self, lat: usize) -> Vec<u32> {
        let depth = self.depth() as usize;
        let gap = depth.div_ceil(lat.max(1)).next_multiple_of(2);
        let mut last = vec![0; self.gates.len()]; // deepest reader of each gate
        self.outs.iter().for_each(|o| last[*o] = u32::MAX);
        let live = self.live();
        for id in (0..live.len()).filter(|i| live[*i]) {
            self.operands(id).iter().for_each(|o| last[*o] = last[*o].max(self.level[id]));
        }
        let cost = |l: usize| {
            (0..last.len())
                .filter(|g| live[*g] && self.level[*g] as usize <= l && last[*g] as usize > l)
                .count()
        };
        let cost: Vec<usize> = (0..=depth).map(cost).collect();
        // best[l]: the cheapest cuts so far of which the last is at level l
        let mut best: Vec<Option<(usize, Vec<u32>)>> = vec![None; depth + 1];
        best[0] = Some((0, vec![]));
        for _ in 1..lat {
            let step = |l: usize| {
                let from = (l.saturating_sub(gap)..=l).filter_map(|p| best[p].clone());
                from.min_by_key(|b| b.0).map(|(c, mut v)| {
                    v.push(l as u32);
                    (c + cost[l], v)
                })
            };
            best = (0..=depth).map(step).collect();
        }
        let end = best.into_iter().skip(depth.saturating_sub(gap)).flatten().min_by_key(|b| b.0);
        end.map(|b| b.1).unwrap_or_default()
    }
    /// Verilog statements from a vector `v` to a port `y`, with `lat` registers on every path.
    pub fn verilog(&self, lat: usize) -> String {
        let (live, cuts) = (self.live(), self.cuts(lat));
        let stage: Vec<usize> =
            self.level.iter().map(|l| cuts.iter().filter(|c| *c < l).count()).collect();
        let mut last = stage.clone(); // the last stage in which each gate is read
        for id in (0..live.len()).filter(|i| live[*i]) {
            self.operands(id).iter().for_each(|o| last[*o] = last[*o].max(stage[id]));
        }
        self.outs.iter().for_each(|o| last[*o] = lat);
        let bank = |s: usize| -> Vec<Id> {
            let held = |g: &Id| live[*g] && stage[*g] < s && s <= last[*g];
            (0..live.len())
                .filter(|g| held(g) && !matches!(self.gates[*g], Gate::Const(_)))
                .collect()
        };
        let banks: Vec<Vec<Id>> = (0..=lat).map(bank).collect();
        let slots: Vec<HashMap<Id, usize>> =
            banks.iter().map(|b| b.iter().enumerate().map(|(k, g)| (*g, k)).collect()).collect();
        let name = |g: Id, s: usize| match (&self.gates[g], slots[s].get(&g)) {
            (Gate::Const(c), _) => format!("1'b{}", *c as u8),
            (_, Some(k)) => format!("p{s}[{k}]"),
            (Gate::In(i), _) => format!("v[{i}]"),
            _ => format!("n{g}"),
        };
        let mut t = String::new();
        for (s, b) in banks.iter().enumerate().filter(|(_, b)| !b.is_empty()) {
            writeln!(t, "reg [{}:0] p{s};", b.len() - 1).unwrap();
        }
        for id in (0..live.len()).filter(|i| live[*i]) {
            let n = |o: &Id| name(*o, stage[id]);
            match &self.gates[id] {
                Gate::In(_) | Gate::Const(_) => {}
                Gate::Xor(a, b) => writeln!(t, "wire n{id} = {} ^ {};", n(a), n(b)).unwrap(),
                Gate::And(a, b) => writeln!(t, "wire n{id} = {} & {};", n(a), n(b)).unwrap(),
                Gate::Table(ids, w) => {
                    let (size, index) =
                        (1 << ids.len(), ids.iter().rev().map(n).collect::<Vec<_>>());
                    let hex = format!("{:016x}{:016x}{:016x}{:016x}", w[3], w[2], w[1], w[0]);
                    let hex = &hex[64 - (size as usize).div_ceil(4)..];
                    writeln!(t, "wire [{}:0] t{id} = {size}'h{hex};", size - 1).unwrap();
                    writeln!(t, "wire n{id} = t{id}[{{{}}}];", index.join(", ")).unwrap();
                }
            }
        }
        let list = |ids: &[Id], s: usize| {
            ids.iter().rev().map(|g| name(*g, s)).collect::<Vec<_>>().join(", ")
        };
        for (s, b) in banks.iter().enumerate().filter(|(_, b)| !b.is_empty()) {
            writeln!(t, "always @(posedge clock) p{s} <= {{{}}};", list(b, s - 1)).unwrap();
        }
        t + &format!("assign y = {{{}}};\n", list(&self.outs, lat))
    }
}

/// The constant and the columns of an affine map, read off by evaluating zero and the basis vectors;
/// `None` if random vectors show that it is not affine over GF(2).
pub fn affine(inputs: usize, f: impl Fn(&Word) -> Word) -> Option<(Word, Vec<Word>)> {
    let zero = f(&Word::default());
    let cols: Vec<Word> = (0..inputs).map(|i| f(&Word::basis(i)).xor(&zero)).collect();
    let mut seed = 0x9e37_79b9_7f4a_7c15;
    let fits = (0..256).all(|_| {
        let x = Word::random(inputs, &mut seed);
        f(&x) == (0..inputs).filter(|i| x.bit(*i)).fold(zero, |y, i| y.xor(&cols[i]))
    });
    fits.then_some((zero, cols))
}

/// Verilog that drives `f` from `v` with one masked parity per output, if `model` is affine.
pub fn masks(inputs: usize, outputs: usize, model: impl Fn(&Word) -> Word) -> Option<String> {
    let (zero, cols) = affine(inputs, model)?;
    let row = |o: usize| {
        let hex = |d: usize| {
            (0..4).fold(0, |h, k| h | (cols.get(4 * d + k).is_some_and(|c| c.bit(o)) as u32) << k)
        };
        let digits: String =
            (0..inputs.div_ceil(4)).rev().map(|d| format!("{:x}", hex(d))).collect();
        format!(
            "assign f[{o}] = {}^(v & {inputs}'h{digits});\n",
            if zero.bit(o) { "~" } else { "" }
        )
    };
    Some((0..outputs).map(row).collect())
}

/// Verilog that drives `f` from `v` with the same table on every lane of `width` bits.
pub fn tables(inputs: usize, width: usize, table: impl Fn(usize) -> usize) -> String {
    let mut t = format!("reg [{0}:0] lut [0:{1}];\ninitial begin\n", width - 1, (1 << width) - 1);
    (0..1 << width).for_each(|x| writeln!(t, "  lut[{x}] = {width}'d{};", table(x)).unwrap());
    t += "end\n";
    let lane = |i: usize| format!("lut[v[{} +: {width}]]", i * width);
    let lanes: Vec<String> = (0..inputs / width).rev().map(lane).collect();
    t + &format!("assign f = {{{}}};\n", lanes.join(", "))
}
