//! What a disk may hold after a power cut: the writes that `strace` has recorded of the real server,
//! and a disk of which unsynced writes are lost, torn and reordered.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// What a disk writes as a whole.
const SECTOR: usize = 512;

/// The system calls that the server's journal and its conversations consist of.
pub const CALLS: &str = "openat,pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync,rename,\
                         renameat,renameat2,ftruncate,unlink,unlinkat";

/// Something that the operating system was told. A file is known by its name in the folder.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    Open {
        file: String,
        create: bool,
        truncate: bool,
    },
    Write {
        file: String,
        at: Place,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        length: usize,
    },
    /// All writes to the file are on the disk.
    Sync {
        file: String,
    },
    /// All names in the folder are on the disk.
    SyncFolder,
    Rename {
        from: String,
        to: String,
    },
    Unlink {
        file: String,
    },
    /// The client at this port has been sent so many lines.
    Told {
        port: u16,
        lines: usize,
    },
}

/// Where a write begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    At(usize),
    /// Behind the last write: files that are written from their beginning to their end.
    End,
}

/// Reads what `strace -f -xx -yy` has recorded about the files of a folder and about sockets.
pub fn events(trace: &str, folder: &Path) -> Vec<Event> {
    let folder = folder.to_str().expect("a UTF-8 path");
    let mut begun: HashMap<&str, String> = HashMap::new();
    let mut events = Vec::new();
    for line in trace.lines() {
        let (thread, call) = line.split_once(' ').expect("a thread and a call");
        let call = call.trim_start();
        let whole;
        let call = if let Some(start) = call.strip_suffix(" <unfinished ...>") {
            // An answer may be on its way at once; any other call counts when it has returned.
            if start.starts_with("send") || start.starts_with("write") {
                let sent = format!("{start}) = 1");
                events.extend(event(&sent, folder).filter(|it| matches!(it, Event::Told { .. })));
            }
            begun.insert(thread, start.to_owned());
            continue;
        } else if let Some(rest) = call.strip_prefix("<... ") {
            let Some(start) = begun.remove(thread) else {
                continue;
            };
            let (_, rest) = rest.split_once("resumed>").expect("a call that goes on");
            whole = format!("{start}{rest}");
            let event = event(&whole, folder);
            events.extend(event.filter(|it| !matches!(it, Event::Told { .. })));
            continue;
        } else {
            call
        };
        events.extend(event(call, folder));
    }
    events
}

/// The event of one call; none if it failed, or is about something else.
fn event(call: &str, folder: &str) -> Option<Event> {
    let (name, rest) = call.split_once('(')?;
    // Short calls are padded.
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let arguments = arguments.trim_end().strip_suffix(')')?;
    if result.starts_with('-') {
        return None;
    }
    let texts = texts(arguments);
    // `-y` tells each descriptor's file in angle brackets.
    let path = || {
        let (_, rest) = arguments.split_once('<')?;
        let (path, _) = rest.split_once(['>', '('])?;
        String::from_utf8(unescape(path)).ok()
    };
    let file = || in_folder(&path()?, folder);
    let named = |text: &[u8]| in_folder(std::str::from_utf8(text).ok()?, folder);
    let number = |index: usize| {
        let last: Vec<&str> = arguments.rsplit(", ").collect();
        last.get(index)?.parse::<usize>().ok()
    };
    match name {
        "openat" => Some(Event::Open {
            file: named(texts.first()?)?,
            create: arguments.contains("O_CREAT"),
            truncate: arguments.contains("O_TRUNC"),
        }),
        "pwrite64" => Some(Event::Write {
            file: file()?,
            at: Place::At(number(0)?),
            bytes: texts.into_iter().next()?,
        }),
        "write" | "writev" | "sendto" | "sendmsg" => {
            let bytes = texts.concat();
            match file() {
                Some(file) => Some(Event::Write {
                    file,
                    at: Place::End,
                    bytes,
                }),
                None => {
                    let (_, peer) = arguments.split_once("->")?;
                    let (peer, _) = peer.split_once(']')?;
                    let port = peer.rsplit(':').next()?.parse().ok()?;
                    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
                    Some(Event::Told { port, lines })
                }
            }
        }
        "ftruncate" => Some(Event::Truncate {
            file: file()?,
            length: number(0)?,
        }),
        "fdatasync" | "fsync" if path()?.trim_end_matches('/') == folder => Some(Event::SyncFolder),
        "fdatasync" | "fsync" => Some(Event::Sync { file: file()? }),
        "rename" | "renameat" | "renameat2" => Some(Event::Rename {
            from: named(texts.first()?)?,
            to: named(texts.get(1)?)?,
        }),
        "unlink" | "unlinkat" => Some(Event::Unlink {
            file: named(texts.first()?)?,
        }),
        _ => None,
    }
}

