#!/bin/bash
# Two L2TP clients behind different addresses call the VIP; two L2TP servers answer.
# Usage: ./run-l2tp.sh [WORK]
. "$(dirname "$0")/lab.sh"
lab_start l2tp "${1:-.lab}"
network
designator
capture client c1
capture farm f1
guest s1 lns arg.n=1
guest s2 lns arg.n=2
ready s1 s2
guest client1 lac
wait_for 15 client1 '^PPP'
guest client2 lac arg.vip=1
finished 25 client1
finished 25 client2
ask() { "$DESIGNATOR_BIN" --socket "$out/designator.sock" "$@"; }
ask virtual list | tee "$out/virtual.txt"
ask table dump | tee "$out/table.txt"
ask --json stats > "$out/stats.json"
for place in s1 s2; do stop_guest $place; done
end_capture client; end_capture farm
grep -h '^PPP up' "$out"/client*.log
for place in client1 client2; do
  check "$place: PPP through the VIP" logged $place '^PPP up'
  check "$place: 5 small and 3 large pings without loss" eval "no_loss $place 5 && no_loss $place 3"
done
check "the clients were given different servers" eval 'logged client1 "peer 10.99.2.1" && logged client2 "peer 10.99.1.1"'
check "the first client sees the VIP alone" has_none client 'ip.addr == 10.10.1.0/24'
check "a server sees its client's own address" has_packets farm 'l2tp && ip.src == 203.0.113.14 && ip.dst == 10.10.1.1'
number() { sed -n "s/^ *\"$1\": \([0-9]*\),*$/\1/p" "$out/stats.json" | head -1; }
check "two rows a tunnel" test "$(grep -cE '^(incoming|outgoing)' "$out/table.txt")" = 4
check "the hardware forwarded $(number fast_path) packets, the slow path $(number slow_path)" \
  test "$(number fast_path)" -gt $((10 * $(number slow_path)))
check "a client's ping of the VIP was answered by Linux behind the device" logged client2 '^VIP 3 packets transmitted, 3 received'
