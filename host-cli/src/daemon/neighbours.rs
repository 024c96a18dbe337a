//! The kernel's routes and neighbours: which port and which MAC lead to an address.
//!
//! A thread of its own asks the kernel over rtnetlink(7) and listens to its changes, so that an
//! address once asked for is kept up to date: a changed MAC or route is reported again, until the
//! address is forgotten.

use std::{
    collections::{HashMap, HashSet},
    io,
    net::{IpAddr, Ipv4Addr},
    sync::mpsc,
    thread,
};

use futures_util::{StreamExt, TryStreamExt};
use rtnetlink::{
    Handle, RouteMessageBuilder,
    packet_core::NetlinkPayload,
    packet_route::{
        AddressFamily, RouteNetlinkMessage,
        neighbour::{
            NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState,
        },
        route::{RouteAddress, RouteAttribute},
    },
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::engine::Exit;

/// What is to be done about an address.
enum Ask {
    /// Find the way, and report its changes.
    Way(Ipv4Addr),
    /// Report it no longer.
    Forget(Ipv4Addr),
}

/// An address and the way to it.
type Way = (Ipv4Addr, Exit);

/// Asks and listens for as long as it lives.
pub struct Neighbours {
    ask: UnboundedSender<Ask>,
    ways: mpsc::Receiver<Way>,
}

impl Neighbours {
    /// Starts the thread. `interfaces` are the indices of the external and the internal TAP.
    pub fn start(interfaces: [u32; 2]) -> io::Result<Self> {
        let (ask, asked) = unbounded_channel();
        let (answer, ways) = mpsc::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let connection = {
            let _guard = runtime.enter();
            use rtnetlink::MulticastGroup::{Ipv4Route, Neigh};
            rtnetlink::new_multicast_connection(&[Neigh, Ipv4Route])?
        };
        thread::Builder::new().name("neighbours".into()).spawn(move || {
            let (connection, handle, messages) = connection;
            runtime.spawn(connection);
            let watch =
                Watch { handle, interfaces, answer, hops: HashMap::new(), macs: HashMap::new() };
            runtime.block_on(watch.run(asked, messages));
        })?;
        Ok(Self { ask, ways })
    }

    /// Asks for the way to an address, once; changes are then reported by themselves.
    pub fn ask(&self, address: Ipv4Addr) {
        if self.ask.send(Ask::Way(address)).is_err() {
            tracing::error!("the neighbour thread has ended: {address} cannot be resolved");
        }
    }

    /// Takes back what was asked about an address.
    pub fn forget(&self, address: Ipv4Addr) {
        // A thread that has ended reports nothing more anyway.
        let _ = self.ask.send(Ask::Forget(address));
    }

    /// The next way found or changed.
    pub fn next(&self) -> Option<Way> {
        self.ways.try_recv().ok()
    }
}

/// A station on a link: the interface's index and the station's address.
type Station = (u32, Ipv4Addr);

struct Watch {
    handle: Handle,
    interfaces: [u32; 2],
    answer: mpsc::Sender<Way>,
    /// The next station to each address asked for, if there is a route to it by one of the TAPs.
    hops: HashMap<Ipv4Addr, Option<Station>>,
    macs: HashMap<Station, [u8; 6]>,
}

impl Watch {
    async fn run(
        mut self,
        mut asked: UnboundedReceiver<Ask>,
        mut messages: impl StreamExt<
            Item = (
                rtnetlink::packet_core::NetlinkMessage<RouteNetlinkMessage>,
                rtnetlink::sys::SocketAddr,
            ),
        > + Unpin,
    ) {
        self.dump().await;
        loop {
            tokio::select! {
                address = asked.recv() => match address {
                    Some(Ask::Way(address)) => self.route(address).await,
                    Some(Ask::Forget(address)) => drop(self.hops.remove(&address)),
                    None => return,
                },
                message = messages.next() => match message {
                    Some((message, _)) => self.changed(message.payload).await,
                    None => return tracing::error!("the netlink connection has ended"),
                },
            }
        }
    }

    /// The neighbours that the kernel knows already.
    async fn dump(&mut self) {
        let request = self.handle.neighbours().get().set_address_family(AddressFamily::Inet);
        let mut list = request.execute();
        while let Ok(Some(message)) = list.try_next().await {
            self.note(&message);
        }
    }

    async fn changed(&mut self, payload: NetlinkPayload<RouteNetlinkMessage>) {
        let NetlinkPayload::InnerMessage(message) = payload else { return };
        match message {
            RouteNetlinkMessage::NewNeighbour(message) => {
                if let Some(station) = self.note(&message) {
                    let led = |hop: &Option<Station>| *hop == Some(station);
                    let addresses: HashSet<Ipv4Addr> =
                        self.hops.iter().filter(|(_, hop)| led(hop)).map(|row| *row.0).collect();
                    addresses.into_iter().for_each(|address| self.report(address));
                }
            }
            RouteNetlinkMessage::NewRoute(_) | RouteNetlinkMessage::DelRoute(_) => {
                let addresses: Vec<Ipv4Addr> = self.hops.keys().copied().collect();
                for address in addresses {
                    self.route(address).await;
                }
            }
            _ => {}
        }
    }

    /// Notes a neighbour with a MAC; a forgotten one keeps its last, until another is known.
    fn note(&mut self, message: &NeighbourMessage) -> Option<Station> {
        use NeighbourState::{Delay, Noarp, Permanent, Probe, Reachable, Stale};
        let valid = [Reachable, Stale, Delay, Probe, Permanent, Noarp];
        let (mut address, mut mac) = (None, None);
        for attribute in &message.attributes {
            match attribute {
                NeighbourAttribute::Destination(NeighbourAddress::Inet(found)) => {
                    address = Some(*found)
                }
                NeighbourAttribute::LinkLayerAddress(bytes) => {
                    mac = bytes.as_slice().try_into().ok()
                }
                _ => {}
            }
        }
        let station = (message.header.ifindex, address?);
        let known = valid.contains(&message.header.state) && self.interfaces.contains(&station.0);
        let changed = known && self.macs.insert(station, mac?) != mac;
        changed.then_some(station)
    }

    /// Looks up the route, and starts the neighbour's resolution where its MAC is not known.
    async fn route(&mut self, address: Ipv4Addr) {
        let message =
            RouteMessageBuilder::<Ipv4Addr>::new().destination_prefix(address, 32).build();
        let mut answers = self.handle.route().get(message).execute();
        let mut hop = None;
        while let Ok(Some(route)) = answers.try_next().await {
            let (mut interface, mut station) = (None, address);
            for attribute in &route.attributes {
                match attribute {
                    RouteAttribute::Oif(index) => interface = Some(*index),
                    RouteAttribute::Gateway(RouteAddress::Inet(gateway)) => station = *gateway,
                    _ => {}
                }
            }
            hop = interface
                .filter(|index| self.interfaces.contains(index))
                .map(|index| (index, station));
        }
        self.hops.insert(address, hop);
        match hop {
            None => tracing::info!("no route to {address} by a port of the designator yet"),
            Some(station) if self.macs.contains_key(&station) => self.report(address),
            Some((interface, station)) => {
                let request = self.handle.neighbours().add(interface, IpAddr::V4(station));
                let request = request.state(NeighbourState::None).flags(NeighbourFlags::Use);
                if let Err(error) = request.replace().execute().await {
                    tracing::warn!("neighbour {station} cannot be resolved: {error}");
                }
            }
        }
    }

    fn report(&self, address: Ipv4Addr) {
        let Some(Some(station)) = self.hops.get(&address) else { return };
        let Some(mac) = self.macs.get(station) else { return };
        let port = u8::from(station.0 == self.interfaces[1]);
        // The other end may be gone already: the daemon is ending.
        let _ = self.answer.send((address, Exit { port, station: station.1, mac: *mac }));
    }
}
