//! A network interface by a packet socket (packet(7)): every frame in, none of our own back.

use std::{
    ffi::CString,
    io, mem,
    mem::MaybeUninit,
    os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd},
};

use socket2::{Domain, Protocol, Socket, Type};

use crate::{
    FramePort, named,
    offload::{self, HEADER, Offload},
};

/// Room for a virtio header and the longest frame that an interface may deliver.
const ROOM: usize = 65_536 + HEADER;

/// Frames that the port could not pass on, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Several segments in one frame: receive offloads are on.
    pub segments: u64,
    /// A partial checksum that lies outside its frame.
    pub checksum: u64,
}

/// A packet socket bound to one interface. Frames that this machine itself sends there are ignored.
pub struct PacketPort {
    socket: Socket,
    name: String,
    buffer: Box<[MaybeUninit<u8>; ROOM]>,
    /// Frames not passed on.
    pub refused: Refused,
}

impl PacketPort {
    /// Opens `interface` in promiscuous mode. Needs `CAP_NET_RAW`.
    pub fn open(interface: &str) -> io::Result<Self> {
        let named = |error| named(interface, error);
        let all = (libc::ETH_P_ALL as u16).to_be();
        let socket = Socket::new(Domain::PACKET, Type::RAW, Some(Protocol::from(i32::from(all))))
            .map_err(named)?;
        let name = CString::new(interface).map_err(|_| io::ErrorKind::InvalidInput)?;
        // SAFETY: a C string that lives through the call.
        let index = unsafe { libc::if_nametoindex(name.as_ptr()) };
        if index == 0 {
            return Err(named(io::Error::last_os_error()));
        }
        let fd = socket.as_raw_fd();
        let on: libc::c_int = 1;
        for option in [libc::PACKET_AUXDATA, libc::PACKET_VNET_HDR, libc::PACKET_IGNORE_OUTGOING] {
            set_option(fd, option, &on).map_err(named)?;
        }
        // SAFETY: plain old data, for which zero is a value.
        let mut membership: libc::packet_mreq = unsafe { mem::zeroed() };
        membership.mr_ifindex = index as i32;
        membership.mr_type = libc::PACKET_MR_PROMISC as u16;
        set_option(fd, libc::PACKET_ADD_MEMBERSHIP, &membership).map_err(named)?;
        bind(fd, index as i32, all).map_err(named)?;
        socket.set_nonblocking(true)?;
        let buffer = Box::new([MaybeUninit::uninit(); ROOM]);
        Ok(Self { socket, name: interface.into(), buffer, refused: Refused::default() })
    }

    /// The interface's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The command that turns off what makes frames which have to be refused.
    pub fn cure(&self) -> String {
        format!("ethtool -K {} gro off lro off tso off gso off", self.name)
    }
}

impl AsFd for PacketPort {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl FramePort for PacketPort {
    fn receive(&mut self, frame: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            let message = receive_message(self.socket.as_raw_fd(), &mut self.buffer);
            let Some((bytes, tag)) = message.map_err(|error| named(&self.name, error))? else {
                return Ok(false);
            };
            let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else { continue };
            frame.clear();
            frame.extend_from_slice(rest);
            match offload::parse(header) {
                Offload::None => {}
                Offload::Checksum { start, offset } => {
                    if !offload::complete(frame, start, offset) {
                        self.refused.checksum += 1;
                        continue;
                    }
                }
                Offload::Segments => {
                    self.refused.segments += 1;
                    continue;
                }
            }
            if let Some((protocol, tci)) = tag.filter(|_| frame.len() >= 12) {
                offload::restore_tag(frame, protocol, tci);
            }
            return Ok(true);
        }
    }

    fn send(&mut self, frame: &[u8]) -> io::Result<bool> {
        let message = [[0; HEADER].as_slice(), frame].concat();
        match self.socket.send(&message) {
            Ok(_) => Ok(true),
            Err(error) => match error.raw_os_error() {
                Some(libc::EAGAIN | libc::ENOBUFS | libc::ENETDOWN | libc::EMSGSIZE) => Ok(false),
                _ => Err(named(&self.name, error)),
            },
        }
    }
}

fn set_option<T>(fd: RawFd, option: libc::c_int, value: &T) -> io::Result<()> {
    let len = mem::size_of::<T>() as libc::socklen_t;
    // SAFETY: `value` is `len` bytes of plain old data that the kernel only reads.
    let result = unsafe {
        libc::setsockopt(fd, libc::SOL_PACKET, option, std::ptr::from_ref(value).cast(), len)
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn bind(fd: RawFd, index: i32, protocol: u16) -> io::Result<()> {
    // SAFETY: plain old data, for which zero is a value.
    let mut address: libc::sockaddr_ll = unsafe { mem::zeroed() };
    address.sll_family = libc::AF_PACKET as u16;
    address.sll_protocol = protocol;
    address.sll_ifindex = index;
    let len = mem::size_of_val(&address) as libc::socklen_t;
    // SAFETY: an address of `len` bytes that the kernel only reads.
    let result = unsafe { libc::bind(fd, std::ptr::from_ref(&address).cast(), len) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// A VLAN tag that the kernel has taken out of a frame: its type and its content.
type Tag = (u16, u16);

/// One message, with its tag; `None` when none is there.
fn receive_message(
    fd: RawFd,
    buffer: &mut [MaybeUninit<u8>; ROOM],
) -> io::Result<Option<(&[u8], Option<Tag>)>> {
    let mut control = [0u64; 16]; // aligned for cmsghdr
    let mut part = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    // SAFETY: plain old data, for which zero is a value.
    let mut message: libc::msghdr = unsafe { mem::zeroed() };
    message.msg_iov = &mut part;
    message.msg_iovlen = 1;
    message.msg_control = control.as_mut_ptr().cast();
    message.msg_controllen = mem::size_of_val(&control);
    // SAFETY: `message` names buffers that outlive the call, with their lengths.
    let len = unsafe { libc::recvmsg(fd, &mut message, libc::MSG_DONTWAIT) };
    if len < 0 {
        let error = io::Error::last_os_error();
        return match error.raw_os_error() {
            Some(libc::EAGAIN | libc::EINTR | libc::ENETDOWN) => Ok(None),
            _ => Err(error),
        };
    }
    let mut tag = None;
    // SAFETY: the kernel has filled `message`; the macros walk within `msg_controllen`.
    let mut entry = unsafe { libc::CMSG_FIRSTHDR(&message) };
    // SAFETY: a non-null entry is a whole header within `control`.
    while let Some(head) = unsafe { entry.as_ref() } {
        if (head.cmsg_level, head.cmsg_type) == (libc::SOL_PACKET, libc::PACKET_AUXDATA) {
            // SAFETY: a PACKET_AUXDATA entry carries one tpacket_auxdata, perhaps unaligned.
            let data: libc::tpacket_auxdata =
                unsafe { libc::CMSG_DATA(entry).cast::<libc::tpacket_auxdata>().read_unaligned() };
            if data.tp_status & libc::TP_STATUS_VLAN_VALID != 0 {
                let typed = data.tp_status & libc::TP_STATUS_VLAN_TPID_VALID != 0;
                let protocol = if typed { data.tp_vlan_tpid } else { 0x8100 };
                tag = Some((protocol, data.tp_vlan_tci));
            }
        }
        // SAFETY: as above.
        entry = unsafe { libc::CMSG_NXTHDR(&message, entry) };
    }
    // SAFETY: the kernel has written `len` bytes of `buffer`.
    let bytes = unsafe { std::slice::from_raw_parts(buffer.as_ptr().cast(), len as usize) };
    Ok(Some((bytes, tag)))
}
