//! Counters of the slow path: what it did, and every reason for which it did not.

macro_rules! counts {
    ($($variant:ident $name:literal $says:literal;)*) => {
        /// What is counted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Count {
            $(#[doc = $says] $variant,)*
        }

        impl Count {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in JSON and in tables.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it says.
            pub const fn says(self) -> &'static str {
                match self { $(Self::$variant => $says,)* }
            }
        }
    };
}

counts! {
    Punted "punted" "frames handed to the slow path, copies included";
    Copied "copied" "copies of forwarded control messages";
    ToHost "to_host" "frames handed to the host's network stack";
    Forwarded "forwarded" "frames forwarded by the slow path";
    Opened "tunnels_opened" "tunnels given to a server";
    Established "tunnels_established" "tunnels whose both ends have spoken";
    Retransmitted "requests_retransmitted" "SCCRQs that came again";
    Reassigned "requests_reassigned" "unanswered requests moved away from a dead server";
    Translated "tunnels_translated" "tunnels whose Tunnel ID is rewritten because two servers chose the same";
    Closed "tunnels_closed" "tunnels ended by StopCCN";
    Expired "tunnels_expired" "tunnels ended by silence";
    Unanswered "requests_unanswered" "SCCRQs that no server answered";
    Evicted "requests_evicted" "requests given up for newer ones, the bound of all being reached";
    Killed "tunnels_killed" "tunnels ended with their server's removal";
    Superseded "tunnels_superseded" "tunnels ended because an end began anew with the same ID";
    Aliased "rows_aliased" "rows for an end that does not use the announced port";
    RefusedPolicy "refused_policy" "SCCRQs of clients that are not allowed";
    RefusedClient "refused_client_bound" "SCCRQs beyond a client's bound of requests";
    RefusedPending "refused_pending_bound" "SCCRQs beyond the bound of all requests";
    RefusedNoServer "refused_no_server" "SCCRQs for which no server can take tunnels";
    RefusedFull "refused_table_full" "tunnels refused because the table is full";
    RefusedCollision "refused_collision" "tunnels refused because their IDs collide";
    UnknownTunnel "unknown_tunnel" "packets of tunnels whose beginning was not seen";
    WrongPort "wrong_port" "packets of a known tunnel at a port that is not its own";
    OutOfOrder "out_of_order" "messages that do not fit their tunnel's state";
    NoService "no_service" "SCCRQs to a port that is no service's";
    BadPacket "bad_packet" "punted frames that are not what their descriptor says";
    BadHeader "bad_l2tp_header" "control messages with a header against RFC 2661, 3.1";
    BadAvp "bad_avp" "control messages whose AVPs overflow, lie or repeat";
    HiddenTunnelId "hidden_tunnel_id" "SCCRQs and SCCRPs whose Assigned Tunnel ID is hidden";
    NoTunnelId "no_tunnel_id" "SCCRQs and SCCRPs without Assigned Tunnel ID, or with 0";
    Stale "stale_copy" "copies whose row is another tunnel's by now";
    Unreachable "unreachable" "packets whose next hop is not resolved";
    TtlExceeded "ttl_exceeded" "packets with TTL 0 or 1";
    Fragment "fragment" "fragments";
    Unsupported "unsupported" "packets of tunnel kinds without a tracker";
    RulePunt "entry_punt" "packets whose entry says punt";
}

/// The counters' values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts([u64; Count::ALL.len()]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; Count::ALL.len()])
    }
}

impl Counts {
    /// Counts one.
    pub(crate) fn add(&mut self, count: Count) {
        self.0[count as usize] += 1;
    }

    /// A counter's value.
    pub fn get(&self, count: Count) -> u64 {
        self.0[count as usize]
    }

    /// All counters with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Count, u64)> + '_ {
        Count::ALL.iter().map(|&count| (count, self.get(count)))
    }
}
