//! Every reason why a request is refused: its status, its phrase, and how the response is written.
//!
//! A handler returns a [`Refusal`] as its error. The response gets its body in [`write`], which the
//! [guard](super::guard) calls for every response, since it knows the server's language.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::journal::JournalError;
use game::engine::lesson::NotKept;
use game::limits::{HOSTS, RULE_CHARS};
use game::phrases::{Lang, Value, say};
use game::rules::RoomCode;
use lab::check::class::Misread;

/// Why a request is refused.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The request names no host, several, or two that differ.
    NoHost,
    /// The request is for a host that is not this server: see [`super::guard`].
    OtherHost(String),
    /// A page of another site may not make this request.
    OtherOrigin,
    /// The body has more than this many bytes.
    BodyTooLong(usize),
    /// The body did not come in time; it may have this many bytes.
    BodyTooSlow(usize),
    /// There is no file of this name.
    NoFile,
    /// Files are read, not written.
    NotThisWay,
    /// The body, or a part of the path, is not what the route expects.
    Misread,
    /// The server is stopping: its worker did not answer.
    Stopping,
    /// The journal can't be read.
    Journal(JournalError),

    /// The request carries no cookie of the teacher's.
    NotTheTeacher,
    /// The token is not the teacher's.
    WrongToken,
    /// Too many wrong tokens wait for their answers.
    TooManyWrongTokens,
    /// A room's code is 1 to 12 letters and digits, and not the hall's.
    NotARoomCode,
    /// No room with this code is open.
    NoRoom(RoomCode),
    /// A room with this code is, or was, open.
    RoomTaken(RoomCode),
    /// The server keeps no more rooms.
    TooManyRooms,
    /// The journal is in no folder: no single room can be erased.
    NoFolder,
    /// The disk is nearly full: no room is opened.
    NoSpace,
    /// No game has these rules.
    BadRules,
    /// Nobody can have this name.
    BadName,
    /// The player has not asked to come back, or has got the name.
    NobodyAsked,
    /// Somebody plays under that name now.
    NamePlays,
    /// No results are kept under this name.
    NoResults,
    /// A check of the class is running.
    ChecksRunning,
    /// The system has no thread for a check.
    NoThread,
    /// The list of servers can't be read.
    HostList(Misread),
    /// The list has no such server, or it was not examined.
    NoCheckedServer,

    /// No seat belongs to this code.
    NoSeat,
    /// The player has written more to the lesson than one may.
    WroteTooMuch,
    /// The protocol page has no place for a proposal.
    PageFull,
    /// The disk is full: what a pupil sends is not kept.
    NotKept,
    /// No practice port can be opened.
    NoPracticePort,
    /// This page was not asked to test its network.
    NoTrial,
    /// The teacher has closed the workshop.
    WorkshopClosed,
    /// A program to publish does not listen.
    NotListening,
    /// A program to publish listens where no neighbour can connect.
    ListensOnlyHere,
    /// No pupil's program is reached at this port.
    NoSuchPort,
    /// The directory has no room.
    TooManyPublished,
    /// The text is no rule of a protocol page.
    BadRule,
    /// A program to enter has not passed its essential checks, or was changed since.
    NotFit,
    /// No program is entered into the tournament.
    NobodyEntered,
    /// A tournament of the room is going on.
    TournamentRunning,
    /// The teacher's list has no such check of a program any more.
    NoCheckedProgram,
    /// No page of the room is in the workshop.
    NobodyInWorkshop,
    /// The page has no line to the workshop.
    NoWorkshopPage,
    /// This browser has an examination in progress.
    CheckRunning,
    /// The address from which the page comes is not known, or is no pupil's machine.
    NotYourAddress,

    /// The handshake is not one of a WebSocket.
    NotAWebSocket,
    /// No session of the long poll has this name.
    NoSession,
    /// The server keeps no more connections.
    Full,
    /// Too many messages wait for their answers.
    TooManyMessages,
    /// The conversation is over.
    Over,
    /// A newer request waits for this session's messages.
    PolledElsewhere,
    /// A text message is one line.
    SeveralLines,
}

type Row<'a> = (StatusCode, &'static str, Option<(&'static str, Value<'a>)>);

