//! The tree of hashes of RFC 9162, which proves that a log only ever grew.
//!
//! Pure: leaves are hashes already. A root stands for every leaf and their order; a consistency proof (§2.1.4) shows that
//! a later root stands for the same leaves with others behind them, an inclusion proof (§2.1.3) that a leaf is among them.

use std::fmt;

use super::digest::Digest;

/// The hash of a leaf: a prefix of 0 keeps it apart from a node's.
pub fn leaf(data: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], data])
}

/// The hash of a node over two subtrees.
pub fn node(left: &Digest, right: &Digest) -> Digest {
    Digest::of_parts(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// A tree's size and root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of leaves.
    pub size: u64,
    /// The hash over all of them.
    pub root: Digest,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.size, self.root)
    }
}

/// A head that was published earlier, as a person gives it: `SIZE:ROOT`, or the root alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Number of leaves, if given.
    pub size: Option<u64>,
    /// The root.
    pub root: Digest,
}

impl Published {
    /// Reads `SIZE:ROOT` or `ROOT`.
    pub fn parse(text: &str) -> Option<Self> {
        let (size, root) = match text.trim().split_once(':') {
            Some((size, root)) => (Some(size.parse().ok()?), root),
            None => (None, text.trim()),
        };
        Some(Self { size, root: Digest::parse(root.as_bytes())? })
    }
}

/// The hashes of the complete subtrees of a tree, largest first: enough to let it grow without its leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Peaks {
    size: u64,
    hashes: Vec<Digest>,
}

impl Peaks {
    /// The peaks of a tree of `size` leaves; `None` if their number does not fit the size.
    pub(super) fn new(size: u64, hashes: Vec<Digest>) -> Option<Self> {
        (u32::try_from(hashes.len()) == Ok(size.count_ones())).then_some(Self { size, hashes })
    }

    /// The peaks over these leaves.
    pub(super) fn over(leaves: &[Digest]) -> Self {
        let mut peaks = Self::default();
        for &leaf in leaves {
            peaks.push(leaf);
        }
        peaks
    }

    /// Lets the tree grow by a leaf.
    pub(super) fn push(&mut self, leaf: Digest) {
        self.size += 1;
        let merges = self.size.trailing_zeros() as usize;
        let mut hash = leaf;
        for left in self.hashes.drain(self.hashes.len().saturating_sub(merges)..).rev() {
            hash = node(&left, &hash);
        }
        self.hashes.push(hash);
    }

    /// The hashes, largest subtree first.
    pub(super) fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// The tree's size and root; the root of no leaves is the digest of nothing.
    pub(super) fn head(&self) -> Head {
        let mut hashes = self.hashes.iter().rev();
        let last = hashes.next().copied().unwrap_or_else(|| Digest::of(b""));
        Head { size: self.size, root: hashes.fold(last, |right, left| node(left, &right)) }
    }
}

/// The root over these leaves.
pub fn root(leaves: &[Digest]) -> Digest {
    Peaks::over(leaves).head().root
}

/// How many of the first leaves have this root; the largest number if several do.
pub(super) fn size_of(leaves: &[Digest], root: &Digest) -> Option<u64> {
    let mut peaks = Peaks::default();
    let mut found = (peaks.head().root == *root).then_some(0);
    for &leaf in leaves {
        peaks.push(leaf);
        if peaks.head().root == *root {
            found = Some(peaks.size);
        }
    }
    found
}

/// The proof that the first `old` leaves are the beginning of all; `None` unless `0 < old <= leaves.len()`. (§2.1.4.1)
pub fn consistency_proof(leaves: &[Digest], old: usize) -> Option<Vec<Digest>> {
    if old == 0 || old > leaves.len() {
        return None;
    }
    let (mut range, mut rest, mut is_known) = (leaves, old, true);
    let mut proof = Vec::new();
    while rest != range.len() {
        let (left, right) = halves(range);
        if rest <= left.len() {
            proof.push(root(right));
            range = left;
        } else {
            proof.push(root(left));
            rest -= left.len();
            (range, is_known) = (right, false);
        }
    }
    if !is_known {
        proof.push(root(range));
    }
    proof.reverse();
    Some(proof)
}

