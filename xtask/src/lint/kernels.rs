//! Finds the kernels.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use syn::visit::{self, Visit};
use syn::{Attribute, Block};

use super::{Finding, operators, order};

/// All Rust files below `folder`, sorted.
pub fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

/// What is wrong with the kernels of a file; none if it has no kernels.
pub fn lint(text: &str) -> syn::Result<Option<Vec<Finding>>> {
    if !text.contains("hdl_gen") {
        return Ok(None);
    }
    let file = syn::parse_file(text)?;
    let mut kernels = Kernels::default();
    kernels.visit_file(&file);
    kernels.findings.sort();
    Ok(kernels.any.then_some(kernels.findings))
}

#[derive(Default)]
struct Kernels {
    any: bool,
    findings: Vec<Finding>,
}

impl Kernels {
    fn kernel(&mut self, attributes: &[Attribute], body: &Block) {
        let named = |a: &Attribute| a.path().segments.last().is_some_and(|s| s.ident == "hdl_gen");
        if attributes.iter().any(named) {
            self.any = true;
            operators::lint(body, &mut self.findings);
            order::lint(body, &mut self.findings);
        }
    }
}

impl<'ast> Visit<'ast> for Kernels {
    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.kernel(&item.attrs, &item.block);
        visit::visit_impl_item_fn(self, item);
    }
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.kernel(&item.attrs, &item.block);
        visit::visit_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;

    /// The rules that a kernel with this body breaks.
    fn rules(body: &str) -> Vec<Rule> {
        let text = format!(
            "impl Logic for X {{ #[hdl_gen] fn update(&mut self) {{ {body} }} }}\n\
             impl Y {{ fn update(&mut self) {{ self.f.next = self.a.val() & self.b.val() == self.c.val(); }} }}"
        );
        let findings = lint(&text).expect("Rust").expect("a kernel");
        findings.into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn each_planted_mismatch_is_refused() {
        let planted = [
            ("self.f.next = self.a.val() & self.b.val() == self.c.val();", Rule::Mixed),
            ("if self.a.val() | self.b.val() & self.c.val() { self.f.next = true; }", Rule::Mixed),
            ("self.f.next = self.w.val() + 1 == self.r.val();", Rule::Compared),
            ("self.f.next = (self.w.val() + 1) == self.r.val();", Rule::Compared),
            ("if (!self.w.val()) == 0 { self.f.next = true; }", Rule::Compared),
            ("self.f.next = (self.w.val() << 4) > self.r.val();", Rule::Compared),
            ("self.y.next = bit_cast::<16, 8>(self.a.val() + self.b.val());", Rule::Cast),
            ("self.y.next = bit_cast::<16, 8>(self.a.val() - 1);", Rule::Cast),
            ("self.y.next = bit_cast::<16, 8>(self.a.val() << 4);", Rule::Cast),
            ("self.y.next = bit_cast::<16, 8>(!self.a.val());", Rule::Cast),
            ("self.y.next = self.a.val() + self.b.val() + 1;", Rule::Several),
            ("self.y.next = (self.a.val() + self.b.val()) - self.c.val();", Rule::Several),
            ("self.y.next = (self.a.val() + 1) >> 1;", Rule::Several),
            ("self.y.next = self.a.val() << (self.b.val() + 1);", Rule::Several),
            ("self.f.next = self.a.val().get_bit((self.b.val() + 1).index());", Rule::Several),
            ("self.f.next = (self.a.val() + 1).any();", Rule::Several),
            ("self.y.next = self.r.val().field.get_bits::<4>(0);", Rule::Part),
            ("self.f.next = self.a.val().get_bits::<4>(0).get_bit(1);", Rule::Part),
            ("self.f.next = (self.a.val() & self.b.val()).get_bit(1);", Rule::Part),
            (
                "self.r.next.port = self.a.val(); self.y.next = self.r.val().port; self.r.next.port = self.b.val();",
                Rule::Order,
            ),
            ("self.y.next = self.l.val(); self.l.next = self.a.val();", Rule::Order),
            (
                "self.l.next = 0.into(); self.y.next = self.l.val(); self.l.next = self.a.val();",
                Rule::Order,
            ),
            (
                "if self.c.val() { self.l.next = self.a.val(); } self.y.next = self.l.val();",
                Rule::Order,
            ),
            (
                "match self.s.val() { S::A => { self.l.next = self.a.val(); } _ => {} } self.y.next = self.l.val();",
                Rule::Order,
            ),
            ("self.l.next = self.l.val() + 1;", Rule::Order),
            ("for i in 0..4 { self.c[i].next = self.c[i + 1].val(); }", Rule::Order),
            ("self.r.next.port = self.l.val(); self.l.next = self.a.val();", Rule::Order),
            (
                "dff_setup!(self, clock, q); self.y.next = self.q.d.val(); self.q.d.next = self.a.val();",
                Rule::Order,
            ),
        ];
        for (body, rule) in planted {
            let found = rules(body);
            assert!(found.contains(&rule), "{body}: {found:?}, not {rule:?}");
        }
    }

    #[test]
    fn what_means_the_same_in_both_languages_passes() {
        let good = [
            "self.n.next = self.w.val() + 1; self.f.next = self.n.val() == self.r.val();",
            "self.f.next = (self.a.val() & self.b.val()) == self.c.val();",
            "self.f.next = self.a.val() & !self.b.val() & self.c.val();",
            "self.f.next = self.a.val() | (self.b.val() & !self.c.val());",
            "self.y.next = (bit_cast::<16, 8>(self.a.val()) << 8) | bit_cast::<16, 8>(self.b.val());",
            "self.f.next = (self.a.val() >> 3) == 5;",
            "self.y.next = self.a.val().get_bits::<8>(120 - 8 * i);",
            "for i in 0..16 { self.s[i].x.next = self.a.val().get_bits::<8>(8 * i + 4); }",
            "self.c[0].next = self.a.val(); for i in 1..4 { self.c[i].next = self.c[i - 1].val() ^ self.b.val(); }",
            "self.l.next = 0.into(); if self.c.val() { self.l.next = self.a.val(); } self.y.next = self.l.val();",
            "if self.c.val() { self.l.next = self.a.val(); } else { self.l.next = self.b.val(); } self.y.next = self.l.val();",
            "dff_setup!(self, clock, q); if self.q.q.val() { self.q.d.next = !self.q.q.val(); }",
            "self.r.next.port = self.a.val(); self.y.next = self.r.val().port; self.r.next.mark = self.b.val();",
            "self.f.next = (!self.a.val()).any() & self.b.val().all();",
        ];
        for body in good {
            assert_eq!(rules(body), vec![], "{body}");
        }
    }

    #[test]
    fn a_file_without_kernels_is_not_read_further() {
        assert_eq!(lint("fn f() { let x = 1 + 2 * 3; }").unwrap(), None);
    }
}
