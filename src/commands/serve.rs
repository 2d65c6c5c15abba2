//! `serve`: makes the server's configuration from the arguments, and says on the terminal how it
//! starts and why it ends.

use std::collections::HashSet;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use super::announcement::{Announcement, link_once, mode_name, teacher};
use super::log::{failed, log, log_lost, space_left};
use super::storage::{data_folder, event};
use crate::cli::tls::ServeTls;
use crate::cli::values::{PAGE_PORT, RoomOption, Web};
use crate::cli::{PageArgs, Serve};
use crate::input::read_file;
use crate::listen::{not_bound, resolve};
use game::lesson::Lesson;
use game::limits::{LESSON_BYTES, SHARED_ROOMS};
use game::phrases::{Lang, say};
use game::protocol::Pack;
use game::rules::{Range, RoomCode, Rules};
use game::visible;
use os::console::{Failure, columns, complain, is_terminal, print, reason};
use os::desktop;
use os::endpoint::{LESSON_PORT, ListenAddress};
use os::files::is_network;
use server::journal::Store;
use server::log::Log;
use server::{
    self, Announced, Bound, Config, ListenerKind, PageConfig, RunError, Tls, TlsError, TlsFiles,
    Trusted, local_addresses,
};

/// Runs the server until a signal stops it. `asked` is the value of `--lang`, which also sets the
/// language of the wire; the terminal's locale never does.
///
/// # Errors
/// The server could not start, or its journal failed.
pub fn serve(args: Serve, asked: Option<Lang>, lang: Lang) -> Result<(), Failure> {
    let (json, no_browser) = (args.json, args.page.no_browser);
    let log = log(args.operating.log, lang)?;
    let config = configure(args, asked, log.clone(), lang)?;
    let (store, range, rooms) = (config.store.clone(), config.range, config.rooms.clone());
    let logs = log.is_on();
    let opens_browser = !json && !no_browser && desktop::is_there() && is_terminal();
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
            true => visible::json(&json_line(bound, folder(&store))).into_owned(),
            false => Announcement {
                local: &local_addresses(),
                bound,
                data: folder(&store),
                range,
                rooms: &rooms,
                columns: columns().unwrap_or(0),
            }
            .text(lang),
        };
        // A closed output does not end the games.
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{text}").and_then(|()| out.flush());
        drop(out);
        if opens_browser && let Some(link) = link_once(bound, &local_addresses()) {
            open_browser(&link, lang);
        }
    };
    if let Some(folder) = folder(&config.store)
        && is_network(folder)
    {
        let args = [("folder", folder.display().to_string().into())];
        complain(&say(lang, "serve-network-data", &args));
    }
    let ran = server::run(config, ready);
    let ended = ran.map_err(|error| failed(&log, sentence(&error, lang)));
    log.close();
    ended?;
    match json {
        true => Ok(()),
        false => print(&say(lang, "serve-closed", &[]), lang),
    }
}

/// Opens the teacher's screen in the browser of this desktop.
fn open_browser(link: &str, lang: Lang) {
    match desktop::open_link(link) {
        Ok(()) => complain(&say(lang, "serve-browser", &[])),
        Err(error) => {
            let reason = reason(&error, lang).into();
            complain(&say(lang, "serve-browser-failed", &[("reason", reason)]));
        }
    }
}

fn configure(args: Serve, asked: Option<Lang>, log: Log, lang: Lang) -> Result<Config, Failure> {
    let everywhere = |address: &ListenAddress| matches!(address, ListenAddress::Everywhere(_));
    let (wire_lang, pack) = wire_words(asked, args.words);
    Ok(Config {
        // A bare port means both address families, of which this machine may lack one.
        listen_is_default: args.listen.iter().all(everywhere),
        listen: match args.listen.is_empty() {
            true => resolve(
                ListenerKind::Text,
                &[ListenAddress::Everywhere(LESSON_PORT)],
                lang,
            )?,
            false => resolve(ListenerKind::Text, &args.listen, lang)?,
        },
        quiet_listen: resolve(ListenerKind::Quiet, &args.quiet_listen, lang)?,
        tls_listen: resolve(ListenerKind::Tls, &args.tls.tls_listen, lang)?,
        tls: tls(args.tls, lang)?,
        store: match (event(&args.shared), args.data) {
            (Some(event), _) => Store::Shared(Box::new(event)),
            (None, Some(folder)) if folder == Path::new("memory") => Store::Memory,
            (None, folder) => Store::Local(data_folder(folder, lang)?),
        },
        keep: Duration::from_secs(86_400 * u64::from(args.keep)),
        range: args.range,
        rooms: rooms(&args.room, args.range, lang)?,
        lang: wire_lang,
        pack,
        rate: args.rate,
        pace: args.pace,
        intermission: args.pause,
        quiet_time: Duration::from_millis(args.quiet_time),
        page: page(args.page, lang)?,
        log,
        log_lost: match lang {
            Lang::Fr => |reason| log_lost(reason, Lang::Fr),
            Lang::En => |reason| log_lost(reason, Lang::En),
        },
        space_left: match lang {
            Lang::Fr => |space| space_left(space, Lang::Fr),
            Lang::En => |space| space_left(space, Lang::En),
        },
        mdns: !args.operating.no_mdns,
        trusted: Trusted(args.operating.trust_proxy),
        metrics_any_family: args.operating.metrics.iter().all(everywhere),
        metrics: resolve(
            ListenerKind::Metrics,
            args.operating.metrics.as_slice(),
            lang,
        )?,
    })
}

