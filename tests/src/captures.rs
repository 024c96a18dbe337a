//! The captures that tests run on: real ones, and those that `synthesised` makes.

use std::path::PathBuf;

use ports::capture::{Captured, read};

/// The folder of the committed captures.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures")
}

/// A capture file and its frames.
pub struct Capture {
    /// The file.
    pub path: PathBuf,
    /// Its frames.
    pub frames: Vec<Captured>,
}

/// All committed captures, by name.
pub fn all() -> Vec<Capture> {
    let entries = std::fs::read_dir(folder()).expect("the captures' folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "pcap"));
    paths.sort();
    let read = |path: PathBuf| {
        let frames = read(&path).unwrap_or_else(|error| panic!("{error}"));
        Capture { path, frames }
    };
    paths.into_iter().map(read).collect()
}
