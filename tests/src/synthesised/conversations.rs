//! L2TP conversations as seen in front of a VIP (RFC 2661, 5 and 8.1): messages as xl2tpd sends
//! them, in places where it never does.

use model::frame::{L2tp, Udp};

const VIP: u32 = 0xc8c8_6401;
const OUTSIDE: [u8; 6] = [2, 0, 0, 0, 0, 0x11];
const OURS: [u8; 6] = [2, 0, 0, 0, 0, 1];

/// Message types (RFC 2661, 3.2).
#[derive(Clone, Copy)]
#[repr(u16)]
enum Message {
    Sccrq = 1,
    Sccrp = 2,
    Scccn = 3,
    StopCcn = 4,
    Hello = 6,
    Icrq = 10,
    Icrp = 11,
    Iccn = 12,
    Cdn = 14,
}

/// An AVP with the M bit, of vendor 0.
fn avp(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = 0x8000 | (6 + value.len()) as u16;
    [&length.to_be_bytes(), &[0, 0], &kind.to_be_bytes()[..], value].concat()
}

/// A client's tunnel through the VIP, with one session.
#[derive(Clone, Copy)]
struct Tunnel {
    client: (u32, u16),
    /// The port that the server answers from.
    server_port: u16,
    /// Tunnel IDs that the client and the server have chosen.
    ids: [u16; 2],
    /// Session IDs that the client and the server have chosen.
    sessions: [u16; 2],
    checksum: bool,
    /// Messages that the client and the server have sent.
    sent: [u16; 2],
}

/// Who sends.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Client = 0,
    Server = 1,
}

impl Tunnel {
    fn frame(&self, side: Side, vip_port: u16, payload: Vec<u8>) -> Vec<u8> {
        let (vip, checksum) = ((VIP, vip_port), self.checksum);
        let base = Udp { payload, checksum, ..Udp::default() };
        match side {
            Side::Client => Udp {
                destination_mac: OURS,
                source_mac: OUTSIDE,
                source: self.client,
                destination: vip,
                ..base
            },
            Side::Server => Udp {
                destination_mac: OUTSIDE,
                source_mac: OURS,
                source: vip,
                destination: self.client,
                ..base
            },
        }
        .build()
    }

    /// A control message of type and AVPs, or a ZLB.
    fn control(
        &mut self,
        side: Side,
        port: u16,
        to: u16,
        session: u16,
        message: Option<(Message, Vec<u8>)>,
    ) -> Vec<u8> {
        let [mine, other] = [side as usize, 1 - side as usize];
        let header = L2tp::control(to, session, self.sent[mine], self.sent[other]);
        self.sent[mine] += u16::from(message.is_some());
        let avps =
            message.map(|(kind, avps)| [avp(0, &(kind as u16).to_be_bytes()), avps].concat());
        self.frame(side, port, header.build(&avps.unwrap_or_default()))
    }

    fn opening(id: u16, name: &[u8]) -> Vec<u8> {
        let avps = [avp(2, &[1, 0]), avp(3, &[0, 0, 0, 3]), avp(7, name)];
        [avps.concat(), avp(9, &id.to_be_bytes()), avp(10, &[0, 4])].concat()
    }

    /// SCCRQ to ICCN; the client turns to the server's port at `turn`: with the SCCCN if true,
    /// never if false.
    fn set_up(&mut self, turn: bool) -> Vec<Vec<u8>> {
        use Side::{Client, Server};
        let [client, server] = self.ids;
        let [calling, called] = self.sessions;
        let there = if turn { self.server_port } else { 1701 };
        let here = self.server_port;
        let name = |id: u16| avp(14, &id.to_be_bytes());
        let sccrq = (Message::Sccrq, Self::opening(client, b"lac"));
        let sccrp = (Message::Sccrp, Self::opening(server, b"lns"));
        let icrq = (Message::Icrq, [name(calling), avp(15, &[0, 0, 0, 1])].concat());
        let iccn =
            (Message::Iccn, [avp(24, &[0, 0x98, 0x96, 0x80]), avp(19, &[0, 0, 0, 1])].concat());
        vec![
            self.control(Client, 1701, 0, 0, Some(sccrq)),
            self.control(Server, here, client, 0, Some(sccrp)),
            self.control(Client, there, server, 0, Some((Message::Scccn, Vec::new()))),
            self.control(Server, here, client, 0, None),
            self.control(Client, there, server, 0, Some(icrq)),
            self.control(Server, here, client, calling, Some((Message::Icrp, name(called)))),
            self.control(Client, there, server, called, Some(iccn)),
            self.control(Server, here, client, 0, None),
        ]
    }

