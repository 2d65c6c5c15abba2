//! Any text as a name.

use game::limits::NAME_CHARS;
use game::rules::Name;
use game::visible::is_hidden;

/// What is taken for a name is short, visible, stays the name that it is, and can be numbered.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(name) = Name::parse(&text) else {
        return;
    };
    let length = |name: &Name| name.as_str().chars().count();
    assert!((1..=NAME_CHARS).contains(&length(&name)), "{name:?}");
    assert!(!name.as_str().chars().any(is_hidden), "{name:?}");
    assert_eq!(name.as_str().trim(), name.as_str(), "blanks at an end");
    assert!(!name.as_str().contains("  "), "{name:?}");
    assert_eq!(Name::parse(name.as_str()).as_ref(), Ok(&name), "not stable");
    assert!(!name.skeleton().is_empty(), "{name:?} looks like nothing");
    for number in [2, u32::MAX] {
        let numbered = name.with_suffix(number);
        assert!(length(&numbered) <= NAME_CHARS, "{numbered:?}");
        assert_eq!(Name::parse(numbered.as_str()).as_ref(), Ok(&numbered));
    }
}