/// Whether the proof shows that `new` grew out of `old`. (§2.1.4.2)
pub fn is_consistent(old: &Head, new: &Head, proof: &[Digest]) -> bool {
    if old.size == 0 || old.size >= new.size {
        return proof.is_empty() && if old.size == 0 { old.root == Digest::of(b"") } else { old == new };
    }
    let known = old.size.is_power_of_two().then_some(&old.root);
    let mut path = known.into_iter().chain(proof);
    let Some(&first) = path.next() else { return false };
    let shift = (old.size - 1).trailing_ones();
    let mut climb = Climb { index: (old.size - 1) >> shift, last: (new.size - 1) >> shift };
    let (mut left, mut all) = (first, first);
    for hash in path {
        match climb.step() {
            None => return false,
            Some(Side::Left) => (left, all) = (node(hash, &left), node(hash, &all)),
            Some(Side::Right) => all = node(&all, hash),
        }
    }
    climb.last == 0 && left == old.root && all == new.root
}

/// The proof that the leaf at `index` is among all; `None` if there is no such leaf. (§2.1.3.1)
pub fn inclusion_proof(leaves: &[Digest], index: usize) -> Option<Vec<Digest>> {
    if index >= leaves.len() {
        return None;
    }
    let (mut range, mut rest) = (leaves, index);
    let mut proof = Vec::new();
    while range.len() > 1 {
        let (left, right) = halves(range);
        if rest < left.len() {
            proof.push(root(right));
            range = left;
        } else {
            proof.push(root(left));
            rest -= left.len();
            range = right;
        }
    }
    proof.reverse();
    Some(proof)
}

/// Whether the proof shows that the leaf stands at `index` in a tree with this head. (§2.1.3.2)
pub fn is_included(leaf: &Digest, index: u64, head: &Head, proof: &[Digest]) -> bool {
    if index >= head.size {
        return false;
    }
    let mut climb = Climb { index, last: head.size - 1 };
    let mut hash = *leaf;
    for sibling in proof {
        hash = match climb.step() {
            None => return false,
            Some(Side::Left) => node(sibling, &hash),
            Some(Side::Right) => node(&hash, sibling),
        };
    }
    climb.last == 0 && hash == head.root
}

enum Side {
    Left,
    Right,
}

/// A way from a leaf to the root: the position of the subtree that is known, and of the last one beside it.
struct Climb {
    index: u64,
    last: u64,
}

impl Climb {
    /// On which side the next hash of a proof stands; `None` if there is no next.
    fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let is_right = self.index & 1 == 1;
        let side = if is_right || self.index == self.last { Side::Left } else { Side::Right };
        if matches!(side, Side::Left) && !is_right {
            // The last subtree of a level without a neighbour goes up as it is.
            let levels = self.index.trailing_zeros().min(63);
            self.index >>= levels;
            self.last >>= levels;
        }
        self.index >>= 1;
        self.last >>= 1;
        Some(side)
    }
}

