//! Writes the synthesised captures, and the seeds of the datapath's fuzzer:
//! `cargo run --package tests --example synthesise`.

use std::error::Error;
use std::path::Path;

use ports::capture::Writer;

fn main() -> Result<(), Box<dyn Error>> {
    for capture in tests::synthesised::all() {
        let path = tests::captures::folder().join(capture.name);
        let mut writer = Writer::create(&path)?;
        for captured in &capture.frames {
            writer.write(captured.time, &captured.frame)?;
        }
        println!("{}: {} frames", capture.name, capture.frames.len());
    }
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/datapath");
    std::fs::create_dir_all(&corpus)?;
    for (name, input) in tests::synthesised::seeds::datapath() {
        std::fs::write(corpus.join(name), input)?;
    }
    Ok(())
}