impl Refusal {
    /// The status, the phrase's id and the phrase's argument. A program, or the page, tells
    /// refusals apart by the id, which never changes.
    fn row(&self) -> Row<'_> {
        use StatusCode as Is;
        match self {
            Refusal::NoHost => (Is::BAD_REQUEST, "web-no-host", None),
            Refusal::OtherHost(name) => {
                let name = ("name", name.as_str().into());
                (Is::MISDIRECTED_REQUEST, "web-other-host", Some(name))
            }
            Refusal::OtherOrigin => (Is::FORBIDDEN, "web-other-origin", None),
            Refusal::BodyTooLong(most) => (
                Is::PAYLOAD_TOO_LARGE,
                "web-too-long",
                number("bytes", *most),
            ),
            Refusal::BodyTooSlow(most) => {
                (Is::REQUEST_TIMEOUT, "web-too-slow", number("bytes", *most))
            }
            Refusal::NoFile => (Is::NOT_FOUND, "web-nothing-here", None),
            Refusal::NotThisWay => (Is::METHOD_NOT_ALLOWED, "web-not-this-way", None),
            Refusal::Misread => (Is::BAD_REQUEST, "web-misread", None),
            Refusal::Stopping => (Is::SERVICE_UNAVAILABLE, "web-stopping", None),
            Refusal::Journal(_) => (Is::INTERNAL_SERVER_ERROR, "journal", None),

            Refusal::NotTheTeacher => (Is::UNAUTHORIZED, "web-not-the-teacher", None),
            Refusal::WrongToken => (Is::FORBIDDEN, "web-wrong-token", None),
            Refusal::TooManyWrongTokens => (Is::TOO_MANY_REQUESTS, "web-wrong-tokens", None),
            Refusal::NotARoomCode => (Is::BAD_REQUEST, "web-no-room-code", None),
            Refusal::NoRoom(code) => (Is::NOT_FOUND, "web-no-room", room(code)),
            Refusal::RoomTaken(code) => (Is::CONFLICT, "web-room-taken", room(code)),
            Refusal::TooManyRooms => (Is::BAD_REQUEST, "web-too-many-rooms", None),
            Refusal::NoFolder => (Is::CONFLICT, "web-no-folder", None),
            Refusal::NoSpace => (Is::INSUFFICIENT_STORAGE, "web-no-space", None),
            Refusal::BadRules => (Is::BAD_REQUEST, "web-bad-rules", None),
            Refusal::BadName => (Is::BAD_REQUEST, "web-bad-name", None),
            Refusal::NobodyAsked => (Is::CONFLICT, "web-nobody-asked", None),
            Refusal::NamePlays => (Is::CONFLICT, "web-name-plays", None),
            Refusal::NoResults => (Is::NOT_FOUND, "web-no-results", None),
            Refusal::ChecksRunning => (Is::CONFLICT, "checks-busy", None),
            Refusal::NoThread => (Is::SERVICE_UNAVAILABLE, "checks-no-thread", None),
            Refusal::HostList(misread) => {
                let (id, count) = match *misread {
                    Misread::NoAddress(line) => ("checks-line", line),
                    Misread::Twice(line) => ("checks-twice", line),
                    Misread::TooMany => ("checks-many", HOSTS),
                    Misread::Empty => ("checks-none", 0),
                };
                (Is::BAD_REQUEST, id, number("number", count))
            }
            Refusal::NoCheckedServer => (Is::NOT_FOUND, "checks-no-row", None),

            Refusal::NoSeat => (Is::NOT_FOUND, "web-no-seat", None),
            Refusal::WroteTooMuch => (Is::TOO_MANY_REQUESTS, "web-wrote-too-much", None),
            Refusal::PageFull => (Is::CONFLICT, "web-page-full", None),
            Refusal::NotKept => (Is::INSUFFICIENT_STORAGE, "web-not-kept", None),
            Refusal::NoPracticePort => (Is::SERVICE_UNAVAILABLE, "web-no-practice", None),
            Refusal::NoTrial => (Is::NOT_FOUND, "web-no-trial", None),
            Refusal::WorkshopClosed => (Is::CONFLICT, "web-workshop-closed", None),
            Refusal::NotListening => (Is::CONFLICT, "web-not-listening", None),
            Refusal::ListensOnlyHere => (Is::CONFLICT, "web-listens-only-here", None),
            Refusal::NoSuchPort => (Is::BAD_REQUEST, "web-no-such-port", None),
            Refusal::BadRule => (Is::BAD_REQUEST, "web-bad-rule", number("most", RULE_CHARS)),
            Refusal::NotFit => (Is::CONFLICT, "web-not-fit", None),
            Refusal::NobodyEntered => (Is::CONFLICT, "web-nobody-entered", None),
            Refusal::TournamentRunning => (Is::CONFLICT, "web-tournament-running", None),
            Refusal::TooManyPublished => (Is::SERVICE_UNAVAILABLE, "web-too-many-published", None),
            Refusal::NoCheckedProgram => (Is::NOT_FOUND, "web-no-checked-program", None),
            Refusal::NobodyInWorkshop => (Is::CONFLICT, "web-nobody-in-workshop", None),
            Refusal::NoWorkshopPage => (Is::NOT_FOUND, "web-no-workshop-page", None),
            Refusal::CheckRunning => (Is::CONFLICT, "web-check-running", None),
            Refusal::NotYourAddress => (Is::CONFLICT, "web-not-your-address", None),

            Refusal::NotAWebSocket => (Is::UPGRADE_REQUIRED, "web-not-a-socket", None),
            Refusal::NoSession => (Is::NOT_FOUND, "web-no-session", None),
            Refusal::Full => (Is::SERVICE_UNAVAILABLE, "web-full", None),
            Refusal::TooManyMessages => (Is::TOO_MANY_REQUESTS, "web-too-many", None),
            Refusal::Over => (Is::GONE, "web-over", None),
            Refusal::PolledElsewhere => (Is::CONFLICT, "web-elsewhere", None),
            Refusal::SeveralLines => (Is::BAD_REQUEST, "web-one-line", None),
        }
    }

    fn sentence(&self, lang: Lang) -> String {
        match self {
            Refusal::Journal(error) => error.sentence(lang),
            _ => {
                let (_, id, argument) = self.row();
                say(lang, id, argument.as_slice())
            }
        }
    }

    /// The refusal as one line of text, for a person or for a program that reads text.
    pub fn into_text(self) -> Refused {
        Refused {
            as_text: true,
            ..self.into()
        }
    }

    /// The refusal in a language other than the server's.
    pub fn in_language(self, lang: Lang) -> Refused {
        Refused {
            lang: Some(lang),
            ..self.into()
        }
    }
}

