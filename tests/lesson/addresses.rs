//! Addresses, judged in every kind of room: one network, a proxy, NAT, IPv6, the server's own
//! machine.

use game::address::prefix::common_length;
use game::lesson::{Facts, Lesson, Neighbour, Show, Verdict};
use game::phrases::Lang;
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{classroom, expect, judge, pupil};
use Verdict::{Near, Plausible, Right, Unclear, Waiting, Wrong};

/// A classroom whose pupil is seen elsewhere.
fn seen(address: &str) -> Facts {
    Facts {
        seen: address.parse().ok(),
        ..classroom()
    }
}

#[test]
fn ones_own_address_in_one_network() {
    expect(
        "mon-adresse",
        &classroom(),
        &[
            ("192.168.1.23", Right, "arriver de cette adresse"),
            (
                "inet 192.168.1.23/24 brd 192.168.1.255",
                Right,
                "arriver de cette adresse",
            ),
            ("::ffff:192.168.1.23", Right, "arriver de cette adresse"),
            ("127.0.0.1", Near, "boucle locale"),
            ("::1", Near, "boucle locale"),
            ("255.255.255.0", Near, "masque"),
            ("3c:52:82:4f:10:9a", Near, "carte réseau"),
            ("192.168.1.0", Near, "adresse du réseau lui-même"),
            ("192.168.1.255", Near, "diffusion"),
            ("255.255.255.255", Wrong, "diffusion"),
            ("0.0.0.0", Wrong, "indéfinie"),
            ("224.0.0.251", Wrong, "multidiffusion"),
            ("192.168.1.10", Near, "adresse du serveur"),
            ("192.168.1.77", Near, "arriver Léa"),
            ("192.168.1.99", Wrong, "du même réseau"),
            ("172.17.0.1", Near, "tout autre réseau"),
            ("10.0.2.15", Plausible, "machines virtuelles"),
            ("82.64.12.9", Near, "adresse publique"),
            ("fe80::1c2d:3eff:fe4f:5061", Near, "lien local"),
            ("2a01:e0a:1:2::23", Plausible, "192.168.1.23"),
            ("192.168.1.256", Near, "256"),
            ("192.168.1", Near, "quatre nombres"),
            ("192.168.1.23 ou 192.168.1.24", Unclear, "plusieurs"),
            ("aucune idée", Unclear, "quatre nombres de 0 à 255"),
            ("", Unclear, "vide"),
        ],
    );
    // A wrong answer does not tell the right one.
    let (_, why) = super::said("mon-adresse", "192.168.1.99", &classroom());
    assert!(!why.contains("192.168.1.23"), "{why}");
}

#[test]
fn ones_own_address_behind_something() {
    let proxied = Facts {
        proxied: true,
        ..seen("192.168.1.2")
    };
    expect(
        "mon-adresse",
        &proxied,
        &[
            ("192.168.1.23", Plausible, "mandataire"),
            ("192.168.1.2", Near, "mandataire"),
        ],
    );
    let translated = seen("82.64.12.9");
    expect(
        "mon-adresse",
        &translated,
        &[
            ("192.168.1.23", Plausible, "NAT"),
            ("10.1.2.3", Plausible, "82.64.12.9"),
            ("82.64.12.9", Right, "box"),
            ("8.8.8.8", Near, "tout autre réseau"),
        ],
    );
    let shared = Facts {
        neighbours: vec![pupil("Léa", "192.168.1.1")],
        ..seen("192.168.1.1")
    };
    expect(
        "mon-adresse",
        &shared,
        &[
            ("10.5.0.7", Plausible, "d'autres élèves"),
            ("192.168.1.1", Right, "NAT"),
        ],
    );
    let ipv6 = seen("2a01:e0a:1:2::23");
    expect(
        "mon-adresse",
        &ipv6,
        &[
            ("2a01:e0a:1:2::23", Right, "arriver de cette adresse"),
            ("2a01:e0a:1:2:aaaa:bbbb:cccc:dddd", Plausible, "chaque jour"),
            ("fe80::23%eth0", Near, "lien local"),
            ("192.168.1.23", Plausible, "IPv6"),
            ("2a02::1", Near, "tout autre réseau"),
        ],
    );
    let unseen = Facts {
        seen: None,
        ..classroom()
    };
    expect(
        "mon-adresse",
        &unseen,
        &[("192.168.1.23", Waiting, "Recharge")],
    );
}

#[test]
fn ones_own_address_on_the_servers_machine() {
    for address in ["127.0.0.1", "::1", "192.168.1.10"] {
        expect(
            "mon-adresse",
            &seen(address),
            &[
                ("192.168.1.10", Right, ""),
                ("127.0.0.1", Near, "boucle locale"),
                ("192.168.1.99", Wrong, "machine du serveur"),
            ],
        );
    }
}

