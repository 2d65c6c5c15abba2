//! A server of the replicated log for a test, of the version that `scripts/nats-server` brings.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Longer than a start takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// One that runs alone, on 127.0.0.1.
pub struct NatsServer {
    child: Child,
    folder: TempDir,
    /// Where it serves.
    pub port: u16,
    /// Where it is watched.
    pub monitor: u16,
}

impl NatsServer {
    /// One that syncs each message.
    pub fn start() -> NatsServer {
        NatsServer::with("sync_interval: always")
    }

    /// One with this in its configuration's `jetstream` part.
    pub fn with(jetstream: &str) -> NatsServer {
        NatsServer::configured(jetstream, "")
    }

    /// One with this besides in its configuration.
    pub fn configured(jetstream: &str, besides: &str) -> NatsServer {
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/nats-server/nats-server");
        assert!(
            program.exists(),
            "the test needs nats-server: run scripts/nats-server, which brings it"
        );
        let folder = TempDir::new().expect("a folder");
        let path = |name: &str| -> PathBuf { folder.path().join(name) };
        let config = format!(
            "listen: 127.0.0.1:-1\nhttp: 127.0.0.1:-1\nports_file_dir: {}\n\
             jetstream {{ store_dir: {}\n{jetstream} }}\n{besides}\n",
            folder.path().display(),
            path("store").display()
        );
        fs::write(path("server.conf"), config).expect("writable");
        let child = Command::new(program)
            .arg("--config")
            .arg(path("server.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nats-server starts");
        let ports = path(&format!("nats-server_{}.ports", child.id()));
        let mut server = NatsServer {
            child,
            folder,
            port: 0,
            monitor: 0,
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = fs::read_to_string(&ports).unwrap_or_default();
            let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
            let port = |kind: &str| -> Option<u16> {
                json[kind][0].as_str()?.rsplit(':').next()?.parse().ok()
            };
            if let (Some(client), Some(monitor)) = (port("nats"), port("monitoring")) {
                (server.port, server.monitor) = (client, monitor);
                if TcpStream::connect(("127.0.0.1", client)).is_ok() {
                    return server;
                }
            }
            let status = server.child.try_wait().expect("our child");
            assert!(status.is_none(), "nats-server has ended: {status:?}");
            assert!(Instant::now() < deadline, "nats-server tells no ports");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What `--journal` is given.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// What `--nats-monitor` is given.
    pub fn watched(&self) -> String {
        format!("127.0.0.1:{}", self.monitor)
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = self.folder.path();
    }
}
