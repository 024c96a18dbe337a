//! Kernels taken apart: the same design in a form that Verilator runs faster.
//!
//! rust-hdl prints a kernel as one `always @(*)` that assigns all its signals, and a register as an
//! instance of a module. To Verilator such a block is one piece. Where any of its signals depends on
//! an input, all are computed at every evaluation, and all once more after the registers. Here each
//! signal has a block of its own, and a kernel's registers are one clocked block, which a clock runs
//! once.
//!
//! That is the same design if no signal is read before its last assignment, and if nothing but the
//! register reads a register's input. It is checked for each kernel: one that is not so, or is
//! printed in a way that is not known here, stays as it is.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::statement::{
    Lines, Statement, Statement::Assign, assignment, names, ordered, print, walk,
};

/// The line before a kernel's `always @(*)`.
const KERNEL: &str = "    // Update code\n";

/// The same design.
pub fn apart(verilog: &str) -> String {
    let modules: Vec<&str> = verilog.split_inclusive("endmodule").collect();
    let registers: HashMap<&str, &str> = modules.iter().filter_map(|m| register(m)).collect();
    let kernel = |module: &&str| kernel(module, &registers).unwrap_or(String::from(*module));
    modules.iter().map(kernel).collect()
}

/// The name and the first value of a module that is a register.
fn register(module: &str) -> Option<(&str, &str)> {
    let (head, body) = module.split_once("    // Update code (custom)\n")?;
    let (name, ports) = head.split_once("module ")?.1.split_once('(')?;
    let words: Vec<&str> = body.split_whitespace().collect();
    let ["initial", "begin", "q", "=", value, rest @ ..] = &words[..] else { return None };
    let alike = rest.join(" ") == "end always @(posedge clock) begin q <= d; end endmodule";
    (ports.starts_with("d,q,clock);") && alike).then_some((name, value.trim_end_matches(';')))
}

/// What is known of a kernel's signals.
struct Facts<'a> {
    read: HashSet<&'a str>,
    /// What is assigned to each signal, the first first.
    values: HashMap<&'a str, Vec<&'a str>>,
    /// The signals that are first assigned as a whole, and always.
    always: HashSet<&'a str>,
}

impl<'a> Facts<'a> {
    fn new(statements: &[Statement<'a>]) -> Self {
        let (mut read, mut values) = (HashSet::new(), HashMap::<_, Vec<_>>::new());
        let mut always = HashSet::new();
        for statement in statements {
            if let Assign(name, "", _) = statement
                && !values.contains_key(name)
            {
                always.insert(*name);
            }
            walk(std::slice::from_ref(statement), &mut |expression, target| {
                read.extend(names(expression));
                if let Some(target) = target {
                    values.entry(target).or_default().push(expression);
                }
            });
        }
        Self { read, values, always }
    }

    /// The clock of a register that can be a part of the kernel: which sets its input at first and
    /// always, reads it nowhere, and does nothing to its clock but to connect it.
    fn clock(&self, register: &str) -> Option<&'a str> {
        let (input, clock) = (format!("{register}$d"), format!("{register}$clock"));
        let simple = |name: &str| self.always.contains(name) && !self.read.contains(name);
        let [from] = self.values.get(&clock[..])?[..] else { return None };
        (simple(&input) && simple(&clock) && names(from).eq([from])).then_some(from)
    }
}

/// A register of a kernel: the names of the instance and of its clock.
struct Register<'a> {
    name: &'a str,
    clock: &'a str,
}

/// A kernel taken apart, if it is one and may be.
fn kernel(module: &str, registers: &HashMap<&str, &str>) -> Option<String> {
    let (head, body) = module.split_once(KERNEL)?;
    let mut lines = Lines::new(body);
    lines.expect("always @(*) begin")?;
    let mut statements = lines.block()?;
    while let Some(link) = lines.peek().strip_prefix("always @(*) ") {
        lines.next();
        statements.push(assignment(link)?);
    }
    lines.expect("endmodule")?;
    if !ordered(&statements) {
        return None;
    }
    let (declared, mine) = within(head, registers, &Facts::new(&statements));
    let mut text = declared + KERNEL;

    let inputs: HashMap<String, &Register> =
        mine.iter().map(|register| (format!("{}$d", register.name), register)).collect();
    let mut done: HashSet<String> = inputs.keys().cloned().collect();
    done.extend(mine.iter().map(|register| format!("{}$clock", register.name)));
    walk(&statements, &mut |_, target| {
        let Some(target) = target.filter(|name| done.insert(String::from(*name))) else { return };
        let body = print(&statements, &mut |name, part, value| {
            (name == target).then(|| format!("{name}{part} = {value};\n"))
        });
        text += &format!("always @(*) begin\n{body}end\n");
    });
    let clocks: BTreeSet<&str> = mine.iter().map(|register| register.clock).collect();
    for clock in clocks {
        let mut begun = HashSet::new();
        let body = print(&statements, &mut |name, part, value| {
            let name = inputs.get(name).filter(|register| register.clock == clock)?.name;
            // The first says that the register holds, unless it says something else.
            let holds = begun.insert(name) && value.strip_suffix("$q") == Some(name);
            (!holds).then(|| format!("{name}$q{part} <= {value};\n"))
        });
        text += &format!("always @(posedge {clock}) begin\n{body}end\n");
    }
    Some(text + "endmodule")
}

