//! `serve`: from the arguments to the server's configuration, and what is said at its start and at
//! its end.

use std::collections::HashSet;
use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use super::announce::{Announcement, mode_name, teacher};
use super::data_folder;
use super::log::{event, failed, log, log_lost};
use crate::cli::operating::METRICS_PORT;
use crate::cli::values::{PAGE_PORT, RoomOption, Web};
use crate::cli::{PageArgs, Serve};
use game::lesson::Lesson;
use game::limits::SHARED_ROOMS;
use game::phrases::{Lang, say};
use game::protocol::Pack;
use game::rules::{Range, RoomCode, Rules};
use os::console::{Failure, complain, print, reason};
use os::endpoint::{LESSON_PORT, ListenAddress};
pub use server::Door;
use server::journal::Store;
use server::log::Log;
use server::{self, Announced, Bound, Config, PageConfig, RunError, Trusted, local_addresses};

/// Runs the server until it is told to stop. `asked` is what `--lang` said: the wire follows it,
/// and never the terminal's own language.
pub fn serve(args: Serve, asked: Option<Lang>, lang: Lang) -> Result<(), Failure> {
    let json = args.json;
    let log = log(args.operating.log, lang)?;
    let config = configure(args, asked, log.clone(), lang)?;
    let (store, range, rooms) = (config.store.clone(), config.range, config.rooms.clone());
    let logs = log.is_on();
    let page_moves = config.page.as_ref().is_some_and(|page| page.any_port);
    let ready = |bound: &Bound| {
        if page_moves
            && !logs
            && let Some(sentence) = page_has_moved(bound, lang)
        {
            complain(&sentence);
        }
        for note in bound.notes.iter().filter(|_| !logs) {
            complain(&note.sentence(lang));
        }
        if let (Announced::Failed(reason), false) = (&bound.announced, logs) {
            let args = [("reason", reason.as_str().into())];
            complain(&say(lang, "serve-not-announced", &args));
        }
        let text = match json {
            true => json_line(bound, folder(&store)),
            false => Announcement {
                local: &local_addresses(),
                bound,
                data: folder(&store),
                range,
                rooms: &rooms,
                columns: columns(),
            }
            .text(lang),
        };
        // The games matter more than this text: who closed the output plays on.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    };
    let ran = server::run(config, ready);
    let ended = ran.map_err(|error| failed(&log, sentence(&error, lang)));
    log.close();
    ended?;
    match json {
        true => Ok(()),
        false => print(&say(lang, "serve-closed", &[]), lang),
    }
}

/// How wide the terminal is on which this is read; 0 where it is no terminal.
fn columns() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    size.map_or(0, |size| size.ws_col.into())
}

fn configure(args: Serve, asked: Option<Lang>, log: Log, lang: Lang) -> Result<Config, Failure> {
    let everywhere = |address: &ListenAddress| matches!(address, ListenAddress::Everywhere(_));
    let (wire_lang, pack) = wire_words(asked, args.words);
    Ok(Config {
        // Who names a port alone does not insist on a family that this machine may lack.
        listen_is_default: args.listen.iter().all(everywhere),
        listen: match args.listen.is_empty() {
            true => resolve(Door::Text, &[ListenAddress::Everywhere(LESSON_PORT)], lang)?,
            false => resolve(Door::Text, &args.listen, lang)?,
        },
        quiet_listen: resolve(Door::Quiet, &args.quiet_listen, lang)?,
        store: match (event(&args.shared), args.data) {
            (Some(event), _) => Store::Shared(Box::new(event)),
            (None, Some(folder)) if folder == Path::new("memory") => Store::Memory,
            (None, folder) => Store::Local(data_folder(folder, lang)?),
        },
        range: args.range,
        rooms: rooms(&args.room, args.range, lang)?,
        lang: wire_lang,
        pack,
        quiet_time: Duration::from_millis(args.quiet_time),
        page: page(args.page, lang)?,
        log,
        log_lost: match lang {
            Lang::Fr => |reason| log_lost(reason, Lang::Fr),
            Lang::En => |reason| log_lost(reason, Lang::En),
        },
        mdns: !args.operating.no_mdns,
        trusted: Trusted(args.operating.trust_proxy),
        metrics_any_family: args.operating.metrics.iter().all(everywhere),
        metrics: resolve(Door::Metrics, args.operating.metrics.as_slice(), lang)?,
    })
}

fn page(args: PageArgs, lang: Lang) -> Result<Option<PageConfig>, Failure> {
    let any_port = args.web.is_none();
    let address = match args.web {
        Some(Web::Off) => return Ok(None),
        Some(Web::At(address)) => address,
        None => ListenAddress::Everywhere(PAGE_PORT),
    };
    Ok(Some(PageConfig {
        listen: resolve(Door::Page, slice::from_ref(&address), lang)?,
        any_port,
        any_family: matches!(address, ListenAddress::Everywhere(_)),
        names: args.name,
        origins: args.origin,
        new_token: args.new_token,
        lesson: args.lesson.map(|path| lesson(&path, lang)).transpose()?,
        local_name: args.local_name,
    }))
}

