//! A check for somebody else: "you" is whoever answers, "they" is the person whose legs it is about.
//!
//! The knowledge speaks to the person. [`they`] turns its texts round; the pages' own words keep "you" for the helper. What
//! somebody is to say on the telephone stands in the first person and is turned round by [`of_them`].

/// Words before "you" after which it is an object: "does it wake *you*" becomes "does it wake *them*".
const BEFORE_OBJECT: [&str; 45] = [
    "about",
    "acts",
    "around",
    "ask",
    "asks",
    "at",
    "behind",
    "beside",
    "bring",
    "brings",
    "by",
    "fit",
    "fits",
    "for",
    "from",
    "give",
    "gives",
    "harm",
    "help",
    "helps",
    "hurts",
    "keeps",
    "let",
    "lets",
    "make",
    "makes",
    "near",
    "of",
    "on",
    "protect",
    "protects",
    "robs",
    "see",
    "stop",
    "stops",
    "suit",
    "suits",
    "tell",
    "to",
    "told",
    "troubles",
    "troubling",
    "wake",
    "wakes",
    "with",
];

/// Orders that the helper cannot follow for the person: they become what the person should do.
const ORDERS: [(&str, &str); 12] = [
    ("be seen", "they should be seen"),
    ("keep taking", "they should keep taking"),
    ("keep using", "they should keep using"),
    ("keep to your", "they should keep to their"),
    ("keep off", "they should keep off"),
    ("do not take", "they should not take"),
    ("do not stop", "they should not stop"),
    ("do not drive yourself", "they should not drive"),
    ("do not move more", "they should not move more"),
    ("drink when you are", "they should drink when they are"),
    ("look after yourself", "they can look after themselves"),
    ("sit or lie where you feel", "let them sit or lie where they feel"),
];

/// Words after which an order may stand; nothing stands before it where a sentence or a clause begins.
const BEFORE_ORDER: [&str; 6] = ["", "and", "but", "or", "so", "then"];

/// Other turns of phrase that need more than another pronoun. An empty second part leaves the words to the helper.
const PHRASES: [(&str, &str); 10] = [
    ("keep your phone near", "keep a phone near"),
    ("get somebody to take you", "get somebody to take them"),
    ("tell somebody near you", "tell somebody near them"),
    ("with someone beside you", "with them"),
    ("if you can’t reach", ""),
    ("if you cannot reach", ""),
    ("if you still can’t tell", ""),
    ("while you wait", ""),
    ("you told us", ""),
    ("you were not sure", ""),
];

/// Speaks of "they" instead of "you". The verb stays the same, which keeps this small.
pub fn they(text: &str) -> String {
    turn(text, true, |word, before| {
        Some(match word {
            "you" if BEFORE_OBJECT.contains(&before) => "them",
            "you" => "they",
            "your" => "their",
            "yours" => "theirs",
            "yourself" => "themselves",
            "you're" => "they're",
            _ => return None,
        })
    })
}

/// Speaks of "they" instead of "I": for what a helper says of the person.
pub fn of_them(text: &str) -> String {
    turn(text, false, |word, _| {
        Some(match word {
            "i" => "they",
            "am" => "are",
            "me" => "them",
            "my" => "their",
            "mine" => "theirs",
            "myself" => "themselves",
            _ => return None,
        })
    })
}

/// Goes through a text word by word, and by the turns of phrase where they are wanted. `other` gets a word in lower case and
/// the one before it, empty after a stop.
fn turn(text: &str, phrases: bool, other: impl Fn(&str, &str) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let orders = ORDERS.iter().filter(|_| BEFORE_ORDER.contains(&before.as_str()));
        let found = orders.chain(&PHRASES).find(|(phrase, _)| phrases && starts_with(rest, phrase));
        if let Some((phrase, new)) = found {
            let (known, after) = rest.split_at(phrase.len());
            if new.is_empty() {
                out.push_str(known)
            } else {
                push_like(&mut out, known, new)
            }
            before = known.rsplit(' ').next().unwrap_or_default().to_lowercase();
            rest = after;
            continue;
        }
        let end = rest.find(|c: char| !in_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let gap = after.find(in_word).unwrap_or(after.len());
        let (tail, after) = after.split_at(gap);
        let lower = word.to_lowercase();
        match other(&lower, &before) {
            Some(new) => push_like(&mut out, word, new),
            None => out.push_str(word),
        }
        out.push_str(tail);
        before = if tail.contains(['.', ',', '?', ':', ';']) { String::new() } else { lower };
        rest = after;
    }
    out
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '\''
}

/// Whether a text begins with a phrase, in any case, that ends where a word ends.
fn starts_with(text: &str, phrase: &str) -> bool {
    let Some(start) = text.get(..phrase.len()) else { return false };
    start.to_lowercase() == phrase && !text[phrase.len()..].starts_with(in_word)
}

/// Writes words with a capital where those had one whose place they take.
fn push_like(out: &mut String, old: &str, new: &str) {
    // "I" is always a capital; its stand-in is one only where a sentence begins.
    let begins = out.trim_end_matches(' ').is_empty() || out.trim_end().ends_with(['.', '?', ':', '“']);
    if old.starts_with(char::is_uppercase) && (old != "I" || begins) {
        out.extend(new.chars().next().map(|first| first.to_ascii_uppercase()));
        out.push_str(&new[1..]);
    } else {
        out.push_str(new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_for_somebody_else() {
        let check = |you: &str, other: &str| assert_eq!(they(you), other);
        check("Do you get painful cramps in your legs?", "Do they get painful cramps in their legs?");
        check("Does it wake you from sleep?", "Does it wake them from sleep?");
        check("How old are you?", "How old are they?");
        check("Did you hurt this leg lately?", "Did they hurt this leg lately?");
        check("Has a doctor or nurse told you to drink less?", "Has a doctor or nurse told them to drink less?");
        check("You newly cannot lift one foot", "They newly cannot lift one foot");
        check("Then we must not tell you to drink more.", "Then we must not tell them to drink more.");
        check("Young people do not need it.", "Young people do not need it.");
        check("", "");
    }

    #[test]
    fn advice_for_somebody_else() {
        let check = |you: &str, other: &str| assert_eq!(they(you), other);
        check(
            "Be seen today. Ring your GP as an urgent case, or call 111.",
            "They should be seen today. Ring their GP as an urgent case, or call 111.",
        );
        check("Call 999 now. Do not drive yourself.", "Call 999 now. They should not drive.");
        check(
            "Keep taking your medicines until you have talked.",
            "They should keep taking their medicines until they have talked.",
        );
        check("They protect you, so keep taking them.", "They protect them, so they should keep taking them.");
        check("If you can’t reach them, call 111.", "If you can’t reach them, call 111.");
        check("You told us you do not have it", "You told us they do not have it");
        check("Not for you, because", "Not for them, because");
        check("It can make you sleepy.", "It can make them sleepy.");
        check("It needs to be seen the same day.", "It needs to be seen the same day.");
        check("If you cannot be seen there today, call 111.", "If they cannot be seen there today, call 111.");
        check("Keep takings in a box.", "Keep takings in a box.");
    }

    #[test]
    fn what_is_said_for_somebody_else() {
        let check = |own: &str, other: &str| assert_eq!(of_them(own), other);
        check("My leg is cold. I am afraid.", "Their leg is cold. They are afraid.");
        check(
            "After a fall I cannot stand, and my foot hurts me.",
            "After a fall they cannot stand, and their foot hurts them.",
        );
        check("I think I may faint.", "They think they may faint.");
    }
}
