//! Echo requests, which Windows sends for every user.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV6};
use std::ptr::null;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{HANDLE, INVALID_HANDLE_VALUE};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    ICMP_ECHO_REPLY, ICMPV6_ECHO_REPLY_LH, Icmp6CreateFile, Icmp6ParseReplies, Icmp6SendEcho2,
    IcmpCloseHandle, IcmpCreateFile, IcmpSendEcho,
};
use windows_sys::Win32::Networking::WinSock::{AF_INET6, SOCKADDR_IN6};

/// Room behind a reply for the payload, an ICMP error and the system's own (its documentation asks for
/// the payload and 8 bytes, and 16 more on 64 bits).
const ROOM: usize = 256;
/// Every request asks for an echo of no more than this.
const PAYLOAD: usize = 64;
/// The reply's status of an echo (IP_SUCCESS).
const SUCCESS: u32 = 0;

/// What the system sends requests through.
struct Port(HANDLE);

impl Port {
    fn new(handle: HANDLE) -> io::Result<Port> {
        if handle == INVALID_HANDLE_VALUE {
            return Err(io::Error::last_os_error());
        }
        Ok(Port(handle))
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        // SAFETY: the handle is open, and closed here only.
        unsafe { IcmpCloseHandle(self.0) };
    }
}

/// A buffer for replies, aligned as they are.
#[repr(C, align(8))]
struct Replies<R> {
    first: R,
    room: [u8; ROOM],
}

/// Sends an echo request to this address, and waits for its reply. Returns how long that took, as far as
/// a clock of this process tells, or `None` when no reply came in time.
///
/// # Errors
/// The system's: it can't send.
pub fn echo_v4(
    address: Ipv4Addr,
    payload: &[u8],
    patience: Duration,
) -> io::Result<Option<Duration>> {
    let payload = &payload[..payload.len().min(PAYLOAD)];
    // SAFETY: the call has no condition.
    let port = Port::new(unsafe { IcmpCreateFile() })?;
    let mut replies = Replies {
        first: ICMP_ECHO_REPLY::default(),
        room: [0; ROOM],
    };
    let started = Instant::now();
    // SAFETY: the handle is open; the payload and the buffer are as long as the call is told.
    let count = unsafe {
        IcmpSendEcho(
            port.0,
            u32::from(address).to_be(),
            payload.as_ptr().cast(),
            payload.len() as u16,
            null(),
            (&raw mut replies).cast(),
            size_of_val(&replies) as u32,
            milliseconds(patience),
        )
    };
    let took = started.elapsed();
    outcome(count, replies.first.Status, took)
}

/// The same for an address of IPv6.
///
/// # Errors
/// The system's: it can't send.
pub fn echo_v6(
    address: SocketAddrV6,
    payload: &[u8],
    patience: Duration,
) -> io::Result<Option<Duration>> {
    let payload = &payload[..payload.len().min(PAYLOAD)];
    // SAFETY: the call has no condition.
    let port = Port::new(unsafe { Icmp6CreateFile() })?;
    let any = SOCKADDR_IN6 {
        sin6_family: AF_INET6,
        ..SOCKADDR_IN6::default()
    };
    let mut target = any;
    target.sin6_addr.u.Byte = address.ip().octets();
    target.Anonymous.sin6_scope_id = address.scope_id();
    let mut replies = Replies {
        first: ICMPV6_ECHO_REPLY_LH::default(),
        room: [0; ROOM],
    };
    let started = Instant::now();
    // SAFETY: the handle is open; both addresses live through the call, which is given no event and so
    // returns when it is over; the payload and the buffer are as long as the call is told.
    let count = unsafe {
        Icmp6SendEcho2(
            port.0,
            std::ptr::null_mut(),
            None,
            null(),
            &raw const any,
            &raw const target,
            payload.as_ptr().cast(),
            payload.len() as u16,
            null(),
            (&raw mut replies).cast(),
            size_of_val(&replies) as u32,
            milliseconds(patience),
        )
    };
    let took = started.elapsed();
    if count > 0 {
        // SAFETY: the buffer is the one that the call above has filled, and as long as this is told.
        unsafe { Icmp6ParseReplies((&raw mut replies).cast(), size_of_val(&replies) as u32) };
    }
    outcome(count, replies.first.Status, took)
}

fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// What came of a request: no reply is an error of the call, of which a time-out is one.
fn outcome(count: u32, status: u32, took: Duration) -> io::Result<Option<Duration>> {
    /// IP_REQ_TIMED_OUT.
    const TIMED_OUT: i32 = 11_010;
    if count > 0 {
        return Ok((status == SUCCESS).then_some(took));
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(TIMED_OUT) => Ok(None),
        _ => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_echo_is_an_answer() {
        let took = Duration::from_millis(2);
        assert_eq!(outcome(1, SUCCESS, took).expect("a reply"), Some(took));
        // IP_DEST_HOST_UNREACHABLE, told by a router.
        assert_eq!(outcome(1, 11_003, took).expect("a reply"), None);
    }
}
