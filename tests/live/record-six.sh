#!/bin/bash
# Records six L2TP clients at once through the stand-in: set-up, PPP data, retransmissions (two clients lose their first
# packets), teardown by the clients. Result: OUT/six.pcap, all clients' links merged.
# Usage: ./record-six.sh [WORK]
CLIENTS=6
DESIGNATOR=$(cd "$(dirname "$0")" && pwd)/stand-in.sh
. "$(dirname "$0")/lab.sh"
lab_start record-six "${1:-.lab}"
network
designator
for n in 1 2 3 4 5 6; do capture "c$n" "c$n"; done
guest s1 lns arg.n=1
guest s2 lns arg.n=2
ready s1 s2
for place in "${clients[@]}"; do guest "$place" lac arg.hangup=1; done
for place in "${clients[@]}"; do finished 60 "$place"; done
for place in s1 s2; do stop_guest $place; done
for n in 1 2 3 4 5 6; do end_capture "c$n"; done
in_ns des mergecap -F pcap -w /out/six.pcap /out/c1.pcap /out/c2.pcap /out/c3.pcap /out/c4.pcap /out/c5.pcap /out/c6.pcap
for place in "${clients[@]}"; do check "$place: PPP through the VIP" logged "$place" '^PPP up'; done
check "a request was sent again" has_packets six 'l2tp.avp.message_type == 1 && l2tp.Ns == 0'
