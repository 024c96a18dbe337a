//! Operators that mean something else in Verilog: precedence, and widths that grow.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, UnOp};

use super::{Finding, Rule};

/// Lints the expressions of a kernel.
pub fn lint(body: &Block, findings: &mut Vec<Finding>) {
    Expressions { findings }.visit_block(body);
}

struct Expressions<'a> {
    findings: &'a mut Vec<Finding>,
}

impl Expressions<'_> {
    fn refuse(&mut self, rule: Rule, at: &Expr) {
        let span = at.span();
        let text = span.source_text().unwrap_or_default();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.findings.push(Finding { line: span.start().line, rule, text });
    }
}

impl<'ast> Visit<'ast> for Expressions<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            // Indices and loop bounds without signals are reckoned in Rust.
            Expr::Binary(_) if constant(expr) => return,
            Expr::Binary(binary) => {
                for side in [&*binary.left, &*binary.right] {
                    if let Expr::Binary(inner) = side
                        && inner.op != binary.op
                        && !constant(side)
                    {
                        self.refuse(Rule::Mixed, expr);
                    }
                }
                let grows = widens(&binary.left) || widens(&binary.right);
                match binary.op {
                    BinOp::Eq(_)
                    | BinOp::Ne(_)
                    | BinOp::Lt(_)
                    | BinOp::Le(_)
                    | BinOp::Gt(_)
                    | BinOp::Ge(_)
                        if grows =>
                    {
                        self.refuse(Rule::Compared, expr)
                    }
                    BinOp::Shr(_) if grows => self.refuse(Rule::Several, expr),
                    BinOp::Shl(_) if widens(&binary.right) => self.refuse(Rule::Several, expr),
                    _ => {}
                }
            }
            Expr::Call(call) => {
                let name = match &*call.func {
                    Expr::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
                    _ => None,
                };
                let cast = name.is_some_and(|name| name.ends_with("_cast"));
                if cast && call.args.iter().any(widens) {
                    self.refuse(Rule::Cast, expr);
                }
            }
            Expr::MethodCall(call) => {
                let index = matches!(
                    call.method.to_string().as_str(),
                    "get_bits" | "get_bit" | "replace_bit"
                );
                if index && call.args.first().is_some_and(|index| !constant(index) && widens(index))
                {
                    self.refuse(Rule::Several, expr);
                }
                let part = matches!(call.method.to_string().as_str(), "get_bits" | "get_bit");
                if part && !whole(&call.receiver) {
                    self.refuse(Rule::Part, expr);
                }
                let reduced = matches!(call.method.to_string().as_str(), "any" | "all" | "xor");
                if reduced
                    && (counts(&call.receiver, &|e| carries(e) || shifts(e)) > 0
                        || (widens(&call.receiver) && literals(&call.receiver)))
                {
                    self.refuse(Rule::Several, expr);
                }
            }
            Expr::Match(choice) if widens(&choice.expr) => self.refuse(Rule::Several, &choice.expr),
            Expr::Assign(assign) if counts(&assign.right, &carries) > 1 => {
                self.refuse(Rule::Several, expr);
            }
            Expr::If(choice) if counts(&choice.cond, &carries) > 1 => {
                self.refuse(Rule::Several, &choice.cond);
            }
            _ => {}
        }
        visit::visit_expr(self, expr);
    }
}

/// Whether it is a signal, and not a part of one or the result of an operation.
fn whole(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) if call.method == "val" => true,
        Expr::Paren(paren) => whole(&paren.expr),
        _ => false,
    }
}

/// Whether no signal is read in it.
fn constant(expr: &Expr) -> bool {
    let signal = |e: &Expr| match e {
        Expr::MethodCall(_) => true,
        Expr::Path(path) => path.path.is_ident("self"),
        _ => false,
    };
    counts(expr, &signal) == 0
}

/// Whether its value has bits above its Rust width when Verilog reckons it at a greater width.
fn widens(expr: &Expr) -> bool {
    let inverts = |e: &Expr| matches!(e, Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)));
    counts(expr, &|e| carries(e) || shifts(e) || inverts(e)) > 0
}

fn carries(expr: &Expr) -> bool {
    match expr {
        Expr::Binary(binary) => {
            matches!(binary.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_)) && !constant(expr)
        }
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)),
        _ => false,
    }
}

fn shifts(expr: &Expr) -> bool {
    matches!(expr, Expr::Binary(binary) if matches!(binary.op, BinOp::Shl(_)))
}

fn literals(expr: &Expr) -> bool {
    counts(expr, &|e| matches!(e, Expr::Lit(_))) > 0
}

/// How many sub-expressions `is` holds for.
fn counts(expr: &Expr, is: &dyn Fn(&Expr) -> bool) -> usize {
    struct Count<'a> {
        is: &'a dyn Fn(&Expr) -> bool,
        found: usize,
    }
    impl<'ast> Visit<'ast> for Count<'_> {
        fn visit_expr(&mut self, expr: &'ast Expr) {
            self.found += usize::from((self.is)(expr));
            visit::visit_expr(self, expr);
        }
    }
    let mut count = Count { is, found: 0 };
    count.visit_expr(expr);
    count.found
}
