//! Addresses: their bits ([`prefix`]) and their purpose ([`kind`]), for the commands of `net` and
//! the lesson, which both compare addresses.

pub mod kind;
pub mod prefix;

use core::net::IpAddr;

use prefix::Prefix;

/// An address of a network interface, and its network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The interface's name, such as `eth0`.
    pub name: String,
    /// The address.
    pub address: IpAddr,
    /// Its network.
    pub network: Prefix,
}
