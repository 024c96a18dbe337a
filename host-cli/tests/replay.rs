//! Captured conversations through the command: on the model and on the Verilated device.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// The captures with L2TP in them.
fn conversations() -> Vec<PathBuf> {
    let folder = root().join("tests/captures");
    let wanted = |name: &str| {
        name.ends_with(".pcap")
            && (name.contains("l2tp")
                || ["six-clients", "server-death"].iter().any(|n| name.starts_with(n)))
    };
    let entries = std::fs::read_dir(folder).expect("the captures");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| wanted(&path.file_name().expect("a name").to_string_lossy()));
    paths.sort();
    assert!(paths.len() >= 7, "{paths:?}");
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
    assert_eq!((count("packets"), count("packets") > 0), (ways, true), "{what}");
    report
}

/// Clocks taken and latencies, which only hardware has.
fn take_clocks(report: &mut Value) -> [Value; 2] {
    ["clocks", "latency_clocks"].map(|key| report[key].take())
}

#[test]
fn every_conversation_runs_alike_on_the_model_and_on_the_hardware() {
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

/// Two clients lose their first packets: their retransmissions open no second tunnels.
#[test]
fn six_clients_are_spread_by_weight() {
    let report = replay(&root().join("tests/captures/six-clients.pcap"), "model");
    let tunnels = |server: usize| &report["servers"][server]["tunnels"];
    assert_eq!((tunnels(0), tunnels(1)), (&2.into(), &4.into()));
}

/// The client of a dead server is given another one.
#[test]
fn a_dead_servers_client_goes_to_the_other() {
    let report = replay(&root().join("tests/captures/server-death.pcap"), "model");
    let tunnels = |server: usize| &report["servers"][server]["tunnels"];
    assert_eq!((tunnels(0), tunnels(1)), (&1.into(), &1.into()));
}
