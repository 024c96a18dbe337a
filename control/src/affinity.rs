//! Affinity groups: tunnels that must share a server, asked before any algorithm.
//!
//! A group is a VIP and a client's address; protocols whose flows belong together (IKE and ESP,
//! PPTP's TCP and GRE) always have one, L2TP when its service says so.

use std::collections::HashMap;
use std::net::Ipv4Addr;

/// A group's name: the VIP's index in the local address table, and the client.
pub(crate) type Group = (u8, Ipv4Addr);

/// The groups that have members, with their server's number.
#[derive(Debug, Default)]
pub(crate) struct Groups(HashMap<Group, (u16, u32)>);

impl Groups {
    /// The server that the group's members share.
    pub fn server(&self, group: Group) -> Option<u16> {
        self.0.get(&group).map(|&(server, _)| server)
    }

    /// A member more. A group whose server is dead may move: the newest member decides.
    pub fn join(&mut self, group: Group, server: u16) {
        let entry = self.0.entry(group).or_insert((server, 0));
        *entry = (server, entry.1 + 1);
    }

    /// A member less; the group ends with its last.
    pub fn leave(&mut self, group: Group) {
        if let Some((_, members)) = self.0.get_mut(&group) {
            *members -= 1;
            if *members == 0 {
                self.0.remove(&group);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_lives_as_long_as_its_members() {
        let mut groups = Groups::default();
        let group = (1, Ipv4Addr::new(192, 128, 10, 5));
        groups.join(group, 4);
        groups.join(group, 4);
        groups.leave(group);
        assert_eq!(groups.server(group), Some(4));
        assert_eq!(groups.server((2, group.1)), None);
        groups.leave(group);
        assert_eq!(groups.server(group), None);
    }
}
