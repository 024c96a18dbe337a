//! What the tools here need to know of emitted Verilog: its modules and their ports.

/// A module: its name, and its text from `module` to `endmodule`.
#[derive(Clone, Copy)]
pub struct Module<'a> {
    /// The name, possibly with `$`.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
}

/// A port of a module.
#[derive(Debug, PartialEq, Eq)]
pub struct Port<'a> {
    /// The name.
    pub name: &'a str,
    /// Whether the module reads it.
    pub input: bool,
    /// Its bits.
    pub width: usize,
}

/// The modules of `text`, in order.
pub fn modules(text: &str) -> Vec<Module<'_>> {
    let mut found = vec![];
    let mut rest = text;
    while let Some(start) = rest.find("module ") {
        let end = rest[start..].find("endmodule").map_or(rest.len(), |end| start + end + 9);
        let text = &rest[start..end];
        let name = text[7..].split(['(', ';', ' ', '#']).next().unwrap_or_default();
        found.push(Module { name, text });
        rest = &rest[end..];
    }
    found
}

impl<'a> Module<'a> {
    /// The module called `name`.
    pub fn find(text: &'a str, name: &str) -> Option<Self> {
        modules(text).into_iter().find(|module| module.name == name)
    }

    /// The ports, in order. The emitter declares one on each line, after the header.
    pub fn ports(&self) -> Vec<Port<'a>> {
        let port = |line: &'a str| {
            let line = line.trim().strip_suffix(';')?;
            let input = line.starts_with("input ");
            if !input && !line.starts_with("output ") {
                return None;
            }
            let msb = line.split_once('[').and_then(|(_, range)| range.split_once(':'));
            let width = msb.map_or(Some(1), |(msb, _)| Some(msb.parse::<usize>().ok()? + 1))?;
            Some(Port { name: line.rsplit([' ', ']']).next()?, input, width })
        };
        self.text.lines().filter_map(port).collect()
    }

    /// Whether this is a block: neither the emitter's register, which is a module for each
    /// flip-flop, nor logic without any register.
    pub fn is_block(&self) -> bool {
        let ports = self.ports();
        let named = |name| ports.iter().any(|port: &Port| port.name == name);
        let register = ports.len() == 3 && ["d", "q", "clock"].into_iter().all(named);
        let instances = self.text.contains("// Sub module instances");
        !register && (instances || self.text.contains("posedge"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_and_port_of_a_top_is_found() {
        let text = hdl::tops::emit("bypass-16").unwrap();
        let names: Vec<&str> = modules(&text).iter().map(|module| module.name).collect();
        assert!(names.starts_with(&["top", "top$inward"]), "{names:?}");
        let top = Module::find(&text, "top").unwrap();
        assert!(top.is_block());
        let ports = top.ports();
        assert_eq!(ports.len(), 26);
        assert!(ports.contains(&Port { name: "rx0$data", input: true, width: 128 }));
        assert!(ports.contains(&Port { name: "tx1$valid", input: false, width: 1 }));
        assert!(!Module::find(&text, "top$inward$data").unwrap().is_block());
    }
}
