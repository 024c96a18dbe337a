//! Verilog of a whole design, with one module for all instances that are alike.

use std::any::TypeId;
use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use std::thread;

use rust_hdl::prelude::*;

/// Connects, checks and prints `top`.
pub fn verilog<B: Block>(top: &mut B) -> String {
    top.connect_all();
    dedup(&indices(&constants(&generate_verilog(top))))
}

/// The Verilog of a design by its type, printed once a process. The stack of a test's thread is too
/// small for some.
pub fn verilog_of<B: Block + Default + 'static>() -> String {
    type Printed = HashMap<TypeId, Arc<OnceLock<String>>>;
    static PRINTED: LazyLock<Mutex<Printed>> = LazyLock::new(Mutex::default);
    let print = || {
        let large = thread::Builder::new().stack_size(1 << 28);
        let printer = large.spawn(|| verilog(&mut B::default())).expect("a thread");
        printer.join().unwrap_or_else(|panic| resume_unwind(panic))
    };
    let mut all = PRINTED.lock().expect("no panic under the lock");
    let text = Arc::clone(all.entry(TypeId::of::<B>()).or_default());
    drop(all); // others may print other designs
    text.get_or_init(print).clone()
}

/// rust-hdl emits a module for each instance; this keeps the first of each set of equal ones.
pub fn dedup(text: &str) -> String {
    let mut modules: Vec<(String, Vec<String>)> = vec![]; // name, lines after the header's name
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        if let Some(rest) = line.trim().strip_prefix("module ") {
            let (name, ports) = rest.split_at(rest.find('(').unwrap_or(rest.len()));
            modules.push((name.to_string(), vec![ports.to_string()]));
        } else if let Some((_, body)) = modules.last_mut() {
            let end = line.trim().starts_with("endmodule");
            body.push(if end { "endmodule".into() } else { line.to_string() });
        }
    }
    loop {
        let (mut first, mut alias) = (HashMap::new(), HashMap::new());
        modules.retain(|(name, body)| match first.get(body) {
            Some(kept) => {
                alias.insert(name.clone(), String::clone(kept));
                false
            }
            None => first.insert(body.clone(), name.clone()).is_none(),
        });
        if alias.is_empty() {
            let print = |(name, body): &(String, Vec<String>)| {
                format!("module {name}{}\n", body.join("\n"))
            };
            return modules.iter().map(print).collect::<Vec<_>>().join("\n");
        }
        for line in modules.iter_mut().flat_map(|m| m.1.iter_mut()) {
            let Some((kind, rest)) = line.trim().split_once(' ') else { continue };
            if let Some(kept) = alias.get(kind) {
                *line = format!("    {kept} {rest}");
            }
        }
    }
}

/// Puts literals in place of the names of [`crate::consts`].
///
/// `bits::<5>(DROP_RULE)` is printed as `((DROP_RULE) & 5'h1f)`; it becomes `5'hc`, and so does
/// `bits::<5>(12)`, printed as `((32'hc) & 5'h1f)`. Panics on a name of that form that is not
/// listed, and on a value that does not fit.
fn constants(text: &str) -> String {
    let mut pieces = text.split("((");
    let mut out = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        // Of several parentheses in a row, the last two are the literal's.
        let inner = piece.trim_start_matches('(');
        let outer = "(".repeat(piece.len() - inner.len());
        match literal(inner) {
            Some((literal, rest)) => out += &(outer + &literal + rest),
            None => out += &("((".to_string() + piece),
        }
    }
    out
}

/// The literal for `NAME) & W'hMASK)`, and what follows; `None` for any other text.
fn literal(text: &str) -> Option<(String, &str)> {
    let (name, rest) = text.split_once(") & ")?;
    let (mask, rest) = rest.split_once(')')?;
    let width: u32 = mask.split_once("'h")?.0.parse().ok()?;
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let value = if let Some((size, digits)) = name.split_once("'h") {
        // `x >> 32'h2` is an expression that ends in a literal.
        size.parse::<u32>().ok()?;
        u64::from_str_radix(digits, 16).ok()?
    } else if name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_name) {
        let found = crate::consts::ALL.iter().find(|row| row.0 == name);
        found.unwrap_or_else(|| panic!("{name} is not in hdl::consts")).1
    } else {
        return None;
    };
    assert!(width >= 64 || value >> width == 0, "{name} does not fit {width} bits");
    Some((format!("{width}'h{value:x}"), rest))
}

/// Puts decimal numbers in place of the wide literals of part-selects: `x[(64'hce)+:(1)]` becomes
/// `x[206+:1]`, which linters do not take for an index of 64 bits.
fn indices(text: &str) -> String {
    let mut pieces = text.split("[(");
    let mut out = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        let select = piece.split_once(")+:(").and_then(|(low, rest)| {
            let (width, rest) = rest.split_once(")]")?;
            let (size, digits) = low.split_once("'h")?;
            size.parse::<u32>().ok()?;
            Some((u64::from_str_radix(digits, 16).ok()?, width.parse::<u64>().ok()?, rest))
        });
        match select {
            Some((low, width, rest)) => out += &format!("[{low}+:{width}]{rest}"),
            None => out += &("[(".to_string() + piece),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_literals_are_sized() {
        assert_eq!(constants("a = ((32'hc) & 5'h1f);"), "a = 5'hc;");
        let cast = "a = ((b >> 32'h2) & 8'hff);";
        assert_eq!(constants(cast), cast);
        assert_eq!(indices("x[(64'hce)+:(1)]"), "x[206+:1]");
        let select = "x[(i + 64'h2)+:(1)]";
        assert_eq!(indices(select), select);
        assert_eq!(constants("a = ((KIND_L2TP) & 8'hff);"), "a = 8'h1;");
    }
}
