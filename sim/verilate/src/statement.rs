//! The statements of a kernel, as rust-hdl prints them: read, walked, printed.

use std::collections::HashMap;

/// A statement as rust-hdl prints it.
pub enum Statement<'a> {
    /// `name part = value;`
    Assign(&'a str, &'a str, &'a str),
    /// The condition, and both ways.
    If(&'a str, Vec<Self>, Vec<Self>),
    /// The subject; labels with what they select.
    Case(&'a str, Vec<(&'a str, Vec<Self>)>),
}
use Statement::{Assign, Case, If};

/// Lines without what surrounds them.
pub struct Lines<'a>(std::iter::Peekable<std::str::Lines<'a>>);

impl<'a> Lines<'a> {
    /// Those of a text.
    pub fn new(text: &'a str) -> Self {
        Self(text.lines().peekable())
    }
    /// The line that is next.
    pub fn peek(&mut self) -> &'a str {
        self.0.peek().map_or("", |line| line.trim())
    }
    /// Takes a line.
    pub fn next(&mut self) -> &'a str {
        self.0.next().map_or("", str::trim)
    }
    /// Takes a line, which must be this one.
    pub fn expect(&mut self, line: &str) -> Option<()> {
        (self.next() == line).then_some(())
    }
    /// Statements up to a line that ends them, and that line.
    pub fn block(&mut self) -> Option<Vec<Statement<'a>>> {
        let mut all = vec![];
        while self.peek() != "end" {
            let line = self.next();
            all.push(self.statement(line)?);
        }
        self.expect("end")?;
        Some(all)
    }
    fn statement(&mut self, line: &'a str) -> Option<Statement<'a>> {
        let inside = |open: &str, close: &str| line.strip_prefix(open)?.strip_suffix(close);
        if let Some(condition) = inside("if (", ") begin") {
            let then = self.block()?;
            let other = match self.peek().strip_prefix("else ") {
                None => vec![],
                Some("begin") => {
                    self.next();
                    self.block()?
                }
                Some(next) => {
                    self.next();
                    vec![self.statement(next)?]
                }
            };
            return Some(If(condition, then, other));
        }
        if let Some(subject) = inside("case (", ")") {
            let mut arms = vec![];
            while self.peek() != "endcase" {
                let label = self.next().strip_suffix("begin")?.trim_end();
                arms.push((label, self.block()?));
            }
            self.next();
            return Some(Case(subject, arms));
        }
        assignment(line)
    }
}

/// `name = value;` or `name[part] = value;`
pub fn assignment(line: &str) -> Option<Statement<'_>> {
    let (target, value) = line.strip_suffix(';')?.split_once(" = ")?;
    let (name, part) = target.split_at(target.find('[').unwrap_or(target.len()));
    names(name).eq([name]).then_some(Assign(name, part, value))
}

/// The names in an expression.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    let word = |c: char| !(c.is_ascii_alphanumeric() || "_$'".contains(c));
    text.split(word).filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// Calls `see` with each expression, in order, and with the name to which it is assigned, if it is.
pub fn walk<'a>(statements: &[Statement<'a>], see: &mut impl FnMut(&'a str, Option<&'a str>)) {
    for statement in statements {
        match statement {
            Assign(name, part, value) => {
                see(part, None);
                see(value, Some(name));
            }
            If(condition, then, other) => {
                see(condition, None);
                walk(then, see);
                walk(other, see);
            }
            Case(subject, arms) => {
                see(subject, None);
                for (label, arm) in arms {
                    see(label, None);
                    walk(arm, see);
                }
            }
        }
    }
}

/// Prints those assignments for which `assign` gives a text, with the conditions that lead there.
pub fn print(
    statements: &[Statement],
    assign: &mut impl FnMut(&str, &str, &str) -> Option<String>,
) -> String {
    let mut text = String::new();
    for statement in statements {
        text += &match statement {
            Assign(name, part, value) => assign(name, part, value).unwrap_or_default(),
            If(condition, then, other) => {
                let (then, other) = (print(then, assign), print(other, assign));
                match (then.is_empty(), other.is_empty()) {
                    (true, true) => continue,
                    (_, true) => format!("if ({condition}) begin\n{then}end\n"),
                    _ => format!("if ({condition}) begin\n{then}end else begin\n{other}end\n"),
                }
            }
            Case(subject, arms) => {
                let arms: Vec<_> =
                    arms.iter().map(|(label, arm)| (label, print(arm, assign))).collect();
                if arms.iter().all(|arm| arm.1.is_empty()) {
                    continue;
                }
                let arms: String =
                    arms.iter().map(|(label, arm)| format!("{label} begin\n{arm}end\n")).collect();
                format!("case ({subject})\n{arms}endcase\n")
            }
        };
    }
    text
}

/// Whether no signal is read before its last assignment, in the order of the text.
pub fn ordered(statements: &[Statement]) -> bool {
    let (mut last, mut at) = (HashMap::new(), 0);
    walk(statements, &mut |_, target| {
        at += 1;
        last.extend(target.map(|name| (name, at)));
    });
    let (mut holds, mut at) = (true, 0);
    walk(statements, &mut |expression, _| {
        at += 1;
        holds &= names(expression).all(|name| last.get(name).is_none_or(|last| *last < at));
    });
    holds
}
