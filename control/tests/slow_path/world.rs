//! A designator in memory, and the ends that talk through it.

use super::device::Memory;
use super::frame::{self, Udp, end};
use control::config::{Affinity, Algorithm, Config, Limits, Prefix, Protocol, Server, Virtual};
use control::{Control, Count};
use std::net::SocketAddrV4;
use std::time::Duration;

pub struct World {
    pub control: Control,
    pub device: Memory,
    pub now: Duration,
    /// Copies are lost on the way to the slow path.
    pub lose_copies: bool,
}

pub fn server(address: &str, weight: u32) -> Server {
    Server { address: address.parse().unwrap(), port: 1701, weight }
}

/// The seed's example.
pub fn seed() -> Config {
    let service = Virtual {
        address: "200.200.100.1".parse().unwrap(),
        protocol: Protocol::L2tp,
        port: 1701,
        algorithm: Algorithm::WeightedRoundRobin,
        affinity: Affinity::None,
        replies_to_1701: false,
        allow: vec![Prefix::ALL],
        servers: vec![server("10.10.1.1", 1), server("10.10.1.2", 2)],
    };
    Config { virtuals: vec![service], limits: Limits::default() }
}

/// The seed's VIP at a port.
pub fn vip(port: u16) -> SocketAddrV4 {
    end("200.200.100.1", port)
}

impl World {
    pub fn new(config: &Config, capacity: usize) -> Self {
        Self::with(config, Memory::new(capacity))
    }

    pub fn with(config: &Config, mut device: Memory) -> Self {
        let now = Duration::from_secs(1000);
        let control = Control::new(now, config, &mut device).unwrap();
        Self { control, device, now, lose_copies: false }
    }

    pub fn seed() -> Self {
        Self::new(&seed(), 2048)
    }

    /// Lets time pass, second by second.
    pub fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now += Duration::from_secs(1);
            if self.control.next_timer().is_some_and(|at| at <= self.now) {
                self.control.timer(self.now, &mut self.device);
            }
        }
    }

    /// Sends a packet in and returns what left.
    pub fn send(&mut self, port: u8, packet: &Udp) -> Vec<(u8, Udp)> {
        let bytes = frame::encode(packet);
        if let Some(descriptor) = self.device.receive(port, &bytes)
            && !(descriptor.copy && self.lose_copies)
        {
            self.control.punted(self.now, &descriptor, &bytes, &mut self.device);
        }
        let sent = std::mem::take(&mut self.device.sent);
        sent.iter().map(|(port, bytes)| (*port, frame::decode(bytes))).collect()
    }

    /// Sends an L2TP payload in.
    pub fn say(
        &mut self,
        source: SocketAddrV4,
        destination: SocketAddrV4,
        payload: Vec<u8>,
    ) -> Vec<(u8, Udp)> {
        let port = u8::from(source.ip().octets()[0] == 10);
        self.send(port, &Udp { source, destination, ttl: 64, checked: true, payload })
    }

    /// The same, where exactly one packet must leave.
    pub fn pass_on(
        &mut self,
        source: SocketAddrV4,
        destination: SocketAddrV4,
        payload: Vec<u8>,
    ) -> Udp {
        let mut sent = self.say(source, destination, payload);
        assert_eq!(sent.len(), 1, "one packet: {sent:?}");
        sent.remove(0).1
    }

    pub fn count(&self, count: Count) -> u64 {
        self.control.counts().get(count)
    }

    /// A tunnel from SCCRQ to SCCCN; returns the server's end.
    pub fn open(
        &mut self,
        client: SocketAddrV4,
        client_id: u16,
        server_port: u16,
        server_id: u16,
    ) -> SocketAddrV4 {
        let request = frame::control(1, 0, Some(client_id), 0, 0);
        let request = self.pass_on(client, vip(1701), request);
        let server = SocketAddrV4::new(*request.destination.ip(), server_port);
        let reply = frame::control(2, client_id, Some(server_id), 0, 1);
        let reply = self.pass_on(server, client, reply);
        let shown = frame::message_of(&reply.payload).1.unwrap();
        let connected = frame::control(3, shown, None, 1, 1);
        let connected = self.pass_on(client, vip(server_port), connected);
        assert_eq!(connected.destination, server);
        assert_eq!(frame::tunnel_of(&connected.payload), server_id);
        server
    }
}
