//! Where players find the server: the addresses, and the QR code that carries one.

use rqrr::{Grid, SimpleGrid};

use super::http::{ask, ask_as, page, server};

/// Reads a QR code as a telephone would: from its picture.
fn read(picture: &str) -> String {
    let corners = picture.split('M').skip(1).filter_map(|piece| {
        let (corner, rest) = piece.split_once('h')?;
        let (x, y) = corner.split_once(',')?;
        rest.starts_with("1v1")
            .then_some((x.parse().ok()?, y.parse().ok()?))
    });
    let dark: Vec<(usize, usize)> = corners.collect();
    let min = dark.iter().map(|(x, _)| *x).min().expect("a picture");
    let max = dark.iter().map(|(x, _)| *x).max().expect("a picture");
    let grid = SimpleGrid::from_func(max - min + 1, |x, y| dark.contains(&(x + min, y + min)));
    Grid::new(grid).decode().expect("a QR code").1
}

#[test]
fn the_qr_code_leads_to_this_page_and_nowhere_else() {
    let server = server(&["--name", "prof.example"]);
    let address = page(&server);
    let link = |headers: &str, path: &str| {
        let found = ask_as(&server, &format!("GET {path}"), headers);
        assert_eq!(found.status, 200, "{found:?}");
        assert_eq!(found.header("content-type"), "image/svg+xml");
        read(&found.body)
    };
    let here = format!("Host: {address}\r\n");
    assert_eq!(link(&here, "/qr.svg"), format!("http://{address}/"));
    let room = link(&here, "/qr.svg?room=ce1");
    assert_eq!(room, format!("http://{address}/#CE1"));
    // By a name that only this machine knows it would lead others to themselves.
    let local = format!("Host: localhost:{}\r\n", address.port());
    assert_eq!(link(&local, "/qr.svg"), format!("http://{address}/"));
    let named = link("Host: prof.example\r\n", "/qr.svg");
    assert_eq!(named, "http://prof.example/");

    for room in [
        "",
        "a%20b",
        "http://evil.example",
        "x%22%3E%3Cscript%3E",
        "1234567890123",
    ] {
        let found = ask(&server, &format!("GET /qr.svg?room={room}"), "");
        assert_eq!(found.status, 400, "{room}: {found:?}");
    }
}

#[test]
fn the_page_learns_every_address_and_its_own() {
    let server = server(&[]);
    let found = ask(&server, "GET /here", "");
    let document: serde_json::Value = serde_json::from_str(&found.body).expect("JSON");
    let address = page(&server).to_string();
    assert_eq!(document["page"], format!("http://{address}/"));
    assert_eq!(document["pages"], serde_json::json!([address]));
    assert_eq!(document["text"], server.said["text"]);
    assert_eq!(document["quiet"], server.said["quiet"]);
    assert_eq!(document["you"], "127.0.0.1");
}
