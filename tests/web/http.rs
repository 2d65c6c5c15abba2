//! A client that writes HTTP by hand, so that a test can write it wrong.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::common::{Server, connect};

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// A header's value; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

/// A connection to the page's port.
pub struct Http {
    pub stream: BufReader<TcpStream>,
}

impl Http {
    pub fn connect(address: SocketAddr) -> Http {
        Http {
            stream: BufReader::new(connect(address)),
        }
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &str) {
        let stream = self.stream.get_mut();
        stream
            .write_all(bytes.as_bytes())
            .expect("the server reads");
    }

    /// Reads an answer.
    pub fn answer(&mut self) -> Answer {
        let mut answer = self.head();
        let length = answer.header("content-length").parse().unwrap_or(0);
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("a whole body");
        answer.body = String::from_utf8(body).expect("UTF-8");
        answer
    }

    /// Reads an answer without its body.
    pub fn head(&mut self) -> Answer {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("an answer in time");
        let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.unwrap_or_else(|| panic!("no answer of HTTP: {line:?}"));
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).expect("headers in time");
            let Some((name, value)) = line.trim_end().split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Answer {
            status,
            headers,
            body: String::new(),
        }
    }

    /// Whether the server has closed the connection, without a word more.
    pub fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0; 1]), Ok(0))
    }
}

/// The page's address.
pub fn page(server: &Server) -> SocketAddr {
    let address = server.said["web"][0].as_str().expect("a page");
    address.parse().expect("HOST:PORT")
}

/// One request on a connection of its own; each header ends in CRLF.
pub fn ask(server: &Server, line: &str, headers: &str) -> Answer {
    let address = page(server);
    ask_as(server, line, &format!("Host: {address}\r\n{headers}"))
}

/// The same, with `Host` among the headers or without one.
pub fn ask_as(server: &Server, line: &str, headers: &str) -> Answer {
    let mut http = Http::connect(page(server));
    http.send(&format!("{line} HTTP/1.1\r\n{headers}\r\n"));
    http.answer()
}

/// A server whose page is at a free port.
pub fn server(arguments: &[&str]) -> Server {
    let page = ["--web", "127.0.0.1:0"];
    Server::in_memory(&[&page[..], arguments].concat())
}