fn in_folder(path: &str, folder: &str) -> Option<String> {
    let name = path.strip_prefix(folder)?.strip_prefix('/')?;
    Some(name.to_owned())
}

/// The texts in quotes.
fn texts(arguments: &str) -> Vec<Vec<u8>> {
    arguments
        .split('"')
        .skip(1)
        .step_by(2)
        .map(unescape)
        .collect()
}

/// `\x41\x42`, or plain text.
fn unescape(text: &str) -> Vec<u8> {
    if !text.starts_with("\\x") {
        return text.as_bytes().to_vec();
    }
    let digits = text.split("\\x").skip(1);
    let byte = |digits| u8::from_str_radix(digits, 16).expect("two hexadecimal digits");
    digits.map(byte).collect()
}

/// A write that may not be on the disk yet.
enum Op {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

#[derive(Default)]
struct Inode {
    durable: Vec<u8>,
    pending: Vec<Op>,
    /// The length as programs see it.
    length: usize,
}

enum NameOp {
    Set(String, usize),
    Remove(String),
}

/// A disk, and what it was told and may not have done yet.
#[derive(Default)]
pub struct Disk {
    inodes: Vec<Inode>,
    /// As programs see them.
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    pending_names: Vec<NameOp>,
    /// Lines that each client was sent.
    pub told: HashMap<u16, usize>,
}

/// How much of what is pending a power cut leaves.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Nothing,
    All,
    Some,
    Torn,
}

impl Disk {
    /// A disk that has the folder's files.
    pub fn of(folder: &Path) -> Disk {
        let mut disk = Disk::default();
        for file in fs::read_dir(folder).expect("a folder") {
            let file = file.expect("a file");
            let durable = fs::read(file.path()).expect("readable");
            let name = file.file_name().into_string().expect("UTF-8");
            disk.durable_names.insert(name, disk.inodes.len());
            disk.inodes.push(Inode {
                length: durable.len(),
                durable,
                pending: Vec::new(),
            });
        }
        disk.names = disk.durable_names.clone();
        disk
    }

    /// Does what it was told.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Open {
                file,
                create,
                truncate,
            } => {
                if *create && !self.names.contains_key(file) {
                    let inode = self.inodes.len();
                    self.inodes.push(Inode::default());
                    self.names.insert(file.clone(), inode);
                    self.pending_names.push(NameOp::Set(file.clone(), inode));
                }
                if *truncate {
                    self.truncate(file, 0);
                }
            }
            Event::Write { file, at, bytes } => {
                let inode = self.inode(file);
                let at = match at {
                    Place::At(at) => *at,
                    Place::End => inode.length,
                };
                inode.length = inode.length.max(at + bytes.len());
                inode.pending.push(Op::Write(at, bytes.clone()));
            }
            Event::Truncate { file, length } => self.truncate(file, *length),
            Event::Sync { file } => {
                let inode = self.inode(file);
                for op in inode.pending.drain(..) {
                    match op {
                        Op::Write(at, bytes) => write(&mut inode.durable, at, &bytes),
                        Op::Truncate(length) => inode.durable.resize(length, 0),
                    }
                }
            }
            Event::SyncFolder => {
                self.durable_names = self.names.clone();
                self.pending_names.clear();
            }
            Event::Rename { from, to } => {
                let inode = self.names.remove(from).expect("a file that was written");
                self.names.insert(to.clone(), inode);
                self.pending_names.push(NameOp::Remove(from.clone()));
                self.pending_names.push(NameOp::Set(to.clone(), inode));
            }
            Event::Unlink { file } => {
                self.names.remove(file);
                self.pending_names.push(NameOp::Remove(file.clone()));
            }
            Event::Told { port, lines } => *self.told.entry(*port).or_default() += lines,
        }
    }

    fn inode(&mut self, file: &str) -> &mut Inode {
        let inode = self.names.get(file);
        &mut self.inodes[*inode.unwrap_or_else(|| panic!("{file} was never opened"))]
    }

    fn truncate(&mut self, file: &str, length: usize) {
        let inode = self.inode(file);
        inode.length = length;
        inode.pending.push(Op::Truncate(length));
    }

    /// The files after a power cut at this moment, as chance has it.
    pub fn image(&self, rng: &mut ChaCha8Rng) -> Vec<(String, Vec<u8>)> {
        let fates = [Fate::Nothing, Fate::All, Fate::Some, Fate::Torn];
        let fate = fates[rng.next_u32() as usize % fates.len()];
        let mut names = self.durable_names.clone();
        // A file system writes its names in order.
        let kept = match fate {
            Fate::Nothing => 0,
            Fate::All => self.pending_names.len(),
            Fate::Some | Fate::Torn => rng.next_u32() as usize % (self.pending_names.len() + 1),
        };
        for op in &self.pending_names[..kept] {
            match op {
                NameOp::Set(name, inode) => drop(names.insert(name.clone(), *inode)),
                NameOp::Remove(name) => drop(names.remove(name)),
            }
        }
        // Connections meet in this one; it is in memory, and made anew.
        names.retain(|name, _| !name.ends_with("-shm"));
        let image = |(name, inode): (String, usize)| {
            let inode = &self.inodes[inode];
            let mut bytes = inode.durable.clone();
            for op in &inode.pending {
                leave(&mut bytes, op, fate, rng);
            }
            (name, bytes)
        };
        names.into_iter().map(image).collect()
    }
}

