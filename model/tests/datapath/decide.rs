//! Every step of `spec::verdict`, and their order.

use super::common::*;
use model::frame::{L2tp, Udp};
use model::{Datapath, Outcome};
use spec::host::InjectDescriptor;
use spec::meta::Plan;
use spec::register::{CONTROL_ENABLE, Counter};
use spec::table::{Action, EntryVerdict, Kind, NextHop, Service, Table};
use spec::verdict::{Class, Drop, Punt};

fn receive(datapath: &mut Datapath, port: usize, frame: &[u8]) -> Result<Plan, Drop> {
    let outcome = datapath.receive(port, frame, false);
    outcome.plan.ok_or_else(|| outcome.dropped.expect("a reason"))
}

/// A frame of `port` is punted for a reason.
fn punted(datapath: &mut Datapath, port: usize, frame: &[u8], reason: Punt, class: Class) {
    let plan = receive(datapath, port, frame).unwrap();
    assert!(plan.punt && !plan.send && !plan.copy && !plan.rewrite, "{plan:?}");
    assert_eq!((plan.reason, plan.class), (reason as u8, class as u8));
}

fn tunnels() -> Datapath {
    let mut datapath = farm();
    for (entry, (key, action)) in [incoming(), outgoing()].iter().enumerate() {
        insert(&mut datapath, 100 + entry as u32, key, action);
    }
    datapath
}

#[test]
fn the_port_drops_what_no_parser_should_see() {
    let mut datapath = tunnels();
    let frame = from_client(data(7)).build();
    let mut dropped = |frame: &[u8], error| datapath.receive(1, frame, error).dropped.unwrap();
    assert_eq!(dropped(&frame, true), Drop::RxError);
    assert_eq!(dropped(&frame[..13], true), Drop::RxError);
    assert_eq!(dropped(&frame[..13], false), Drop::Runt);
    assert_eq!(dropped(&[0; 9023], false), Drop::Giant);
    datapath.control &= !CONTROL_ENABLE;
    for error in [false, true] {
        assert_eq!(datapath.receive(1, &frame, error), Outcome::default());
    }
    for counter in [Counter::RxError1, Counter::Runt1, Counter::Giant1] {
        let expected = if counter == Counter::RxError1 { 2 } else { 1 };
        assert_eq!(datapath.counter(counter), expected, "{counter:?}");
    }
}

#[test]
fn another_stations_frame_is_bridged_whatever_is_wrong_with_it() {
    let mut datapath = tunnels();
    let broken = Udp { destination_mac: [2; 6], ..from_client(data(7)) };
    let broken = &broken.build()[..20];
    for port in [0, 1] {
        let outcome = datapath.receive(port, broken, false);
        assert_eq!(outcome.sent, Some((1 - port as u8, broken.to_vec())));
    }
    assert_eq!(datapath.counter(Counter::Bypassed), 2);
    datapath.control = CONTROL_ENABLE;
    assert_eq!(receive(&mut datapath, 0, broken), Err(Drop::Foreign));
}

#[test]
fn the_hosts_own_traffic_is_punted() {
    let mut datapath = tunnels();
    let group = Udp { destination_mac: [0xff; 6], ..Udp::default() };
    punted(&mut datapath, 0, &group.build()[..20], Punt::Group, Class::Host);
    let arp = Udp::default().ethernet(0x0806, &[0; 28]);
    punted(&mut datapath, 0, &arp, Punt::NotIpv4, Class::Host);
    let routed = Udp { destination: (0x0808_0808, 53), ..from_client(vec![0; 4]) };
    punted(&mut datapath, 0, &routed.build(), Punt::Host, Class::Host);
    // Layer 4 of what is not the farm's is not judged.
    let short = Udp { destination: (0x0808_0808, 53), ..Udp::default() }.network(17, &[0; 3]);
    punted(&mut datapath, 0, &short, Punt::Host, Class::Host);
    // A VIP is no server: its address as a source means nothing at the internal port.
    let vip = Udp { destination_mac: MACS[1], source: (VIP, 1701), ..from_server(data(9)) };
    punted(&mut datapath, 1, &vip.build(), Punt::Host, Class::Host);
    let ping = from_client(Vec::new()).network(1, &[8; 64]);
    punted(&mut datapath, 0, &ping, Punt::Host, Class::Host);
    let web = Udp { destination: (VIP, 80), ..from_client(vec![0; 20]) };
    punted(&mut datapath, 0, &web.build(), Punt::Host, Class::Host);
}

