# lab.sh: sourced by the run-*.sh scripts. Network, guests, captures and checks of one scenario.
#
#   client1 203.0.113.10/30 --- c1 |     |      +-- f1 --- s1 10.10.1.1/24
#   client2 203.0.113.14/30 --- c2 | des | ---- |
#   ...                            |     |      +-- f2 --- s2 10.10.1.2/24
#   des gets links only; what stands in the designator's place gives it its addresses: 203.0.113.9,
#   203.0.113.13, ..., 10.10.1.254 and the VIP 200.200.100.1 (designator.sh, or the kernel's NAT of
#   stand-in.sh for recording what a designator is to be held against).
#
# Everything runs in fresh mount, network and process namespaces: when the script ends, in whatever way (kill -KILL
# too), the kernel removes its processes, links and mounts. Nothing reaches the machine's own network.
set -euo pipefail
kit=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vip=200.200.100.1
: "${DESIGNATOR:=$kit/designator.sh}"  # runs in des with the scenario's name; must return once it is ready
: "${CLIENTS:=2}"
ulimit -c 0

declare -A link=([s1]=lan [s2]=lan)
declare -A address=([s1]=10.10.1.1/24 [s2]=10.10.1.2/24)
declare -A gateway=([s1]=10.10.1.254 [s2]=10.10.1.254)
declare -A mac=([s1]=02:00:00:00:02:01 [s2]=02:00:00:00:02:02)
clients=()
for ((n = 1; n <= CLIENTS; n++)); do
  clients+=("client$n")
  link[client$n]=wan
  address[client$n]=203.0.113.$((4 * n + 6))/30
  gateway[client$n]=203.0.113.$((4 * n + 5))
  mac[client$n]=$(printf '02:00:00:00:01:%02x' "$n")
done
declare -A child=()  # name -> process id of everything started here
failed=0

now() { echo "${EPOCHREALTIME/[.,]/}"; }                      # microseconds
seconds_since() { printf '%d.%d' $((($(now) - $1) / 1000000)) $((($(now) - $1) / 100000 % 10)); }
die() { echo "$scenario: $*" >&2; exit 2; }

