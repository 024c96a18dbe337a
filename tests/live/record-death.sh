#!/bin/bash
# Records an L2TP client whose server dies without a word: LCP echoes, TermReq, CDN, HELLO, StopCCN, at last a new SCCRQ.
# Takes about 105 s. Result: OUT/death.pcap.
# Usage: ./record-death.sh [WORK]
CLIENTS=1
DESIGNATOR=$(cd "$(dirname "$0")" && pwd)/stand-in.sh
. "$(dirname "$0")/lab.sh"
lab_start record-death "${1:-.lab}"
network
designator
capture death c1
guest s1 lns arg.n=1
guest s2 lns arg.n=2
ready s1 s2
guest client1 lac arg.echo=1 arg.stay=1
ready client1
server=s$(sed -n 's/^PPP up.*peer 10\.99\.\([12]\)\.1.*/\1/p' "$out/client1.log")
sleep 3
kill_now "$server"
sleep 95
end_capture death
check "the client asks for a new tunnel" has_packets death 'l2tp.avp.message_type == 1 && frame.time_relative > 60'
