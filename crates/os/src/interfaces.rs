//! This machine's addresses, and the networks they are in.

use std::io;

use if_addrs::{IfAddr, get_if_addrs};

use game::address::Interface;
use game::address::prefix::Prefix;

/// The addresses of all interfaces, in the system's order. An address whose mask is not a prefix
/// is left out.
///
/// # Errors
/// The system's, when it does not list its interfaces.
pub fn interfaces() -> io::Result<Vec<Interface>> {
    Ok(get_if_addrs()?.iter().filter_map(interface).collect())
}

fn interface(found: &if_addrs::Interface) -> Option<Interface> {
    let length = match &found.addr {
        IfAddr::V4(v4) => v4.prefixlen,
        IfAddr::V6(v6) => v6.prefixlen,
    };
    let address = found.ip();
    Some(Interface {
        name: found.name.clone(),
        address,
        network: Prefix::new(address, length)?,
    })
}
