//! `--pcap`: what tshark, the program that everybody trusts, makes of the file.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::util::{Pair, Tap, address, listener, reset, tool};
use crate::common::{PATIENCE, Server, connect};

/// A capture's name in a folder that goes with it.
struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl File {
    fn new() -> File {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("game.pcapng");
        File {
            _folder: folder,
            path,
        }
    }

    fn name(&self) -> &str {
        self.path.to_str().expect("UTF-8")
    }
}

fn tshark(file: &Path, arguments: &[&str]) -> String {
    tool("tshark", "tshark");
    let mut command = tool("coreutils", "timeout");
    command
        .args(["60", "tshark", "-r"])
        .arg(file)
        .args(arguments);
    let output = command.output().expect("timeout starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// One field of each packet that a filter lets through.
fn fields(file: &Path, filter: &str, field: &str) -> Vec<String> {
    let checks = [
        "-o",
        "tcp.check_checksum:TRUE",
        "-o",
        "ip.check_checksum:TRUE",
    ];
    let arguments = ["-Y", filter, "-T", "fields", "-e", field];
    let told = tshark(file, &[&checks[..], &arguments].concat());
    told.lines().map(str::to_owned).collect()
}

/// Whether the capture is of so many conversations, each sound: no number is out of its place, no
/// checksum wrong, nothing missing.
fn assert_sound(file: &Path, conversations: usize) {
    let mut streams = fields(file, "tcp", "tcp.stream");
    streams.dedup();
    streams.sort();
    streams.dedup();
    assert_eq!(streams.len(), conversations);
    let odd = [
        "(tcp.analysis.flags && !tcp.analysis.reused_ports)",
        "_ws.malformed",
        "tcp.checksum.status == \"Bad\"",
        "!tcp",
    ];
    assert_eq!(fields(file, &odd.join(" || "), "_ws.col.Info"), [""; 0]);
}

/// The bytes of the first conversation, in hexadecimal, with tshark's frame around them.
fn followed(file: &Path) -> String {
    tshark(file, &["-q", "-z", "follow,tcp,raw,0"])
}

#[test]
fn tshark_reads_a_game_as_one_sound_conversation() {
    let server = Server::in_memory(&[]);
    let file = File::new();
    let mut tap = Tap::start(server.text, &["--pcap", file.name()]);
    assert_eq!(tap.first["pcap"], file.name());
    let mut player = crate::common::Lines::connect(tap.address);
    player.play(1, 100);
    let client = player.stream.get_ref().local_addr().expect("connected");
    drop(player);
    tap.event("closed");
    let (events, status) = tap.stop();
    assert_eq!(status.code(), Some(0));
    assert_sound(&file.path, 1);
    // Between the true ends, with a beginning and two ends.
    let ports = [client.port(), server.text.port()].map(|port| port.to_string());
    let first = fields(
        &file.path,
        "tcp.flags.syn == 1 && tcp.flags.ack == 0",
        "tcp.port",
    );
    assert_eq!(first, [ports.join(",")]);
    assert_eq!(
        fields(&file.path, "tcp.flags.fin == 1", "tcp.stream").len(),
        2
    );
    // Each chunk is a packet with its bytes.
    let chunks = events.iter().filter(|event| event["event"] == "chunk");
    let told: Vec<&str> = chunks
        .map(|chunk| chunk["hex"].as_str().expect("hex"))
        .collect();
    assert_eq!(fields(&file.path, "tcp.len > 0", "tcp.payload"), told);
    let packets = events.last().expect("sums")["packets"].as_u64();
    let count = fields(&file.path, "tcp", "frame.number").len() as u64;
    assert_eq!(packets, Some(count));
}

#[test]
fn a_capture_is_its_owner_s_alone() {
    let listener = listener();
    let file = File::new();
    std::fs::write(&file.path, "an older one").expect("a file");
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&file.path, open).expect("ours");
    let _tap = Tap::start(address(&listener), &["--pcap", file.name()]);
    let mode = file.path.metadata().expect("the file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// Protects sequence numbers past a window and past a packet's size, both ways, in both families.
#[test]
fn much_is_followed_to_the_last_byte() {
    for listen in ["127.0.0.1:0", "[::1]:0"] {
        let listener = TcpListener::bind(listen).expect("a free port");
        let file = File::new();
        let target = address(&listener).to_string();
        let mut tap = Tap::between("127.0.0.1:0", &target, &["--pcap", file.name()]);
        let Pair { client, server } = Pair::new(tap.address, &listener);
        let bytes: Vec<u8> = (0..700_000_u32).map(|i| (i / 251) as u8).collect();
        for (mut from, mut to) in [(&client, &server), (&server, &client)] {
            let mut got = vec![0; bytes.len()];
            std::thread::scope(|scope| {
                scope.spawn(|| from.write_all(&bytes).expect("sent"));
                to.read_exact(&mut got).expect("all of it");
            });
            assert!(got == bytes);
        }
        drop((client, server));
        tap.event("closed");
        tap.stop();
        assert_sound(&file.path, 1);
        let all: String = followed(&file.path)
            .lines()
            .map(str::trim)
            .filter(|line| line.len() > 20 && line.chars().all(|c| c.is_ascii_hexdigit()))
            .collect();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(
            all == hex.repeat(2),
            "{listen}: {} of {}",
            all.len(),
            2 * hex.len()
        );
    }
}

#[test]
fn resets_and_refusals_are_in_the_capture() {
    let listener = listener();
    let target = address(&listener);
    let file = File::new();
    let mut tap = Tap::start(target, &["--pcap", file.name()]);
    let mut pair = Pair::new(tap.address, &listener);
    pair.say(&mut tap, "client", b"50");
    pair.client.shutdown(Shutdown::Write).expect("connected");
    tap.event("finished");
    reset(pair.server);
    tap.event("closed");
    drop(listener);
    let mut refused = connect(tap.address);
    let _ = refused.read(&mut [0; 1]);
    tap.event("unreached");
    tap.stop();
    assert_sound(&file.path, 2);
    let port = target.port().to_string();
    let resets = fields(&file.path, "tcp.flags.reset == 1", "tcp.srcport");
    assert_eq!(resets, [port.clone(), port]);
    let refusal = fields(&file.path, "tcp.stream == 1", "tcp.flags.str");
    assert_eq!(refusal.len(), 2, "asked and refused: {refusal:?}");
}

/// Protects the lesson that ends with a power switch: what was written is readable.
#[test]
fn a_relay_that_is_killed_leaves_a_readable_capture() {
    let listener = listener();
    let file = File::new();
    let mut tap = Tap::start(address(&listener), &["--pcap", file.name()]);
    let mut pair = Pair::new(tap.address, &listener);
    for guess in 0..50 {
        pair.say(&mut tap, "client", format!("{guess}\n").as_bytes());
    }
    // The writer is a thread of its own: the last chunk is on its way.
    let deadline = Instant::now() + PATIENCE;
    while fields(&file.path, "tcp.len > 0", "tcp.len").len() < 50 {
        assert!(Instant::now() < deadline, "50 chunks are not in the file");
        std::thread::sleep(Duration::from_millis(20));
    }
    tap.kill();
    assert_sound(&file.path, 1);
}

#[test]
fn what_is_remarkable_is_a_comment() {
    let listener = listener();
    let file = File::new();
    let mut tap = Tap::start(address(&listener), &["--pcap", file.name(), "--lang", "en"]);
    let mut pair = Pair::new(tap.address, &listener);
    pair.say(&mut tap, "server", b"Gagn\xc3");
    pair.say(&mut tap, "server", b"\xa9 !");
    drop(pair);
    tap.event("closed");
    tap.stop();
    let comments = fields(&file.path, "frame.comment", "frame.comment");
    assert!(comments[1].starts_with("sure: “é” began"), "{comments:?}");
    assert_eq!(comments.len(), 2, "{comments:?}");
}
