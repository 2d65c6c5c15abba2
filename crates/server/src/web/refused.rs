//! A request that is refused: a status, a word for programs, a sentence for people.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::journal::JournalError;
use game::phrases::{Lang, Value, say};

/// Why a request gets nothing.
#[derive(Debug)]
pub struct Refused {
    status: StatusCode,
    /// The phrase's id, which never changes: a program, or the page, can tell refusals apart.
    code: &'static str,
    sentence: String,
}

impl Refused {
    /// A refusal with the phrase of that id.
    pub fn new(
        status: StatusCode,
        lang: Lang,
        code: &'static str,
        args: &[(&str, Value<'_>)],
    ) -> Self {
        Refused {
            status,
            code,
            sentence: say(lang, code, args),
        }
    }

    /// The journal can't be read.
    pub fn journal(error: &JournalError, lang: Lang) -> Self {
        Refused {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "journal",
            sentence: error.sentence(lang),
        }
    }

    /// For a person: the sentence alone.
    pub fn text(self) -> Response {
        (self.status, self.sentence + "\n").into_response()
    }
}

/// For a program.
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let document = serde_json::json!({ "refused": self.code, "sentence": self.sentence });
        (self.status, Json(document)).into_response()
    }
}
