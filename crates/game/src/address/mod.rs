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
