//! The order of statements: in Rust `val()` gives the settled value, in Verilog that of the moment.
//!
//! So a signal that a kernel writes may be read only after its last write, on every way through
//! the kernel. Elements of an array are told apart by the text of their index, and a record's
//! fields by their names; the first write to one of them counts for all.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Block, Expr, Ident, Member, Pat, Stmt, Token};

use super::{Finding, Rule};

/// Lints the statements of a kernel.
pub fn lint(body: &Block, findings: &mut Vec<Finding>) {
    let mut first = Walk::default();
    first.block(body); // finds all that is written
    let written = first.state.ever;
    let mut walk = Walk { written, ..Walk::default() };
    walk.block(body);
    findings.append(&mut walk.findings);
}

#[derive(Clone, Default)]
struct State {
    /// Written on every way so far.
    surely: BTreeSet<String>,
    /// Written on some way.
    ever: BTreeSet<String>,
    /// Read on some way so far.
    read: BTreeSet<String>,
}

#[derive(Default)]
struct Walk {
    state: State,
    /// All that the kernel writes.
    written: BTreeSet<String>,
    findings: Vec<Finding>,
}

impl Walk {
    fn block(&mut self, block: &Block) {
        for statement in &block.stmts {
            match statement {
                Stmt::Expr(expr, _) => self.statement(expr),
                Stmt::Macro(call) => self.setup(&call.mac),
                Stmt::Local(_) | Stmt::Item(_) => {} // the emitter refuses them
            }
        }
    }

    fn statement(&mut self, expr: &Expr) {
        match expr {
            Expr::Assign(assign) => {
                self.reads(&assign.right);
                if let Some(key) = written(&assign.left) {
                    self.write(key, assign.left.span());
                }
            }
            Expr::If(choice) => {
                self.reads(&choice.cond);
                let before = self.state.clone();
                self.block(&choice.then_branch);
                let then = std::mem::replace(&mut self.state, before);
                if let Some((_, other)) = &choice.else_branch {
                    self.statement(other);
                }
                self.state.join(then);
            }
            Expr::Match(choice) => {
                self.reads(&choice.expr);
                let before = self.state.clone();
                let whole = choice.arms.iter().any(|arm| matches!(arm.pat, Pat::Wild(_)));
                let mut joined = (!whole).then(|| before.clone());
                for arm in &choice.arms {
                    self.state = before.clone();
                    self.statement(&arm.body);
                    let mut end = std::mem::take(&mut self.state);
                    if let Some(others) = joined.take() {
                        end.join(others);
                    }
                    joined = Some(end);
                }
                self.state = joined.unwrap_or(before);
            }
            Expr::ForLoop(each) => self.block(&each.body),
            Expr::Block(block) => self.block(&block.block),
            Expr::Macro(call) => self.setup(&call.mac),
            Expr::MethodCall(call) => {
                call.args.iter().for_each(|argument| self.reads(argument));
                if let Some(key) = written(&call.receiver) {
                    self.write(key, call.receiver.span());
                }
            }
            _ => self.reads(expr),
        }
    }

    /// `dff_setup!(self, clock, a, b)` writes the clock and the data of `a` and `b`.
    fn setup(&mut self, call: &syn::Macro) {
        let names = Punctuated::<Ident, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        for name in names.iter().flatten().skip(2) {
            for port in ["clock", "d"] {
                self.write(format!("{name}.{port}"), name.span());
            }
        }
    }

    fn write(&mut self, key: String, span: Span) {
        if self.state.read.iter().any(|read| meet(read, &key)) {
            self.refuse(&key, span);
        }
        self.state.surely.insert(base(&key));
        self.state.ever.insert(base(&key));
    }

    /// Every `x.val()` in an expression.
    fn reads(&mut self, expr: &Expr) {
        struct Reads(Vec<(String, Span)>);
        impl<'ast> syn::visit::Visit<'ast> for Reads {
            fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
                if let (Expr::MethodCall(call), Member::Named(name)) = (&*field.base, &field.member)
                    && call.method == "val"
                    && let Some(key) = path(&call.receiver)
                {
                    self.0.push((format!("{key}#{name}"), call.span()));
                    return;
                }
                syn::visit::visit_expr_field(self, field);
            }
            fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
                if call.method == "val" {
                    self.0.extend(path(&call.receiver).map(|key| (key, call.span())));
                }
                syn::visit::visit_expr_method_call(self, call);
            }
        }
        let mut reads = Reads(vec![]);
        syn::visit::Visit::visit_expr(&mut reads, expr);
        for (key, span) in reads.0 {
            if self.written.contains(&base(&key)) && !self.state.surely.contains(&base(&key)) {
                self.refuse(&key, span);
            }
            self.state.read.insert(key);
        }
    }

    fn refuse(&mut self, key: &str, span: Span) {
        let line = span.start().line;
        self.findings.push(Finding { line, rule: Rule::Order, text: key.into() });
    }
}

impl State {
    /// Where two ways meet.
    fn join(&mut self, other: State) {
        self.surely = self.surely.intersection(&other.surely).cloned().collect();
        self.ever.extend(other.ever);
        self.read.extend(other.read);
    }
}

/// The signal that `self.x.next`, or `self.x.next.field`, writes.
fn written(expr: &Expr) -> Option<String> {
    let Expr::Field(field) = expr else { return None };
    match &field.member {
        Member::Named(name) if name == "next" => path(&field.base),
        Member::Named(name) => Some(format!("{}#{name}", written(&field.base)?)),
        Member::Unnamed(_) => None,
    }
}

/// `self.a[i].b` as `a[i].b`.
fn path(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) if path.path.is_ident("self") => Some(String::new()),
        Expr::Field(field) => {
            let base = path(&field.base)?;
            let Member::Named(name) = &field.member else { return None };
            Some(if base.is_empty() { name.to_string() } else { format!("{base}.{name}") })
        }
        Expr::Index(index) => {
            let text = index.index.span().source_text()?.replace(' ', "");
            Some(format!("{}[{text}]", path(&index.expr)?))
        }
        Expr::Paren(paren) => path(&paren.expr),
        _ => None,
    }
}

/// Whether two keys name the same bits: a record and a field of it do, two of its fields do not.
fn meet(a: &str, b: &str) -> bool {
    let whole = |key: &str| !key.contains('#');
    let signal = |key: &str| key.split('#').next().map(String::from);
    a == b || (signal(a) == signal(b) && (whole(a) || whole(b)))
}

/// A key without indices and fields.
fn base(key: &str) -> String {
    let key = key.split('#').next().unwrap_or_default();
    let mut depth = 0;
    let outside = |c: &char| {
        depth += i32::from(*c == '[');
        let keep = depth == 0;
        depth -= i32::from(*c == ']');
        keep
    };
    key.chars().filter(outside).collect()
}
