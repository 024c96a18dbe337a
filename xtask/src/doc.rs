//! `cargo xtask doc`: the pages of `docs/` that are made from tables.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use spec::register::{Access, REGISTERS};
use spec::{CODES, LAYOUT_HASH, RECORDS};

/// What to do with the pages.
#[derive(clap::Args)]
pub struct Args {
    /// Only compares the pages with what would be written
    #[arg(long)]
    check: bool,
}

/// A generated page: its name in `docs/`, and its text.
type Page = (&'static str, fn() -> String);

const PAGES: &[Page] = &[
    ("registers.md", registers),
    ("synthesis.md", crate::synth::page::page),
    ("performance.md", crate::bench::page::page),
];

/// Writes the pages, or says which are stale.
pub fn run(args: &Args) -> Result<()> {
    if !args.check {
        for (name, text) in PAGES {
            let path = folder().join(name);
            std::fs::create_dir_all(folder())?;
            std::fs::write(&path, text()).with_context(|| path.display().to_string())?;
            println!("docs/{name}");
        }
        return Ok(());
    }
    let mut stale = Vec::new();
    check(|_, problems| stale.extend(problems));
    if !stale.is_empty() {
        bail!("{}", stale.join("\n"));
    }
    Ok(())
}

/// Judges each page: what is wrong with it.
pub fn check(mut judge: impl FnMut(&str, Vec<String>)) {
    for (name, text) in PAGES {
        let committed = std::fs::read_to_string(folder().join(name)).unwrap_or_default();
        let stale = committed != text();
        let problem = format!("docs/{name} is stale: `cargo xtask doc` writes it anew");
        judge(name, stale.then_some(problem).into_iter().collect());
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// The registers, codes and records of `spec`.
fn registers() -> String {
    let mut page = String::new();
    let mut line = |text: &str| writeln!(page, "{text}").expect("a string takes all");
    line("# Registers and layouts\n");
    line("Written by `cargo xtask doc` from the tables of crate `spec`: change those, not this.\n");
    line(&format!("Layout hash of this version: `{LAYOUT_HASH:#018x}`.\n"));
    line("## Registers\n");
    line(
        "32 bits each, at byte addresses; reads have no side effects. Bits that do not exist read",
    );
    line("as zero. `NAME[n]` is an array, four bytes apart.\n");
    line("| address | name | access | bits | reset | meaning |");
    line("|---|---|---|---|---|---|");
    for row in REGISTERS {
        let access = match row.access {
            Access::ReadOnly => "read",
            Access::ReadWrite => "read, write",
            Access::WriteOnly => "write",
        };
        let name = match row.count {
            1 => row.name.to_string(),
            count => format!("{}[{count}]", row.name),
        };
        line(&format!(
            "| {:#05x} | `{name}` | {access} | {:#x} | {:#x} | {} |",
            row.offset,
            row.mask,
            row.reset,
            prose(row.says)
        ));
    }
    line("\n## Codes");
    for list in CODES {
        line(&format!("\n### {}\n\n{}\n", list.name, prose(list.says)));
        line("| code | name | meaning |");
        line("|---|---|---|");
        for code in list.codes {
            line(&format!("| {} | {} | {} |", code.code, code.name, prose(code.says)));
        }
    }
    line("\n## Records\n");
    line("Packed without holes, the first field in the lowest bits; in memory little-endian.");
    for record in RECORDS {
        let bits: usize = record.fields.iter().map(|field| field.width).sum();
        line(&format!("\n### {}: {bits} bits\n\n{}\n", record.name, prose(record.says)));
        line("| bits | field | meaning |");
        line("|---|---|---|");
        for field in record.fields {
            let place = match field.width {
                1 => field.lsb.to_string(),
                width => format!("{}..{}", field.lsb + width - 1, field.lsb),
            };
            line(&format!("| {place} | `{}` | {} |", field.name, prose(field.says)));
        }
    }
    page
}

/// A doc comment as text: lines joined up, paths of the code's own links cut to their last name.
fn prose(says: &str) -> String {
    let words = says.split_whitespace().map(|word| match word.split_once("[`") {
        Some((before, link)) => {
            let (path, after) = link.split_once("`]").unwrap_or((link, ""));
            let name = path.rsplit("::").next().unwrap_or(path);
            format!("{before}`{name}`{after}")
        }
        None => word.to_string(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_names() {
        assert_eq!(prose(" as ([`crate::table::Key`]),\n or [`x`]"), "as (`Key`), or `x`");
    }

    #[test]
    fn every_row_is_on_the_page() {
        let page = registers();
        for row in REGISTERS {
            assert!(page.contains(&format!("| {:#05x} | `{}", row.offset, row.name)));
        }
        let fields = RECORDS.iter().flat_map(|record| record.fields);
        assert!(fields.clone().all(|field| page.contains(&format!("| `{}` |", field.name))));
        assert!(CODES.iter().all(|list| page.contains(&format!("### {}\n", list.name))));
    }
}
