//! The leaf block: a Rust function as its model, a network of that function as its Verilog.

use super::affine::masks;
use super::net::{Net, Style};
use super::word::Word;
use rust_hdl::core::ast::Wrapper;
use rust_hdl::prelude::*;
use std::collections::{HashMap, VecDeque};
use std::fmt::Debug;
use std::sync::Mutex;

/// What a leaf computes. The default network takes `model` to be linear (or affine) and shares
/// terms.
pub trait Function: Default + Debug + 'static {
    /// The reference: all input ports in one vector, the first port least significant.
    fn model(&self, x: &Word) -> Word;
    /// The gates. Whatever is built here is compared with `model` before any Verilog is written.
    fn net(&self, inputs: usize, outputs: usize) -> Net {
        linear(inputs, outputs, Style::Shared, |x| self.model(x))
    }
    /// What a simulator gets instead of the gates: Verilog that drives `f` from `v`, without
    /// registers. Thousands of one-bit gates are slow to compile and to run. `None`: the gates.
    fn sim(&self, inputs: usize, outputs: usize) -> Option<String> {
        masks(inputs, outputs, |x| self.model(x))
    }
}

/// The network of a linear or affine function.
pub fn linear(inputs: usize, outputs: usize, style: Style, f: impl Fn(&Word) -> Word) -> Net {
    let (mut net, ins) = Net::new(inputs);
    let outs = net.map(&ins, outputs, style, f);
    net.finish(outs)
}

/// The Verilog of a function, made once for each distinct value and shape of `f`.
fn code<F: Function>(f: &F, ports: &[(&str, usize)], outputs: usize, lat: usize) -> Verilog {
    static DONE: Mutex<Option<HashMap<String, String>>> = Mutex::new(None);
    let key = format!("{} {f:?} {ports:?} {outputs} {lat}", std::any::type_name::<F>());
    let found = DONE.lock().unwrap().get_or_insert_default().get(&key).cloned();
    let code = found.unwrap_or_else(|| {
        let inputs = ports.iter().map(|p| p.1).sum();
        let net = f.net(inputs, outputs);
        (1..=8).for_each(|seed| net.check(seed * 0x5851_f42d, |x| f.model(x)));
        let names = ports.iter().rev().map(|p| p.0).collect::<Vec<_>>().join(", ");
        let mut body = net.verilog(lat);
        if let Some(sim) = f.sim(inputs, outputs) {
            let delay = |i: usize| {
                let from = if i == 1 { "f".to_string() } else { format!("delayed{}", i - 1) };
                format!(
                    "reg [{}:0] delayed{i};\nalways @(posedge clock) delayed{i} <= {from};\n",
                    outputs - 1
                )
            };
            let delays: String = (1..=lat).map(delay).collect();
            let end = if lat == 0 { "f".to_string() } else { format!("delayed{lat}") };
            let sim = format!("wire [{}:0] f;\n{sim}{delays}assign y = {end};\n", outputs - 1);
            body = format!("`ifdef SYNTHESIS\n{body}`else\n{sim}`endif\n");
        }
        if lat == 0 {
            body += "wire unused = &{1'b0, clock};\n"; // a name that linters know
        }
        let text = format!("wire [{}:0] v = {{{names}}};\n{body}", inputs - 1);
        DONE.lock().unwrap().get_or_insert_default().insert(key, text.clone());
        text
    });
    // A wrapper without cores: unlike `Custom` it makes `y` a net, so that `assign` can drive it.
    Verilog::Wrapper(Wrapper { code, cores: String::new() })
}

/// The model's delay: the result now (`lat` 0) or after `lat` rising edges. `x` is only read when
/// needed.
#[derive(Default)]
struct Delay(VecDeque<Word>, Option<Word>);

impl Delay {
    fn step(
        &mut self,
        f: &impl Function,
        lat: usize,
        edge: bool,
        x: impl FnOnce() -> Word,
    ) -> Option<Word> {
        if lat == 0 {
            let x = x();
            return (self.1.replace(x) != Some(x)).then(|| f.model(&x));
        }
        if edge {
            self.0.push_back(f.model(&x()));
        }
        if edge && self.0.len() >= lat { self.0.pop_front() } else { None }
    }
}

/// A function of one input. `LAT` registers from `x` to `y`; with 0 the clock is not used, but must
/// be connected.
#[derive(LogicBlock, Default)]
pub struct Leaf<F: Function, const IN: usize, const OUT: usize, const LAT: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The argument.
    pub x: Signal<In, Bits<IN>>,
    /// The result, `LAT` clocks later.
    pub y: Signal<Out, Bits<OUT>>,
    _f: F,
    _delay: Delay,
}

impl<F: Function, const IN: usize, const OUT: usize, const LAT: usize> Logic
    for Leaf<F, IN, OUT, LAT>
{
    fn update(&mut self) {
        let x = || Word::from_port(&self.x.val());
        if let Some(y) = self._delay.step(&self._f, LAT, self.clock.pos_edge(), x) {
            self.y.next = y.to_port();
        }
    }
    fn connect(&mut self) {
        self.y.connect();
    }
    fn hdl(&self) -> Verilog {
        code(&self._f, &[("x", IN)], OUT, LAT)
    }
}

/// A function of two inputs, `a` less significant. Otherwise as [`Leaf`].
#[derive(LogicBlock, Default)]
pub struct Leaf2<F: Function, const A: usize, const B: usize, const OUT: usize, const LAT: usize> {
    /// Rising edge.
    pub clock: Signal<In, Clock>,
    /// The argument's low bits.
    pub a: Signal<In, Bits<A>>,
    /// The argument's high bits.
    pub b: Signal<In, Bits<B>>,
    /// The result, `LAT` clocks later.
    pub y: Signal<Out, Bits<OUT>>,
    _f: F,
    _delay: Delay,
}

impl<F: Function, const A: usize, const B: usize, const OUT: usize, const LAT: usize> Logic
    for Leaf2<F, A, B, OUT, LAT>
{
    fn update(&mut self) {
        let x = || Word::from_port(&self.a.val()).append(A, &Word::from_port(&self.b.val()));
        if let Some(y) = self._delay.step(&self._f, LAT, self.clock.pos_edge(), x) {
            self.y.next = y.to_port();
        }
    }
    fn connect(&mut self) {
        self.y.connect();
    }
    fn hdl(&self) -> Verilog {
        code(&self._f, &[("a", A), ("b", B)], OUT, LAT)
    }
}