/// A teacher's own lesson; what is wrong in it is told with its line.
fn lesson(path: &Path, lang: Lang) -> Result<Arc<Lesson>, Failure> {
    let file = path.display().to_string();
    let text = std::fs::read(path).map_err(|error| {
        let reason = reason(&error, lang);
        let args = [("file", file.as_str().into()), ("reason", reason.into())];
        Failure::Usage(say(lang, "serve-lesson-unread", &args))
    })?;
    let lesson = Lesson::parse(&text);
    let lesson = lesson.map_err(|mistake| Failure::Usage(mistake.sentence(&file, lang)))?;
    Ok(Arc::new(lesson))
}

/// What to say where the page is not at its usual port, though nobody chose another.
fn page_has_moved(bound: &Bound, lang: Lang) -> Option<String> {
    let usual = ("usual", PAGE_PORT.to_string().into());
    match bound.page.first().map(SocketAddr::port) {
        Some(PAGE_PORT) => None,
        Some(port) => {
            let args = [usual, ("port", port.to_string().into())];
            Some(say(lang, "serve-page-moved", &args))
        }
        None => Some(say(lang, "serve-no-page", &[usual])),
    }
}

/// The sentences' language and the answers' words. A pack that is a language settles both.
fn wire_words(asked: Option<Lang>, words: Option<Pack>) -> (Lang, Pack) {
    match (words, asked) {
        (Some(Pack::English), _) | (None, Some(Lang::En)) => (Lang::En, Pack::English),
        (Some(Pack::French), _) | (None, _) => (Lang::Fr, Pack::French),
        (Some(pack), asked) => (asked.unwrap_or(Lang::Fr), pack),
    }
}

/// The addresses to listen on.
pub fn resolve(
    door: Door,
    addresses: &[ListenAddress],
    lang: Lang,
) -> Result<Vec<SocketAddr>, Failure> {
    let mut found = Vec::new();
    for address in addresses {
        let resolved = address.resolve().map_err(|error| {
            let (option, lesson) = option(door);
            let args = [
                ("address", address.to_string().into()),
                ("reason", reason(&error, lang).into()),
                ("option", option.into()),
                ("lesson", lesson.to_string().into()),
            ];
            Failure::Run(say(lang, "serve-no-name", &args))
        })?;
        found.extend(resolved);
    }
    Ok(found)
}

fn rooms(
    options: &[RoomOption],
    range: Range,
    lang: Lang,
) -> Result<Vec<(RoomCode, Rules)>, Failure> {
    let mut seen = HashSet::new();
    let mut rooms = Vec::new();
    for option in options {
        if !seen.insert(option.code) {
            let code = option.code.as_str().into();
            return Err(Failure::Usage(say(
                lang,
                "usage-same-room",
                &[("code", code)],
            )));
        }
        let rules = option
            .rules(range)
            .expect("values::room has checked that the rules fit");
        rooms.push((option.code, rules));
    }
    Ok(rooms)
}

fn folder(store: &Store) -> Option<&Path> {
    match store {
        Store::Memory | Store::Shared(_) => None,
        Store::Local(folder) => Some(folder),
    }
}

fn json_line(bound: &Bound, data: Option<&Path>) -> String {
    let texts = |addresses: &[SocketAddr]| -> Vec<String> {
        addresses.iter().map(SocketAddr::to_string).collect()
    };
    let (text, quiet) = (texts(&bound.text), texts(&bound.quiet));
    let web = texts(&bound.page);
    let metrics = texts(&bound.metrics);
    let announced = match &bound.announced {
        Announced::As(name) => Some(name),
        Announced::No | Announced::Failed(_) => None,
    };
    let teacher = teacher(bound, &local_addresses());
    let all = [text.as_slice(), quiet.as_slice(), web.as_slice()].concat();
    serde_json::json!({
        "addresses": all,
        "text": text,
        "quiet": quiet,
        "web": web,
        "metrics": metrics,
        "mdns": announced,
        "teacher": teacher,
        "data": data.map(|folder| folder.display().to_string()),
    })
    .to_string()
}

/// Why the server could not start or go on: what happened, where, and what to do.
pub fn sentence(error: &RunError, lang: Lang) -> String {
    match error {
        RunError::Bind {
            door,
            address,
            source,
        } => not_bound(*door, *address, source, lang),
        RunError::Journal(error) => error.sentence(lang),
        RunError::RoomDiffers { code, open } => {
            let args = [
                ("code", code.as_str().into()),
                ("mode", mode_name(open.mode, lang).into()),
                ("option", room_option(*code, *open).into()),
            ];
            say(lang, "serve-room-differs", &args)
        }
        RunError::TooManyRooms => {
            let limit = SHARED_ROOMS.to_string().into();
            say(lang, "serve-too-many-rooms", &[("limit", limit)])
        }
        RunError::System(error) => {
            let reason = reason(error, lang).into();
            say(lang, "serve-system", &[("reason", reason)])
        }
    }
}