# lab_start SCENARIO WORK [script arguments...]: called first; continues inside the namespaces.
lab_start() {
  scenario=$1 work=$2; shift
  if [[ -z ${LAB_INSIDE:-} ]]; then
    [[ $EUID == 0 ]] || die "run as root"
    [[ -e $work/ready ]] || die "nothing built in $work: run ./setup.sh $work first"
    local rooted=()
    # In a chroot, / is often no mount and cannot be made private. Then it becomes one, on a folder of /proc, which is.
    unshare --mount true 2>/dev/null || rooted=(unshare --mount --propagation unchanged sh -ec 'at=/proc/driver
      mount --make-rprivate /proc; mount --rbind / $at; mount --make-rprivate $at; exec chroot $at env -C "$@"' sh "$PWD")
    LAB_INSIDE=yes setpriv --pdeathsig KILL "${rooted[@]}" \
      unshare --mount --net --pid --fork --kill-child --mount-proc "$BASH" "$0" "$@" &
    local inside=$!
    trap 'kill -KILL $inside 2>/dev/null; echo "FAIL $scenario: interrupted"; exit 130' INT TERM HUP
    wait "$inside" && exit 0 || exit $?
  fi
  work=$(cd "$work" && pwd) rootfs=$work/rootfs uml=$work/uml out=$work/out/$scenario
  trap lab_end EXIT
  began=$(now)
  rm -rf "$out"; mkdir -p "$out"
  mount -t tmpfs tmpfs /run; mkdir /run/netns  # named network namespaces, seen here only
  mount --bind "$kit/guest" "$rootfs/lab"
  mount --bind "$out" "$rootfs/out"
  mount -t tmpfs tmpfs "$rootfs/run"; mkdir -p "$rootfs/run/lock"
  mount -t tmpfs tmpfs "$rootfs/tmp"
  mount -t proc proc "$rootfs/proc"
  mount --bind /dev "$rootfs/dev"
  mount --rbind "$rootfs" "$uml/rootfs"
  mount -t proc proc "$uml/proc"
  mount --bind /dev "$uml/dev"
  mount -t tmpfs tmpfs "$uml/tmp"
}

lab_end() {
  local status=$? name
  trap - EXIT
  for name in "${!child[@]}"; do kill -KILL "${child[$name]}" 2>/dev/null || true; done
  [[ $status == 0 ]] || failed=1
  echo "$([[ $failed == 0 ]] && echo PASS || echo FAIL) $scenario: $(seconds_since "$began") s (logs, captures: $out)"
  exit $((status > 1 ? status : failed))
}

# spawn NAME COMMAND...: run in the background, output to NAME.log.
spawn() {
  local name=$1; shift
  "$@" </dev/null >"$out/$name.log" 2>&1 &
  child[$name]=$!
  disown $!
}
running() { kill -0 "${child[$1]}" 2>/dev/null; }
kill_now() { kill -KILL "${child[$1]}" 2>/dev/null || true; unset "child[$1]"; }

in_ns() { local ns=$1; shift; ip netns exec "$ns" chroot "$rootfs" "$@"; }  # NETNS COMMAND...: a tool of the rootfs

# wait_for SECONDS NAME PATTERN: until NAME.log has the pattern.
wait_for() {
  local tries=$(($1 * 10)) file=$out/$2.log
  until grep -qE "$3" "$file" 2>/dev/null; do
    ((tries-- > 0)) || { echo "  no '$3' in $2.log after $1 s" >&2; return 1; }
    sleep 0.1
  done
}

# check WHAT COMMAND...: one line of the verdict.
check() {
  local what=$1; shift
  if "$@" >/dev/null; then echo "  PASS $what"; else echo "  FAIL $what"; failed=1; fi
}
logged() { grep -qE "$2" "$out/$1.log"; }  # NAME PATTERN
no_loss() { logged "$1" "$2 packets transmitted, $2 received"; }  # NAME COUNT: a ping of COUNT packets lost none

# Links only: see the drawing above. Offloads off, or guests see frames with unfinished checksums and 64 kB TCP.
network() {
  local ns pair
  for ns in "${clients[@]}" des s1 s2; do
    ip netns add "$ns"
    ip netns exec "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
    ip -n "$ns" link set lo up
  done
  local pairs=(s1:f1 s2:f2) n
  for ((n = 1; n <= CLIENTS; n++)); do pairs+=("client$n:c$n"); done
  for pair in "${pairs[@]}"; do
    ns=${pair%:*}
    ip link add "${link[$ns]}" netns "$ns" type veth peer name "${pair#*:}" netns des
    ip -n "$ns" link set "${link[$ns]}" up; ip -n des link set "${pair#*:}" up
    in_ns "$ns" ethtool -K "${link[$ns]}" tx off rx off tso off gso off gro off >/dev/null
    in_ns des ethtool -K "${pair#*:}" tx off rx off tso off gso off gro off >/dev/null
  done
}

designator() { ip netns exec des env ROOTFS="$rootfs" CLIENTS="$CLIENTS" OUT="$out" "$DESIGNATOR" "$scenario"; }

# host PLACE: use the place's namespace itself (this machine's kernel) in place of a guest.
host() { ip -n "$1" addr add "${address[$1]}" dev "${link[$1]}"; ip -n "$1" route add default via "${gateway[$1]}"; }

# capture NAME LINK-OF-DES [FILTER...]: to NAME.pcap.
capture() {
  local name=$1 on=$2; shift 2
  spawn "tcpdump-$name" ip netns exec des chroot "$rootfs" tcpdump -Z root -U -n -i "$on" -w "/out/$name.pcap" "$@"
  wait_for 5 "tcpdump-$name" 'listening on'
}
end_capture() { sleep 0.3; kill -INT "${child[tcpdump-$1]}"; sleep 0.3; }
read_capture() { local name=$1; shift; in_ns des tshark -n -r "/out/$name.pcap" "$@" 2>/dev/null; }
has_packets() { [[ -n $(read_capture "$1" -Y "$2") ]]; }  # NAME FILTER
has_none() { ! has_packets "$@"; }

# uml NAME NETNS ROLE KERNEL-ARGUMENT...: a guest kernel as a process; it sees rootfs as its disk.
uml() {
  local name=$1 ns=$2 role=$3; shift 3
  spawn "$name" ip netns exec "$ns" chroot "$uml" /linux mem=256M rootfstype=hostfs rootflags=/rootfs ro \
    init=/lab/init.sh con=null con0=null,fd:1 ssl=null quiet umid="$name" uml_dir=/tmp/ name="$name" role="$role" "$@"
}

# guest PLACE ROLE [arg.KEY=VALUE...]: a guest on the place's veth, with the place's address. Log: PLACE.log.
guest() {
  local place=$1 role=$2; shift 2
  uml "$place" "$place" "$role" \
    "vec0:transport=raw,ifname=${link[$place]},depth=64,gro=0,mac=${mac[$place]}" \
    "net.ip=${address[$place]}" "net.gw=${gateway[$place]}" "$@"
}
ready() { local place; for place in "$@"; do wait_for 15 "$place" '^READY'; done; }
finished() { wait_for "$1" "$2" '^DONE'; }  # SECONDS PLACE
stop_guest() { touch "$out/$1.stop"; finished 10 "$1"; }  # its role leaves hold() and reports
