//! Who computes where. A crowd is a program too, and on the server's core it would take what the
//! server needs, which says nothing of the server: so for timings each has a place of its own.

use std::mem;

/// The first core is the server's; the crowd and the players have the second.
#[derive(Clone, Copy)]
pub struct Cores {
    server: usize,
    others: usize,
}

impl Cores {
    /// Two of those that this process may use; none where there are not two.
    pub fn two() -> Option<Cores> {
        let mut cores = allowed().into_iter();
        let (server, others) = (cores.next()?, cores.next()?);
        Some(Cores { server, others })
    }

    /// Starts the server on its core, which it then takes for all that there are; whatever this
    /// thread starts afterwards is on the other one.
    pub fn place<T>(self, start: impl FnOnce() -> T) -> T {
        stay_on(self.server);
        let started = start();
        stay_on(self.others);
        started
    }
}

/// This thread computes only while no other wants to: the crowd takes nothing from the players,
/// whose delays then are the server's.
pub fn be_last() {
    // SAFETY: all zeros are the parameters that this policy must have, and 0 is this thread.
    let set = unsafe { libc::sched_setscheduler(0, libc::SCHED_IDLE, &mem::zeroed()) };
    assert_eq!(set, 0, "any thread may put itself last");
}

fn allowed() -> Vec<usize> {
    // SAFETY: all zeros are an empty set, and the system writes no more than its size.
    unsafe {
        let mut set: libc::cpu_set_t = mem::zeroed();
        let got = libc::sched_getaffinity(0, size_of_val(&set), &mut set);
        assert_eq!(got, 0, "a thread may know where it may be");
        let all = 0..libc::CPU_SETSIZE as usize;
        all.filter(|core| libc::CPU_ISSET(*core, &set)).collect()
    }
}

fn stay_on(core: usize) {
    // SAFETY: all zeros are an empty set, and the system reads no more than its size.
    let set = unsafe {
        let mut set: libc::cpu_set_t = mem::zeroed();
        libc::CPU_SET(core, &mut set);
        libc::sched_setaffinity(0, size_of_val(&set), &set)
    };
    assert_eq!(set, 0, "core {core} is one that this thread may be on");
}
