#!/bin/bash
# In the designator's place, the kernel's own NAT with weights 1:2: what it shows on the clients' links is what a
# designator is to be held against. It knows nothing of tunnels: it cannot move one off a dead server.
set -euo pipefail
for ((n = 1; n <= CLIENTS; n++)); do ip addr add 203.0.113.$((4 * n + 5))/30 dev "c$n"; done
ip link add farm type bridge
ip link set farm up
for port in f1 f2; do ip link set "$port" master farm; done
ip addr add 10.10.1.254/24 dev farm
ip addr add 200.200.100.1/32 dev lo
sysctl -qw net.ipv4.ip_forward=1

chroot "$ROOTFS" nft -f - <<'RULES'
table ip vip {
  chain designate {
    type nat hook prerouting priority dstnat;
    ip daddr 200.200.100.1 udp dport 1701 dnat to numgen inc mod 3 map { 0 : 10.10.1.2, 1 : 10.10.1.1, 2 : 10.10.1.2 }
  }
  chain lose {
    type filter hook postrouting priority 0;
    # The first two packets to a server that came from client 3, and from client 5: both have to be sent again.
    ip saddr 203.0.113.18 ip daddr 10.10.1.0/24 udp dport 1701 limit rate over 1/minute burst 2 packets accept
    ip saddr 203.0.113.18 ip daddr 10.10.1.0/24 udp dport 1701 drop
    ip saddr 203.0.113.26 ip daddr 10.10.1.0/24 udp dport 1701 limit rate over 1/minute burst 2 packets accept
    ip saddr 203.0.113.26 ip daddr 10.10.1.0/24 udp dport 1701 drop
  }
}
RULES
