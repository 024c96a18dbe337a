//! *match* and *decide*: what becomes of a parsed frame. The steps are those of [`spec::verdict`].

use spec::meta::{Parsed, Plan, Source, Station};
use spec::table::{EntryVerdict, Key, Kind};
use spec::verdict::{Drop, Punt};

use crate::filter::filter;
use crate::rewrite::checksums;
use crate::table::{Found, Tables};

/// The tables as one frame meets them. The hardware asks the small ones some clocks before and behind
/// the lookup, so a WRITE to one of them may fall in between.
#[derive(Clone, Copy)]
pub struct Moments<'a> {
    /// Whose local addresses and services the frame is matched with.
    pub matched: &'a Tables,
    /// Whose entries, slots and stash it is looked up in.
    pub looked_up: &'a Tables,
    /// Whose address and next hop it is sent with.
    pub resolved: &'a Tables,
}

impl<'a> From<&'a Tables> for Moments<'a> {
    /// Nothing is written meanwhile.
    fn from(tables: &'a Tables) -> Self {
        Self { matched: tables, looked_up: tables, resolved: tables }
    }
}

/// Decides over a frame; `bridge` is `CONTROL.bridge`. The plan is [`canonical`].
pub fn decide<'a>(
    parsed: &Parsed,
    tables: impl Into<Moments<'a>>,
    bridge: bool,
) -> Result<Plan, Drop> {
    steps(parsed, tables.into(), bridge).map(|plan| canonical(&plan))
}

/// The same plan with zero in every field that it does not need: hardware may leave there what it
/// likes. Only punts and copies have a reason, a class and a kind, and a local index unless the kind
/// is None; only hits an entry; only hits and misses a generation; only what is sent a port.
pub fn canonical(plan: &Plan) -> Plan {
    let mut plan = *plan;
    if !plan.rewrite {
        plan = Plan {
            send: plan.send,
            port: plan.port,
            inject: plan.inject,
            punt: plan.punt,
            copy: plan.copy,
            reason: plan.reason,
            class: plan.class,
            length: plan.length,
            source: plan.source,
            hit: plan.hit,
            entry: plan.entry,
            generation: plan.generation,
            kind: plan.kind,
            local: plan.local,
            network_offset: plan.network_offset,
            transport_offset: plan.transport_offset,
            ..Plan::default()
        };
    }
    if !plan.set_tunnel {
        plan = Plan { tunnel: 0, tunnel_offset: 0, ..plan };
    }
    if !plan.send {
        plan.port = 0;
    }
    if !plan.punt {
        plan = Plan { reason: 0, class: 0, kind: 0, ..plan };
    }
    if plan.kind == Kind::None as u8 {
        plan.local = 0;
    }
    if !plan.hit {
        plan.entry = 0;
        if !plan.punt || plan.reason != Punt::Miss as u8 {
            plan.generation = 0;
        }
    }
    plan
}

fn steps(parsed: &Parsed, tables: Moments, bridge: bool) -> Result<Plan, Drop> {
    let plan = Plan {
        length: parsed.length,
        source: parsed.source,
        inject: parsed.source == Source::Inject as u8,
        network_offset: parsed.network_offset,
        transport_offset: parsed.transport_offset,
        ..Plan::default()
    };
    if plan.inject {
        return injected(plan, parsed, tables);
    }
    if parsed.station == Station::Foreign as u8 {
        let plan = Plan { send: true, port: (parsed.source ^ 1) & 1, ..plan };
        return if bridge { Ok(plan) } else { Err(Drop::Foreign) };
    }
    if parsed.station == Station::Group as u8 {
        return Ok(punt(plan, parsed, Punt::Group));
    }
    no_fault(parsed.network_fault)?;
    if !parsed.ipv4 {
        return Ok(punt(plan, parsed, Punt::NotIpv4));
    }
    tunnel(plan, parsed, tables)
}

/// A fault field's fault; [`spec::meta::NO_FAULT`] is no code of a drop.
fn no_fault(code: u8) -> Result<(), Drop> {
    Drop::from_code(code).map_or(Ok(()), Err)
}

fn punt(plan: Plan, parsed: &Parsed, reason: Punt) -> Plan {
    Plan { punt: true, reason: reason as u8, class: reason.class(parsed.control) as u8, ..plan }
}

