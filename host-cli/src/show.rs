//! Tables for people, within 80 columns.

use comfy_table::{CellAlignment, Table, presets::NOTHING};

use crate::{
    api::{DeviceInfo, ServerState, Stats, TableRow, VirtualService},
    replay::{Mismatch, Report},
};

/// A table without lines; columns named in `right` are aligned to the right.
fn table(header: &[&str], right: &[usize]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(header.iter().copied());
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if right.contains(&index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The seed's first table: the virtual IP once, a line a server.
pub fn virtual_list(services: &[VirtualService]) -> String {
    let header = ["Virtual IP", "Port", "Real IP", "Port", "Weight", "Algorithm"];
    let mut out = table(&header, &[1, 3, 4]);
    for service in services {
        let mut first = true;
        for server in &service.servers {
            let once = |text: String| if first { text } else { String::new() };
            out.add_row([
                once(service.address.to_string()),
                once(service.port.to_string()),
                server.address.to_string(),
                server.port.to_string(),
                server.weight.to_string(),
                once(service.algorithm.clone()),
            ]);
            first = false;
        }
        if service.servers.is_empty() {
            let (address, port) = (service.address.to_string(), service.port.to_string());
            let none = || String::from("-");
            out.add_row([address, port, none(), none(), none(), service.algorithm.clone()]);
        }
    }
    finish(out)
}

/// The farm: a service's name, then its servers.
pub fn server_list(servers: &[ServerState]) -> String {
    let header = ["Server", "Weight", "State", "Since", "Tunnels", "Packets", "Bytes"];
    let mut out = table(&header, &[1, 3, 4, 5, 6]);
    let mut service = "";
    for server in servers {
        if server.service != service {
            service = &server.service;
            out.add_row([service]);
        }
        out.add_row([
            format!("  {}:{}", server.address, server.port),
            server.weight.to_string(),
            server.state.clone(),
            duration(server.since as f64),
            server.tunnels.to_string(),
            scaled(server.packets),
            scaled(server.bytes),
        ]);
    }
    let mut text = finish(out);
    for server in servers.iter().filter(|server| server.state != "up") {
        text += &format!("{}:{}: {}\n", server.address, server.port, server.reason);
    }
    text
}

/// The seed's second table.
pub fn table_dump(rows: &[TableRow]) -> String {
    let header = ["packet", "SrcIP", "port", "dstIP", "dstPort", "kind", "pkts", "bytes", "age"];
    let mut out = table(&header, &[2, 4, 6, 7, 8]);
    for row in rows {
        out.add_row([
            row.direction.clone(),
            row.source.to_string(),
            row.source_port.to_string(),
            row.destination.to_string(),
            row.destination_port.to_string(),
            row.kind.clone(),
            scaled(row.packets),
            scaled(row.bytes),
            duration(row.age_s),
        ]);
    }
    finish(out)
}

/// Counters by reason.
pub fn stats(stats: &Stats) -> String {
    let mut out = table(&["counter", "frames"], &[1]);
    let rows = [
        ("packets", stats.packets),
        ("  fast path", stats.fast_path),
        ("  slow path", stats.slow_path),
        ("  bypassed", stats.bypassed),
        ("  to the host", stats.punted_to_host),
    ];
    for (name, value) in rows {
        out.add_row([name.to_string(), value.to_string()]);
    }
    for (reason, value) in &stats.dropped {
        out.add_row([format!("  dropped: {reason}"), value.to_string()]);
    }
    out.add_row(["copied".to_string(), stats.copied.to_string()]);
    if stats.copies_lost > 0 {
        out.add_row(["copies lost".to_string(), stats.copies_lost.to_string()]);
    }
    out.add_row(["lost behind the device".to_string(), stats.lost.to_string()]);
    out.add_row(["tunnels".to_string(), stats.tunnels.to_string()]);
    out.add_row(["rows".to_string(), format!("{} of {}", stats.rows, stats.rows_capacity)]);
    if let Some(clocks) = stats.clocks {
        out.add_row(["clocks".to_string(), clocks.to_string()]);
    }
    finish(out)
}

/// What the device is.
pub fn device_info(info: &DeviceInfo) -> String {
    let mut out = table(&["device", ""], &[]);
    let rows = [
        ("kind", info.device.clone()),
        ("version", info.version.clone()),
        ("layout hash", info.layout_hash.clone()),
        ("bytes a beat", info.width.to_string()),
        ("table rows", format!("{} and {} in the stash", info.rows, info.stash_rows)),
        ("local addresses", info.local_rows.to_string()),
        ("services", info.service_rows.to_string()),
        ("next hops", info.next_hop_rows.to_string()),
    ];
    for (name, value) in rows {
        out.add_row([name.to_string(), value]);
    }
    finish(out)
}

/// The result of a replay; the first mismatches, one a line.
pub fn replay(report: &Report, mismatches: &[Mismatch]) -> String {
    let mut out = table(&["packets", ""], &[1]);
    let rows = [
        ("entered", report.packets),
        ("  fast path", report.fast_path),
        ("  slow path", report.slow_path),
        ("  bypassed", report.bypassed),
        ("  to the host", report.punted_to_host),
        ("  unmatched", report.unmatched),
    ];
    for (name, value) in rows {
        out.add_row([name.to_string(), value.to_string()]);
    }
    for (reason, value) in &report.dropped {
        out.add_row([format!("  dropped: {reason}"), value.to_string()]);
    }
    out.add_row(["copied".to_string(), report.copied.to_string()]);
    out.add_row(["ignored".to_string(), report.ignored.to_string()]);
    out.add_row(["mismatches".to_string(), report.mismatches.to_string()]);
    let mut servers = table(&["server", "weight", "tunnels", "packets", "bytes"], &[1, 2, 3, 4]);
    for server in &report.servers {
        servers.add_row([
            server.address.to_string(),
            server.weight.to_string(),
            server.tunnels.to_string(),
            server.packets.to_string(),
            server.bytes.to_string(),
        ]);
    }
    let mut text = finish(out) + "\n" + &finish(servers);
    if let Some(latency) = &report.latency_clocks {
        let (min, p50, max) = (latency.min, latency.p50, latency.max);
        text += &format!("\nlatency in clocks: {min} least, {p50} median, {max} most\n");
    }
    for m in mismatches.iter().take(10) {
        let (expected, got) = (shorten(&m.expected), shorten(&m.got));
        text += &format!("packet {}: {}: {got}, not {expected}\n", m.index, m.field);
    }
    text
}

/// At most 24 characters.
fn shorten(text: &str) -> &str {
    text.get(..24).unwrap_or(text)
}

fn finish(table: Table) -> String {
    table.lines().map(|line| line.trim_end().to_string() + "\n").collect()
}

/// A count with at most five characters: 12345, 123k, 12M.
fn scaled(value: u64) -> String {
    match value {
        0..100_000 => value.to_string(),
        100_000..10_000_000 => format!("{}k", value / 1000),
        10_000_000..10_000_000_000 => format!("{}M", value / 1_000_000),
        _ => format!("{}G", value / 1_000_000_000),
    }
}

/// Seconds with at most five characters: 0.4s, 59s, 12m, 30h, 9d.
fn duration(seconds: f64) -> String {
    match seconds as u64 {
        0..10 => format!("{seconds:.1}s"),
        10..100 => format!("{seconds:.0}s"),
        100..6000 => format!("{:.0}m", seconds / 60.0),
        6000..360_000 => format!("{:.0}h", seconds / 3600.0),
        _ => format!("{:.0}d", seconds / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{RealServer, Rewritten};

    #[test]
    fn the_first_table_of_the_seed() {
        let server = |n, weight| RealServer { address: [10, 10, 1, n].into(), port: 1701, weight };
        let service = VirtualService {
            address: [200, 200, 100, 1].into(),
            port: 1701,
            protocol: "l2tp".into(),
            algorithm: "weighted-round-robin".into(),
            servers: vec![server(1, 1), server(2, 2)],
        };
        let expected = "\
Virtual IP    Port Real IP   Port Weight Algorithm
200.200.100.1 1701 10.10.1.1 1701      1 weighted-round-robin
                   10.10.1.2 1701      2\n";
        assert_eq!(virtual_list(&[service]), expected);
    }

    #[test]
    fn the_widest_rows_fit_80_columns() {
        let row = TableRow {
            direction: "outgoing".into(),
            kind: "l2tp".into(),
            source: [255; 4].map(|_| 255).into(),
            source_port: 65535,
            destination: [255; 4].into(),
            destination_port: 65535,
            rewritten: Rewritten { address: [255; 4].into(), port: 65535 },
            discriminator: 65535,
            server: [255; 4].into(),
            packets: 99_999,
            bytes: 9_999_999,
            age_s: 5999.0,
        };
        let server = ServerState {
            service: "255.255.255.255:65535".into(),
            address: [255; 4].into(),
            port: 65535,
            weight: 9999,
            state: "up".into(),
            reason: String::new(),
            since: 100_000,
            tunnels: 9999,
            packets: 99_999,
            bytes: 9_999_999,
        };
        let mismatch = Mismatch {
            index: 99_999,
            field: "destination".into(),
            expected: server.service.clone(),
            got: server.service.clone(),
        };
        let report = replay(&Report::default(), &[mismatch]);
        for text in [table_dump(&[row]), server_list(&[server]), report] {
            let widest = text.lines().map(str::len).max().unwrap();
            assert!(widest <= 80, "{widest} columns:\n{text}");
        }
    }
}
