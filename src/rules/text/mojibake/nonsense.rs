//! `锟斤拷`, `烫烫烫`, `屯屯屯`: what is left where the text itself is gone.

/// Two replacement characters read as GBK.
const LOST: &str = "锟斤拷";

/// What may stand behind a natural 烫烫烫: `好烫烫烫！`, `烫烫烫的`.
const NATURAL: [char; 16] = ['！', '!', '，', ',', '。', '.', '~', '～', '…', '的', '了', '啊', '哦', '呀', '”', '》'];

/// Whether such text can begin with a character.
pub(super) fn is_first(c: char) -> bool {
    matches!(c, '锟' | '屯' | '烫')
}

/// Whether a character can be the second one of such text.
pub(super) fn is_second(c: char) -> bool {
    matches!(c, '斤' | '屯' | '烫')
}

/// The length of such text at the beginning of `text`, if there is any.
pub(super) fn length(text: &str) -> Option<usize> {
    let seed = [LOST, "屯屯屯", "烫烫烫"].into_iter().find(|seed| text.starts_with(seed))?;
    let length = text.find(|c| !seed.contains(c)).unwrap_or(text.len());
    let next = text.get(length..).and_then(|rest| rest.chars().next());
    let is_natural = next.is_none_or(|c| NATURAL.contains(&c) || c.is_whitespace() || c == '<');
    (!seed.starts_with('烫') || length > 4 * '烫'.len_utf8() || !is_natural).then_some(length)
}
