//! Coming back to a name and its score without the code of their seat: a player asks, and the teacher
//! lets them, refuses, or undoes it. Who asks is remembered in memory only.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Page;
use super::http::extract::{InRoom, JsonBody};
use super::http::refusal::Refusal;
use super::teacher::session::Teacher;
use crate::listen::Gone;
use crate::worker::driver::Driver;
use crate::worker::inbox::Asker;
use game::engine::comeback::NameStanding;
use game::engine::survey::Find;
use game::limits::{RETURN_ROOMS, RETURNS_ASKED};
use game::rules::{Name, PlayerId, RoomCode};

/// A player who has asked, until the teacher lets them, or whom the teacher has refused.
#[derive(Clone, Debug)]
struct Asked {
    player: PlayerId,
    /// The name that they say is theirs; `None` once they are refused.
    name: Option<Name>,
}

/// The players who have asked, by room; the room that was asked for last stands last.
#[derive(Default)]
pub struct Returns(Mutex<Vec<(RoomCode, Vec<Asked>)>>);

impl Returns {
    /// Whether the player waits for an answer to this name, or was refused one.
    fn state(&self, room: RoomCode, player: PlayerId, name: &Name) -> Option<&'static str> {
        let rooms = self.locked();
        let (_, asked) = rooms.iter().find(|(code, _)| *code == room)?;
        let asked = asked.iter().find(|it| it.player == player)?;
        match &asked.name {
            None => Some("refused"),
            Some(wish) if wish == name => Some("asked"),
            Some(_) => None,
        }
    }

    /// Those who have asked in a room, or were refused.
    fn of(&self, room: RoomCode) -> Vec<PlayerId> {
        let rooms = self.locked();
        let of_room = rooms.iter().filter(|(code, _)| *code == room);
        let asked = of_room.flat_map(|(_, asked)| asked);
        asked.map(|it| it.player).collect()
    }

    /// Forgets those of `asked` who have no seat any more: they wait for nothing, and take nobody's place.
    fn keep(&self, room: RoomCode, asked: &[PlayerId], seated: &[PlayerId]) {
        let is_gone = |it: &PlayerId| asked.contains(it) && !seated.contains(it);
        let mut rooms = self.locked();
        for (_, asked) in rooms.iter_mut().filter(|(code, _)| *code == room) {
            asked.retain(|it| !is_gone(&it.player));
        }
    }

    /// Remembers a wish, in place of the player's earlier one. Returns whether there was a place.
    fn ask(&self, room: RoomCode, player: PlayerId, name: Name) -> bool {
        self.change(room, |asked| {
            asked.retain(|it| it.player != player);
            let has_place = asked.len() < RETURNS_ASKED;
            if has_place {
                asked.push(Asked {
                    player,
                    name: Some(name),
                });
            }
            has_place
        })
    }

    /// Changes who has asked in a room, which stands last from now on.
    fn change<T>(&self, room: RoomCode, change: impl FnOnce(&mut Vec<Asked>) -> T) -> T {
        let mut rooms = self.locked();
        let known = rooms.iter().position(|(code, _)| *code == room);
        let (_, mut asked) = known.map_or((room, Vec::new()), |place| rooms.remove(place));
        let changed = change(&mut asked);
        if rooms.len() >= RETURN_ROOMS {
            rooms.remove(0);
        }
        rooms.push((room, asked));
        changed
    }

    /// The teacher lets the player in, or nobody needs to: their wish is over. Returns the name, if they
    /// waited.
    fn take(&self, room: RoomCode, player: PlayerId) -> Option<Name> {
        let mut rooms = self.locked();
        let (_, asked) = rooms.iter_mut().find(|(code, _)| *code == room)?;
        let waits = |it: &Asked| it.player == player && it.name.is_some();
        let place = asked.iter().position(waits)?;
        asked.remove(place).name
    }

    /// The teacher refuses, or has undone the return: this seat asks no more. If too many requests are kept,
    /// the oldest is dropped.
    fn refuse(&self, room: RoomCode, player: PlayerId) {
        self.change(room, |asked| {
            asked.retain(|it| it.player != player);
            if asked.len() >= RETURNS_ASKED {
                asked.remove(0);
            }
            asked.push(Asked { player, name: None });
        });
    }

    /// Who waits for the teacher, in the order of asking.
    pub fn waiting(&self, room: RoomCode) -> Value {
        let rooms = self.locked();
        let of_room = rooms.iter().filter(|(code, _)| *code == room);
        let asked = of_room.flat_map(|(_, asked)| asked);
        let waiting = |it: &Asked| {
            let name = it.name.as_ref()?;
            Some(json!({"player": it.player, "name": name.as_str()}))
        };
        asked.filter_map(waiting).collect()
    }

    /// Forgets a room.
    pub fn forget_room(&self, room: RoomCode) {
        self.locked().retain(|(code, _)| *code != room);
    }

    /// Forgets a player's wish, and others' wishes for their name.
    pub fn forget(&self, room: RoomCode, player: PlayerId, name: Option<&Name>) {
        let mut rooms = self.locked();
        let is_theirs = |it: &Asked| {
            let wish = it.name.as_ref().map(Name::skeleton);
            it.player == player || (wish.is_some() && wish == name.map(Name::skeleton))
        };
        for (_, asked) in rooms.iter_mut().filter(|(code, _)| *code == room) {
            asked.retain(|it| !is_theirs(it));
        }
        rooms.retain(|(_, asked)| !asked.is_empty());
    }

    fn locked(&self) -> MutexGuard<'_, Vec<(RoomCode, Vec<Asked>)>> {
        self.0.lock().expect("no panic under this lock")
    }
}

