//! From a gate network to Verilog: where the registers go, and the text.

use super::net::{Gate, Id, Net};
use std::collections::HashMap;
use std::fmt::Write;

impl Net {
    fn operands(&self, id: Id) -> Vec<Id> {
        match &self.gates[id] {
            Gate::In(_) | Gate::Const(_) => vec![],
            Gate::Xor(a, b) | Gate::And(a, b) => vec![*a, *b],
            Gate::Table(ids, _) => ids.clone(),
        }
    }
    pub(super) fn live(&self) -> Vec<bool> {
        let mut live = vec![false; self.gates.len()];
        self.outs.iter().for_each(|o| live[*o] = true);
        for id in (0..live.len()).rev().filter(|i| !matches!(self.gates[*i], Gate::In(_))) {
            if live[id] {
                self.operands(id).iter().for_each(|o| live[*o] = true);
            }
        }
        live
    }
    /// The `lat - 1` levels after which to cut: balanced stages with the fewest registers. Of the
    /// stages that are not needed for these, one registers the inputs and the others halve the stages
    /// from the first one on, where wires go far and wide; what is left delays the result.
    fn cuts(&self, lat: usize) -> Vec<u32> {
        let depth = self.depth();
        let gap = (depth as usize).div_ceil(lat.max(1)).next_multiple_of(2);
        let mut cuts = self.balanced(lat, gap);
        cuts.dedup();
        cuts.retain(|level| *level < depth);
        let spare = lat.saturating_sub(1 + cuts.len());
        let ends = cuts.iter().copied().chain([depth]);
        let halves =
            [0].into_iter().chain(cuts.iter().copied()).zip(ends).map(|(a, b)| (a + b) / 2);
        let mut more: Vec<u32> = [0].into_iter().chain(halves).take(spare).collect();
        more.resize(spare, depth);
        cuts.extend(more);
        cuts.sort_unstable();
        cuts
    }
    /// The `lat - 1` levels, at most `gap` apart, that need the fewest registers.
    fn balanced(&self, lat: usize, gap: usize) -> Vec<u32> {
        let depth = self.depth() as usize;
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
            writeln!(t, "reg [{}:0] p{s};", b.len() - 1).expect("a string");
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
                    writeln!(t, "wire [{}:0] t{id} = {size}'h{hex};", size - 1).expect("a string");
                    writeln!(t, "wire n{id} = t{id}[{{{}}}];", index.join(", ")).expect("a string");
                }
            }
        }
        let list = |ids: &[Id], s: usize| {
            ids.iter().rev().map(|g| name(*g, s)).collect::<Vec<_>>().join(", ")
        };
        for (s, b) in banks.iter().enumerate().filter(|(_, b)| !b.is_empty()) {
            writeln!(t, "always @(posedge clock) p{s} <= {{{}}};", list(b, s - 1))
                .expect("a string");
        }
        t + &format!("assign y = {{{}}};\n", list(&self.outs, lat))
    }
}
