//! The CDX interface of a web archive: one question for all that lies below a place, one line for each copy.
//!
//! Pure: questions and answers as text. An answer is a JSON list of lists of texts, the first being the names of the
//! columns; `[]` is "nothing". Where there is more, an empty list and the key to go on with come last.

use serde::de::{Deserializer as _, Error as _, SeqAccess, Visitor};
use url::Url;

/// Rows that one answer has at most; the interface gives no more.
pub(crate) const ROWS: usize = 150_000;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question {
    /// A host and the beginning of a path, without a scheme; or an address.
    pub place: String,
    /// Whether the copies of everything that begins so are wanted, or those of this address alone.
    pub below: bool,
}

/// One copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The moment that it was taken, as fourteen digits (`YYYYMMDDhhmmss`, UTC).
    pub timestamp: String,
    /// The address under which it is held.
    pub original: String,
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The copies.
    pub rows: Vec<Row>,
    /// The key to go on with, if there is more.
    pub resume: Option<String>,
}

/// The address that asks a question. Only copies of pages that answered well are wanted.
pub(crate) fn address(base: &Url, question: &Question, resume: Option<&str>) -> Url {
    let mut url = base.clone();
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("url", &question.place);
        query.append_pair("matchType", if question.below { "prefix" } else { "exact" });
        query.append_pair("output", "json");
        query.append_pair("fl", "timestamp,original");
        query.append_pair("filter", "statuscode:200");
        query.append_pair("limit", &ROWS.to_string());
        query.append_pair("showResumeKey", "true");
        if let Some(resume) = resume {
            query.append_pair("resumeKey", resume);
        }
    }
    url
}

/// Reads an answer.
pub(crate) fn parse(bytes: &[u8]) -> Result<Answer, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let answer = deserializer.deserialize_seq(Rows).map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(answer)
}

struct Rows;

impl<'de> Visitor<'de> for Rows {
    type Value = Answer;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Answer, A::Error> {
        let mut answer = Answer::default();
        let Some(names) = list.next_element::<Vec<String>>()? else { return Ok(answer) };
        let column = |name: &str| {
            names.iter().position(|other| other == name).ok_or_else(|| A::Error::custom(format!("no column `{name}`")))
        };
        let (timestamp, original) = (column("timestamp")?, column("original")?);
        let mut is_over = false;
        while let Some(mut row) = list.next_element::<Vec<String>>()? {
            if row.is_empty() {
                is_over = true;
            } else if is_over {
                answer.resume = Some(row.swap_remove(0));
            } else if row.len() == names.len() {
                let mut take = |at: usize| row.get_mut(at).map(std::mem::take).unwrap_or_default();
                answer.rows.push(Row { timestamp: take(timestamp), original: take(original) });
            } else {
                return Err(A::Error::custom("a row of another length than its head"));
            }
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match parse(text.as_bytes()) {
            Ok(answer) => {
                let rows = answer.rows.iter().map(|row| format!("{} {}", row.timestamp, row.original));
                format!("{} | {}", rows.collect::<Vec<_>>().join(", "), answer.resume.unwrap_or_default())
            }
            Err(words) => format!("error: {words}"),
        }
    }

    #[test]
    fn answers_as_archives_write_them() {
        let head = r#"["timestamp","original"]"#;
        let row = r#"["20220118074606","http://a.cn:80/1"]"#;
        assert_eq!(shown("[]"), " | ");
        assert_eq!(shown(&format!("[{head}]")), " | ");
        assert_eq!(shown(&format!("[{head},\n{row}]\n")), "20220118074606 http://a.cn:80/1 | ");
        assert_eq!(
            shown(&format!("[{head},{row},[],[\"cn,a)/2 20220119\"]]")),
            "20220118074606 http://a.cn:80/1 | cn,a)/2 20220119"
        );
        let full = r#"[["urlkey","timestamp","original","mimetype","statuscode","digest","length"],["org,archive)/","19970126045828","http://www.archive.org:80/","text/html","200","Q4YULN754FHV2U6Q5JUT6Q2P57WEWNNY","1415"]]"#;
        assert_eq!(shown(full), "19970126045828 http://www.archive.org:80/ | ");
    }

    #[test]
    fn damage_is_told() {
        for damage in
            ["", "{}", "[", "[1]", "[[\"a\"]]", r#"[["timestamp","original"],["1"]]"#, "<html>503</html>", "[] []"]
        {
            assert!(shown(damage).starts_with("error: "), "{damage}: {}", shown(damage));
        }
    }

    #[test]
    fn questions_are_spelt_as_the_interface_wants_them() {
        let base = Url::parse("https://archive.test/cdx/search/cdx").unwrap();
        let question = Question { place: "news.a.cn/x?infoCode=".to_owned(), below: true };
        assert_eq!(
            address(&base, &question, Some("cn,a)/ 1")).as_str(),
            "https://archive.test/cdx/search/cdx?url=news.a.cn%2Fx%3FinfoCode%3D&matchType=prefix&output=json\
             &fl=timestamp%2Coriginal&filter=statuscode%3A200&limit=150000&showResumeKey=true&resumeKey=cn%2Ca%29%2F+1"
        );
    }
}
