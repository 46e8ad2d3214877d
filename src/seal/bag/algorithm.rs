//! The digests that manifests of bags are made with.

use sha2::digest::DynDigest;

/// A digest algorithm, by the name that a manifest's file name carries. MD5 and SHA-1 prove nothing against an attacker; old bags have no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Algorithm {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    /// By its name, in which case and punctuation mean nothing: `sha256`, `SHA-256`.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        Some(match plain.to_ascii_lowercase().as_str() {
            "md5" => Self::Md5,
            "sha1" => Self::Sha1,
            "sha224" => Self::Sha224,
            "sha256" => Self::Sha256,
            "sha384" => Self::Sha384,
            "sha512" => Self::Sha512,
            _ => return None,
        })
    }

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// A state that takes bytes.
    pub(super) fn start(self) -> Box<dyn DynDigest> {
        match self {
            Self::Md5 => Box::new(md5::Md5::default()),
            Self::Sha1 => Box::new(sha1::Sha1::default()),
            Self::Sha224 => Box::new(sha2::Sha224::default()),
            Self::Sha256 => Box::new(sha2::Sha256::default()),
            Self::Sha384 => Box::new(sha2::Sha384::default()),
            Self::Sha512 => Box::new(sha2::Sha512::default()),
        }
    }

    /// The digest of these bytes.
    pub(super) fn digest(self, bytes: &[u8]) -> Box<[u8]> {
        let mut state = self.start();
        state.update(bytes);
        state.finalize()
    }
}

/// Digits of a digest, in lower case.
pub(super) fn hex(digest: &[u8]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::with_capacity(digest.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests() {
        let table = [
            ("MD5", "900150983cd24fb0d6963f7d28e17f72"),
            ("sha-1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("sha224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            ("SHA256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ];
        for (name, digits) in table {
            assert_eq!(hex(&Algorithm::by_name(name).unwrap().digest(b"abc")), digits, "{name}");
        }
        for (name, bits) in [("sha384", 384), ("sha512", 512)] {
            let algorithm = Algorithm::by_name(name).unwrap();
            assert_eq!(algorithm.name(), name);
            assert_eq!(algorithm.digest(b"").len() * 8, bits);
        }
        assert_eq!(Algorithm::by_name("sha3256"), None);
        assert_eq!(Algorithm::by_name("blake2b"), None);
    }
}