#[test]
fn the_neighbours_address() {
    expect(
        "adresse-voisin",
        &classroom(),
        &[
            ("192.168.1.77", Right, "Léa"),
            ("192.168.1.24", Right, "Max"),
            ("192.168.1.23", Near, "propre adresse"),
            ("127.0.0.1", Near, "boucle locale"),
            ("192.168.1.10", Near, "serveur"),
            ("192.168.1.255", Near, "diffusion"),
            ("192.168.1.99", Wrong, "Léa"),
            ("82.64.12.9", Near, "publique"),
            ("2a01:e0a:1:2::77", Plausible, "IPv6"),
            ("255.255.255.0", Near, "masque"),
            ("je ne sais pas", Unclear, "adresse IP"),
        ],
    );
    let alone = Facts {
        neighbours: Vec::new(),
        ..classroom()
    };
    expect(
        "adresse-voisin",
        &alone,
        &[("192.168.1.77", Waiting, "personne")],
    );
    let together = Facts {
        neighbours: vec![pupil("Léa", "192.168.1.1")],
        ..seen("192.168.1.1")
    };
    expect(
        "adresse-voisin",
        &together,
        &[
            ("192.168.1.1", Near, "tous les deux"),
            ("10.0.0.7", Plausible, "intermédiaire"),
        ],
    );
    let translated = Facts {
        neighbours: vec![pupil("Léa", "82.64.12.9")],
        ..classroom()
    };
    expect(
        "adresse-voisin",
        &translated,
        &[
            ("10.0.0.7", Plausible, "intermédiaire"),
            ("82.64.12.9", Right, "Léa"),
            ("8.8.8.8", Wrong, "Léa"),
        ],
    );
    let here = Facts {
        neighbours: vec![pupil("Léa", "127.0.0.1")],
        ..seen("127.0.0.1")
    };
    expect(
        "adresse-voisin",
        &here,
        &[("192.168.1.10", Right, "machine du serveur")],
    );
}

#[test]
fn what_two_addresses_have_in_common() {
    // 23 is 00010111 and 77 is 01001101: 25 bits.
    let right = [
        "192.168.1",
        "192.168.1.",
        "192.168.1.x",
        "192.168.1.*",
        "192.168.1.0",
        "192.168.1.0/24",
        "192.168.1.0/25",
        "24",
        "24 bits",
        "/24",
        "les 24 premiers bits",
        "25",
        "25 bits",
        "25 bits sur 32",
        "3 octets",
        "trois octets",
        "les 3 premiers octets : 192.168.1",
        "le début, 192.168.1",
        "255.255.255.0",
        "0xffffff00",
        "11000000.10101000.00000001",
        "11000000 10101000 00000001 0",
    ];
    for answer in right {
        let judged = judge(Lang::Fr, "partie-commune", answer, &classroom());
        assert_eq!(
            judged.verdict,
            Right,
            "{answer}: {}",
            judged.explanation.plain()
        );
        let Some(Show::Bits {
            rows,
            common: Some(25),
        }) = judged.show
        else {
            panic!("{answer}: {:?}", judged.show);
        };
        assert_eq!(rows[0].bits, "11000000101010000000000100010111");
        assert_eq!(rows[1].bits, "11000000101010000000000101001101");
    }
    expect(
        "partie-commune",
        &classroom(),
        &[
            ("192.168", Near, "ce n'est pas tout"),
            ("16 bits", Near, "ce n'est pas tout"),
            ("192", Unclear, "début commun"),
            ("192.168.1.23", Wrong, "C'est trop"),
            ("32", Wrong, "C'est trop"),
            ("26 bits", Wrong, "C'est trop"),
            ("192.168.2", Wrong, "Aucune"),
            ("10.0.0", Wrong, "Aucune"),
            ("rien", Unclear, "début commun"),
            ("", Unclear, "vide"),
        ],
    );
    // What is still to be found is not shown.
    let judged = judge(Lang::Fr, "partie-commune", "192.168", &classroom());
    assert!(matches!(judged.show, Some(Show::Bits { common: None, .. })));
}

