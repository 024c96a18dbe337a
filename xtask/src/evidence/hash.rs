//! Hashes of what a run is about.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};

/// Of a Verilog text alone.
pub fn verilog(text: &str) -> String {
    let mut hasher = DefaultHasher::new(); // the same in all programs of one Rust release
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Of a Verilog text, the recipe of a run, and Rust sources: files, or folders with all in them.
pub fn of(verilog: &str, recipe: &str, root: &Path, sources: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    (verilog, recipe).hash(&mut hasher);
    let mut files = vec![];
    for source in sources {
        list(&root.join(source), &mut files)?;
    }
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let tokens: TokenStream = match text.parse() {
            Ok(tokens) => tokens,
            Err(error) => anyhow::bail!("{}: {error}", file.display()),
        };
        file.strip_prefix(root)?.hash(&mut hasher);
        feed(tokens, &mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            list(&entry?.path(), files)?;
        }
    } else {
        files.push(path.into());
    }
    Ok(())
}

/// The tokens but for comments, those that document an item included.
fn feed(tokens: TokenStream, hasher: &mut DefaultHasher) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                let inner =
                    |next: &TokenTree| matches!(next, TokenTree::Punct(p) if p.as_char() == '!');
                tokens.next_if(inner);
                if tokens.next_if(documents).is_none() {
                    "#".hash(hasher);
                }
            }
            TokenTree::Group(group) => {
                format!("{:?}", group.delimiter()).hash(hasher);
                feed(group.stream(), hasher);
                "end".hash(hasher);
            }
            other => other.to_string().hash(hasher),
        }
    }
}

/// Whether this is the `[doc = ...]` of an attribute.
fn documents(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(name)) if name == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(source: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        feed(source.parse().unwrap(), &mut hasher);
        hasher.finish()
    }

    #[test]
    fn comments_do_not_count_and_code_does() {
        let code = hash("fn f() -> u8 { 1 }");
        assert_eq!(code, hash("//! A file.\n/// One.\nfn f() -> u8 {\n    1 // one\n}"));
        for other in ["fn f() -> u8 { 2 }", "#[inline] fn f() -> u8 { 1 }", "fn f() -> u8 { (1) }"]
        {
            assert_ne!(code, hash(other), "{other}");
        }
    }

    #[test]
    fn each_part_counts() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let of = |verilog, recipe, source| of(verilog, recipe, root, &[source]).unwrap();
        let all = [
            of("a", "b", "src/evidence"),
            of("x", "b", "src/evidence"),
            of("a", "x", "src/evidence"),
            of("a", "b", "src/evidence/hash.rs"),
        ];
        for (i, hash) in all.iter().enumerate() {
            assert!(!all[..i].contains(hash), "{all:?}");
        }
    }
}
