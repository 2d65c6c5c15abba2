//! Jobs: a program with all that it starts, which ends with the job.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::process::Child;
use std::ptr::{null, null_mut};

use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_ACTIVE_PROCESS,
    JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOB_OBJECT_LIMIT_PROCESS_MEMORY, JOB_OBJECT_LIMIT_PROCESS_TIME,
    JOBOBJECT_BASIC_PROCESS_ID_LIST, JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
    JobObjectBasicProcessIdList, JobObjectExtendedLimitInformation, QueryInformationJobObject,
    SetInformationJobObject, TerminateJobObject,
};

use crate::{check, size};

/// The exit status of what a job ends.
const ENDED: u32 = 1;
/// More processes than a job is ever asked for.
const PROCESSES: usize = 1024;

/// What each process of a job may use, and how many there may be.
#[derive(Clone, Copy, Debug)]
pub struct JobLimits {
    /// Processor time, in seconds.
    pub cpu_seconds: u64,
    /// Memory, in bytes.
    pub memory: u64,
    /// Living processes of the whole job.
    pub processes: u32,
}

/// A group of processes that no process can leave. All of it ends when this value is dropped.
#[derive(Debug)]
pub struct Job(OwnedHandle);

impl Job {
    /// A job without processes.
    ///
    /// # Errors
    /// The system's.
    pub fn new(limits: &JobLimits) -> io::Result<Job> {
        // SAFETY: neither rights nor a name are given.
        let handle = unsafe { CreateJobObjectW(null(), null()) };
        if handle.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the call has just given this handle, and nothing else owns it.
        let job = Job(unsafe { OwnedHandle::from_raw_handle(handle) });
        let mut wanted = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        wanted.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
            | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
            | JOB_OBJECT_LIMIT_ACTIVE_PROCESS
            | JOB_OBJECT_LIMIT_PROCESS_MEMORY
            | JOB_OBJECT_LIMIT_PROCESS_TIME;
        wanted.BasicLimitInformation.ActiveProcessLimit = limits.processes;
        // Tenths of a microsecond.
        let time = i64::try_from(limits.cpu_seconds).unwrap_or(i64::MAX);
        wanted.BasicLimitInformation.PerProcessUserTimeLimit = time.saturating_mul(10_000_000);
        wanted.ProcessMemoryLimit = usize::try_from(limits.memory).unwrap_or(usize::MAX);
        // SAFETY: the handle is open, and the structure is the one of this class, of this length.
        check(unsafe {
            SetInformationJobObject(
                job.0.as_raw_handle(),
                JobObjectExtendedLimitInformation,
                (&raw const wanted).cast(),
                size::<JOBOBJECT_EXTENDED_LIMIT_INFORMATION>(),
            )
        })?;
        Ok(job)
    }

    /// Takes a process into the job, with all that it will start.
    ///
    /// # Errors
    /// The system's: the process has ended, or is in a job that allows no other.
    pub fn take(&self, child: &Child) -> io::Result<()> {
        // SAFETY: both handles are open while they are borrowed.
        check(unsafe { AssignProcessToJobObject(self.0.as_raw_handle(), child.as_raw_handle()) })
    }

    /// Ends all processes of the job.
    ///
    /// # Errors
    /// The system's.
    pub fn end(&self) -> io::Result<()> {
        // SAFETY: the handle is open.
        check(unsafe { TerminateJobObject(self.0.as_raw_handle(), ENDED) })
    }

    /// The numbers of its living processes.
    ///
    /// # Errors
    /// The system's.
    pub fn processes(&self) -> io::Result<Vec<u32>> {
        /// The system's structure, with room for all.
        #[repr(C)]
        struct List {
            head: JOBOBJECT_BASIC_PROCESS_ID_LIST,
            more: [usize; PROCESSES],
        }
        let mut list = List {
            head: JOBOBJECT_BASIC_PROCESS_ID_LIST::default(),
            more: [0; PROCESSES],
        };
        // SAFETY: the handle is open, and the structure is the one of this class, followed by room for
        // more of its last field; its whole length is told.
        check(unsafe {
            QueryInformationJobObject(
                self.0.as_raw_handle(),
                JobObjectBasicProcessIdList,
                (&raw mut list).cast(),
                size::<List>(),
                null_mut(),
            )
        })?;
        let count = list.head.NumberOfProcessIdsInList as usize;
        let all = list.head.ProcessIdList.into_iter().chain(list.more);
        // Numbers of processes have 32 bits.
        Ok(all.take(count).map(|number| number as u32).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::*;
    use crate::process::processes;

    const LIMITS: JobLimits = JobLimits {
        cpu_seconds: 60,
        memory: 1 << 30,
        processes: 8,
    };

    /// Starts a program that waits for its keyboard.
    fn waits() -> Child {
        let mut command = Command::new("cmd");
        command.args(["/c", "set /p line="]);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        command.spawn().expect("cmd is everywhere")
    }

    fn ended(child: &mut Child) -> bool {
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            if child.try_wait().expect("a child").is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    #[test]
    fn a_job_knows_its_processes_and_ends_them() {
        let (job, mut child) = (Job::new(&LIMITS).expect("a job"), waits());
        job.take(&child).expect("a new process");
        assert_eq!(job.processes().expect("a list"), [child.id()]);
        let told = processes(&[child.id()]).expect("the system");
        assert!(told.len() == 1 && !told[0].threads.is_empty(), "{told:?}");
        job.end().expect("a job of this process");
        assert!(ended(&mut child), "it lives on");
        assert_eq!(job.processes().expect("a list"), [0_u32; 0]);
    }

    #[test]
    fn a_job_that_is_dropped_ends_its_processes() {
        let (job, mut child) = (Job::new(&LIMITS).expect("a job"), waits());
        job.take(&child).expect("a new process");
        drop(job);
        assert!(ended(&mut child), "it lives on");
    }
}
