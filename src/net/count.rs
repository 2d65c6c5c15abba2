//! `net count`: how many addresses there are, exactly and in words.

use crate::cli::net::{Block, Count};
use game::address::prefix::Prefix;
use game::phrases::{Lang, decimal, say};
use os::console::{Failure, print};

/// Prints how many addresses the block has.
///
/// # Errors
/// Standard output cannot be written.
pub fn count(args: &Count, lang: Lang) -> Result<(), Failure> {
    let block = args.what;
    let addresses = power_of_two(block.bits());
    let text = match args.json {
        true => serde_json::json!({
            "of": block.to_string(),
            "bits": block.bits(),
            // As texts: a program's numbers may not be exact beyond 2^53.
            "addresses": addresses,
            "words": words(block.bits(), lang),
            "hosts": block.network().map(|network| hosts(network).to_string()),
        })
        .to_string(),
        false => sentences(block, &addresses, lang),
    };
    print(&text, lang)
}

fn sentences(block: Block, addresses: &str, lang: Lang) -> String {
    let mut args = vec![
        ("what", block.to_string().into()),
        ("addresses", grouped(addresses, lang).into()),
        ("bits", block.bits().to_string().into()),
    ];
    let mut text = match words(block.bits(), lang) {
        Some(words) => {
            args.push(("words", words.into()));
            say(lang, "count-words", &args)
        }
        None => say(lang, "count-exactly", &args),
    };
    if let Some(network) = block.network() {
        let id = match (network.is_ipv4(), network.host_bits()) {
            (_, 0) => "count-hosts-one",
            (_, 1) => "count-hosts-link",
            (true, _) => "count-hosts-ipv4",
            (false, _) => "count-hosts-ipv6",
        };
        let hosts = grouped(&hosts(network).to_string(), lang);
        text += &format!("\n{}", say(lang, id, &[("hosts", hosts.into())]));
    }
    text
}

/// Two to this power, at most 128, in decimal digits.
fn power_of_two(power: u8) -> String {
    match 1_u128.checked_shl(power.into()) {
        Some(number) => number.to_string(),
        // One more than the largest `u128`. A power of two does not end in 0, so its predecessor
        // does not end in 9: the last digit goes up and nothing is carried.
        None => format!("{}{}", u128::MAX / 10, u128::MAX % 10 + 1),
    }
}

/// The number of addresses that machines can have. In IPv4 the first address is the network's and the
/// last is the broadcast address; in IPv6 the first is the routers' anycast address. A link between two
/// machines needs neither (RFC 3021, RFC 6164).
fn hosts(network: Prefix) -> u128 {
    let last = u128::MAX.checked_shr(128 - u32::from(network.host_bits()));
    let last = last.unwrap_or(0);
    match (network.is_ipv4(), network.host_bits()) {
        (_, 0 | 1) => last + 1,
        (true, _) => last - 1,
        (false, _) => last,
    }
}

/// The digits in groups of three, with the language's separator.
fn grouped(digits: &str, lang: Lang) -> String {
    let separator = match lang {
        Lang::Fr => '\u{202f}',
        Lang::En => ',',
    };
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// The names of the powers of 1,000, from the first: long scale in French, short scale in English.
const SCALES: [&str; 12] = [
    "scale-3", "scale-6", "scale-9", "scale-12", "scale-15", "scale-18", "scale-21", "scale-24",
    "scale-27", "scale-30", "scale-33", "scale-36",
];

/// Two to this power in words, rounded: `4,3 milliards`. `None` below a thousand.
fn words(power: u8, lang: Lang) -> Option<String> {
    let digits = power_of_two(power);
    let scale = (digits.len() - 1) / 3;
    let name = SCALES.get(scale.checked_sub(1)?)?;
    let (whole, rest) = digits.split_at(digits.len() - 3 * scale);
    let value: f64 = format!("{whole}.{rest}").parse().ok()?;
    let places = if value < 100.0 { 1 } else { 0 };
    let args = [
        ("number", decimal(lang, value, places).into()),
        // French says « 1,3 million » and « 2 millions ».
        ("plural", value.into()),
    ];
    Some(say(lang, name, &args))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_are_exact() {
        assert_eq!(power_of_two(0), "1");
        assert_eq!(power_of_two(32), "4294967296");
        assert_eq!(power_of_two(127), "170141183460469231731687303715884105728");
        assert_eq!(power_of_two(128), "340282366920938463463374607431768211456");
        assert_eq!(grouped("4294967296", Lang::En), "4,294,967,296");
        assert_eq!(grouped("256", Lang::En), "256");
    }

    #[test]
    fn big_numbers_have_names() {
        let cases = [
            (10, "1,0 mille", "1.0 thousand"),
            (20, "1,0 million", "1.0 million"),
            (24, "16,8 millions", "16.8 million"),
            (32, "4,3 milliards", "4.3 billion"),
            (64, "18,4 trillions", "18.4 quintillion"),
            (96, "79,2 quadrilliards", "79.2 octillion"),
            (128, "340 sextillions", "340 undecillion"),
        ];
        for (power, fr, en) in cases {
            assert_eq!(words(power, Lang::Fr).as_deref(), Some(fr));
            assert_eq!(words(power, Lang::En).as_deref(), Some(en));
        }
        assert_eq!(words(9, Lang::Fr), None);
        // None rounds up to a thousand of its name.
        assert!((10..=128).all(|power| words(power, Lang::En).is_some_and(|it| it.len() < 22)));
    }

    #[test]
    fn hosts_leave_out_what_is_no_machine() {
        let cases = [
            ("10.0.0.0/8", 16_777_214),
            ("192.168.1.0/24", 254),
            ("192.168.1.0/30", 2),
            ("192.168.1.0/31", 2),
            ("192.168.1.1/32", 1),
            ("0.0.0.0/0", 4_294_967_294),
            ("2001:db8::/64", u64::MAX.into()),
            ("2001:db8::/127", 2),
            ("::1/128", 1),
            ("::/0", u128::MAX),
        ];
        for (text, expected) in cases {
            assert_eq!(hosts(text.parse().expect("a prefix")), expected, "{text}");
        }
    }
}
