//! Which server each tunnel of the capture got, as the frames that left have shown.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddrV4},
};

use super::packet::View;

/// A client's end of a tunnel: address, port, and the Tunnel ID that it assigned.
type ClientEnd = (SocketAddrV4, u16);

/// Tunnels by the client's end, and servers by the VIP's end.
#[derive(Default)]
pub struct Seen {
    servers: HashMap<ClientEnd, Ipv4Addr>,
    /// The client, the port at the VIP and the Tunnel ID that the server assigned.
    answers: HashMap<(SocketAddrV4, u16), (Ipv4Addr, u16)>,
}

impl Seen {
    /// A request left towards `server`: its tunnel is that server's from now on.
    pub fn request(&mut self, client: SocketAddrV4, id: u16, server: Ipv4Addr) {
        self.servers.insert((client, id), server);
    }

    /// An answer from the VIP: the server's end of the tunnel has this port and Tunnel ID.
    pub fn answer(&mut self, client: SocketAddrV4, client_id: u16, port: u16, server_id: u16) {
        if let Some(server) = self.servers.get(&(client, client_id)) {
            self.answers.insert((client, server_id), (*server, port));
        }
    }

    /// The server of a frame from the VIP: the receiver's Tunnel ID is the client's.
    pub fn server(&self, view: &View, tunnel: u16) -> Option<Ipv4Addr> {
        self.servers.get(&(view.destination, tunnel)).copied()
    }

    /// Where a frame to the VIP has to go: the receiver's Tunnel ID is the server's.
    pub fn destination(&self, view: &View, tunnel: u16) -> Option<SocketAddrV4> {
        let (server, port) = self.answers.get(&(view.source, tunnel))?;
        Some(SocketAddrV4::new(*server, *port))
    }

    /// The server that a request was given before: a retransmission has to go there.
    pub fn repeated(&self, client: SocketAddrV4, id: u16) -> Option<Ipv4Addr> {
        self.servers.get(&(client, id)).copied()
    }
}
