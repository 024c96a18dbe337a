# L2TP client. arg.server (default the VIP), arg.port (own UDP port), arg.echo=1 (LCP echo each 5 s, 3 tries),
# arg.hangup=1 (end the call and the tunnel), arg.ping (address to ping instead of the PPP peer), arg.stay=1 (stay until told to stop)
load l2tp_ppp pppox
net_up
[ -z "$arg_vip" ] || ping -c 3 -i 0.2 -W 2 200.200.100.1 | sed -n 's/^3 packets/VIP &/p'
cp /lab/ppp-lac.opt /run/ppp-lac.opt
[ -z "$arg_echo" ] || printf 'lcp-echo-interval 5\nlcp-echo-failure 3\n' >> /run/ppp-lac.opt
lac_config "${arg_server:-200.200.100.1}" "${arg_port:-1701}" > /run/lac.conf
start_xl2tpd /run/lac.conf "/out/$name.xl2tpd.log"
wait_ppp
target=${arg_ping:-$gateway}
if [ -n "$gateway" ]; then
  [ "$target" = "$gateway" ] || ip route add "$target/32" dev ppp0
  ping_through "$target"
fi
[ -z "$arg_stay" ] || hold
if [ -n "$arg_hangup" ]; then
  echo 'd vip' > /run/lac.conf.control
  sleep 3
fi
