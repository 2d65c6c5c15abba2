//! An [`Order`], or an answer to the lesson, as the JSON of its row.

use std::borrow::Cow;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use game::rules::{BrowserId, Entry, Name, Order, Pack, PlayerId};

/// The player that it is about has their column.
#[derive(Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "lowercase")]
pub enum OrderText<'a> {
    /// [`Order::Words`].
    Words { pack: Cow<'a, str> },
    /// [`Order::Lock`].
    Lock { on: bool },
    /// [`Order::Pause`].
    Pause { on: bool },
    /// [`Order::Next`].
    Next { round: u32 },
    /// [`Order::Close`].
    Close,
    /// [`Order::Kick`].
    Kick { bar: bool, browser: Option<String> },
    /// [`Order::Rename`].
    Rename { name: Cow<'a, str> },
    /// [`Order::Hide`].
    Hide { on: bool },
    /// [`Order::Mark`].
    Mark {
        question: Cow<'a, str>,
        mark: Cow<'a, str>,
    },
}

impl<'a> From<&'a Order> for OrderText<'a> {
    fn from(order: &'a Order) -> Self {
        match order {
            Order::Words(pack) => OrderText::Words {
                pack: pack.word().into(),
            },
            Order::Lock(on) => OrderText::Lock { on: *on },
            Order::Pause(on) => OrderText::Pause { on: *on },
            Order::Next { round } => OrderText::Next { round: *round },
            Order::Close => OrderText::Close,
            Order::Kick { bar, browser, .. } => OrderText::Kick {
                bar: *bar,
                browser: browser.map(|browser| HEXLOWER.encode(&browser.0)),
            },
            Order::Rename { name, .. } => OrderText::Rename {
                name: name.as_str().into(),
            },
            Order::Hide { hidden, .. } => OrderText::Hide { on: *hidden },
            Order::Mark { question, mark, .. } => OrderText::Mark {
                question: (&**question).into(),
                mark: (&**mark).into(),
            },
        }
    }
}

impl OrderText<'_> {
    /// The order; none if it is not one that was written.
    pub fn read(self, player: impl Fn() -> Option<PlayerId>) -> Option<Order> {
        Some(match self {
            OrderText::Words { pack } => {
                Order::Words(Pack::ALL.into_iter().find(|known| known.word() == pack)?)
            }
            OrderText::Lock { on } => Order::Lock(on),
            OrderText::Pause { on } => Order::Pause(on),
            OrderText::Next { round } => Order::Next { round },
            OrderText::Close => Order::Close,
            OrderText::Kick { bar, browser } => Order::Kick {
                player: player()?,
                bar,
                browser: match browser {
                    Some(hex) => Some(BrowserId(
                        HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()?,
                    )),
                    None => None,
                },
            },
            OrderText::Rename { name } => Order::Rename {
                player: player()?,
                name: Name::kept(&name),
            },
            OrderText::Hide { on } => Order::Hide {
                player: player()?,
                hidden: on,
            },
            OrderText::Mark { question, mark } => Order::Mark {
                player: player()?,
                question: question.into(),
                mark: mark.into(),
            },
        })
    }
}

/// An [`Entry::Answer`]; the player has their column.
#[derive(Serialize, Deserialize)]
pub struct AnswerText<'a> {
    question: Cow<'a, str>,
    verdict: Cow<'a, str>,
    text: Option<Cow<'a, str>>,
}

impl<'a> AnswerText<'a> {
    /// Of these parts.
    pub fn of(question: &'a str, verdict: &'a str, text: Option<&'a str>) -> Self {
        AnswerText {
            question: question.into(),
            verdict: verdict.into(),
            text: text.map(Cow::from),
        }
    }

    /// The entry.
    pub fn read(self, player: PlayerId) -> Entry {
        Entry::Answer {
            player,
            question: self.question.into(),
            verdict: self.verdict.into(),
            text: self.text.map(Box::from),
        }
    }
}
