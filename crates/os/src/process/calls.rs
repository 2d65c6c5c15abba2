//! What a thread on Windows waits for, from the names of the functions on its stack.

/// A call in which a thread waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// For bytes of a socket.
    ReadsSocket,
    /// For room in a socket.
    WritesSocket,
    /// For bytes of a console, a pipe or a file.
    Reads,
    /// For room in a console, a pipe or a file.
    Writes,
    /// For a client.
    Accepts,
    /// For its connection.
    Connects,
    /// For one of several sockets.
    Polls,
    /// For whatever comes next, as the event loop of a language's machine does.
    Events,
    /// For time to pass.
    Sleeps,
    /// For another thread or process, or to be given work.
    Waits,
}

/// The calls that say what is waited for, by the functions that Windows' libraries export.
const TELLING: [(Call, &[&str]); 9] = [
    (
        Call::ReadsSocket,
        &["recv", "recvfrom", "WSARecv", "WSARecvFrom"],
    ),
    (
        Call::WritesSocket,
        &["send", "sendto", "WSASend", "WSASendTo"],
    ),
    (Call::Accepts, &["accept", "WSAAccept", "AcceptEx"]),
    (Call::Connects, &["connect", "WSAConnect", "ConnectEx"]),
    (Call::Polls, &["select", "WSAPoll"]),
    (
        Call::Events,
        &[
            "GetQueuedCompletionStatus",
            "GetQueuedCompletionStatusEx",
            "NtRemoveIoCompletion",
            "NtRemoveIoCompletionEx",
        ],
    ),
    (
        Call::Reads,
        &["ReadFile", "NtReadFile", "ReadConsoleA", "ReadConsoleW"],
    ),
    (
        Call::Writes,
        &["WriteFile", "NtWriteFile", "WriteConsoleA", "WriteConsoleW"],
    ),
    (Call::Sleeps, &["Sleep", "SleepEx", "NtDelayExecution"]),
];

/// The calls by which the others wait too.
const GENERAL: [&str; 13] = [
    "WaitForSingleObject",
    "WaitForSingleObjectEx",
    "WaitForMultipleObjects",
    "WaitForMultipleObjectsEx",
    "NtWaitForSingleObject",
    "NtWaitForMultipleObjects",
    "NtWaitForAlertByThreadId",
    "NtWaitForKeyedEvent",
    "NtWaitForWorkViaWorkerFactory",
    "RtlSleepConditionVariableSRW",
    "RtlSleepConditionVariableCS",
    "RtlWaitOnAddress",
    "WaitOnAddress",
];

/// The call of which this function says all: its callers add nothing.
pub fn telling(function: &str) -> Option<Call> {
    let row = TELLING
        .iter()
        .find(|(_, functions)| functions.contains(&function));
    row.map(|(call, _)| *call)
}

/// The call in which a thread is whose stack has these functions, the innermost first; `None` if none of
/// them waits.
pub fn call(functions: &[String]) -> Option<Call> {
    let general = |name: &String| GENERAL.contains(&name.as_str());
    let found = functions.iter().find_map(|name| telling(name));
    found.or_else(|| functions.iter().any(general).then_some(Call::Waits))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stacks as Windows 10 and wine give them.
    #[test]
    fn recorded_stacks_are_told_apart() {
        for (stack, expected) in [
            ("NtReadFile ReadFile _read fgets", Some(Call::Reads)),
            (
                "NtWaitForSingleObject Tcpip6_WSHSetSocketInformation recv",
                Some(Call::ReadsSocket),
            ),
            ("NtDeviceIoControlFile  recv", Some(Call::ReadsSocket)),
            ("NtWaitForSingleObject  accept", Some(Call::Accepts)),
            ("NtWaitForSingleObject  select", Some(Call::Polls)),
            ("NtDelayExecution SleepEx Sleep", Some(Call::Sleeps)),
            (
                "NtRemoveIoCompletionEx GetQueuedCompletionStatusEx uv_run",
                Some(Call::Events),
            ),
            (
                "NtWaitForWorkViaWorkerFactory TpReleaseCleanupGroupMembers BaseThreadInitThunk",
                Some(Call::Waits),
            ),
            (
                "NtWaitForSingleObject WaitForSingleObjectEx PyThread_acquire_lock_timed",
                Some(Call::Waits),
            ),
            (" main BaseThreadInitThunk RtlUserThreadStart", None),
            ("", None),
        ] {
            let functions: Vec<String> = stack.split(' ').map(str::to_owned).collect();
            assert_eq!(call(&functions), expected, "{stack}");
        }
    }
}