fn tls(args: ServeTls, lang: Lang) -> Result<Option<Tls>, Failure> {
    let (Some(certificate), Some(key)) = (args.tls_cert, args.tls_key) else {
        return Ok(None);
    };
    let opened = Tls::open(TlsFiles { certificate, key });
    opened.map(Some).map_err(|error| {
        let (id, file, why) = match &error {
            TlsError::Unread(file, error) => ("serve-tls-unread", file, reason(error, lang)),
            TlsError::NotPem(file) => ("serve-tls-not-pem", file, String::new()),
            TlsError::NotTheKey(file) => ("serve-tls-not-the-key", file, String::new()),
        };
        let args = [
            ("file", file.display().to_string().into()),
            ("reason", why.into()),
        ];
        Failure::Usage(say(lang, id, &args))
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
        listen: resolve(ListenerKind::Page, slice::from_ref(&address), lang)?,
        any_port,
        any_family: matches!(address, ListenAddress::Everywhere(_)),
        names: args.name,
        origins: args.origin,
        new_token: args.new_token,
        lesson: args.lesson.map(|path| lesson(&path, lang)).transpose()?,
        local_name: args.local_name,
    }))
}

/// Reads a teacher's own lesson. A mistake in it is reported with its line.
fn lesson(path: &Path, lang: Lang) -> Result<Arc<Lesson>, Failure> {
    let file = path.display().to_string();
    // One byte more than a lesson may have shows that the file is too long.
    let text = read_file(path, LESSON_BYTES as u64 + 1).map_err(|error| {
        let reason = reason(&error, lang);
        let args = [("file", file.as_str().into()), ("reason", reason.into())];
        Failure::Usage(say(lang, "serve-lesson-unread", &args))
    })?;
    let lesson = Lesson::parse(&text);
    let lesson = lesson.map_err(|mistake| Failure::Usage(mistake.sentence(&file, lang)))?;
    Ok(Arc::new(lesson))
}

/// The sentence for a page that is not at its default port, though no other was asked for.
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

/// The language of sentences and the pack of verdict words. A pack that names a language sets both.
fn wire_words(asked: Option<Lang>, words: Option<Pack>) -> (Lang, Pack) {
    match (words, asked) {
        (Some(Pack::English), _) | (None, Some(Lang::En)) => (Lang::En, Pack::English),
        (Some(Pack::French), _) | (None, _) => (Lang::Fr, Pack::French),
        (Some(pack), asked) => (asked.unwrap_or(Lang::Fr), pack),
    }
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
    let tls = texts(&bound.tls);
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
        "tls": tls,
        "web": web,
        "metrics": metrics,
        "mdns": announced,
        "teacher": teacher,
        "data": data.map(|folder| folder.display().to_string()),
    })
    .to_string()
}

/// The sentence for an error: what happened, where, and what to do.
fn sentence(error: &RunError, lang: Lang) -> String {
    match error {
        RunError::Bind {
            listener,
            address,
            source,
        } => not_bound(*listener, *address, source, lang),
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

/// What to type after `--room` for a room with these rules.
fn room_option(code: RoomCode, rules: Rules) -> String {
    let seconds = rules.limit.map(|seconds| format!(",{seconds}"));
    let (mode, seconds) = (rules.mode.word(), seconds.unwrap_or_default());
    format!("{code}={mode},{}{seconds}", rules.range)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

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
            listener: ListenerKind::Text,
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
            listener: ListenerKind::Page,
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
            ..Bound::default()
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
