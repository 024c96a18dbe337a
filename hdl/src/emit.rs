//! Verilog of a whole design, with one module for all instances that are alike.

use rust_hdl::prelude::*;
use std::collections::HashMap;

/// Connects, checks and prints `top`.
pub fn verilog<B: Block>(top: &mut B) -> String {
    top.connect_all();
    dedup(&generate_verilog(top))
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
