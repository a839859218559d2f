//! Short ASCII codes (languages, parties) as `Copy` values that sort by their letters.

use std::fmt;

/// At most `N` printable ASCII bytes, padded with zeros; compares as text does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AsciiCode<const N: usize>([u8; N]);

impl<const N: usize> AsciiCode<N> {
    /// The code, or `None` if `text` is empty, longer than `N` bytes, or has a byte that is not a letter, digit, `-` or `_`.
    pub fn new(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let fits = !bytes.is_empty() && bytes.len() <= N;
        if !fits || !bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return None;
        }
        let mut padded = [0; N];
        for (slot, byte) in padded.iter_mut().zip(bytes) {
            *slot = *byte;
        }
        Some(Self(padded))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|b| *b == 0).unwrap_or(N);
        self.0
            .get(..end)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or("")
    }
}

impl<const N: usize> fmt::Display for AsciiCode<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for AsciiCode<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A language as a lower-case BCP 47 primary tag (`id`, `en`, `zh`), which is also its folder under `config/lang`.
pub type Lang = AsciiCode<8>;

/// A party to an event: ISO 3166-1 alpha-3 (`KGZ`), or the code of an organisation or territory (`ASEAN`, `PSE`, `XKX`).
pub type PartyCode = AsciiCode<12>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_their_letters_and_order() {
        let code = |text| PartyCode::new(text).unwrap();
        assert_eq!(code("KGZ").as_str(), "KGZ");
        assert!(code("CHN") < code("KGZ"));
        assert!(code("EU") < code("EUR"), "a shorter code comes first");
        assert_eq!(PartyCode::new(""), None);
        assert_eq!(PartyCode::new("ÅLA"), None);
        assert_eq!(Lang::new("ninechars"), None);
    }
}