/// A player who says that a name is theirs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The code of the seat that they have now.
    code: String,
    /// The name.
    name: String,
    /// Whether the teacher is asked; else the response only tells whether that is possible.
    ask: bool,
}

/// `POST /back`: whether the player may come back to a name, or has. Asking again changes nothing.
pub async fn claim(
    State(page): State<Arc<Page>>,
    JsonBody(Claim { code, name, ask }): JsonBody<Claim>,
) -> Result<Json<Value>, Refusal> {
    let (code, pupil) = page.pupil(&code).await?;
    let room = code.room.ok_or(Refusal::NotARoomCode)?;
    let name = Name::parse(&name).map_err(|_| Refusal::BadName)?;
    let (standing, always) = page.standing(room, pupil.player, name.clone()).await?;
    let state = match (standing, page.returns.state(room, pupil.player, &name)) {
        (NameStanding::Back, _) => "back",
        (_, Some("refused")) => "refused",
        (NameStanding::Nobody, _) => "nobody",
        (NameStanding::Playing, _) => "playing",
        (NameStanding::Away(_), None) if !ask => "may",
        (NameStanding::Away(from), _) if always && ask => {
            let to = pupil.player;
            let order = move |driver: &mut Driver| driver.return_to(room, from, to, false);
            let worker = page.dispatcher.worker_of(room);
            let given = page.dispatcher.order(worker, Asker::Pupil, order).await;
            let Ok(()) = given.map_err(|Gone| Refusal::Stopping)?;
            page.returns.take(room, pupil.player);
            "back"
        }
        (NameStanding::Away(_), Some(state)) => state,
        (NameStanding::Away(_), None) => {
            page.drop_gone_askers(room).await?;
            match page.returns.ask(room, pupil.player, name) {
                true => "asked",
                false => "full",
            }
        }
    };
    Ok(Json(json!({ "state": state })))
}

/// What the teacher says to a player who has asked.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    /// The player gets the name and the score.
    Let,
    /// The player gets the answers and programs too.
    All,
    /// The player keeps what they have, and asks no more.
    Refuse,
    /// The name and the score go back to the seat that had them.
    Undo,
}

/// The teacher's answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    player: PlayerId,
    word: Word,
}

/// `POST /prof/rooms/CODE/back`: the teacher's answer to a player who has asked.
pub async fn answer(
    _: Teacher,
    State(page): State<Arc<Page>>,
    InRoom(room): InRoom,
    JsonBody(Answer { player, word }): JsonBody<Answer>,
) -> Result<StatusCode, Refusal> {
    let worker = page.dispatcher.worker_of(room);
    let Ok(()) = match word {
        Word::Refuse => {
            page.returns.refuse(room, player);
            return Ok(StatusCode::NO_CONTENT);
        }
        Word::Undo => {
            let survey = page.survey(room, Find::Player(player)).await?;
            let from = survey.decided.forerunner(player);
            let from = from.ok_or(Refusal::NobodyAsked)?;
            // Where nobody is asked, they would have the name again at once.
            page.returns.refuse(room, player);
            let undo = move |driver: &mut Driver| driver.undo_return(room, from);
            page.propose(worker, undo).await?
        }
        Word::Let | Word::All => {
            let name = page.returns.take(room, player);
            let name = name.ok_or(Refusal::NobodyAsked)?;
            let standing = page.standing(room, player, name.clone()).await?;
            let from = match standing.0 {
                NameStanding::Away(from) => from,
                NameStanding::Playing => {
                    page.returns.ask(room, player, name);
                    return Err(Refusal::NamePlays);
                }
                NameStanding::Nobody | NameStanding::Back => return Err(Refusal::NobodyAsked),
            };
            let all = matches!(word, Word::All);
            let give = move |driver: &mut Driver| driver.return_to(room, from, player, all);
            page.propose(worker, give).await?
        }
    };
    Ok(StatusCode::NO_CONTENT)
}

