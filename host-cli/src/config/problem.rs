//! What is wrong with a configuration file: where, and what to do about it.

use std::{ops::Range, path::Path};

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use serde::Serialize;

/// One fault, with its place in the file.
#[derive(Debug, Clone)]
pub struct Problem {
    message: String,
    hint: Option<String>,
    span: Range<usize>,
}

impl Problem {
    /// A fault of the text at `span`.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, span }
    }

    /// What to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// All faults of a file.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used", .text.name())]
pub struct Rejected {
    text: NamedSource<String>,
    located: Vec<Located>,
}

/// A problem that can be shown with its line.
#[derive(Debug, thiserror::Error)]
#[error("{}", .problem.message)]
struct Located {
    problem: Problem,
}

/// A problem as JSON.
#[derive(Serialize)]
pub struct Row {
    file: String,
    line: usize,
    column: usize,
    error: String,
    hint: Option<String>,
}

impl Rejected {
    /// The faults of `text`, which was read from `path`.
    pub fn new(path: &Path, text: String, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.start);
        let text = NamedSource::new(path.display().to_string(), text).with_language("TOML");
        let located = problems.into_iter().map(|problem| Located { problem }).collect();
        Self { text, located }
    }

    /// Each fault with its line and column, counted from 1.
    pub fn rows(&self) -> Vec<Row> {
        let row = |located: &Located| {
            let problem = &located.problem;
            let before = &self.text.inner()[..problem.span.start.min(self.text.inner().len())];
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            Row {
                file: self.text.name().into(),
                line: before.matches('\n').count() + 1,
                column: before[start..].chars().count() + 1,
                error: problem.message.clone(),
                hint: problem.hint.clone(),
            }
        };
        self.located.iter().map(row).collect()
    }
}

impl Diagnostic for Rejected {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.text)
    }
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.located.iter().map(|located| located as &dyn Diagnostic)))
    }
}

impl Diagnostic for Located {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.problem.hint.as_ref().map(|hint| Box::new(hint) as Box<dyn std::fmt::Display>)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::underline(self.problem.span.clone()))))
    }
}
