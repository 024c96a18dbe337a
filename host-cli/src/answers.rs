//! The operator's questions and changes, as the API has them, answered from the engine.

use control::{Reason, Removal, ServerState as State, config::Algorithm, config::Server, view};
use sim::Device;
use spec::{limits::TICK_MICROSECONDS, register::Counter};

use crate::{
    api::{
        DeviceInfo, RealServer, Rewritten, ServerChange, ServerState, Stats, TableRow,
        VirtualService,
    },
    engine::{self, Engine, drop_name},
};

/// `virtual list`
pub fn virtuals<D: Device>(engine: &Engine<D>) -> Vec<VirtualService> {
    let service = |view: view::VirtualView| VirtualService {
        address: *view.end.ip(),
        port: view.end.port(),
        protocol: view.protocol.name().into(),
        algorithm: Algorithm::name(view.algorithm).into(),
        servers: view
            .servers
            .iter()
            .map(|(end, weight)| RealServer {
                address: *end.ip(),
                port: end.port(),
                weight: *weight,
            })
            .collect(),
    };
    engine.virtuals().into_iter().map(service).collect()
}

/// `server list`
pub fn servers<D: Device>(engine: &mut Engine<D>) -> Vec<ServerState> {
    let now = engine.now();
    let server = |view: view::ServerView| {
        let (state, reason) = match view.state {
            State::Up => ("up", String::new()),
            State::Down(Reason::Requests) => ("down", "requests are not answered".into()),
            State::Down(Reason::Messages) => ("down", "its tunnels are not answered".into()),
            State::Draining => ("draining", "removed; its tunnels run to their end".into()),
        };
        ServerState {
            service: view.service.to_string(),
            address: *view.end.ip(),
            port: view.end.port(),
            weight: view.weight,
            state: state.into(),
            reason,
            since: now.saturating_sub(view.since).as_secs(),
            tunnels: view.tunnels.into(),
            packets: view.packets,
            bytes: view.bytes,
        }
    };
    engine.servers().into_iter().map(server).collect()
}

/// What came of a change: nothing, or why it was refused.
type Answer = Result<Result<(), String>, engine::Error>;

/// `server add`
pub fn add<D: Device>(engine: &mut Engine<D>, change: &ServerChange) -> Answer {
    let service = engine.virtuals().into_iter().find(|service| {
        *service.end.ip() == change.address
            && change.port.is_none_or(|port| port == service.end.port())
    });
    let port = change.server_port.or(service.map(|service| service.end.port()));
    let server = Server {
        address: change.server,
        port: port.unwrap_or(spec::wire::l2tp::PORT),
        weight: change.weight.unwrap_or(1),
    };
    engine.operate(|control, device, now| {
        let result = control.server_add(now, (change.address, change.port), server, device);
        result.map_err(|error| error.to_string())
    })
}

/// `server set`
pub fn set<D: Device>(engine: &mut Engine<D>, change: &ServerChange) -> Answer {
    let weight = change.weight.unwrap_or(1);
    engine.operate(|control, _, _| {
        let (vip, server) = ((change.address, change.port), (change.server, change.server_port));
        let result = control.server_set(vip, server, weight);
        result.map_err(|error| error.to_string())
    })
}

/// `server remove`
pub fn remove<D: Device>(engine: &mut Engine<D>, change: &ServerChange) -> Answer {
    let removal = if change.kill { Removal::Kill } else { Removal::Drain };
    engine.operate(|control, device, now| {
        let (vip, server) = ((change.address, change.port), (change.server, change.server_port));
        let result = control.server_remove(now, vip, server, removal, device);
        result.map(drop).map_err(|error| error.to_string())
    })
}

/// The rows as `table dump` shows them, in the order tunnel by tunnel.
pub fn table<D: Device>(engine: &mut Engine<D>) -> Result<Vec<TableRow>, engine::Error> {
    let now = engine.driver().registers().now()?;
    let row = |view: view::RowView| TableRow {
        direction: if view.outgoing { "outgoing" } else { "incoming" }.into(),
        kind: "l2tp".into(),
        source: *view.source.ip(),
        source_port: view.source.port(),
        destination: *view.destination.ip(),
        destination_port: view.destination.port(),
        // What the client sees in the server's place: the VIP.
        rewritten: if view.outgoing { rewritten(view.rewritten) } else { rewritten(view.matched) },
        discriminator: view.discriminator,
        server: view.server,
        packets: view.counters.packets,
        bytes: view.counters.bytes,
        age_s: f64::from(now.wrapping_sub(view.counters.last_seen)) * TICK_MICROSECONDS as f64
            / 1e6,
    };
    Ok(engine.rows().into_iter().map(row).collect())
}

fn rewritten(end: std::net::SocketAddrV4) -> Rewritten {
    Rewritten { address: *end.ip(), port: end.port() }
}

/// `stats`, but for what is lost behind the device.
pub fn stats<D: Device>(engine: &mut Engine<D>) -> Result<Stats, engine::Error> {
    let totals = engine.totals()?;
    let counter = |counter: Counter| totals[usize::from(counter.code())];
    let ways = engine.ways().clone();
    let mut stats = Stats {
        packets: 0,
        fast_path: counter(Counter::Forwarded).saturating_sub(engine.injected()),
        slow_path: ways.forwarded,
        copied: counter(Counter::PuntedCopy),
        copies_lost: counter(Counter::PolicedCopy) + counter(Counter::CopyFull),
        bypassed: counter(Counter::Bypassed),
        punted_to_host: ways.to_host,
        dropped: ways.dropped.iter().map(|(reason, n)| ((*reason).to_string(), *n)).collect(),
        tunnels: engine.tunnels() as u64,
        rows: engine.driver().table().len() as u64,
        rows_capacity: engine.driver().info().rows.into(),
        clocks: engine.clocks(),
        lost: 0,
    };
    for (reason, _) in Counter::ALL {
        // A copy that was dropped, and an injected frame, are no packets of a port.
        let besides = [Counter::PolicedCopy, Counter::CopyFull, Counter::InjectBad];
        if let Some(name) = drop_name(*reason).filter(|_| !besides.contains(reason)) {
            let frames = counter(*reason);
            if frames > 0 {
                *stats.dropped.entry(name).or_default() += frames;
            }
        }
    }
    let dropped: u64 = stats.dropped.values().sum();
    stats.packets =
        stats.fast_path + stats.slow_path + stats.bypassed + stats.punted_to_host + dropped;
    Ok(stats)
}

/// `device info`
pub fn device<D: Device>(engine: &mut Engine<D>, kind: &str) -> DeviceInfo {
    let info = engine.driver().info();
    DeviceInfo {
        device: kind.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        layout_hash: format!("{:016x}", info.layout),
        width: info.width,
        rows: info.rows,
        stash_rows: info.stash_rows,
        local_rows: info.local_rows,
        service_rows: info.service_rows,
        next_hop_rows: info.next_hop_rows,
    }
}
