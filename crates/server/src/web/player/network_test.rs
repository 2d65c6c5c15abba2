//! The page's side of the room test: each page that was asked reports what its network lets it do.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::trial::Report;
use crate::web::Page;
use crate::web::http::connections::Caller;
use crate::web::http::extract::{IsRelayed, JsonBody};
use crate::web::http::refusal::Refusal;

/// A page's report.
#[derive(Deserialize)]
pub struct Reported {
    ticket: String,
    #[serde(flatten)]
    report: Report,
}

/// `POST /trial`: a page that was asked reports.
pub async fn report(
    State(page): State<Arc<Page>>,
    Extension(caller): Extension<Arc<Caller>>,
    IsRelayed(relayed): IsRelayed,
    JsonBody(Reported { ticket, report }): JsonBody<Reported>,
) -> Result<StatusCode, Refusal> {
    let ticket = ticket.parse().map_err(|()| Refusal::Misread)?;
    match page.trials.report(ticket, report, caller.peer, relayed) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Refusal::NoTrial),
    }
}
