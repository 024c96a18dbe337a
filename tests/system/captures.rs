//! The committed captures are those that their sources make.

use tests::{captures, synthesised};

#[test]
fn synthesised_captures_are_as_their_script_writes_them() {
    let committed = captures::all();
    let mut expected = synthesised::all();
    for capture in &committed {
        let name = capture.path.file_name().unwrap().to_str().unwrap();
        if name.starts_with("synthesised-") {
            let at = expected.iter().position(|made| made.name == name);
            let made = expected.remove(at.unwrap_or_else(|| panic!("nothing makes {name}")));
            let stale = "stale: cargo run --package tests --example synthesise";
            assert_eq!(made.frames, capture.frames, "{name} is {stale}");
        }
    }
    assert!(expected.is_empty(), "not committed: {}", expected[0].name);
}
