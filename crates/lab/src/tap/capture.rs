//! `--pcap`: the relayed traffic as a pcapng file, for Wireshark.
//!
//! The writer has a thread of its own. The relay waits for it if the disk is slow: a capture with
//! holes would prove nothing. Whole blocks are written as soon as they are complete, so that the
//! file of a killed relay is readable up to then.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use os::files::create_private;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::{DataLink, PcapError};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::event::Side;
use super::packet::Conversation;
use game::limits::TAP_CAPTURE_QUEUE;

/// Resolution of the timestamps: 10^-9 s.
const NANOSECONDS: u8 = 9;
/// Bytes gathered for one write.
const GATHERED: usize = 1 << 20;

/// Something to write to the capture.
#[derive(Debug)]
pub struct Frame {
    /// The connection's number, from 1.
    pub connection: u32,
    /// Time since 1970.
    pub at: Duration,
    /// What happened.
    pub kind: FrameKind,
    /// The comment that Wireshark shows beside it.
    pub comment: Option<String>,
}

/// What can be written to the capture.
#[derive(Debug)]
pub enum FrameKind {
    /// A client was connected to a server: their addresses.
    Opened(SocketAddr, SocketAddr),
    /// A client's server refused: their addresses.
    Refused(SocketAddr, SocketAddr),
    /// A client's server did not answer: their addresses.
    Unanswered(SocketAddr, SocketAddr),
    /// A side's bytes were passed on.
    Data(Side, Bytes),
    /// A side's FIN was passed on.
    Finished(Side),
    /// A side reset the connection.
    Reset(Side),
    /// The connection is over.
    Over,
}

/// The capture file, as the relay writes to it.
#[derive(Debug)]
pub struct Capture {
    queue: Sender<Frame>,
    writer: JoinHandle<io::Result<u64>>,
}

impl Capture {
    /// Creates the file for its owner only, or replaces it, and starts its writer.
    ///
    /// # Errors
    ///
    /// The file could not be created or its header not be written.
    pub fn create(path: &Path, title: &str) -> io::Result<Capture> {
        let mut file = Blocks::new(create_private(path)?, title)?;
        file.flush()?;
        let (queue, frames) = channel(TAP_CAPTURE_QUEUE);
        let writer = thread::spawn(move || file.write_all(frames));
        Ok(Capture { queue, writer })
    }

    /// Queues a frame, and waits while the queue is full. False if the file cannot be written any
    /// more.
    pub async fn write(&self, frame: Frame) -> bool {
        self.queue.send(frame).await.is_ok()
    }

    /// Waits until everything is written. Returns the number of packets.
    ///
    /// # Errors
    ///
    /// The error that stopped the writer.
    pub fn finish(self) -> io::Result<u64> {
        drop(self.queue);
        match self.writer.join() {
            Ok(written) => written,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

/// The file's blocks: gathered in memory, then written at once.
struct Blocks {
    file: File,
    gathered: PcapNgWriter<Vec<u8>>,
    conversations: HashMap<u32, Conversation>,
    packets: u64,
}

impl Blocks {
    fn new(file: File, title: &str) -> io::Result<Blocks> {
        let mut section = SectionHeaderBlock::default();
        let program = concat!("juste-prix ", env!("CARGO_PKG_VERSION"));
        section.options = vec![
            SectionHeaderOption::Comment(Cow::Owned(title.to_owned())),
            SectionHeaderOption::UserApplication(Cow::Borrowed(program)),
        ];
        let mut gathered =
            PcapNgWriter::with_section_header(Vec::new(), section).map_err(unwrapped)?;
        let mut interface = InterfaceDescriptionBlock::new(DataLink::RAW, 0);
        interface.options = vec![
            InterfaceDescriptionOption::IfName(Cow::Borrowed("juste-prix tap")),
            InterfaceDescriptionOption::IfTsResol(NANOSECONDS),
        ];
        gathered.write_pcapng_block(interface).map_err(unwrapped)?;
        Ok(Blocks {
            file,
            gathered,
            conversations: HashMap::new(),
            packets: 0,
        })
    }

    fn write_all(mut self, mut frames: Receiver<Frame>) -> io::Result<u64> {
        while let Some(frame) = frames.blocking_recv() {
            self.gather(frame)?;
            while self.gathered.get_ref().len() < GATHERED {
                let Ok(frame) = frames.try_recv() else {
                    break;
                };
                self.gather(frame)?;
            }
            self.flush()?;
        }
        Ok(self.packets)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(self.gathered.get_ref())?;
        self.gathered.get_mut().clear();
        Ok(())
    }

    fn gather(&mut self, frame: Frame) -> io::Result<()> {
        let Frame {
            connection,
            at,
            kind,
            mut comment,
        } = frame;
        if let FrameKind::Opened(client, server)
        | FrameKind::Refused(client, server)
        | FrameKind::Unanswered(client, server) = kind
        {
            let conversation = Conversation::new(connection, client, server);
            self.conversations.insert(connection, conversation);
        }
        let Some(conversation) = self.conversations.get_mut(&connection) else {
            return Ok(());
        };
        let packets = match kind {
            FrameKind::Opened(..) => conversation.open(),
            FrameKind::Refused(..) => conversation.refuse(),
            FrameKind::Unanswered(..) => conversation.ask(),
            FrameKind::Data(from, bytes) => conversation.data(from, &bytes),
            FrameKind::Finished(from) => conversation.finish(from),
            FrameKind::Reset(from) => conversation.reset(from),
            FrameKind::Over => {
                self.conversations.remove(&connection);
                return Ok(());
            }
        };
        for packet in packets {
            let comment = comment.take().map(Cow::Owned);
            let block = EnhancedPacketBlock {
                interface_id: 0,
                timestamp: at,
                original_len: packet.len() as u32,
                data: Cow::Owned(packet),
                options: comment
                    .map(EnhancedPacketOption::Comment)
                    .into_iter()
                    .collect(),
            };
            self.gathered.write_pcapng_block(block).map_err(unwrapped)?;
            self.packets += 1;
        }
        Ok(())
    }
}

/// The I/O error inside an error of the file format.
fn unwrapped(error: PcapError) -> io::Error {
    match error {
        PcapError::IoError(error) => error,
        other => io::Error::other(other),
    }
}
