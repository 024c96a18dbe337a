//! Writes the synthesised captures: `cargo run --package tests --example synthesise`.

use ports::capture::Writer;

fn main() -> Result<(), ports::capture::Error> {
    for capture in tests::synthesised::all() {
        let path = tests::captures::folder().join(capture.name);
        let mut writer = Writer::create(&path)?;
        for captured in &capture.frames {
            writer.write(captured.time, &captured.frame)?;
        }
        println!("{}: {} frames", capture.name, capture.frames.len());
    }
    Ok(())
}