impl From<NotKept> for Refusal {
    fn from(reason: NotKept) -> Self {
        match reason {
            NotKept::WroteTooMuch => Refusal::WroteTooMuch,
            NotKept::PageFull => Refusal::PageFull,
            NotKept::NoSpace => Refusal::NotKept,
        }
    }
}

fn number(name: &'static str, number: usize) -> Option<(&'static str, Value<'static>)> {
    Some((name, number.to_string().into()))
}

fn room(code: &RoomCode) -> Option<(&'static str, Value<'_>)> {
    Some(("room", code.as_str().into()))
}

/// A refusal, with how it is to be written if not as JSON in the server's language.
#[derive(Clone, Debug)]
pub struct Refused {
    refusal: Refusal,
    lang: Option<Lang>,
    as_text: bool,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Refused {
            refusal,
            lang: None,
            as_text: false,
        }
    }
}

/// The status, with the refusal in the response's extensions for [`write`].
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, ..) = self.refusal.row();
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        Refused::from(self).into_response()
    }
}

/// Writes the body of a response that is a refusal. Any other response is returned as it is.
pub fn write(mut response: Response, lang: Lang) -> Response {
    let Some(refused) = response.extensions_mut().remove::<Refused>() else {
        return response;
    };
    let sentence = refused.refusal.sentence(refused.lang.unwrap_or(lang));
    let written = if refused.as_text {
        (sentence + "\n").into_response()
    } else {
        let (_, id, _) = refused.refusal.row();
        Json(json!({ "refused": id, "sentence": sentence })).into_response()
    };
    let (head, body) = written.into_parts();
    response.headers_mut().extend(head.headers);
    *response.body_mut() = body;
    response
}