#[test]
fn faults_are_judged_in_order() {
    let mut datapath = tunnels();
    let good = from_client(data(7));
    let frame = good.build();
    let mut dropped = |frame: Vec<u8>, reason: Drop| {
        assert_eq!(receive(&mut datapath, 0, &frame), Err(reason));
    };
    let tag = (0x8100, 1);
    dropped(Udp { tags: vec![tag; 3], ..good.clone() }.build(), Drop::VlanDepth);
    let tagged = Udp { tags: vec![tag; 2], ..good.clone() }.build();
    dropped(tagged[..16].to_vec(), Drop::Truncated);
    dropped(tagged[..21].to_vec(), Drop::Truncated);
    dropped(frame[..33].to_vec(), Drop::Truncated);
    let with = |changes: &[(usize, u8)]| {
        let mut frame = frame.clone();
        changes.iter().for_each(|(at, byte)| frame[*at] = *byte);
        frame
    };
    dropped(with(&[(14, 0x63)]), Drop::BadVersion);
    dropped(with(&[(14, 0x43)]), Drop::BadIhl);
    dropped(with(&[(14, 0x4f), (16, 0xff)]), Drop::Truncated);
    dropped(with(&[(16, 0xff), (24, 0)]), Drop::BadLength);
    dropped(with(&[(17, 19)]), Drop::BadLength);
    dropped(with(&[(24, frame[24] ^ 1)]), Drop::BadChecksum);
    dropped(with(&[(38, 0xff)]), Drop::BadLength);
    dropped(with(&[(38, 0), (39, 7)]), Drop::BadLength);
    dropped(good.network(17, &[0; 7]), Drop::Truncated);
    dropped(good.network(6, &[0x50; 19]), Drop::Truncated);
    dropped(good.network(6, &[0x40; 20]), Drop::BadLength);
    dropped(good.network(6, &[0x60; 23]), Drop::BadLength);
    dropped(good.network(47, &[0; 3]), Drop::Truncated);
    dropped(good.network(50, &[0; 7]), Drop::Truncated);
}

#[test]
fn a_farms_fragments_go_to_the_slow_path() {
    let mut datapath = tunnels();
    for fragment in [0x2000, 0x0001, 0x3fff] {
        let frame = Udp { fragment, ..from_client(data(7)) }.build();
        punted(&mut datapath, 0, &frame, Punt::Fragment, Class::Exception);
    }
    let whole = Udp { fragment: 0xc000, ..from_client(data(7)) }.build();
    assert!(receive(&mut datapath, 0, &whole).unwrap().rewrite, "DF and the reserved bit");
}

#[test]
fn kinds_come_from_services_or_from_the_header() {
    let mut datapath = tunnels();
    let l2f = from_client(vec![0, 1, 0, 0, 0, 0]).build();
    punted(&mut datapath, 0, &l2f, Punt::Version, Class::Exception);
    let short = from_client(vec![0, 1, 0, 0, 0]).build();
    assert_eq!(receive(&mut datapath, 0, &short), Err(Drop::BadL2tp));
    // Reserved bits do not matter at the service's port, only elsewhere.
    let dirty = L2tp { flags: 0x0010, ..L2tp::data(8, 1) }.build(&[]);
    punted(&mut datapath, 0, &from_client(dirty.clone()).build(), Punt::Miss, Class::Exception);
    let elsewhere = |payload| Udp { destination: (VIP, PR), ..from_client(payload) }.build();
    punted(&mut datapath, 0, &elsewhere(dirty), Punt::Host, Class::Host);
    punted(&mut datapath, 0, &elsewhere(data(8)), Punt::Miss, Class::Exception);
    // From inside there are no services.
    let inside = Udp { destination: (CLIENT.0, 1701), ..from_server(vec![0, 1, 0, 0, 0, 0]) };
    punted(&mut datapath, 1, &inside.build(), Punt::Host, Class::Host);

    let esp = Service {
        valid: true,
        kind: Kind::Esp as u8,
        local: 3,
        protocol: 50,
        ..Service::default()
    };
    write(&mut datapath, Table::Service, 9, &esp.pack());
    let frame = from_client(Vec::new()).network(50, &[0; 40]);
    punted(&mut datapath, 0, &frame, Punt::Kind, Class::Exception);
    let descriptor = std::iter::from_fn(|| datapath.punts.pop()).last().unwrap().descriptor;
    assert_eq!((descriptor.kind, descriptor.local), (Kind::Esp as u8, 3));
}

