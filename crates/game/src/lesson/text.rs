//! The lesson's texts as trees, so that a page never interprets them as HTML.

use serde::Serialize;

/// A sequence of blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(pub Vec<Block>);

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// A paragraph.
    Paragraph(Line),
    /// A bulleted list.
    List(Vec<Line>),
    /// Lines of a program or a terminal, verbatim.
    Code(String),
}

/// The text of one paragraph or list item.
pub type Line = Vec<Span>;

/// A piece of a line in one style.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Its style.
    pub style: Style,
    /// Its content.
    pub pieces: Vec<Piece>,
}

/// The style of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// Plain text.
    Plain,
    /// Emphasis.
    Emphasis,
    /// Strong emphasis.
    Strong,
    /// Code.
    Code,
}

/// Words, or a placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Piece {
    /// Words.
    Words(String),
    /// A placeholder that the page fills in.
    Place(Place),
}

/// A placeholder of the lesson's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// The server's address, as the pupil's computer reaches it.
    Server,
    /// The name of the school's server.
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
    /// A link to the workshop's console, for pupils without a terminal.
    Console,
}

impl Place {
    /// All places.
    pub const ALL: [Place; 9] = [
        Place::Server,
        Place::LocalName,
        Place::PracticePort,
        Place::ClosedPort,
        Place::GamePort,
        Place::Neighbour,
        Place::Mine,
        Place::Theirs,
        Place::Console,
    ];

    /// Its name between braces and in JSON.
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
            Place::Console => "console",
        }
    }
}

impl Text {
    /// Whether it has no blocks.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends the blocks of a text.
    pub fn append(&mut self, text: &Text) {
        self.0.extend_from_slice(&text.0);
    }

    /// Appends a paragraph of plain words.
    pub fn sentence(&mut self, words: &str) {
        self.0.push(Block::Paragraph(vec![Span {
            style: Style::Plain,
            pieces: vec![Piece::Words(words.to_owned())],
        }]));
    }

    /// The text without styles, with places between braces.
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
