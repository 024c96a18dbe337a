#!/bin/bash
# The designator in its place: run in namespace des with the scenario's name, links c1.. f1 f2 up and bare. Returns when
# ready; the daemon ends with the lab. DESIGNATOR_BIN is the command, DEVICE rtl or model.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
external=()
for ((n = 1; n <= CLIENTS; n++)); do external+=(--external "c$n"); done
"$DESIGNATOR_BIN" run --socket "$OUT/designator.sock" --config "$here/designator.toml" --device "${DEVICE:-rtl}" \
  "${external[@]}" --internal f1 --internal f2 </dev/null >"$OUT/designator.log" 2>&1 &
for ((tries = 0; tries < 1200; tries++)); do
  [[ -S $OUT/designator.sock ]] && break
  kill -0 $! 2>/dev/null || { cat "$OUT/designator.log" >&2; exit 1; }
  sleep 0.1
done
[[ -S $OUT/designator.sock ]] || { echo "no socket after 120 s" >&2; exit 1; }
for ((n = 1; n <= CLIENTS; n++)); do ip addr add 203.0.113.$((4 * n + 5))/30 dev dsg-ext; done
ip addr add 200.200.100.1/32 dev dsg-ext
ip addr add 10.10.1.254/24 dev dsg-int
sysctl -qw net.ipv4.ip_forward=1
