//! The page's files: embedded in the program, or read from `web/` in a debug build.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, ETAG,
    IF_NONE_MATCH, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use rust_embed::{EmbeddedFile, RustEmbed};

use game::rules::BrowserId;
use os::system;

#[derive(RustEmbed)]
#[folder = "web/"]
struct Files;

/// Python for the browser, compressed: what `scripts/python-page` has put there, if it was run.
#[derive(RustEmbed)]
#[folder = "python/"]
struct Python;

/// The script that runs Python. Only its policy allows WebAssembly to be compiled.
const WORKER: &str = "atelier-worker.js";
const WORKER_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
                             connect-src 'self'; base-uri 'none'; form-action 'none'";

/// The script by which the room test tries to reach other machines. Only its policy allows requests to
/// them, at the test's port.
const REACH: &str = "reach-worker.js";
const REACH_POLICY: &str = "default-src 'none'; connect-src http://*:50099; base-uri 'none'; \
                            form-action 'none'";

/// The session cookie that identifies a browser until it is closed: random bits, for shares and bars.
const BROWSER: &str = "jp";

/// The file at a path. The pages have short paths, other files their own names.
pub fn find(path: &str) -> Option<(String, EmbeddedFile)> {
    let name = match path {
        "/" => "index.html",
        "/prof" => "prof.html",
        "/ecran" => "ecran.html",
        "/bilan" => "bilan.html",
        "/lecon" => "lecon.html",
        "/atelier" | "/workshop" => "atelier.html",
        // Each page has one address.
        _ if path.ends_with(".html") => return None,
        _ => path.strip_prefix('/')?,
    };
    Some((name.to_owned(), Files::get(name)?))
}

/// Responds with a file. Browsers revalidate it each time: the server on this port may be another
/// one tomorrow.
pub fn answer(request: &Request, name: &str, file: EmbeddedFile) -> Response {
    let tag = format!(
        "\"{}\"",
        HEXLOWER.encode(&file.metadata.sha256_hash()[..16])
    );
    let known = request.headers().get_all(IF_NONE_MATCH).iter();
    let mut known = known.filter_map(|value| value.to_str().ok());
    let mut response = match known.any(|known| known.contains(&tag)) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Body::from(file.data).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let policies = [(WORKER, WORKER_POLICY), (REACH, REACH_POLICY)];
    if let Some((_, policy)) = policies.into_iter().find(|(of, _)| *of == name) {
        let policy = HeaderValue::from_static(policy);
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    let tag = HeaderValue::from_str(&tag).expect("hexadecimal digits");
    headers.insert(ETAG, tag);
    if browser_of(request.headers()).is_none() && may_be_new(name, request.headers()) {
        headers.insert(SET_COOKIE, new_browser());
    }
    response
}

/// The version of Python's files for the browser; `None` in a build without them.
pub fn python_version() -> Option<String> {
    let file = Python::get("VERSION")?;
    Some(std::str::from_utf8(&file.data).ok()?.trim().to_owned())
}

/// `/python/VERSION/NAME`: one of Python's files, compressed as every browser takes it. A file of a
/// version never changes.
pub fn python(path: &str) -> Option<Response> {
    let (version, name) = path.strip_prefix("/python/")?.split_once('/')?;
    if Some(version) != python_version().as_deref() {
        return None;
    }
    let file = Python::get(&format!("{name}.gz"))?;
    let headers = [
        (CONTENT_TYPE, media_type(name)),
        (CONTENT_ENCODING, "gzip"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Some((headers, Body::from(file.data)).into_response())
}

/// Whether a browser that sends no cookie has none. It sends none with a page to which another site
/// has led; what that page loads first, its style, then tells.
fn may_be_new(name: &str, headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    match site {
        Some(b"cross-site") => false,
        Some(b"same-origin") => name.ends_with(".html") || name == "style.css",
        _ => name.ends_with(".html"),
    }
}

/// The media type of a file, by its extension.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("zip") => "application/zip",
        Some("py") => "text/x-python; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The browser that sent these headers, if it has loaded a page before.
pub fn browser_of(headers: &HeaderMap) -> Option<BrowserId> {
    let id = cookie(headers, BROWSER)?;
    let bytes = HEXLOWER.decode(id.as_bytes()).ok()?;
    Some(BrowserId(bytes.try_into().ok()?))
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// The cookie of a new browser. It ends with the browser, and scripts cannot read it.
fn new_browser() -> HeaderValue {
    let mut id = [0; 16];
    system::entropy()(&mut id);
    let cookie = format!(
        "{BROWSER}={}; Path=/; HttpOnly; SameSite=Strict",
        HEXLOWER.encode(&id)
    );
    HeaderValue::from_str(&cookie).expect("hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_its_media_type_and_one_address() {
        let mut files = 0;
        for name in Files::iter() {
            assert_ne!(media_type(&name), "application/octet-stream", "{name}");
            assert_eq!(find(&format!("/{name}")).is_none(), name.ends_with(".html"));
            files += 1;
        }
        assert!(files > 0 && find("/").is_some());
        assert!(find("/../Cargo.toml").is_none() && find("").is_none());
    }

    #[test]
    fn a_browser_is_known_by_its_cookie_among_others() {
        let headers = |cookies: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(cookies).expect("ASCII"));
            headers
        };
        let id = "00112233445566778899aabbccddeeff";
        let found = browser_of(&headers(&format!("theme=dark; jp={id}; x=1")));
        assert!(found.is_some_and(|id| id.0[1] == 0x11));
        for cookies in ["", "jp=", "jp=zz", "xjp=00", &format!("jp={id}00")] {
            assert!(browser_of(&headers(cookies)).is_none(), "{cookies}");
        }
    }
}
