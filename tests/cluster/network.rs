//! Several machines on one: each a network namespace, and links between them that can be cut.
//!
//! A packet from one machine to another is forwarded by the namespace of the test; what it drops is
//! a cut link, silent as a real one: nobody is told. The players sit in that namespace and reach
//! every machine always.

use std::fs;
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Set by `scripts/test-cluster` in the namespace that it makes.
const OWN: &str = "JUSTE_PRIX_OWN_NETWORK";

/// The machines' network, until it is dropped.
pub struct Network {
    /// The number of the first machine.
    first: usize,
    /// Each holds a namespace open.
    holders: Vec<Child>,
}

/// The address of a machine.
pub fn address(machine: usize) -> Ipv4Addr {
    Ipv4Addr::new(10, 77, machine as u8, 2)
}

impl Network {
    /// So many machines, all linked.
    pub fn new(machines: usize) -> Network {
        Network::from(0, machines)
    }

    /// So many machines beside those of another network of the same test run.
    pub fn from(first: usize, machines: usize) -> Network {
        assert!(
            std::env::var_os(OWN).is_some(),
            "expected: a network of its own; got: the machine's. Please run scripts/test-cluster"
        );
        run("ip", &["link", "set", "lo", "up"]);
        fs::write("/proc/sys/net/ipv4/ip_forward", "1").expect("ours to change");
        let mut network = Network {
            first,
            holders: Vec::new(),
        };
        for rule in [
            "add table inet links",
            "add set inet links cut { type ipv4_addr . ipv4_addr ; }",
            "add chain inet links forward { type filter hook forward priority 0 ; }",
            "add rule inet links forward ip saddr . ip daddr @cut drop",
        ] {
            run("nft", &[rule]);
        }
        for machine in first..first + machines {
            network.add(machine);
        }
        network
    }

    fn add(&mut self, machine: usize) {
        let mut holder = Command::new("unshare");
        // It ends with the test, whose end of the pipe is then gone.
        let holder = holder.args(["--net", "cat"]).stdin(Stdio::piped());
        let holder = holder.stdout(Stdio::null()).spawn().expect("unshare");
        let pid = holder.id();
        let own = namespace(std::process::id());
        let deadline = Instant::now() + Duration::from_secs(20);
        while namespace(pid) == own {
            assert!(Instant::now() < deadline, "no namespace for {machine}");
            std::thread::sleep(Duration::from_millis(2));
        }
        self.holders.push(holder);
        let (pid, outside) = (pid.to_string(), format!("m{machine}"));
        let gateway = Ipv4Addr::new(10, 77, machine as u8, 1).to_string();
        let (near, far) = (format!("{gateway}/24"), format!("{}/24", address(machine)));
        let veth = [
            "link", "add", &outside, "type", "veth", "peer", "name", "eth0", "netns", &pid,
        ];
        run("ip", &veth);
        run("ip", &["address", "add", &near, "dev", &outside]);
        run("ip", &["link", "set", &outside, "up"]);
        for inside in [
            &["link", "set", "lo", "up"][..],
            &["address", "add", &far, "dev", "eth0"],
            &["link", "set", "eth0", "up"],
            &["route", "add", "default", "via", &gateway],
        ] {
            let entered = ["--target", &pid, "--net", "ip"];
            run("nsenter", &[&entered[..], inside].concat());
        }
    }

    /// A command that runs on a machine.
    pub fn command(&self, machine: usize, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        let pid = self.holders[machine - self.first].id().to_string();
        command.args(["--target", &pid, "--net", program]);
        command
    }

    /// From now on no packet goes between the two.
    pub fn cut(&self, one: usize, other: usize) {
        let (one, other) = (address(one), address(other));
        let both = format!("add element inet links cut {{ {one} . {other}, {other} . {one} }}");
        run("nft", &[&both]);
    }

    /// All links work again.
    pub fn heal(&self) {
        run("nft", &["flush set inet links cut"]);
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for holder in &mut self.holders {
            let _ = holder.kill();
            let _ = holder.wait();
        }
    }
}

fn namespace(pid: u32) -> Option<std::path::PathBuf> {
    fs::read_link(format!("/proc/{pid}/ns/net")).ok()
}

fn run(program: &str, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).output();
    let done = done.unwrap_or_else(|error| panic!("{program} does not start: {error}"));
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success(),
        "expected: {program} {arguments:?} works; got: {errors}"
    );
}