/// The largest power of two below the length on the left, the rest on the right.
fn halves(range: &[Digest]) -> (&[Digest], &[Digest]) {
    let length = range.len().max(2);
    range.split_at_checked(1 << (length - 1).ilog2()).unwrap_or((range, &[]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The leaves and roots of the certificate transparency project's own reference tests.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn leaves(count: usize) -> Vec<Digest> {
        (0..count).map(|number| leaf(&number.to_le_bytes())).collect()
    }

    fn head(leaves: &[Digest]) -> Head {
        Head { size: leaves.len() as u64, root: root(leaves) }
    }

    /// The definition of §2.1.1, word for word.
    fn defined_root(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => Digest::of(b""),
            [only] => *only,
            _ => {
                let mut split = 1;
                while split * 2 < leaves.len() {
                    split *= 2;
                }
                node(&defined_root(&leaves[..split]), &defined_root(&leaves[split..]))
            }
        }
    }

    #[test]
    fn known_roots() {
        let leaves: Vec<Digest> = LEAVES.iter().map(|data| leaf(data)).collect();
        for (size, expected) in ROOTS.iter().enumerate() {
            assert_eq!(root(&leaves[..size]).to_string(), *expected, "{size} leaves");
            assert_eq!(size_of(&leaves, &root(&leaves[..size])), Some(size as u64));
        }
    }

    #[test]
    fn the_example_of_the_rfc() {
        // §2.1.5: a tree of seven leaves, with the letters that the text gives to its nodes.
        let leaf = leaves(7);
        let pairs = [node(&leaf[0], &leaf[1]), node(&leaf[2], &leaf[3]), node(&leaf[4], &leaf[5])];
        let [node_g, node_h, node_i] = pairs;
        let (node_k, node_l) = (node(&node_g, &node_h), node(&node_i, &leaf[6]));
        assert_eq!(root(&leaf), node(&node_k, &node_l));
        assert_eq!(inclusion_proof(&leaf, 0).unwrap(), [leaf[1], node_h, node_l]);
        assert_eq!(inclusion_proof(&leaf, 3).unwrap(), [leaf[2], node_g, node_l]);
        assert_eq!(inclusion_proof(&leaf, 4).unwrap(), [leaf[5], leaf[6], node_k]);
        assert_eq!(inclusion_proof(&leaf, 6).unwrap(), [node_i, node_k]);
        assert_eq!(consistency_proof(&leaf, 3).unwrap(), [leaf[2], leaf[3], node_g, node_l]);
        assert_eq!(consistency_proof(&leaf, 4).unwrap(), [node_l]);
        assert_eq!(consistency_proof(&leaf, 6).unwrap(), [node_i, leaf[6], node_k]);
    }

    #[test]
    fn every_size_up_to_seventy_has_its_proofs() {
        for size in 0..70 {
            let leaves = leaves(size);
            let new = head(&leaves);
            assert_eq!(new.root, defined_root(&leaves));
            assert_eq!(consistency_proof(&leaves, 0), None);
            assert_eq!(consistency_proof(&leaves, size + 1), None);
            assert_eq!(inclusion_proof(&leaves, size), None);
            assert!(is_consistent(&head(&[]), &new, &[]));
            for old in 1..=size {
                let proof = consistency_proof(&leaves, old).unwrap();
                assert!(is_consistent(&head(&leaves[..old]), &new, &proof), "{old} of {size}");
            }
            for index in 0..size {
                let proof = inclusion_proof(&leaves, index).unwrap();
                assert!(is_included(&leaves[index], index as u64, &new, &proof), "{index} of {size}");
            }
        }
    }

    #[test]
    fn published_heads_are_read() {
        let root = Digest::of(b"x");
        assert_eq!(Published::parse(&format!(" {root}\n")), Some(Published { size: None, root }));
        assert_eq!(Published::parse(&Head { size: 7, root }.to_string()), Some(Published { size: Some(7), root }));
        for bad in ["", ":", "7:", "x:y", "-1:aa", &format!("7:{root}0")] {
            assert_eq!(Published::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_change_of_a_sealed_leaf_breaks_consistency(
            size in 1_usize..200, old in any::<prop::sample::Index>(), altered in any::<prop::sample::Index>(), grow in 0_usize..50,
        ) {
            let before = leaves(size);
            let mut after = leaves(size + grow);
            let altered = altered.index(size);
            after[altered] = leaf(b"something else");
            let old = old.index(size) + 1;
            let published = head(&before[..old]);
            let proof = consistency_proof(&after, old).unwrap();
            prop_assert_eq!(is_consistent(&published, &head(&after), &proof), altered >= old);
            prop_assert_eq!(size_of(&after, &published.root).is_some(), altered >= old);
        }

        #[test]
        fn a_forged_proof_is_refused(size in 2_usize..200, old in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), how in 0..3) {
            let leaves = leaves(size);
            let old = old.index(size - 1) + 1;
            let mut proof = consistency_proof(&leaves, old).unwrap();
            let at = at.index(proof.len());
            match how {
                0 => proof[at] = leaf(b"forged"),
                1 => drop(proof.remove(at)),
                _ => proof.insert(at, leaf(b"forged")),
            }
            prop_assert!(!is_consistent(&head(&leaves[..old]), &head(&leaves), &proof));
        }

        #[test]
        fn any_proof_is_judged(old in any::<u64>(), new in any::<u64>(), index in any::<u64>(), length in 0_usize..70) {
            let proof = leaves(length);
            let old = Head { size: old, root: leaf(b"a") };
            let new = Head { size: new, root: leaf(b"b") };
            prop_assert!(!is_consistent(&old, &new, &proof));
            prop_assert!(!is_included(&leaf(b"c"), index, &new, &proof));
        }

        #[test]
        fn peaks_grow_as_the_whole_does(size in 0_usize..300, grow in 0_usize..300) {
            let all = leaves(size + grow);
            let first = Peaks::over(&all[..size]);
            let mut peaks = Peaks::new(size as u64, first.hashes().to_vec()).unwrap();
            all[size..].iter().for_each(|&leaf| peaks.push(leaf));
            prop_assert_eq!(peaks.head(), head(&all));
            prop_assert!(Peaks::new(size as u64 + 1, first.hashes().to_vec()).is_none() || (size + 1).count_ones() == size.count_ones());
        }
    }
}
