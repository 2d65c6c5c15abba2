//! Machines: each is a browser, as its programs see the network. Which address it gets, and whether the
//! teacher has ended its talk.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use super::Browser;
use game::limits::WORKSHOP_MACHINES;

/// All machines. A browser keeps its own while its pages come and go.
#[derive(Debug, Default)]
pub(super) struct Machines {
    /// This server's own addresses, which no machine gets.
    server: Vec<Ipv4Addr>,
    all: HashMap<Browser, Machine>,
    /// The number of the address that was invented last.
    invented: u16,
}

#[derive(Debug)]
struct Machine {
    address: Ipv4Addr,
    /// Pages that are open.
    pages: usize,
    /// Whether its programs may talk to no other machine.
    is_mute: bool,
}

impl Machines {
    /// No machines yet, on a server with these addresses.
    pub(super) fn new(server: Vec<Ipv4Addr>) -> Self {
        Machines {
            server,
            ..Machines::default()
        }
    }

    /// Takes note of one more page of a browser, which gets a machine if it has none.
    pub(super) fn open(&mut self, browser: Browser) {
        if !self.all.contains_key(&browser) && self.all.len() >= WORKSHOP_MACHINES {
            self.all.retain(|_, machine| machine.pages > 0);
        }
        let address = match self.all.get(&browser) {
            Some(machine) => machine.address,
            None => self.address_for(browser.0),
        };
        let machine = self.all.entry(browser).or_insert(Machine {
            address,
            pages: 0,
            is_mute: false,
        });
        machine.pages += 1;
    }

    /// Takes note of one page less of a browser.
    pub(super) fn leave(&mut self, browser: Browser) {
        if let Some(machine) = self.all.get_mut(&browser) {
            machine.pages -= 1;
        }
    }

    /// The browser's own address, unless it is this server's or another browser has it.
    fn address_for(&mut self, real: IpAddr) -> Ipv4Addr {
        if let IpAddr::V4(real) = real.to_canonical()
            && !real.is_loopback()
            && !self.is_server(real)
            && !self.is_there(real)
        {
            return real;
        }
        // Of the network that RFC 2544 sets aside for tests: no school has it.
        loop {
            self.invented = self.invented.wrapping_add(1).max(1);
            let [high, low] = self.invented.to_be_bytes();
            let address = Ipv4Addr::new(198, 18, high, low);
            if low != 0 && low != 255 && !self.is_there(address) {
                return address;
            }
        }
    }

    /// The address of a browser's machine.
    pub(super) fn address(&self, browser: Browser) -> Option<Ipv4Addr> {
        Some(self.all.get(&browser)?.address)
    }

    /// Whether a machine has this address.
    pub(super) fn is_there(&self, address: Ipv4Addr) -> bool {
        self.all.values().any(|it| it.address == address)
    }

    /// Whether this address is the server's own.
    pub(super) fn is_server(&self, address: Ipv4Addr) -> bool {
        self.server.contains(&address)
    }

    /// Whether one browser, and no other, has pages open at this real address.
    pub(super) fn has_one_browser(&self, real: IpAddr) -> bool {
        let all = self.all.iter();
        let there = all.filter(|((ip, _), it)| ip.to_canonical() == real && it.pages > 0);
        there.count() == 1
    }

    /// Lets a browser's programs talk to other machines, or not.
    pub(super) fn mute(&mut self, browser: Browser, on: bool) {
        if let Some(machine) = self.all.get_mut(&browser) {
            machine.is_mute = on;
        }
    }

    /// Whether the programs of a browser may talk to no other machine.
    pub(super) fn is_mute(&self, browser: Browser) -> bool {
        self.all.get(&browser).is_some_and(|it| it.is_mute)
    }

    /// Whether the programs of a machine at this address may talk to no other.
    pub(super) fn is_mute_at(&self, address: Ipv4Addr) -> bool {
        let mut all = self.all.values();
        all.any(|it| it.address == address && it.is_mute)
    }
}

#[cfg(test)]
mod tests {
    use super::super::bench::*;
    use super::super::{Input, PageId};
    use super::*;

    #[test]
    fn a_browser_has_its_own_address_unless_another_has_it() {
        let mut bench = Bench::new();
        for (number, address, expected) in [
            (1, [10, 0, 0, 7], Some([10, 0, 0, 7])),
            (2, [10, 0, 0, 7], None),
            (3, [127, 0, 0, 1], None),
            (4, [192, 168, 1, 10], None),
        ] {
            bench.program(number, address);
            let got = bench.address(number);
            match expected {
                Some(expected) => assert_eq!(got, Ipv4Addr::from(expected)),
                None => assert_eq!(got.octets()[..2], [198, 18], "{got}"),
            }
        }
        let first = bench.address(2);
        assert!(
            !bench.relay.has_one_browser([10, 0, 0, 7].into()),
            "two have it"
        );
        bench.handle(Input::Leave(PageId(2)));
        assert!(bench.relay.has_one_browser([10, 0, 0, 7].into()));
        assert!(!bench.relay.has_one_browser([10, 0, 0, 8].into()));
        bench.program(2, [10, 0, 0, 7]);
        assert_eq!(bench.address(2), first, "it stays after a reload");
    }
}
