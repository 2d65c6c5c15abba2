//! The lesson's text as a tree, so that a page can show it without ever taking it for HTML.

use serde::Serialize;

/// Blocks below each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(pub Vec<Block>);

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// A paragraph.
    Paragraph(Line),
    /// A list with points.
    List(Vec<Line>),
    /// Lines of a program or a terminal, as they are.
    Code(String),
}

/// What stands on one line, however long.
pub type Line = Vec<Span>;

/// A piece of a line in one style.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// How it looks.
    pub style: Style,
    /// What it says.
    pub pieces: Vec<Piece>,
}

/// How a piece of a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// As the text.
    Plain,
    /// To be stressed.
    Emphasis,
    /// To be found at a glance.
    Strong,
    /// As it is typed.
    Code,
}

/// Words, or a place for what is known only here and now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Piece {
    /// Words.
    Words(String),
    /// Something that the page fills in.
    Place(Place),
}

/// What the page fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The server's address, as the pupil's computer reaches it.
    Server,
    /// The name that stands for the school's own server.
    LocalName,
    /// The pupil's practice port.
    PracticePort,
    /// A port of the server on which nothing listens.
    ClosedPort,
    /// The port of the game.
    GamePort,
    /// The neighbour's name in the room.
    Neighbour,
    /// The pupil's address in the comparison.
    Mine,
    /// The address that it is compared with.
    Theirs,
}

impl Place {
    /// All places.
    pub const ALL: [Place; 8] = [
        Place::Server,
        Place::LocalName,
        Place::PracticePort,
        Place::ClosedPort,
        Place::GamePort,
        Place::Neighbour,
        Place::Mine,
        Place::Theirs,
    ];

    /// The word for it between braces, and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Place::Server => "server",
            Place::LocalName => "local-name",
            Place::PracticePort => "practice-port",
            Place::ClosedPort => "closed-port",
            Place::GamePort => "game-port",
            Place::Neighbour => "neighbour",
            Place::Mine => "mine",
            Place::Theirs => "theirs",
        }
    }
}

impl Text {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a text below.
    pub fn append(&mut self, text: &Text) {
        self.0.extend_from_slice(&text.0);
    }

    /// Adds a paragraph of plain words below.
    pub fn sentence(&mut self, words: &str) {
        self.0.push(Block::Paragraph(vec![Span {
            style: Style::Plain,
            pieces: vec![Piece::Words(words.to_owned())],
        }]));
    }

    /// The words alone, places between braces: for tables and for tests.
    pub fn plain(&self) -> String {
        let blocks = self.0.iter().map(|block| match block {
            Block::Paragraph(line) => plain(line),
            Block::List(lines) => {
                let lines = lines.iter().map(|line| format!("- {}", plain(line)));
                lines.collect::<Vec<_>>().join("\n")
            }
            Block::Code(code) => code.clone(),
        });
        blocks.collect::<Vec<_>>().join("\n\n")
    }
}

fn plain(line: &[Span]) -> String {
    let pieces = line.iter().flat_map(|span| &span.pieces);
    let word = |piece: &Piece| match piece {
        Piece::Words(words) => words.clone(),
        Piece::Place(place) => format!("{{{}}}", place.word()),
    };
    pieces.map(word).collect()
}
