//! The full screen, on a real terminal: tmux.

use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant};

use super::util::{Pair, address, listener, tool};
use crate::common::PATIENCE;

/// A terminal with a relay in it, behind which a shell says how it ended.
struct Terminal {
    /// tmux' own socket: nobody else's sessions are touched.
    socket: String,
    tap: SocketAddr,
}

impl Terminal {
    fn start(size: (u16, u16), target: SocketAddr, options: &str) -> Terminal {
        let free = address(&listener());
        let socket = format!("tap-{}-{}", std::process::id(), free.port());
        let program = env!("CARGO_BIN_EXE_juste-prix");
        let line = format!(
            "LC_ALL=C.UTF-8 {program} tap {free} {target} {options}; echo \"ended: $?\"; exec cat"
        );
        let (columns, rows) = (size.0.to_string(), size.1.to_string());
        let terminal = Terminal { socket, tap: free };
        let begin = [
            "-f",
            "/dev/null",
            "new-session",
            "-d",
            "-x",
            &columns,
            "-y",
            &rows,
        ];
        let started = terminal.tmux().args(begin).arg(line).status();
        assert!(started.expect("tmux starts").success());
        terminal
    }

    fn tmux(&self) -> Command {
        let mut command = tool("tmux", "tmux");
        command.args(["-u", "-L", &self.socket]);
        command
    }

    fn press(&self, keys: &[&str]) {
        let pressed = self.tmux().arg("send-keys").args(keys).status();
        assert!(pressed.expect("tmux runs").success());
    }

    fn rows(&self) -> Vec<String> {
        let shown = self.tmux().args(["capture-pane", "-p"]).output();
        let shown = String::from_utf8(shown.expect("tmux runs").stdout).expect("UTF-8");
        shown
            .lines()
            .map(|row| row.replace('\u{a0}', " "))
            .collect()
    }

    /// Waits until the screen shows this.
    fn until(&self, words: &str) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let rows = self.rows();
            if rows.iter().any(|row| row.contains(words)) {
                return rows;
            }
            assert!(Instant::now() < deadline, "no {words}: {rows:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux().arg("kill-server").status();
    }
}

#[test]
fn a_pupil_sees_whose_turn_it_is_and_what_was_said() {
    let listener = listener();
    let terminal = Terminal::start((80, 24), address(&listener), "--lang fr");
    terminal.until("En attente d'un client");
    let mut pair = Pair::new(terminal.tap, &listener);
    terminal.until("Personne n'a encore parlé, depuis ");
    use std::io::Write;
    pair.server.write_all("Gagné !\n".as_bytes()).expect("sent");
    let rows = terminal.until("Au client de parler, depuis ");
    let all = rows.join("\n");
    assert!(all.contains("client ◀── serveur  9 octets"), "{all}");
    assert!(all.contains("47 61 67 6E C3·A9 20 21 0A"), "{all}");
    assert!(all.contains("Gagné· !␊"), "{all}");
    assert!(
        all.contains("9 octets attendent que le client les lise"),
        "{all}"
    );
    assert_eq!(rows.len(), 24);
    terminal.press(&["q"]);
    // The terminal is as it was, with the sums.
    let rows = terminal.until("ended: 0");
    assert!(
        rows.join("\n").contains("coupée par l'arrêt du relais"),
        "{rows:#?}"
    );
}

#[test]
fn one_can_stop_look_back_and_choose_a_connection() {
    use std::io::Write;
    let listener = listener();
    let terminal = Terminal::start((120, 20), address(&listener), "--lang en");
    terminal.until("Waiting for a client");
    let mut first = Pair::new(terminal.tap, &listener);
    for guess in 0..40 {
        first
            .client
            .write_all(format!("guess {guess}").as_bytes())
            .expect("sent");
        terminal.until(&format!("guess {guess}"));
    }
    terminal.press(&["Home"]);
    let rows = terminal.until("PAUSE");
    assert!(rows.iter().any(|row| row.contains("arrives")), "{rows:#?}");
    first.client.write_all(b"guess 40").expect("sent");
    terminal.until("PAUSE (1 new)");
    terminal.press(&["End"]);
    terminal.until("guess 40");
    let mut second = Pair::new(terminal.tap, &listener);
    second.client.write_all(b"another").expect("sent");
    terminal.until("#2");
    terminal.press(&["Right"]);
    terminal.until("another");
    terminal.press(&["Left"]);
    terminal.until("guess 40");
    terminal.press(&["C-c"]);
    terminal.until("2 connections; ");
    terminal.until("ended: 0");
}

/// Protects the small windows of a split screen: nothing panics, and it is said.
#[test]
fn a_window_of_any_size_is_drawn() {
    use std::io::Write;
    let listener = listener();
    let terminal = Terminal::start((80, 24), address(&listener), "--lang en");
    terminal.until("Waiting for a client");
    let mut pair = Pair::new(terminal.tap, &listener);
    pair.server
        .write_all("数字 Gagné, 75 ?".repeat(9).as_bytes())
        .expect("sent");
    terminal.until("Gagné");
    for (columns, rows, words) in [
        ("30", "10", "too small"),
        ("40", "9", "turn"),
        ("60", "12", "turn"),
        ("5", "3", "This"),
        ("200", "50", "Connections"),
        ("80", "24", "client's turn"),
    ] {
        let resize = ["resize-window", "-x", columns, "-y", rows];
        assert!(
            terminal
                .tmux()
                .args(resize)
                .status()
                .expect("tmux runs")
                .success()
        );
        terminal.until(words);
    }
    terminal.press(&["Escape"]);
    terminal.until("ended: 0");
}
