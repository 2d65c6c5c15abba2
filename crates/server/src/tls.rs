//! TLS for the page and for a text listener: the certificate, which is read again when its file changes,
//! and a worker's side of a connection.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use mio::net::TcpStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{self, ServerConfig, ServerConnection};

use super::log::{Event, Log};
use game::limits::HANDSHAKE_DEADLINE;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// The files that a server proves its name with, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, then those of the authorities between it and the root.
    pub certificate: PathBuf,
    /// The certificate's private key.
    pub key: PathBuf,
}

/// Why a certificate can't be used.
#[derive(Debug)]
pub enum TlsError {
    /// A file can't be read.
    Unread(PathBuf, io::Error),
    /// A file has no certificate, or no key, in PEM.
    NotPem(PathBuf),
    /// The key is of a kind that is not supported, or another certificate's.
    NotTheKey(PathBuf),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsError::Unread(path, error) => write!(f, "{}: {error}", path.display()),
            TlsError::NotPem(path) => write!(f, "{}: nothing in PEM", path.display()),
            TlsError::NotTheKey(path) => write!(f, "{}: not its key", path.display()),
        }
    }
}

impl std::error::Error for TlsError {}

/// A certificate in use.
#[derive(Debug)]
struct Certificate {
    files: TlsFiles,
    /// The key that is used now, and when its files were changed.
    current: RwLock<(Arc<CertifiedKey>, [Option<SystemTime>; 2])>,
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(current.0.clone())
    }
}

/// The configuration of all connections by TLS.
#[derive(Clone, Debug)]
pub struct Tls {
    certificate: Arc<Certificate>,
    config: Arc<ServerConfig>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// If one can't be read, or they are no certificate and its key.
    pub fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let changed = changed(&files);
        let current = RwLock::new((read(&files)?, changed));
        let certificate = Arc::new(Certificate { files, current });
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has the default versions")
            .with_no_client_auth()
            .with_cert_resolver(certificate.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls {
            certificate,
            config: Arc::new(config),
        })
    }

    /// The configuration, for the page.
    pub fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }

    /// A new connection's session.
    ///
    /// # Errors
    ///
    /// If memory is short.
    pub fn session(&self) -> io::Result<ServerConnection> {
        ServerConnection::new(self.config()).map_err(io::Error::other)
    }

    /// Reads the files again whenever one has changed, and logs it. A pair that can't be used changes
    /// nothing. Never returns.
    pub async fn follow_files(self, log: Log) {
        loop {
            tokio::time::sleep(LOOK).await;
            self.look(&log);
        }
    }

    fn look(&self, log: &Log) {
        let Certificate { files, current } = &*self.certificate;
        let now = changed(files);
        let mut current = current.write().unwrap_or_else(PoisonError::into_inner);
        if now == current.1 {
            return;
        }
        current.1 = now;
        log.say(match read(files) {
            Ok(key) => {
                current.0 = key;
                Event::CertificateRead
            }
            Err(error) => Event::CertificateRefused {
                reason: error.to_string(),
            },
        });
    }
}

fn changed(files: &TlsFiles) -> [Option<SystemTime>; 2] {
    let time = |path: &Path| {
        std::fs::metadata(path)
            .and_then(|file| file.modified())
            .ok()
    };
    [time(&files.certificate), time(&files.key)]
}

fn read(files: &TlsFiles) -> Result<Arc<CertifiedKey>, TlsError> {
    let failed = |path: &Path, error| match error {
        pem::Error::Io(error) => TlsError::Unread(path.to_owned(), error),
        _ => TlsError::NotPem(path.to_owned()),
    };
    let in_file = |error| failed(&files.certificate, error);
    let certificates = CertificateDer::pem_file_iter(&files.certificate).map_err(in_file)?;
    let chain: Vec<_> = certificates.collect::<Result<_, _>>().map_err(in_file)?;
    if chain.is_empty() {
        return Err(TlsError::NotPem(files.certificate.clone()));
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| failed(&files.key, error))?;
    let key = CertifiedKey::from_der(chain, key, &ring::default_provider());
    key.map(Arc::new)
        .map_err(|_| TlsError::NotTheKey(files.key.clone()))
}

/// A worker's side of a connection by TLS. It never blocks.
#[derive(Debug)]
pub struct TlsStream {
    tcp: TcpStream,
    session: ServerConnection,
    /// Bytes that a call of [`write`](Self::write) has handed over and not reported, since the socket
    /// took not all of what was made of them. The caller writes the same bytes again.
    unreported: usize,
    /// The tick at which the handshake must be done.
    deadline: Option<u64>,
}

/// Bytes that are handed to the session at once: one record.
const RECORD: usize = 16_384;

impl TlsStream {
    /// A connection whose session has begun, or not yet.
    pub fn new(tcp: std::net::TcpStream, mut session: ServerConnection) -> Self {
        session.set_buffer_limit(Some(2 * RECORD));
        TlsStream {
            tcp: TcpStream::from_std(tcp),
            session,
            unreported: 0,
            deadline: None,
        }
    }

    /// Begins the time that the handshake may take, unless it has begun.
    pub fn begin(&mut self, tick: u64) {
        let end = tick + HANDSHAKE_DEADLINE.as_millis() as u64;
        self.deadline.get_or_insert(end);
    }

    /// The tick at which the handshake must be done; `None` if it is.
    pub fn handshake_deadline(&self) -> Option<u64> {
        self.deadline.filter(|_| self.session.is_handshaking())
    }

    /// The socket.
    pub fn socket(&self) -> &TcpStream {
        &self.tcp
    }

    /// The socket, to be watched.
    pub fn socket_mut(&mut self) -> &mut TcpStream {
        &mut self.tcp
    }

    /// Reads what has come; 0 bytes mean the end.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if nothing is there, or the connection's error.
    pub fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.session.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // The client has closed without a farewell.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                done => return done,
            }
            if self.session.read_tls(&mut self.tcp)? == 0 && self.session.is_handshaking() {
                return Ok(0);
            }
            if let Err(error) = self.session.process_new_packets() {
                // Tells the client why, if it can.
                let _ = self.flush();
                return Err(io::Error::new(ErrorKind::InvalidData, error));
            }
            match self.flush() {
                // It goes on when the socket takes bytes again.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                flushed => flushed?,
            }
        }
    }

    /// Writes as much as can be written now. As long as it returns `WouldBlock`, the next call must begin
    /// with the same bytes.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if the socket takes nothing more, or the connection's error.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.unreported == 0 {
            self.flush()?;
            let most = bytes.len().min(RECORD);
            self.unreported = self.session.writer().write(&bytes[..most])?;
            if self.unreported == 0 && most > 0 {
                // The handshake is not done, and its buffer is full.
                return Err(ErrorKind::WouldBlock.into());
            }
        }
        self.flush()?;
        Ok(std::mem::take(&mut self.unreported))
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.session.wants_write() {
            self.session.write_tls(&mut self.tcp)?;
        }
        Ok(())
    }

    /// Says that nothing more will be written.
    ///
    /// # Errors
    ///
    /// The connection's error.
    pub fn shutdown_write(&mut self) -> io::Result<()> {
        self.session.send_close_notify();
        // What the socket does not take now is a farewell only.
        let _ = self.flush();
        self.tcp.shutdown(Shutdown::Write)
    }
}

/// Whether a connection's first byte begins TLS (RFC 8446, section 5.1: a handshake record).
pub fn is_tls(first: u8) -> bool {
    first == u8::from(rustls::ContentType::Handshake)
}