fn leave(bytes: &mut Vec<u8>, op: &Op, fate: Fate, rng: &mut ChaCha8Rng) {
    let half = |rng: &mut ChaCha8Rng| rng.next_u32().is_multiple_of(2);
    let is_whole = match fate {
        Fate::Nothing => return,
        Fate::All => true,
        Fate::Some => match half(rng) {
            true => true,
            false => return,
        },
        Fate::Torn => false,
    };
    match op {
        Op::Truncate(length) if is_whole || half(rng) => bytes.resize(*length, 0),
        Op::Truncate(_) => {}
        Op::Write(at, new) if is_whole => write(bytes, *at, new),
        Op::Write(at, new) => {
            // Sector by sector, as they lie on the disk.
            let mut begin = 0;
            while begin < new.len() {
                let end = new.len().min(begin + SECTOR - (at + begin) % SECTOR);
                if half(rng) {
                    write(bytes, at + begin, &new[begin..end]);
                }
                begin = end;
            }
        }
    }
}

fn write(bytes: &mut Vec<u8>, at: usize, new: &[u8]) {
    if bytes.len() < at + new.len() {
        bytes.resize(at + new.len(), 0);
    }
    bytes[at..at + new.len()].copy_from_slice(new);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects the campaign from a trace that is misread.
    #[test]
    fn a_trace_is_read() {
        let trace = concat!(
            "7 openat(AT_FDCWD<\\x2f>, \"\\x2f\\x64\\x2f\\x61\", O_WRONLY|O_CREAT|O_TRUNC, 0600) = 3<\\x2f\\x64\\x2f\\x61>\n",
            "7 pwrite64(3<\\x2f\\x64\\x2f\\x61>, \"\\x00\\xff\", 2, 4096) = 2\n",
            "8 fsync(3<\\x2f\\x64\\x2f\\x61> <unfinished ...>\n",
            "9 sendto(5<TCP:[127.0.0.1:1->127.0.0.1:99]>, \"\\x61\\x0a\\x62\\x0a\", 4, MSG_NOSIGNAL, NULL, 0 <unfinished ...>\n",
            "8 <... fsync resumed>)             = 0\n",
            "9 <... sendto resumed>) = 4\n",
            "7 fsync(4<\\x2f\\x64>) = 0\n",
            "7 openat(AT_FDCWD<\\x2f>, \"\\x2f\\x65\", O_RDONLY) = 3<\\x2f\\x65>\n",
            "7 rename(\"\\x2f\\x64\\x2f\\x61\", \"\\x2f\\x64\\x2f\\x62\") = 0\n",
            "7 +++ exited with 0 +++\n",
        );
        let a = || "a".to_owned();
        let expected = [
            Event::Open {
                file: a(),
                create: true,
                truncate: true,
            },
            Event::Write {
                file: a(),
                at: Place::At(4096),
                bytes: vec![0, 255],
            },
            Event::Told { port: 99, lines: 2 },
            Event::Sync { file: a() },
            Event::SyncFolder,
            Event::Rename {
                from: a(),
                to: "b".to_owned(),
            },
        ];
        assert_eq!(events(trace, Path::new("/d")), expected);
    }
}
