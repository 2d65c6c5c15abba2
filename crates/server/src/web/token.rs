//! The teacher's token: who has it may order the rooms about. It lies beside the journal, the
//! owner's alone to read, so that the private link stays the same from one lesson to the next.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;

use os::system;

/// The owner may read and write; nobody else anything.
const PRIVATE_FILE: u32 = 0o600;

/// 128 random bits.
#[derive(Clone, Copy)]
pub struct Token(pub [u8; 16]);

/// Never the token itself: it must not end up in a log.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

impl FromStr for Token {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = BASE32_NOPAD.decode(text.trim().to_ascii_uppercase().as_bytes());
        let bytes = bytes.map_err(|_| ())?.try_into().map_err(|_| ())?;
        Ok(Token(bytes))
    }
}

impl Token {
    /// A token that nobody knows yet.
    pub fn random() -> Self {
        let mut bytes = [0; 16];
        system::entropy()(&mut bytes);
        Token(bytes)
    }

    /// The token of an event, the same on all its nodes.
    pub fn of(secret: &[u8; 32]) -> Self {
        let mut token = [0; 16];
        token.copy_from_slice(&secret[..16]);
        Token(token)
    }

    /// As it stands in the private link: 26 small letters and digits.
    pub fn secret(&self) -> String {
        BASE32_NOPAD.encode(&self.0).to_ascii_lowercase()
    }

    /// The token in this folder, which is there. One is made where there is none, where what there
    /// is can't be one, or where another is asked for.
    pub fn keep(folder: &Path, new: bool) -> io::Result<Token> {
        let path = folder.join("teacher.token");
        if !new && let Some(token) = read(&path)? {
            return Ok(token);
        }
        let token = Token::random();
        let draft = folder.join("teacher.token.new");
        // Left behind by a crash, and maybe not the owner's alone.
        remove(&draft)?;
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(PRIVATE_FILE)
            .open(&draft)?;
        file.write_all(format!("{}\n", token.secret()).as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        // A file's name is on the disk only when its folder is.
        File::open(folder)?.sync_all()?;
        Ok(token)
    }
}

fn read(path: &Path) -> io::Result<Option<Token>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut text = Vec::new();
    file.take(64).read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.parse().ok())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_token_stays_until_another_is_asked_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let keep = |new| Token::keep(folder.path(), new).expect("kept").secret();
        let first = keep(false);
        assert_eq!(first.len(), 26);
        assert_eq!(keep(false), first);
        let second = keep(true);
        assert_ne!(second, first);
        assert_eq!(keep(false), second);
        let path = folder.path().join("teacher.token");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, PRIVATE_FILE);
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1);
        for damage in ["", "short", "not base 32 at all: !!!!!!!!!!!!!"] {
            fs::write(&path, damage).expect("written");
            assert_eq!(keep(false).len(), 26, "{damage:?}");
        }
    }

    #[test]
    fn a_token_reads_as_it_is_written_and_hides_from_logs() {
        let token = Token::random();
        let read: Token = format!(" {}\n", token.secret()).parse().expect("a token");
        assert_eq!(read.0, token.0);
        assert_eq!(format!("{token:?}"), "Token");
    }
}