/// The option that says where a door is, and its usual port.
fn option(door: Door) -> (&'static str, u16) {
    match door {
        Door::Text => ("--listen", LESSON_PORT),
        Door::Quiet => ("--quiet-listen", LESSON_PORT + 1),
        Door::Page => ("--web", PAGE_PORT),
        Door::Metrics => ("--metrics", METRICS_PORT),
    }
}

/// Why the service does not listen on this address.
pub fn not_bound(door: Door, address: SocketAddr, error: &io::Error, lang: Lang) -> String {
    let id = match error.kind() {
        ErrorKind::AddrInUse => "serve-bind-in-use",
        ErrorKind::AddrNotAvailable => "serve-bind-not-here",
        ErrorKind::PermissionDenied => "serve-bind-permission",
        _ => "serve-bind-other",
    };
    // A port that is surely free to take: beyond those of the system, and not this one.
    let other = address.port().checked_add(1).filter(|port| *port > 1024);
    let (option, lesson) = option(door);
    let args = [
        ("address", address.to_string().into()),
        ("port", address.port().to_string().into()),
        ("other", other.unwrap_or(lesson).to_string().into()),
        ("option", option.into()),
        ("lesson", lesson.to_string().into()),
        ("reason", reason(error, lang).into()),
    ];
    say(lang, id, &args)
}

/// What to type after `--room` for a room with these rules.
fn room_option(code: RoomCode, rules: Rules) -> String {
    let seconds = rules.limit.map(|seconds| format!(",{seconds}"));
    let (mode, seconds) = (rules.mode.word(), seconds.unwrap_or_default());
    format!("{code}={mode},{}{seconds}", rules.range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::values::room;
    use game::rules::Mode;

    #[test]
    fn the_wire_is_french_unless_asked() {
        assert_eq!(wire_words(None, None), (Lang::Fr, Pack::French));
        assert_eq!(wire_words(Some(Lang::En), None), (Lang::En, Pack::English));
        let english = Some(Pack::English);
        assert_eq!(wire_words(None, english), (Lang::En, Pack::English));
        assert_eq!(
            wire_words(Some(Lang::Fr), english),
            (Lang::En, Pack::English)
        );
        let signs = Some(Pack::Signs);
        assert_eq!(wire_words(None, signs), (Lang::Fr, Pack::Signs));
        assert_eq!(wire_words(Some(Lang::En), signs), (Lang::En, Pack::Signs));
    }

    #[test]
    fn a_port_that_is_taken_is_told_with_what_to_do() {
        let error = RunError::Bind {
            door: Door::Text,
            address: "0.0.0.0:50000".parse().expect("an address"),
            source: ErrorKind::AddrInUse.into(),
        };
        let text = sentence(&error, Lang::Fr).replace('\u{a0}', " ");
        assert!(
            text.starts_with("Impossible de démarrer le service : "),
            "{text}"
        );
        for part in ["0.0.0.0:50000", "un autre programme", "--listen 50001"] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn every_error_has_its_sentence_in_both_languages() {
        let address = "[::]:80".parse().expect("an address");
        let code: RoomCode = "4821".parse().expect("a code");
        let open = Rules::new(Mode::Closest, Range::LESSON, Some(60)).expect("rules");
        let kinds = [
            ErrorKind::AddrNotAvailable,
            ErrorKind::PermissionDenied,
            ErrorKind::Other,
        ];
        let bind = |kind: ErrorKind| RunError::Bind {
            door: Door::Page,
            address,
            source: kind.into(),
        };
        let mut errors: Vec<RunError> = kinds.into_iter().map(bind).collect();
        errors.push(RunError::RoomDiffers { code, open });
        errors.push(RunError::TooManyRooms);
        errors.push(RunError::System(ErrorKind::PermissionDenied.into()));
        for error in &errors {
            let (fr, en) = (sentence(error, Lang::Fr), sentence(error, Lang::En));
            assert_ne!(fr, en);
        }
        let option = room_option(code, open);
        assert_eq!(option, "4821=sans-depasser,1..100,60");
        assert!(room(&option).is_ok_and(|read| read.rules(Range::LESSON) == Some(open)));
    }

    #[test]
    fn the_line_for_scripts_has_every_address_the_text_door_first() {
        let bound = Bound {
            text: vec!["127.0.0.1:4001".parse().expect("an address")],
            quiet: vec!["[::1]:4002".parse().expect("an address")],
            page: vec!["127.0.0.1:4003".parse().expect("an address")],
            metrics: Vec::new(),
            announced: Announced::No,
            teacher: None,
            notes: Vec::new(),
        };
        let line = json_line(&bound, None);
        let read: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(
            read["addresses"],
            serde_json::json!(["127.0.0.1:4001", "[::1]:4002", "127.0.0.1:4003"])
        );
        assert_eq!(read["quiet"], serde_json::json!(["[::1]:4002"]));
        assert!(read["data"].is_null() && !line.contains('\n'));
    }
}
