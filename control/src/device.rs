//! What the slow path needs of the device and of the routing around it.

use spec::table::{Action, Counters, Key, Local, Service};
use std::net::Ipv4Addr;

/// A row of the connection table: the index of its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u32);

/// The table has no room for another row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection table is full")]
pub struct TableFull;

/// The way to an address: a row of the next hop table, and what that row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Index in the next hop table.
    pub index: u8,
    /// Egress port: 0 external, 1 internal.
    pub port: u8,
    /// Destination MAC, in wire order.
    pub destination: [u8; 6],
    /// Source MAC, in wire order.
    pub source: [u8; 6],
}

/// The device, as the slow path sees it.
///
/// Calls take effect in order: a frame that is injected after an insert meets the row. A device
/// that fails keeps the error for its owner; the slow path has nothing better to do with it.
pub trait Device {
    /// Adds a row. The key is in no other row.
    fn insert(&mut self, key: &Key, action: &Action) -> Result<RowId, TableFull>;
    /// Replaces a row's action.
    fn update(&mut self, row: RowId, action: &Action);
    /// Removes a row.
    fn remove(&mut self, row: RowId);
    /// Writes a row of the local address table.
    fn set_local(&mut self, index: u8, row: Local);
    /// Writes a row of the service table.
    fn set_service(&mut self, index: u8, row: Service);
    /// The way to an address; none while its neighbour is not resolved (asking starts that).
    /// The row of the next hop table is in use when this returns.
    fn next_hop(&mut self, address: Ipv4Addr) -> Option<Hop>;
    /// Sends a frame, as received, through a row: the device rewrites it.
    fn inject_forward(&mut self, row: RowId, frame: &[u8]);
    /// Sends a finished frame out of a port.
    fn inject_raw(&mut self, port: u8, frame: &[u8]);
    /// What has passed by a row, now. Asked seldom, for it may take a while: when a row goes, four
    /// times in the shortest silence that could end a tunnel, and when an end repeats itself.
    fn counters(&mut self, row: RowId) -> Counters;
    /// Hands a frame that came in at a port to the host's network stack.
    fn to_host(&mut self, port: u8, frame: &[u8]);
}
