//! Which Python a learner's `python3` is on Windows, where it has that name seldom.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The folder of the Store's programs. What lies there under the name of Python may only open the Store.
const STORE: &str = "WindowsApps";

/// The command with its first word replaced, if that is a name of Python and another is installed here.
/// `installed` finds a program by its name on the search path, all of them, in order.
pub fn resolve(command: &[OsString], installed: impl Fn(&str) -> Vec<PathBuf>) -> Vec<OsString> {
    let Some((first, rest)) = command.split_first() else {
        return Vec::new();
    };
    let name = first.to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    if !matches!(name, "python3" | "python" | "py") {
        return command.to_vec();
    }
    let real = |name: &str| {
        let mut found = installed(name).into_iter();
        found.find(|path| !is_of_the_store(path))
    };
    // The launcher is `py`; it takes the newest Python unless it is told which.
    let launcher = real("py").map(|path| {
        let which = (name == "python3").then_some("-3");
        (path, which)
    });
    let python = || {
        let names = ["python3", "python"].into_iter();
        let mut found = names.filter(|it| *it != name || name == "py");
        found.find_map(real).map(|path| (path, None))
    };
    let own = real(name).map(|path| (path, None));
    match own.or(launcher).or_else(python) {
        Some((path, which)) => {
            let mut words = vec![path.into_os_string()];
            words.extend(which.map(OsString::from));
            words.extend(rest.iter().cloned());
            words
        }
        // The Store's own Python, or its stub, which says that there is none.
        None => command.to_vec(),
    }
}

fn is_of_the_store(path: &Path) -> bool {
    path.components()
        .any(|it| it.as_os_str().eq_ignore_ascii_case(OsStr::new(STORE)))
}

/// The programs of this name on the search path.
#[cfg(windows)]
pub fn installed(name: &str) -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}.exe")))
        .filter(|path| path.is_file() || path.is_symlink())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first two words of the command that starts `asked` where these programs are installed.
    fn started(asked: &str, installed: &[&str]) -> String {
        let find = |name: &str| {
            let end = format!("/{name}.exe");
            let all = installed.iter().filter(|path| path.ends_with(&end));
            all.map(PathBuf::from).collect()
        };
        let command = [asked.into(), "jeu.py".into()];
        let words: Vec<String> = resolve(&command, find)
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        words.join(" ")
    }

    #[test]
    fn python3_finds_what_of_python_is_installed() {
        let stub = "C/Users/Zoé/AppData/Local/Microsoft/WindowsApps/python3.exe";
        let (py, python) = ("C/Windows/py.exe", "C/Python312/python.exe");
        assert_eq!(
            started("python3", &[stub, py, python]),
            format!("{py} -3 jeu.py")
        );
        assert_eq!(
            started("python3", &[stub, python]),
            format!("{python} jeu.py")
        );
        assert_eq!(started("python", &[py, python]), format!("{python} jeu.py"));
        assert_eq!(started("python", &[py]), format!("{py} jeu.py"));
        assert_eq!(started("py", &[python]), format!("{python} jeu.py"));
        assert_eq!(started("python3", &[stub]), "python3 jeu.py");
        assert_eq!(started("node", &[py]), "node jeu.py");
    }
}