#[test]
fn both_directions_are_rewritten_and_counted() {
    let mut datapath = tunnels();
    datapath.tick(5);
    let frame = from_client(data(7)).build();
    let outcome = datapath.receive(0, &frame, false);
    let expected = Udp { ttl: 63, destination: (SERVER, PR), ..from_client(data(7)) };
    let mut expected = expected.build();
    expected[..6].copy_from_slice(&SERVER_MAC.to_le_bytes()[..6]);
    expected[6..12].copy_from_slice(&MACS[1]);
    assert_eq!(outcome.sent, Some((1, expected)));
    assert!(!outcome.plan.unwrap().punt, "data is not copied");

    let frame = from_server(data(9)).build();
    let outcome = datapath.receive(1, &frame, false);
    let expected = Udp { ttl: 63, source: (VIP, PR), ..from_server(data(11)) };
    let mut expected = expected.build();
    expected[..6].copy_from_slice(&CLIENT_MAC.to_le_bytes()[..6]);
    expected[6..12].copy_from_slice(&MACS[0]);
    assert_eq!(outcome.sent, Some((0, expected)));
    assert_eq!(datapath.counter(Counter::Forwarded), 2);
    assert!(datapath.punts.is_empty());
}

#[test]
fn control_messages_are_copied_where_the_entry_says_so() {
    let mut datapath = tunnels();
    let hello = |tunnel| L2tp::control(tunnel, 0, 3, 4).build(&[0x80, 8, 0, 0, 0, 0, 0, 6]);
    let frame = from_client(hello(7)).build();
    let plan = receive(&mut datapath, 0, &frame).unwrap();
    assert!(plan.send && plan.rewrite && plan.punt && plan.copy);
    let copy = datapath.punts.pop().unwrap();
    assert_eq!(copy.frame, frame);
    let descriptor = copy.descriptor;
    assert_eq!((descriptor.reason, descriptor.class), (Punt::Copy as u8, Class::Copy as u8));
    assert_eq!((descriptor.hit, descriptor.entry, descriptor.local), (true, 100, 3));
    assert_eq!((descriptor.network_offset, descriptor.transport_offset), (14, 34));
    let plan = receive(&mut datapath, 1, &from_server(hello(9)).build()).unwrap();
    assert!(plan.send && !plan.punt, "the outgoing row asks for none");
    // Another tunnel's control message is a new tunnel's, maybe.
    punted(&mut datapath, 0, &from_client(hello(0)).build(), Punt::Miss, Class::New);
}

#[test]
fn an_entry_may_punt_or_drop_and_what_hinders_is_punted() {
    let mut datapath = tunnels();
    let (key, action) = incoming();
    let frame = from_client(data(7)).build();
    let last_second = Udp { ttl: 1, ..from_client(data(7)) }.build();
    punted(&mut datapath, 0, &last_second, Punt::Ttl, Class::Exception);
    write(&mut datapath, Table::NextHop, 1, &NextHop::default().pack());
    punted(&mut datapath, 0, &last_second, Punt::NextHop, Class::Exception);
    let mut with = |verdict| {
        let action = Action { verdict, ..action };
        insert(&mut datapath, 100, &key, &action);
        receive(&mut datapath, 0, &frame)
    };
    assert_eq!(with(EntryVerdict::Drop as u8), Err(Drop::Rule));
    let plan = with(EntryVerdict::Punt as u8).unwrap();
    assert_eq!((plan.reason, plan.hit, plan.entry), (Punt::Entry as u8, true, 100));
}

