//! TLS for commands that speak plain TCP: a relay within this process, which they connect to instead of
//! the server. It listens on the loopback address, and proves the server's name for each connection.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error as Tls, RootCertStore};

use crate::cli::tls::TlsArgs;
use game::phrases::{Lang, say};
use os::console::{Failure, reason};
use os::endpoint::Target;

/// Time-out for connecting to one address, and for shaking hands.
const CONNECT: Duration = Duration::from_secs(5);
/// What the verifier says of a server that proves its name with an authority's own certificate: what
/// `openssl req -x509` makes.
const OF_AUTHORITY: &str = "CaUsedAsEndEntity";

/// The server to connect to: by TLS if the arguments ask for it.
///
/// # Errors
///
/// The file of an authority can't be used, the server can't be reached, or it does not prove its name.
pub fn through(args: &TlsArgs, server: Target, lang: Lang) -> Result<Target, Failure> {
    if !args.tls {
        return Ok(server);
    }
    let name = ServerName::try_from(server.host.clone());
    let name = name.map_err(|_| failed("tls-no-name", &server, None, lang))?;
    let connector = TlsConnector::from(Arc::new(config(args, lang)?));
    let (told, begun) = mpsc::channel();
    let far = server.clone();
    // It lives as long as the process.
    let thread = thread::Builder::new().name("tls".to_owned());
    let thread = thread.spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let life = async {
            match begin(&far, &name, &connector).await {
                Ok((listener, address)) => {
                    // The receiver waits for it.
                    let _ = told.send(Ok(address));
                    relay(listener, far, name, connector).await;
                }
                Err(error) => drop(told.send(Err(error))),
            }
        };
        match runtime {
            Ok(runtime) => runtime.block_on(life),
            // The sender is dropped with `life`.
            Err(_) => drop(life),
        }
    });
    let stopped = |_| Err(io::ErrorKind::Other.into());
    let begun = thread.and_then(|_| begun.recv().unwrap_or_else(stopped));
    match begun {
        Ok(address) => Ok(server.via(address)),
        Err(error) => Err(failed(sentence(&error), &server, Some(&error), lang)),
    }
}

/// Tries a connection, which tells whether the others will do, and opens the relay.
async fn begin(
    server: &Target,
    name: &ServerName<'static>,
    connector: &TlsConnector,
) -> io::Result<(TcpListener, SocketAddr)> {
    dial(server, name, connector).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn failed(id: &str, server: &Target, error: Option<&io::Error>, lang: Lang) -> Failure {
    let args = [
        ("server", server.to_string().into()),
        ("host", server.host.as_str().into()),
        (
            "reason",
            error
                .map(|error| match tls(error) {
                    // What the system would say of it is about files.
                    Some(error) => error.to_string(),
                    None => reason(error, lang),
                })
                .unwrap_or_default()
                .into(),
        ),
    ];
    Failure::Run(say(lang, id, &args))
}

/// What TLS says of an error, if the error is about TLS.
fn tls(error: &io::Error) -> Option<&Tls> {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Tls>())
}

/// The sentence for the server's certificate, or for its connection.
fn sentence(error: &io::Error) -> &'static str {
    match tls(error) {
        Some(Tls::InvalidCertificate(why)) => match why {
            CertificateError::UnknownIssuer => "tls-unknown-issuer",
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "tls-expired",
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "tls-other-name"
            }
            CertificateError::Other(why) if why.to_string() == OF_AUTHORITY => "tls-authority",
            _ => "tls-refused",
        },
        Some(Tls::InvalidMessage(_)) => "tls-not-spoken",
        Some(_) => "tls-refused",
        None => "play-unreachable",
    }
}

/// The authorities of this system, and the one that was named.
fn config(args: &TlsArgs, lang: Lang) -> Result<ClientConfig, Failure> {
    let mut roots = RootCertStore::empty();
    // A system without authorities still has the one that is named.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = &args.tls_ca {
        let unread = |_| {
            let file = file.display().to_string().into();
            Failure::Usage(say(lang, "tls-ca-unread", &[("file", file)]))
        };
        let found = CertificateDer::pem_file_iter(file).map_err(unread)?;
        let found = found.collect::<Result<Vec<_>, _>>().map_err(unread)?;
        let (added, _) = roots.add_parsable_certificates(found);
        if added == 0 {
            let file = file.display().to_string().into();
            return Err(Failure::Usage(say(
                lang,
                "tls-ca-unread",
                &[("file", file)],
            )));
        }
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions();
    let builder = builder.expect("the provider has the default versions");
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Connects to the first of the server's addresses that answers, and shakes hands.
async fn dial(
    server: &Target,
    name: &ServerName<'static>,
    connector: &TlsConnector,
) -> io::Result<TlsStream<TcpStream>> {
    let mut failed = io::ErrorKind::NotFound.into();
    for address in server.resolve()? {
        match within(TcpStream::connect(address)).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return within(connector.connect(name.clone(), stream)).await;
            }
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

async fn within<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let done = timeout(CONNECT, work).await;
    done.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Relays each connection. Never returns.
async fn relay(
    listener: TcpListener,
    server: Target,
    name: ServerName<'static>,
    connector: TlsConnector,
) {
    loop {
        let Ok((mut near, _)) = listener.accept().await else {
            // Descriptors are short: those in use end.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (server, name, connector) = (server.clone(), name.clone(), connector.clone());
        tokio::spawn(async move {
            // The near side sees a connection that ends, as with a server that is away.
            let _ = near.set_nodelay(true);
            if let Ok(mut far) = dial(&server, &name, &connector).await {
                let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            }
        });
    }
}
