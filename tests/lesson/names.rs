//! Names: compared with what the server found, or did not find.

use std::collections::BTreeMap;

use game::lesson::{Facts, Lesson, NameSource, Resolved, Verdict};
use game::phrases::Lang;

use super::expect;
use Verdict::{Near, Plausible, Right, Unclear, Waiting, Wrong};

fn found(addresses: &[&str], how: NameSource) -> Resolved {
    let addresses = addresses.iter().map(|it| it.parse().expect("an address"));
    Resolved::Found {
        addresses: addresses.collect(),
        how,
        ms: 3.12,
    }
}

/// A school with a server of its own, and the internet.
fn school() -> Facts {
    let server = NameSource::Server("192.168.1.1:53".parse().expect("an address"));
    let google = found(&["142.250.75.227", "2a00:1450:4007:80c::2003"], server);
    let names = [
        ("google.fr".to_owned(), google),
        ("lcs".to_owned(), found(&["172.16.0.2"], NameSource::Hosts)),
        (
            "localhost".to_owned(),
            found(&["127.0.0.1", "::1"], NameSource::Standard),
        ),
    ];
    Facts {
        local_name: Some("lcs".to_owned()),
        names: BTreeMap::from(names),
        ..Facts::default()
    }
}

#[test]
fn names_on_the_internet() {
    expect(
        "nom-google",
        &school(),
        &[
            (
                "142.250.75.227",
                Right,
                "serveur de noms 192.168.1.1:53, en 3,1 ms",
            ),
            ("2a00:1450:4007:80c::2003", Right, "Le serveur a trouvé"),
            (
                "PING google.fr (142.250.75.227) 56(84) bytes of data.",
                Right,
                "",
            ),
            ("142.250.201.163", Plausible, "même voisinage"),
            ("2a00:1450:4007:818::2003", Plausible, "même voisinage"),
            ("216.58.214.67", Plausible, "monde entier"),
            ("192.168.1.1", Wrong, "adresse privée"),
            ("127.0.0.1", Wrong, "adresse privée"),
            ("inconnu", Near, "orthographe"),
            ("Nom ou service inconnu", Near, "orthographe"),
            ("bonjour", Unclear, "adresse IP"),
            ("255.255.255.0", Near, "première ligne"),
            ("1.2.3.4 ou 5.6.7.8", Unclear, "plusieurs"),
        ],
    );
    // A wrong answer does not tell the right one.
    let (_, why) = super::said("nom-google", "192.168.1.1", &school());
    assert!(!why.contains("142.250"), "{why}");
}

#[test]
fn the_schools_own_name() {
    expect(
        "nom-local",
        &school(),
        &[
            ("172.16.0.2", Right, "/etc/hosts"),
            ("172.16.0.3", Wrong, "lcs"),
            ("8.8.8.8", Wrong, "lcs"),
            ("fd00::2", Plausible, "l'autre sorte"),
        ],
    );
    // Without a name of the teacher's, the lesson has its own.
    let own = Facts {
        local_name: None,
        ..school()
    };
    expect(
        "nom-local",
        &own,
        &[
            ("127.0.0.1", Right, "norme"),
            ("172.16.0.2", Wrong, "localhost"),
        ],
    );
    let lesson = Lesson::built_in(Lang::Fr);
    assert_eq!(lesson.names(None), ["google.fr", "localhost"]);
    assert_eq!(lesson.names(Some("lcs")), ["google.fr", "lcs"]);
}

/// Protects a classroom without internet: the question can be answered there, too.
#[test]
fn a_name_that_leads_nowhere() {
    let reason = "Pas de réponse du serveur de noms.".to_owned();
    let mut offline = school();
    offline
        .names
        .insert("google.fr".to_owned(), Resolved::Failed(reason));
    expect(
        "nom-google",
        &offline,
        &[
            (
                "ping: google.fr: Nom ou service inconnu",
                Right,
                "Pas de réponse du serveur de noms.",
            ),
            ("hôte introuvable", Right, "pas faisable ici"),
            ("rien, une erreur", Right, "pas faisable ici"),
            ("142.250.75.227", Plausible, "ne peut donc rien vérifier"),
            ("bonjour", Unclear, "adresse IP"),
        ],
    );
    offline.names.remove("google.fr");
    expect(
        "nom-google",
        &offline,
        &[("142.250.75.227", Waiting, "pas encore cherché")],
    );
}