#[test]
fn what_should_be_sealed_is_not_sent_in_the_clear() {
    let mut datapath = tunnels();
    let (key, action) = incoming();
    let action = Action { sa: 1, copy_control: true, ..action };
    insert(&mut datapath, 100, &key, &action);
    let outcome = datapath.receive(0, &from_client(data(7)).build(), false);
    assert_eq!((outcome.sent, outcome.dropped), (None, Some(Drop::NoSeal)));
    // A copy goes to the host all the same.
    let outcome =
        datapath.receive(0, &from_client(L2tp::control(7, 0, 3, 4).build(&[])).build(), false);
    assert_eq!((outcome.sent, outcome.dropped), (None, Some(Drop::NoSeal)));
    assert_eq!(datapath.punts.pop().unwrap().descriptor.reason, Punt::Copy as u8);
    // The host's own frame neither, by that entry.
    let frame = from_client(data(7)).build();
    let length = frame.len() as u16;
    let descriptor = InjectDescriptor { length, forward: true, entry: 100, ..Default::default() };
    assert_eq!(datapath.inject(&descriptor, &frame).dropped, Some(Drop::NoSeal));
    assert_eq!((datapath.counter(Counter::NoSeal), datapath.counter(Counter::Forwarded)), (3, 0));
}

#[test]
fn injected_frames_go_by_their_entry_or_raw() {
    let mut datapath = tunnels();
    let (key, action) = incoming();
    let action = Action { verdict: EntryVerdict::Drop as u8, ..action };
    insert(&mut datapath, 100, &key, &action);
    let inject = |datapath: &mut Datapath, frame: &[u8], entry| {
        let length = frame.len() as u16;
        let descriptor = InjectDescriptor { length, forward: true, entry, ..Default::default() };
        datapath.inject(&descriptor, frame)
    };
    // Neither its station nor its tunnel is asked for; there is no copy.
    let hello = L2tp::control(0, 0, 3, 4).build(&[]);
    let foreign = Udp { destination_mac: [4; 6], ..from_client(hello) }.build();
    let outcome = inject(&mut datapath, &foreign, 100);
    let plan = outcome.plan.unwrap();
    assert!(plan.inject && plan.rewrite && !plan.punt && plan.entry == 100);
    assert!(checksums_are_right(&outcome.sent.unwrap().1));
    let mut bad = |frame: &[u8], entry| {
        assert_eq!(inject(&mut datapath, frame, entry).dropped, Some(Drop::InjectBad));
    };
    bad(&foreign, 99);
    bad(&foreign, 2048);
    bad(&foreign, 1 << 20);
    bad(&foreign[..13], 100);
    bad(&Udp { ttl: 1, ..from_client(data(7)) }.build(), 100);
    bad(&Udp { fragment: 1, ..from_client(data(7)) }.build(), 100);
    bad(&from_client(vec![0; 9]).build(), 100);
    write(&mut datapath, Table::NextHop, 1, &NextHop::default().pack());
    assert_eq!(inject(&mut datapath, &foreign, 100).dropped, Some(Drop::InjectBad));

    let raw = InjectDescriptor { length: 14, port: 1, ..InjectDescriptor::default() };
    assert_eq!(datapath.inject(&raw, &[9; 14]).sent, Some((1, vec![9; 14])));
    let lies = [
        InjectDescriptor { length: 15, ..raw },
        InjectDescriptor { entry: 1 << 17, ..raw },
        InjectDescriptor { sa: 1, ..raw },
    ];
    for lie in lies {
        assert_eq!(datapath.inject(&lie, &[9; 14]).dropped, Some(Drop::InjectBad));
    }
    assert_eq!((datapath.counter(Counter::Raw), datapath.counter(Counter::Injected)), (1, 8));
}

#[test]
fn a_class_is_policed_apart_from_the_others() {
    let mut datapath = tunnels();
    let class = usize::from(Class::Host.code());
    (datapath.police.rate[class], datapath.police.burst[class]) = (2, 5);
    datapath.tick(1);
    let arp = Udp::default().ethernet(0x0806, &[0; 28]);
    let miss = from_client(data(8)).build();
    let mut run = |ticks, frames| {
        datapath.tick(ticks);
        let passed = (0..frames).filter(|_| datapath.receive(0, &arp, false).dropped.is_none());
        let passed = passed.count();
        assert_eq!(datapath.receive(0, &miss, false).dropped, None);
        passed
    };
    assert_eq!([run(0, 9), run(1, 9), run(2, 3), run(0, 9), run(1000, 9)], [5, 2, 3, 1, 5]);
    assert_eq!(datapath.counter(Counter::PolicedHost), 39 - 16);
}
