//! The unit of systemd and the image's recipe, as far as they can be tried without systemd running
//! and without anything to build images with.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use clap::Parser;
use juste_prix::cli::{Cli, Command as Asked, Serve};

use crate::common::{Lines, Server, program};

const UNIT: &str = include_str!("../../packaging/juste-prix.service");
const RECIPE: &str = include_str!("../../packaging/Containerfile");

/// `serve`'s arguments, as the real command line reads them.
fn serve(arguments: &[&str]) -> Serve {
    match Cli::try_parse_from(arguments)
        .expect("a command line")
        .command
    {
        Asked::Serve(serve) => *serve,
        other => panic!("not serve: {other:?}"),
    }
}

/// The unit's own command line.
fn exec_start() -> Vec<&'static str> {
    let line = UNIT
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="));
    line.expect("a command").split(' ').collect()
}

/// `systemd-analyze` on the unit, with the program under test in place of an installed one.
fn analyze(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("juste-prix.service");
    let program = program();
    let program = program.get_program().to_str().expect("UTF-8");
    let unit = UNIT.replace("/usr/bin/juste-prix", program);
    fs::write(&file, unit).expect("our folder");
    let mut command = Command::new("systemd-analyze");
    let done = command.args(arguments).arg(&file).output();
    done.expect("Debian's systemd is installed")
}

/// Protects whoever installs it: systemd understands every line.
#[test]
fn systemd_finds_no_fault_in_the_unit() {
    let done = analyze(&["verify", "--man=no"]);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    // It also looks at units of this machine, which are not ours.
    let ours: Vec<_> = said
        .lines()
        .filter(|line| line.contains("juste-prix"))
        .collect();
    assert!(done.status.success() && ours.is_empty(), "{said}");
}

/// Protects the machine from the server: what systemd counts of its rights stays low.
#[test]
fn the_unit_gives_few_rights() {
    let done = analyze(&["security", "--offline=true", "--threshold=15", "--no-pager"]);
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "more than 1.5 of 10: {said}");
}

/// Protects the unit from options that the program does not have; and the server starts by them.
#[test]
fn the_unit_s_command_starts_a_server() {
    let words = exec_start();
    assert_eq!((words[0], words[1]), ("/usr/bin/juste-prix", "serve"));
    assert_eq!(words.last(), Some(&"$JUSTE_PRIX_OPTIONS"));
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("state");
    let mut command = program();
    for word in &words[1..words.len() - 1] {
        let state = data.to_str().expect("UTF-8");
        command.arg(word.replace("%S/juste-prix", state));
    }
    command.args([
        "--json",
        "--listen",
        "127.0.0.1:0",
        "--quiet-listen",
        "127.0.0.1:0",
    ]);
    let mut server = Server::spawn(command.args(["--web", "127.0.0.1:0"]));
    Lines::connect(server.text).play(1, 100);
    // Where docs/operating.md says that the teacher's token is.
    let token = fs::read_to_string(data.join("teacher.token")).expect("it is kept");
    let link = server.said["teacher"].as_str().expect("a link");
    assert!(link.ends_with(&format!("/prof#{}", token.trim())), "{link}");
    assert!(server.stop().success());
    assert!(server.errors().contains(" info stopped"));
}

/// Protects the package: it brings the unit, where systemd looks for those of packages.
#[test]
fn the_package_brings_the_unit() {
    let manifest = include_str!("../../Cargo.toml");
    let asset = r#"["packaging/juste-prix.service", "usr/lib/systemd/system/", "644"]"#;
    assert!(manifest.contains(asset), "expected {asset}");
}

/// A recipe's instructions, each on one line: its word, and the rest.
fn instructions() -> Vec<(String, String)> {
    let joined = RECIPE.replace("\\\n", " ");
    let lines = joined.lines().filter(|line| !line.starts_with('#'));
    let words = lines.filter_map(|line| line.split_once(' '));
    let own = |(word, rest): (&str, &str)| (word.to_owned(), rest.trim().to_owned());
    words.map(own).collect()
}

/// Protects whoever builds the image: all of its steps are known, what it copies is there, it runs
/// as nobody, and what it starts is a command line of this program.
#[test]
fn the_image_s_recipe_fits_the_program() {
    let instructions = instructions();
    let known = [
        "FROM",
        "RUN",
        "WORKDIR",
        "COPY",
        "USER",
        "VOLUME",
        "EXPOSE",
        "STOPSIGNAL",
        "ENTRYPOINT",
        "CMD",
    ];
    for (word, rest) in &instructions {
        assert!(known.contains(&word.as_str()), "{word} {rest}");
    }
    let last = |wanted: &str| {
        let found = instructions.iter().rev().find(|(word, _)| word == wanted);
        found.map(|(_, rest)| rest.as_str()).expect("it is there")
    };
    assert_eq!(last("FROM"), "scratch", "nothing but the program");
    let user: u32 = last("USER")
        .split(':')
        .next()
        .and_then(|id| id.parse().ok())
        .expect("an id");
    assert!(user > 1000, "{user}");
    let words = |text: &str| -> Vec<String> { serde_json::from_str(text).expect("a list") };
    let entry = words(last("ENTRYPOINT"));
    let build = instructions.iter().filter(|(word, _)| word == "RUN");
    let build: Vec<&String> = build.map(|(_, rest)| rest).collect();
    assert!(
        build
            .iter()
            .any(|rest| rest.contains(&format!(" /image{} ", entry[0]))),
        "{build:?}"
    );
    let command = [entry, words(last("CMD"))].concat();
    let serve = serve(&command.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(serve.data.as_deref(), Some(Path::new(last("VOLUME"))));
    assert!(serve.operating.no_mdns && serve.listen.is_empty());
    assert_eq!(last("EXPOSE"), "50000 8080 9090");
    // The script that builds, and what it says that it leaves.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = fs::read_to_string(root.join("scripts/static")).expect("the script");
    assert!(
        script.contains("program=target/$target/release/juste-prix"),
        "{script}"
    );
    assert!(
        script.contains("target=x86_64-unknown-linux-musl"),
        "{script}"
    );
    let ignored = fs::read_to_string(root.join(".containerignore")).expect("a list");
    assert!(ignored.lines().any(|line| line == "target"), "{ignored}");
}
