//! As much of HTML as a browser needs to follow links and send forms of our own pages.

/// A form of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it goes; empty: to the page itself.
    pub action: String,
    /// What it sends as it stands: names and values.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Sets a field, all of its values at once.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A field.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// A tag and the text up to the next one.
#[derive(Debug)]
struct Piece<'h> {
    tag: &'h str,
    text: &'h str,
}

fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    html.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(tag, text)| Piece { tag, text })
}

impl Piece<'_> {
    fn is(&self, name: &str) -> bool {
        self.tag.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\n', '/']))
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let start = format!(" {name}=\"");
        let rest = &self.tag[self.tag.find(&start)? + start.len()..];
        Some(unescape(&rest[..rest.find('"')?]))
    }

    fn marked(&self, word: &str) -> bool {
        self.tag.split_whitespace().any(|known| known.trim_end_matches('/') == word)
    }
}

/// Text as it is meant.
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').unwrap_or(0);
        let sign = match &rest[..end] {
            "&amp" => Some('&'),
            "&lt" => Some('<'),
            "&gt" => Some('>'),
            "&quot" => Some('"'),
            other => other.strip_prefix("&#").and_then(|code| code.parse().ok()).and_then(char::from_u32),
        };
        match sign {
            Some(sign) => {
                out.push(sign);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The forms of a page that send something, in order.
pub fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let (mut inside, mut select) = (false, String::new());
    for piece in pieces(html) {
        if piece.is("form") {
            inside = true;
            forms.push(Form { action: piece.attribute("action").unwrap_or_default(), fields: Vec::new() });
        } else if piece.is("/form") {
            inside = false;
        }
        let Some(form) = forms.last_mut().filter(|_| inside) else { continue };
        let mut add = |name: String, value: String| form.fields.push((name, value));
        if piece.is("input") {
            let kind = piece.attribute("type").unwrap_or_default();
            let ticked = !matches!(kind.as_str(), "radio" | "checkbox") || piece.marked("checked");
            if let (Some(name), true) = (piece.attribute("name"), ticked) {
                add(name, piece.attribute("value").unwrap_or_default());
            }
        } else if piece.is("textarea") {
            if let Some(name) = piece.attribute("name") {
                add(name, unescape(piece.text));
            }
        } else if piece.is("select") {
            select = piece.attribute("name").unwrap_or_default();
        } else if piece.is("/select") {
            select.clear();
        } else if piece.is("option") && !select.is_empty() {
            let value = piece.attribute("value").unwrap_or_default();
            let known = form.fields.iter_mut().find(|(name, _)| *name == select);
            match known {
                // The first option stands until one is marked.
                Some(field) if piece.marked("selected") => field.1 = value,
                Some(_) => {}
                None => form.fields.push((select.clone(), value)),
            }
        }
    }
    forms
}

/// The first form that goes to an address that begins so.
pub fn form(html: &str, action: &str) -> Option<Form> {
    forms(html).into_iter().find(|form| form.action.starts_with(action))
}

/// Links whose address begins so, each with its words.
pub fn links(html: &str, start: &str) -> Vec<(String, String)> {
    let mut links: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for piece in pieces(html) {
        if piece.is("a") {
            inside = true;
            links.push((piece.attribute("href").unwrap_or_default(), String::new()));
        } else if piece.is("/a") {
            inside = false;
        }
        if let Some((_, words)) = links.last_mut().filter(|_| inside) {
            words.push_str(piece.text);
        }
    }
    links.retain(|(address, _)| address.starts_with(start));
    links.into_iter().map(|(address, words)| (address, unescape(words.trim()))).collect()
}

/// Options of all lists of a page: value and label.
pub fn options(html: &str) -> Vec<(String, String)> {
    pieces(html)
        .filter(|piece| piece.is("option"))
        .filter_map(|piece| Some((piece.attribute("value")?, unescape(piece.text.trim()))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<form method="post" action="/clinic/book?a=1&#38;b=2" novalidate>
<input type="hidden" name="id" value="7"><input name="name" value="Ann &quot;A&quot; &amp; Co">
<input type="radio" name="cramps" value="none"><input type="radio" name="cramps" value="2" checked>
<select id="x" name="request"><option value="">None</option><option value="r1" selected>Sent</option></select>
<textarea name="note">a &lt; b</textarea><button>Go</button></form>
<a class="go" href="/clinic/people/1/contact"><b>Ann</b><span class="hide"> of Hill</span></a> <a href="/clinic/people/2/contact">Bob</a>
<form action="/other"><select name="s"><option value="1">One</option></select></form>"#;

    #[test]
    fn a_form_sends_what_a_browser_would_send() {
        let found = form(PAGE, "/clinic/book").unwrap();
        assert_eq!(found.action, "/clinic/book?a=1&b=2");
        let fields: Vec<String> = found.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(fields, ["id=7", "name=Ann \"A\" & Co", "cramps=2", "request=r1", "note=a < b"]);
        assert_eq!(form(PAGE, "/other").unwrap().get("s"), "1");
        assert_eq!(found.with("cramps", "none").get("cramps"), "none");
        assert!(form(PAGE, "/nowhere").is_none());
    }

    #[test]
    fn links_and_options_are_found() {
        let people = links(PAGE, "/clinic/people/");
        assert_eq!(people[0], ("/clinic/people/1/contact".to_owned(), "Ann of Hill".to_owned()));
        assert_eq!(people[1], ("/clinic/people/2/contact".to_owned(), "Bob".to_owned()));
        assert_eq!(people.len(), 2);
        assert_eq!(options(PAGE)[1], ("r1".to_owned(), "Sent".to_owned()));
        assert_eq!(unescape("a &amp; b &#38; c & d &x;"), "a & b & c & d &x;");
    }
}