#[test]
fn the_common_part_without_a_neighbour_or_in_ipv6() {
    let nobody = Facts::default();
    let lesson = Lesson::built_in(Lang::Fr);
    let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
    let pair = |facts| lesson.pair("partie-commune", facts);
    assert_eq!(
        pair(&nobody),
        Some((ip("192.168.1.23"), ip("192.168.1.77")))
    );
    let moved = seen("10.0.0.7");
    assert_eq!(pair(&moved), Some((ip("10.0.0.7"), ip("192.168.1.77"))));
    assert_eq!(lesson.pair("mon-adresse", &nobody), None);
    expect(
        "partie-commune",
        &nobody,
        &[("192.168.1", Right, "25 bits"), ("192.168", Near, "")],
    );
    // On one machine there is nothing to compare: the example serves.
    let one = Facts {
        neighbours: vec![pupil("Léa", "127.0.0.1")],
        ..seen("127.0.0.1")
    };
    expect("partie-commune", &one, &[("192.168.1", Right, "25 bits")]);
    let ipv6 = Facts {
        neighbours: vec![pupil("Léa", "2a01:e0a:1:2::77")],
        ..seen("2a01:e0a:1:2::23")
    };
    expect(
        "partie-commune",
        &ipv6,
        &[
            ("2a01:e0a:1:2", Right, "121 bits"),
            ("2a01:e0a:1:2::/64", Right, "préfixe du réseau"),
            ("64 bits", Right, "préfixe du réseau"),
            ("121", Right, "au bit près"),
            ("2a01:e0a", Near, "pas tout"),
            ("2a01:e0a:1:3", Wrong, "Aucune"),
            ("7 groupes", Right, "121 bits"),
        ],
    );
}

#[test]
fn the_networks_prefix() {
    let cases = [
        ("24", Right, "255.255.255.0"),
        ("/24", Right, "192.168.1.0/24"),
        ("255.255.255.0", Right, "24 premiers bits"),
        ("0xffffff00", Right, "24 premiers bits"),
        ("192.168.1.23/24", Right, "24 premiers bits"),
        ("3 octets", Right, "24 premiers bits"),
        ("25", Near, "par hasard"),
        ("16", Wrong, "masque"),
        ("255.255.0.0", Wrong, "masque"),
        ("beaucoup", Unclear, "masque"),
        ("0", Unclear, "masque"),
        ("33", Unclear, "masque"),
    ];
    expect("prefixe", &classroom(), &cases);
    expect(
        "prefixe",
        &seen("10.9.8.7"),
        &[("16", Plausible, "ne peut pas le vérifier")],
    );
    expect(
        "prefixe",
        &seen("127.0.0.1"),
        &[("24", Right, "machine du serveur"), ("20", Wrong, "masque")],
    );
    let unseen = Facts {
        seen: None,
        ..classroom()
    };
    expect("prefixe", &unseen, &[("24", Waiting, "Recharge")]);
}

/// How many of their first bits are the same, one by one.
fn naive(a: IpAddr, b: IpAddr) -> u8 {
    let octets = |address: IpAddr| match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    };
    let bit = |octets: &[u8], place: usize| octets[place / 8] >> (7 - place % 8) & 1;
    let (a, b) = (octets(a), octets(b));
    let same = (0..a.len() * 8).take_while(|place| bit(&a, *place) == bit(&b, *place));
    u8::try_from(same.count()).expect("at most 128")
}

fn pairs() -> impl Strategy<Value = (IpAddr, IpAddr)> {
    let v4 = (any::<u32>(), 0..=32_u32, any::<u32>()).prop_map(|(a, keep, noise)| {
        let b = a ^ noise.checked_shr(keep).unwrap_or(0);
        (Ipv4Addr::from_bits(a).into(), Ipv4Addr::from_bits(b).into())
    });
    let v6 = (any::<u128>(), 0..=128_u32, any::<u128>()).prop_map(|(a, keep, noise)| {
        let b = a ^ noise.checked_shr(keep).unwrap_or(0);
        (Ipv6Addr::from_bits(a).into(), Ipv6Addr::from_bits(b).into())
    });
    prop_oneof![v4, v6].prop_filter("different", |(a, b): &(IpAddr, IpAddr)| a != b)
}

proptest! {
    /// Protects the truth: the bits are counted right, and that count is right as an answer.
    #[test]
    fn common_bits_agree_with_counting_them((a, b) in pairs()) {
        let bits = naive(a, b);
        prop_assert_eq!(common_length(a, b), bits);
        prop_assume!(!a.is_loopback() && !b.is_loopback());
        let neighbours = vec![Neighbour { name: "Léa".to_owned(), seen: b }];
        let facts = Facts { seen: Some(a), neighbours, ..Facts::default() };
        let judged = |length: u8| {
            judge(Lang::Fr, "partie-commune", &format!("{length} bits"), &facts).verdict
        };
        prop_assert_eq!(judged(bits), Right);
        if bits < if a.is_ipv4() { 32 } else { 128 } {
            prop_assert_eq!(judged(bits + 1), Wrong);
        }
    }

    /// Protects the server: whatever is typed where an address is asked for gets a judgement.
    #[test]
    fn any_answer_gets_a_judgement(answer in "[0-9a-fx:./% *°,\\[\\]-]{0,60}", seen in pairs()) {
        let facts = Facts { seen: Some(seen.0), ..classroom() };
        for question in ["mon-adresse", "adresse-voisin", "partie-commune", "prefixe", "nom-google"] {
            judge(Lang::En, question, &answer, &facts);
        }
    }
}