/// A kernel's declarations with those registers in it that can be, and these registers.
fn within<'a>(
    head: &'a str,
    registers: &HashMap<&str, &str>,
    facts: &Facts<'a>,
) -> (String, Vec<Register<'a>>) {
    let (mut mine, mut initial) = (vec![], HashMap::new());
    let mut lines = head.lines();
    while let Some(line) = lines.next() {
        let Some((kind, name)) = line.trim().split_once(' ') else { continue };
        let (Some(value), Some(name)) = (registers.get(kind), name.strip_suffix('(')) else {
            continue;
        };
        let wires = ["d", "q", "clock"].map(|port| format!(".{port}({name}${port})"));
        let wires = [wires.join(","), String::from(");")].concat();
        let found: String = lines.by_ref().take(4).map(str::trim).collect();
        if let (true, Some(clock)) = (found == wires, facts.clock(name)) {
            initial.insert(name, *value);
            mine.push(Register { name, clock });
        }
    }
    // Declarations are `reg  [7:0] name$d;`, instances five lines.
    let mut text = String::new();
    let mut lines = head.lines();
    while let Some(line) = lines.next() {
        let words: Vec<&str> =
            line.trim().trim_end_matches([';', '(']).split_whitespace().collect();
        let last = *words.last().unwrap_or(&"");
        let (name, wire) = last.rsplit_once('$').unwrap_or((last, ""));
        match (initial.get(name), words[..].first(), wire) {
            (Some(_), Some(&"reg"), "d" | "clock") => {}
            (Some(value), Some(&"wire"), "q") => {
                let line =
                    line.replacen("wire", "reg", 1).replacen(';', &format!(" = {value};"), 1);
                text += &(line + "\n");
            }
            _ if line.ends_with('(') && initial.contains_key(last) => {
                lines.by_ref().take(4).for_each(drop);
            }
            _ => text += &(String::from(line) + "\n"),
        }
    }
    (text, mine)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTER: &str = "module top$r(d,q,clock);
    // Module arguments
    input wire  [3:0] d;
    output reg  [3:0] q;
    input wire  clock;
    // Update code (custom)
    initial begin
       q = 4'h3;
    end
    always @(posedge clock) begin
       q <= d;
    end
endmodule
";

    fn top(body: &str) -> String {
        let text = "module top(clock,a,y);
    // Module arguments
    input wire  clock;
    input wire  [3:0] a;
    output reg  [3:0] y;
    // Stub signals
    reg  [3:0] r$d;
    wire  [3:0] r$q;
    reg  r$clock;
    // Local signals
    reg  [3:0] next;
    // Sub module instances
    top$r r(
        .d(r$d),
        .q(r$q),
        .clock(r$clock)
    );
    // Update code
    always @(*) begin
        r$clock = clock;
        r$d = r$q;
BODY
    end
endmodule
";
        format!("{}{REGISTER}", text.replace("BODY", body))
    }

    #[test]
    fn a_register_becomes_a_part_of_its_kernel() {
        let body = "next = r$q + 4'h1;
        y = r$q;
        if (a == 4'h0) begin
            r$d = next;
            y = a;
        end
        else if (a == 4'h1) begin
            r$d = r$q;
        end
        else begin
            case (next)
                4'h0: begin
                    y[0+:2] = a[0+:2];
                end
                default: begin
                    r$d[3] = 1'b0;
                end
            endcase
        end";
        let text = apart(&top(body));
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("reg [3:0] r$q = 4'h3;"), "{text}");
        assert!(!words.contains("top$r r(") && !words.contains("r$d"), "{text}");
        assert!(words.contains("always @(*) begin next = r$q + 4'h1; end"), "{text}");
        assert!(
            words.contains(
                "always @(*) begin y = r$q; if (a == 4'h0) begin y = a; end else begin \
                 if (a == 4'h1) begin end else begin case (next) 4'h0: begin \
                 y[0+:2] = a[0+:2]; end default: begin end endcase end end end"
            ),
            "{text}"
        );
        // the second assignment of what the register holds is not the first, and stays
        assert!(
            words.contains(
                "always @(posedge clock) begin if (a == 4'h0) begin r$q <= next; end else begin \
                 if (a == 4'h1) begin r$q <= r$q; end else begin case (next) 4'h0: begin end \
                 default: begin r$q[3] <= 1'b0; end endcase end end end"
            ),
            "{text}"
        );
    }

    #[test]
    fn what_cannot_be_taken_apart_stays() {
        let early = top("y = next;\n        next = r$q;");
        assert_eq!(apart(&early), early, "read before it is written");
        let own = top("y = a;\n        y = y & a;");
        assert_eq!(apart(&own), own, "read by its own last assignment");
        let loop_ = top("for (i = 0; i < 4; i = i + 1) y[i] = a[3 - i];");
        assert_eq!(apart(&loop_), loop_, "not a statement of a kernel");
        let read = apart(&top("next = r$d;\n        y = next;"));
        assert!(read.contains("top$r r("), "the register's input is read: {read}");
        let plain = "module top(a, y); input a; output y; assign y = a; endmodule";
        assert_eq!(apart(plain), plain);
    }
}
