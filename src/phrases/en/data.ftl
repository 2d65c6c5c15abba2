### The journal, exporting and erasing.

journal-io = The file { $path } can't be used ({ $reason }): check your rights on this folder, or choose another one with --data.
journal-read = The journal { $path } can't be read ({ $reason }): check your rights on this file, or choose another folder with --data.
journal-missing = There is no journal { $path }: name the server's folder with --data.
journal-foreign = The file { $path } is not a journal of juste-prix and was not changed: move it away, or choose another folder with --data.
journal-newer = The journal { $path } comes from a newer version (format { $found }, this one knows format { $known }) and was not changed: update juste-prix.
journal-damaged = The journal { $path } is damaged at entry { $sequence } and was not changed: keep a copy of it, then start on another folder with --data.
journal-in-use = A server already uses this folder ({ $path }): stop it, or choose another folder with --data.
journal-full = The disk is full and the journal { $path } can't be written any more: free some space and start again, the journal holds all that players were answered.
journal-write = The journal { $path } can't be written any more ({ $reason }): check the disk and its free space and start again, the journal holds all that players were answered.
journal-output = The results could not be written ({ $reason }): check where the output goes, then try again.
journal-reason-denied = access denied
journal-reason-read-only = read-only disk
journal-reason-full = disk full
journal-reason-no-folder = a file is in the folder's place