impl Page {
    /// Forgets the wishes in a room of players who have left it.
    pub async fn drop_gone_askers(&self, room: RoomCode) -> Result<(), Refusal> {
        let asked = self.returns.of(room);
        if asked.is_empty() {
            return Ok(());
        }
        let worker = self.dispatcher.worker_of(room);
        let players = asked.clone();
        let question = move |driver: &mut Driver| driver.seated(room, &players);
        let seated = self.dispatcher.ask(worker, Asker::Pupil, question).await;
        let seated = seated.map_err(|Gone| Refusal::Stopping)?;
        self.returns.keep(room, &asked, &seated);
        Ok(())
    }

    async fn standing(
        &self,
        room: RoomCode,
        player: PlayerId,
        name: Name,
    ) -> Result<(NameStanding, bool), Refusal> {
        let worker = self.dispatcher.worker_of(room);
        let question = move |driver: &mut Driver| driver.standing(room, player, &name);
        let found = self.dispatcher.ask(worker, Asker::Pupil, question).await;
        found.map_err(|Gone| Refusal::Stopping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Protects a pupil who is erased: their name does not stay in others' wishes.
    #[test]
    fn an_erased_player_s_name_is_in_no_wish() {
        let returns = Returns::default();
        let room: RoomCode = "4821".parse().expect("a code");
        let name = |text: &str| Name::parse(text).expect("a name");
        for (player, wish) in [(1, "Tom"), (2, "LÉA"), (3, "Ada")] {
            assert!(returns.ask(room, PlayerId([player; 16]), name(wish)));
        }
        returns.forget(room, PlayerId([1; 16]), Some(&name("Léa")));
        let waiting = returns.waiting(room).to_string();
        assert!(waiting.contains("Ada"), "{waiting}");
        assert!(
            !waiting.contains("Tom") && !waiting.contains('É'),
            "{waiting}"
        );
    }

    #[test]
    fn who_asks_again_changes_nothing_and_who_was_refused_asks_no_more() {
        let returns = Returns::default();
        let room: RoomCode = "4821".parse().expect("a code");
        let name = |text: &str| Name::parse(text).expect("a name");
        let player = |n: usize| PlayerId([u8::try_from(n).expect("small"); 16]);
        for _ in 0..3 {
            assert!(returns.ask(room, player(1), name("Léa")));
        }
        assert_eq!(returns.waiting(room).as_array().map(Vec::len), Some(1));
        assert_eq!(returns.state(room, player(1), &name("Léa")), Some("asked"));
        returns.refuse(room, player(1));
        let waiting = returns.waiting(room);
        assert_eq!(waiting.as_array().map(Vec::len), Some(0));
        // Another name is asked for in vain, too.
        let state = returns.state(room, player(1), &name("Tom"));
        assert_eq!(state, Some("refused"));
        for n in 2..=RETURNS_ASKED {
            assert!(returns.ask(room, player(n), name("Léa")), "{n}");
        }
        assert!(!returns.ask(room, player(RETURNS_ASKED + 1), name("Léa")));
        // Those who have left the room make place, and nobody who has come meanwhile is forgotten.
        let asked = returns.of(room);
        assert_eq!(asked.len(), RETURNS_ASKED);
        let (gone, seated) = asked.split_at(1);
        returns.keep(room, seated, seated);
        assert!(!returns.ask(room, player(RETURNS_ASKED + 1), name("Léa")));
        returns.keep(room, &asked, seated);
        assert_eq!(gone, [player(1)], "who was refused has left");
        assert!(returns.ask(room, player(RETURNS_ASKED + 1), name("Léa")));
        assert_eq!(returns.take(room, player(2)), Some(name("Léa")));
        assert_eq!(returns.take(room, player(2)), None);
        returns.forget_room(room);
        assert_eq!(returns.state(room, player(1), &name("Léa")), None);
        // Whose return was undone had not asked, perhaps.
        returns.refuse(room, player(1));
        assert_eq!(returns.take(room, player(1)), None);
        let state = returns.state(room, player(1), &name("Léa"));
        assert_eq!(state, Some("refused"));
    }
}