    /// LCP echoes there and back.
    fn data(&self, port: u16, count: u8) -> Vec<Vec<u8>> {
        let echo = |kind: u8, n: u8| [0xff, 0x03, 0xc0, 0x21, kind, n, 0, 8, 0, 0, 0, n];
        let each = |n| {
            let there = L2tp::data(self.ids[1], self.sessions[1]).build(&echo(9, n));
            let back = L2tp { length: Some(None), ..L2tp::data(self.ids[0], self.sessions[0]) };
            let back = back.build(&echo(10, n));
            [
                self.frame(Side::Client, port, there),
                self.frame(Side::Server, self.server_port, back),
            ]
        };
        (0..count).flat_map(each).collect()
    }

    fn hello(&mut self, port: u16) -> Vec<Vec<u8>> {
        let [client, server] = self.ids;
        vec![
            self.control(Side::Client, port, server, 0, Some((Message::Hello, Vec::new()))),
            self.control(Side::Server, self.server_port, client, 0, None),
        ]
    }

    fn tear_down(&mut self, port: u16) -> Vec<Vec<u8>> {
        let [client, server] = self.ids;
        let result = avp(1, &[0, 1]);
        let cdn = [result.clone(), avp(14, &self.sessions[0].to_be_bytes())].concat();
        let stop = [avp(9, &client.to_be_bytes()), result].concat();
        vec![
            self.control(Side::Client, port, server, self.sessions[1], Some((Message::Cdn, cdn))),
            self.control(Side::Server, self.server_port, client, 0, None),
            self.control(Side::Client, port, server, 0, Some((Message::StopCcn, stop))),
            self.control(Side::Server, self.server_port, client, 0, None),
        ]
    }
}

fn tunnel(client: (u32, u16), server_port: u16, ids: [u16; 2]) -> Tunnel {
    let sessions = [ids[0] ^ 0x100, ids[1] ^ 0x100];
    Tunnel { client, server_port, ids, sessions, checksum: true, sent: [0; 2] }
}

/// The server answers from a port of its own choice (RFC 2661, 8.1), UDP checksums are on. The
/// second client keeps sending to 1701; the third has no checksums.
pub fn port_elsewhere() -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    let mut run = |mut tunnel: Tunnel, turn: bool| {
        let port = if turn { tunnel.server_port } else { 1701 };
        frames.extend(tunnel.set_up(turn));
        frames.extend(tunnel.data(port, 4));
        frames.extend(tunnel.hello(port));
        frames.extend(tunnel.data(port, 2));
        frames.extend(tunnel.tear_down(port));
    };
    run(tunnel((0xc080_0a05, 5000), 40000, [0x1111, 0x2222]), true);
    run(tunnel((0xc080_0a06, 5001), 40001, [0x1112, 0x2223]), false);
    run(Tunnel { checksum: false, ..tunnel((0xc080_0a07, 1701), 40002, [1, 2]) }, true);
    frames
}

/// Several tunnels of one client from 1701 to 1701, told apart by Tunnel ID alone; servers that
/// choose the same Tunnel ID for different clients; two clients that choose the same.
pub fn colliding_tunnels() -> Vec<Vec<u8>> {
    let client = (0xc080_0a05, 1701);
    let mut tunnels = [
        tunnel(client, 1701, [10, 100]),
        tunnel(client, 1701, [11, 101]),
        tunnel((0xc080_0a06, 1701), 1701, [10, 100]),
        tunnel((0xc080_0a07, 5000), 1701, [10, 102]),
    ];
    let mut frames: Vec<Vec<u8>> =
        tunnels.iter_mut().flat_map(|tunnel| tunnel.set_up(false)).collect();
    for _ in 0..3 {
        frames.extend(tunnels.iter().flat_map(|tunnel| tunnel.data(1701, 1)));
    }
    frames.extend(tunnels.iter_mut().flat_map(|tunnel| tunnel.tear_down(1701)));
    frames
}

/// The capture starts when the tunnel has long been up.
pub fn mid_tunnel() -> Vec<Vec<u8>> {
    let mut tunnel = Tunnel { sent: [7, 5], ..tunnel((0xc080_0a05, 5000), 40000, [21, 22]) };
    [tunnel.data(40000, 3), tunnel.hello(40000), tunnel.data(40000, 3), tunnel.tear_down(40000)]
        .concat()
}
