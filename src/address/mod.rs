//! What an address is: its bits ([`prefix`]) and what it is for ([`kind`]). Pure, for the commands
//! of `net` and for the lesson, which both compare addresses.

pub mod kind;
pub mod prefix;

use core::net::IpAddr;

use prefix::Prefix;

/// An address of a machine, and the network it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The interface's name, such as `eth0`.
    pub name: String,
    /// The address.
    pub address: IpAddr,
    /// Its network.
    pub network: Prefix,
}

impl Interface {
    /// An address as the system told it; none if its mask is none.
    pub fn of(found: &if_addrs::Interface) -> Option<Interface> {
        let length = match &found.addr {
            if_addrs::IfAddr::V4(v4) => v4.prefixlen,
            if_addrs::IfAddr::V6(v6) => v6.prefixlen,
        };
        let address = found.ip();
        Some(Interface {
            name: found.name.clone(),
            address,
            network: Prefix::new(address, length)?,
        })
    }
}