/// Steps 5 to 9.
fn tunnel(plan: Plan, parsed: &Parsed, tables: Moments) -> Result<Plan, Drop> {
    let external = parsed.source == Source::External as u8;
    let address = if external { parsed.destination_address } else { parsed.source_address };
    let Some(local) = tables.matched.local(parsed.source, address) else {
        return Ok(punt(plan, parsed, Punt::Host));
    };
    if parsed.fragment {
        return Ok(punt(plan, parsed, Punt::Fragment));
    }
    no_fault(parsed.transport_fault)?;
    if !parsed.transport {
        return Ok(punt(plan, parsed, Punt::Host));
    }

    let service = tables.matched.service(local, parsed.protocol, parsed.destination_port);
    let kind = match service.filter(|_| external) {
        Some(kind) => kind,
        None if parsed.l2tp && parsed.l2tp_clean => Kind::L2tp as u8,
        None => return Ok(punt(plan, parsed, Punt::Host)),
    };
    let plan = Plan { kind, local, ..plan };
    if kind != Kind::L2tp as u8 {
        return Ok(punt(plan, parsed, Punt::Kind));
    }
    if !parsed.l2tp {
        let version = punt(plan, parsed, Punt::Version);
        return if parsed.l2f { Ok(version) } else { Err(Drop::BadL2tp) };
    }

    let plan = Plan { generation: tables.looked_up.generation, ..plan };
    let Some(found) = tables.looked_up.lookup(&key(parsed, kind, local)) else {
        return Ok(punt(plan, parsed, Punt::Miss));
    };
    let plan = Plan { hit: true, entry: found.entry, ..plan };
    if !filter(parsed) {
        return Err(Drop::Rule);
    }
    match EntryVerdict::from_code(found.action.verdict) {
        Some(EntryVerdict::Forward) => {}
        Some(EntryVerdict::Drop) => return Err(Drop::Rule),
        Some(EntryVerdict::Punt) | None => return Ok(punt(plan, parsed, Punt::Entry)),
    }
    match forward(plan, parsed, &found, tables.resolved) {
        Err(reason) => Ok(punt(plan, parsed, reason)),
        Ok(plan) if parsed.control && found.action.copy_control => {
            Ok(Plan { copy: true, ..punt(plan, parsed, Punt::Copy) })
        }
        Ok(plan) => Ok(plan),
    }
}

/// What a packet is looked up by: the client's side of it depends on where it came in.
pub fn key(parsed: &Parsed, kind: u8, local: u8) -> Key {
    let external = parsed.source == Source::External as u8;
    let (address, peer_port, local_port) = if external {
        (parsed.source_address, parsed.source_port, parsed.destination_port)
    } else {
        (parsed.destination_address, parsed.destination_port, parsed.source_port)
    };
    let discriminator = u32::from(parsed.tunnel);
    let peer = parsed.peer;
    Key { kind, peer, address, local, peer_port, local_port, discriminator, ..Key::default() }
}

/// An injected frame: raw to a port, or by an entry whatever its verdict.
fn injected(plan: Plan, parsed: &Parsed, tables: Moments) -> Result<Plan, Drop> {
    if !parsed.inject_forward {
        return Ok(Plan { send: true, port: parsed.inject_port, ..plan });
    }
    let table = tables.looked_up;
    let found = table.direct(parsed.entry).filter(|_| parsed.l2tp).ok_or(Drop::InjectBad)?;
    let plan = Plan { hit: true, entry: found.entry, generation: table.generation, ..plan };
    forward(plan, parsed, &found, tables.resolved).map_err(|_| Drop::InjectBad)
}

/// Fills in the rewrite, or says what hinders it.
fn forward(plan: Plan, parsed: &Parsed, found: &Found, tables: &Tables) -> Result<Plan, Punt> {
    let action = &found.action;
    let next_hop = tables.next_hop(action.next_hop).ok_or(Punt::NextHop)?;
    if parsed.ttl <= 1 {
        return Err(Punt::Ttl);
    }
    let address = tables.address(action.local);
    let new = checksums(parsed, action, address);
    Ok(Plan {
        send: true,
        port: next_hop.port,
        rewrite: true,
        destination_mac: next_hop.destination,
        source_mac: next_hop.source,
        ttl: new.ttl,
        network_checksum: new.network,
        outgoing: action.outgoing,
        address,
        source_port: action.source_port,
        destination_port: action.destination_port,
        transport_checksum: new.transport,
        set_tunnel: action.set_discriminator,
        tunnel: action.discriminator as u16,
        tunnel_offset: parsed.tunnel_offset,
        sa: action.sa,
        ..plan
    })
}
