#!/bin/bash
# Builds, once, what the scenarios run on, under WORK (default ./.lab):
#   WORK/rootfs  Debian bookworm user land: the VPN daemons and the tools (unpacked, never booted on its own)
#   WORK/uml     trixie libc6 + libgcc-s1 and the User-Mode Linux kernel: the small chroot in which guests start
# Usage: ./setup.sh [WORK]        Needs root, apt-get, dpkg-deb, python3. Nothing is installed on this machine.
set -euo pipefail
kit=$(cd "$(dirname "$0")" && pwd)
work=$(mkdir -p "${1:-.lab}" && cd "${1:-.lab}" && pwd)
kernel_version=7.2um1
started=$SECONDS

[[ $EUID == 0 ]] || { echo "setup.sh: run as root" >&2; exit 1; }
if [[ -e $work/ready ]]; then echo "ready: $work ($(cat "$work/ready"))"; exit 0; fi

base=(base-files base-passwd libc-bin bash dash coreutils sed grep util-linux mount debianutils busybox-static
      kmod procps iproute2 iputils-ping ethtool)
daemons=(xl2tpd ppp)
tools=(nftables conntrack tcpdump tshark)

# A private apt: this machine's own archive address and keyring, our suites, an empty package data base. A mirror
# may be some weeks old (signatures are checked all the same).
apt_dir=$work/apt
mkdir -p "$apt_dir"/{lists/partial,cache/archives/partial,etc}
: > "$apt_dir/status"
python3 "$kit/host/apt-sources.py" bookworm trixie sid > "$apt_dir/etc/sources.list"
private=(-o Dir::Etc::sourcelist="$apt_dir/etc/sources.list" -o Dir::Etc::sourceparts=- -o Dir::Etc::preferencesparts=/dev/null
         -o Dir::State::lists="$apt_dir/lists" -o Dir::State::status="$apt_dir/status" -o Dir::Cache="$apt_dir/cache"
         -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root
         -o APT::Update::Post-Invoke-Success::= -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
         -o Acquire::Check-Valid-Until=false -o APT::Default-Release=bookworm -o Acquire::Languages=none -o APT::Keep-Downloaded-Packages=true)

unpack() { # TREE FILE.deb... : file contents only, no maintainer scripts, usr-merged
  local tree=$1 deb; shift
  mkdir -p "$tree"/usr/{bin,sbin,lib,lib64}
  for deb in bin sbin lib lib64; do ln -sfn "usr/$deb" "$tree/$deb"; done
  for deb in "$@"; do dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$tree"; done
}

echo "package lists..."
apt-get "${private[@]}" -qq update
echo "packages... ($((SECONDS - started)) s)"
apt-get "${private[@]}" -qq -y --no-install-recommends --download-only install "${base[@]}" "${daemons[@]}" "${tools[@]}" >/dev/null
mkdir -p "$apt_dir/kernel"
( cd "$apt_dir/kernel"
  apt-get "${private[@]}" -qq download libc6/trixie libgcc-s1/trixie
  apt-get "${private[@]}" -qq download "user-mode-linux=$kernel_version" ||
    { echo "setup.sh: user-mode-linux $kernel_version is no longer in the archive; taking the newest" >&2
      apt-get "${private[@]}" -qq download user-mode-linux/sid; } )

echo "unpacking $(cat "$apt_dir"/cache/archives/*.deb "$apt_dir"/kernel/*.deb | wc -c | awk '{ print int($1 / 1000000) }') MB of packages... ($((SECONDS - started)) s)"
rm -rf "$work/rootfs" "$work/uml" "$work/unpacked-kernel"
unpack "$work/rootfs" "$apt_dir"/cache/archives/*.deb
unpack "$work/uml" "$apt_dir"/kernel/lib*.deb
unpack "$work/unpacked-kernel" "$apt_dir"/kernel/user-mode-linux_*.deb
mv "$work/unpacked-kernel/usr/bin/linux.uml" "$work/uml/linux"
mkdir -p "$work/rootfs/usr/lib/modules"
mv "$work"/unpacked-kernel/usr/lib/uml/modules/* "$work/rootfs/usr/lib/modules/"
rm -rf "$work/unpacked-kernel"

# What maintainer scripts would have done, as far as the scenarios need it.
rootfs=$work/rootfs
cp "$rootfs/usr/share/base-passwd/passwd.master" "$rootfs/etc/passwd"
cp "$rootfs/usr/share/base-passwd/group.master" "$rootfs/etc/group"
ln -sf dash "$rootfs/usr/bin/sh"
mkdir -p "$rootfs"/{dev,proc,sys,run,tmp,lab,out} "$work"/uml/{dev,proc,tmp,rootfs} "$work/out"
rm -rf "$rootfs/var/run" "$rootfs/var/lock"
ln -s ../run "$rootfs/var/run"; ln -s ../run/lock "$rootfs/var/lock"
echo 127.0.0.1 localhost > "$rootfs/etc/hosts"
install -m 600 "$kit/guest/ppp-secrets" "$rootfs/etc/ppp/chap-secrets"
install -m 600 "$kit/guest/ppp-secrets" "$rootfs/etc/ppp/pap-secrets"
chroot "$rootfs" ldconfig
rm -rf "$apt_dir"
echo "$(ls "$rootfs/usr/lib/modules") $(du -sm "$work" | cut -f1) MB" > "$work/ready"
echo "ready: $work ($(cat "$work/ready"), $((SECONDS - started)) s)"
