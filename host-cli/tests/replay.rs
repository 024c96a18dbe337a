//! Captured conversations through the command: on the model and on the Verilated device.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// Every capture that is committed.
fn conversations() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/captures")).expect("the captures");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "pcap"));
    paths.sort();
    assert!(paths.len() >= 12, "{paths:?}");
    paths
}

/// The report of a replay that finds nothing amiss.
fn replay(conversation: &Path, device: &str) -> Value {
    let out = Command::new(env!("CARGO_BIN_EXE_designator"))
        .args(["--json", "replay", "--device", device, "--config"])
        .arg(root().join("examples/seed.toml"))
        .arg("--conversation")
        .arg(conversation)
        .output()
        .expect("the command");
    let what = format!("{} on {device}: {out:?}", conversation.display());
    assert_eq!(out.status.code(), Some(0), "{what}");
    let report: Value = serde_json::from_slice(&out.stdout).expect(&what);
    assert_eq!(report["mismatches"], 0, "{what}");
    let count = |way: &str| report[way].as_u64().expect(way);
    let dropped = report["dropped"].as_object().expect("reasons").values();
    let dropped: u64 = dropped.map(|count| count.as_u64().expect("a number")).sum();
    let ways = ["fast_path", "slow_path", "bypassed", "punted_to_host", "unmatched"];
    let ways = ways.into_iter().map(count).sum::<u64>() + dropped;
    // One of them is of a client and a server without a VIP between.
    let direct = conversation.ends_with("uml-ipsec-direct.pcap");
    assert_eq!((count("packets"), count("packets") > 0), (ways, !direct), "{what}");
    report
}

/// Clocks taken and latencies, which only hardware has.
fn take_clocks(report: &mut Value) -> [Value; 2] {
    ["clocks", "latency_clocks"].map(|key| report[key].take())
}

#[test]
fn every_capture_runs_alike_on_the_model_and_on_the_hardware() {
    for conversation in conversations() {
        let (mut model, mut rtl) = (replay(&conversation, "model"), replay(&conversation, "rtl"));
        assert_eq!(take_clocks(&mut model), [Value::Null, Value::Null]);
        let [clocks, latency] = take_clocks(&mut rtl);
        assert!(clocks.as_u64().is_some_and(|clocks| clocks > 0), "{clocks}");
        // Nothing is forwarded by the hardware alone where nothing is forwarded at all.
        assert_eq!(latency.is_null(), rtl["fast_path"] == 0, "{latency}");
        assert_eq!(model, rtl, "{}", conversation.display());
    }
}

/// Each frame for the VIP is held against the device, however broken it is.
#[test]
fn broken_packets_enter_and_are_counted() {
    let report = replay(&root().join("tests/captures/synthesised-malformed.pcap"), "model");
    let count = |way: &str| report[way].as_u64().expect(way);
    assert_eq!((count("packets"), count("fast_path"), count("slow_path")), (242, 0, 0), "{report}");
}

/// Two clients lose their first packets: their retransmissions open no second tunnels.
#[test]
fn six_clients_are_spread_by_weight() {
    let report = replay(&root().join("tests/captures/six-clients.pcap"), "model");
    let tunnels = |server: usize| &report["servers"][server]["tunnels"];
    assert_eq!((tunnels(0), tunnels(1)), (&2.into(), &4.into()));
}
