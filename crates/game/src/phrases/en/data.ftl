### The journal, exporting and erasing.

journal-io = The file { $path } can't be used ({ $reason }): check your rights on this folder, or choose another one with --data.
journal-read = The journal { $path } can't be read ({ $reason }): check your rights on this file, or choose another folder with --data.
journal-missing = There is no journal { $path }: name the folder that the server was given with --data.
journal-foreign = The file { $path } is not a journal of juste-prix and was not changed: move it away, or choose another folder with --data.
journal-newer = The journal { $path } comes from a newer version (format { $found }, this one knows format { $known }) and was not changed: update juste-prix.
journal-damaged = The journal { $path } is damaged at entry { $sequence } and was not changed: keep a copy of it, then start on another folder with --data.
journal-trimmed = Old entries of the journal { $path } were let go of while it was read (--keep): try again.
journal-has-base = The journal { $path } has let go of old entries (--keep) and can't be copied to a shared journal: copy it to a folder.
journal-in-use = A server already uses this folder ({ $path }): stop it, or choose another folder with --data.
journal-full = The disk is full and the journal { $path } can't be written any more: free some space and start again, the journal holds all that players were answered.
journal-write = The journal { $path } can't be written any more ({ $reason }): check the disk and its free space and start again, the journal holds all that players were answered.
journal-output = The results could not be written ({ $reason }): check where the output goes, then try again.
journal-reason-denied = access denied
journal-reason-read-only = read-only disk
journal-reason-full = disk full
journal-reason-no-folder = a file is in the folder's place
journal-log-unreachable = The shared journal { $log } does not answer ({ $reason }): check the addresses and that its servers run, then try again.
journal-log-no-name = unknown name
journal-log-refused = connection refused: nothing listens at this address
journal-log-no-answer = no answer
journal-log-tls = TLS encryption: { $reason }
journal-log-unread = The file { $path } is missing, can't be read, or is not what NATS expects: check --nats-creds, --nats-ca, --nats-cert and --nats-key.
journal-log-not-let-in = The shared journal { $log } does not let this machine in: check NATS_USER and NATS_PASSWORD (or NATS_TOKEN) in the environment, or the file of --nats-creds.
journal-log-forgets = The shared journal { $log } may lose entries, by the setting { $setting } of its stream: set it back to its default, or play under another name with --event.
journal-log-old = A server of the shared journal { $log } has version { $version }: version 2.15 or later is needed, update it.
journal-log-not-synced = The server { $server } acknowledges before it has written to the disk: put sync_interval = always into the jetstream part of its configuration, then restart it.
journal-log-not-monitored = The monitoring address { $server } does not answer as a NATS server: check --nats-monitor, and http_port in the server's configuration.
journal-log-clock = This machine's clock differs by { $seconds } s from that of the shared journal { $log }: set them right (1 s apart at most), then try again.
journal-log-damaged = The shared journal { $log } is damaged at entry { $sequence }: keep a copy of its servers' data, then play under another name with --event.
journal-log-missing = There is no event in the shared journal { $log }: check --event.
journal-log-unverified = Nobody has checked that the shared journal's servers write to the disk before they acknowledge: give their monitoring addresses with --nats-monitor.
journal-log-copies = The shared journal exists in { $copies ->
    [one] { $copies } copy
   *[other] { $copies } copies
} only: three are needed, on three servers, to outlive the loss of one.
journal-not-new = A journal is kept in { $place } already, and was not changed: copy into an empty folder, or under another name with --event.
journal-differs = The copy in { $place } is not what was copied: stop the servers that use either journal, erase it with juste-prix forget, then try again.
