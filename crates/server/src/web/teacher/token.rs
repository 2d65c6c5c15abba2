//! The teacher's token, which gives its holder the teacher's rights. It is kept beside the journal,
//! readable by its owner only, so that the private link stays the same from lesson to lesson.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;

use os::{files, system};

/// 128 random bits.
#[derive(Clone, Copy)]
pub struct Token(pub [u8; 16]);

/// Omits the token, which must not reach a log.
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
    /// A new random token.
    pub fn random() -> Self {
        let mut bytes = [0; 16];
        system::entropy()(&mut bytes);
        Token(bytes)
    }

    /// The token derived from an event's secret, the same on all its nodes.
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        let mut token = [0; 16];
        token.copy_from_slice(&secret[..16]);
        Token(token)
    }

    /// The token as text, as in the private link: 26 lower-case letters and digits.
    pub fn secret(&self) -> String {
        BASE32_NOPAD.encode(&self.0).to_ascii_lowercase()
    }

    /// Loads the token of a folder; creates it if it is missing or malformed, or if `new` asks for
    /// another.
    ///
    /// # Errors
    ///
    /// If the folder can't be read or written.
    pub fn load(folder: &Path, new: bool) -> io::Result<Token> {
        let path = folder.join("teacher.token");
        if !new && let Some(token) = read(&path)? {
            // It may have been copied here, with another mode.
            files::restrict(&path)?;
            return Ok(token);
        }
        let token = Token::random();
        let draft = folder.join("teacher.token.new");
        // A crash may have left one behind, with another mode.
        remove(&draft)?;
        let mut file = files::private().create_new(true).open(&draft)?;
        file.write_all(format!("{}\n", token.secret()).as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        // The new name is durable only once the folder is synced.
        files::sync_folder(folder)?;
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
    use super::*;

    #[test]
    fn a_token_stays_until_another_is_asked_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let load = |new| Token::load(folder.path(), new).expect("loaded").secret();
        let first = load(false);
        assert_eq!(first.len(), 26);
        assert_eq!(load(false), first);
        let second = load(true);
        assert_ne!(second, first);
        assert_eq!(load(false), second);
        let path = folder.path().join("teacher.token");
        assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 1);
        for damage in ["", "short", "not base 32 at all: !!!!!!!!!!!!!"] {
            fs::write(&path, damage).expect("written");
            assert_eq!(load(false).len(), 26, "{damage:?}");
        }
    }

    #[test]
    fn a_token_parses_as_written_and_is_hidden_from_logs() {
        let token = Token::random();
        let read: Token = format!(" {}\n", token.secret()).parse().expect("a token");
        assert_eq!(read.0, token.0);
        assert_eq!(format!("{token:?}"), "Token");
    }
}
