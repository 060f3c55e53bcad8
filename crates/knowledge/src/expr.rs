//! Expressions of the knowledge files: parsed text, then resolved against names.
//!
//! Grammar: see `knowledge/README.md`. The logic is Kleene's: true, false, unknown.

use crate::model::{CodeId, FactIx, NameIx};

/// Comparison of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `<`
    Less,
    /// `<=`
    LessEq,
    /// `>`
    Greater,
    /// `>=`
    GreaterEq,
}

impl Op {
    /// Applies the comparison.
    pub fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessEq => left <= right,
            Self::Greater => left > right,
            Self::GreaterEq => left >= right,
        }
    }
}

/// Band of a laboratory value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    /// Below the usual interval (includes very low).
    Low,
    /// Far below.
    VeryLow,
    /// Inside.
    Normal,
    /// Above (includes very high, and `positive`).
    High,
    /// Far above.
    VeryHigh,
}

/// An expression as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Text {
    /// All hold.
    And(Vec<Text>),
    /// Any holds.
    Or(Vec<Text>),
    /// Negation.
    Not(Box<Text>),
    /// At least this many hold.
    AtLeast(usize, Vec<Text>),
    /// A bare name.
    Name(String),
    /// `name = code` or `name in [...]`.
    Code(String, Vec<String>),
    /// `name < 3 unit`.
    Compare(String, Op, f64, String),
    /// `name is band`.
    Band(String, Band),
    /// `known name`.
    Known(String),
}

/// An expression with its names resolved.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// All hold.
    And(Vec<Expr>),
    /// Any holds.
    Or(Vec<Expr>),
    /// Negation.
    Not(Box<Expr>),
    /// At least this many hold.
    AtLeast(usize, Vec<Expr>),
    /// A yes/no fact.
    Yes(FactIx),
    /// A finding or definition.
    Named(NameIx),
    /// A coded fact is one of these.
    Code(FactIx, Vec<CodeId>),
    /// A number, in the canonical unit.
    Compare(FactIx, Op, f64),
    /// A band of a laboratory value.
    Band(FactIx, Band),
    /// The fact was given.
    KnownFact(FactIx),
    /// The finding or definition is not unknown.
    KnownName(NameIx),
}

impl Expr {
    /// Calls `visit` on this expression and all below it.
    pub fn walk(&self, visit: &mut impl FnMut(&Expr)) {
        visit(self);
        match self {
            Self::And(parts) | Self::Or(parts) | Self::AtLeast(_, parts) => {
                for part in parts {
                    part.walk(visit);
                }
            }
            Self::Not(inner) => inner.walk(visit),
            _ => {}
        }
    }

    /// True when every negation stands around `known`: an unknown answer never makes it false.
    pub fn lowers_only_when_known(&self) -> bool {
        let mut holds = true;
        self.walk(&mut |part| {
            if let Self::Not(inner) = part {
                let mut known = false;
                inner.walk(&mut |below| known |= matches!(below, Self::KnownFact(_) | Self::KnownName(_)));
                holds &= known;
            }
        });
        holds
    }

    /// True when the expression holds no negation: more true atoms never make it less true.
    pub fn is_monotone(&self) -> bool {
        let mut monotone = true;
        self.walk(&mut |part| monotone &= !matches!(part, Self::Not(_)));
        monotone
    }
}

/// Deepest nesting that is read: bounds the stack on hostile input.
const MAX_DEPTH: usize = 40;

/// Parses the text of an expression.
///
/// # Errors
/// A message that names the word it stumbled on.
pub fn parse(text: &str) -> Result<Text, String> {
    let tokens = lex(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(format!("unexpected `{}` after a complete expression", token.show())),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Symbol(&'static str),
}

impl Token {
    fn show(&self) -> &str {
        match self {
            Self::Word(word) => word,
            Self::Symbol(symbol) => symbol,
        }
    }
}

const SYMBOLS: [&str; 10] = ["<=", ">=", "<", ">", "=", "(", ")", "[", "]", ","];

fn lex(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(symbol) = SYMBOLS.iter().find(|s| rest.starts_with(**s)) {
            tokens.push(Token::Symbol(symbol));
            rest = &rest[symbol.len()..];
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "<>=()[],".contains(c)).unwrap_or(rest.len());
            let word = &rest[..end];
            if !word.chars().all(|c| c.is_alphanumeric() || "_-./{}^*%+".contains(c)) {
                return Err(format!("`{word}` holds a character that expressions do not use"));
            }
            tokens.push(Token::Word(word.to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    if tokens.is_empty() {
        return Err("the expression is empty".to_owned());
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(w)) if w == word)
    }

    fn take_symbol(&mut self, symbol: &'static str) -> bool {
        let found = self.peek() == Some(&Token::Symbol(symbol));
        self.at += usize::from(found);
        found
    }

    fn expect_symbol(&mut self, symbol: &'static str) -> Result<(), String> {
        if self.take_symbol(symbol) {
            Ok(())
        } else {
            Err(format!("expected `{symbol}`, found `{}`", self.peek().map_or("the end", Token::show)))
        }
    }

    fn word(&mut self, what: &str) -> Result<String, String> {
        match self.peek() {
            Some(Token::Word(word)) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            other => Err(format!("expected {what}, found `{}`", other.map_or("the end", Token::show))),
        }
    }

    fn or(&mut self) -> Result<Text, String> {
        self.chain("or", Self::and, Text::Or)
    }

    fn and(&mut self) -> Result<Text, String> {
        self.chain("and", Self::factor, Text::And)
    }

    fn chain(
        &mut self,
        joiner: &str,
        part: fn(&mut Self) -> Result<Text, String>,
        join: fn(Vec<Text>) -> Text,
    ) -> Result<Text, String> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.is_word(joiner) {
            self.at += 1;
            parts.push(part(self)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { join(parts) })
    }

    fn factor(&mut self) -> Result<Text, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("nested deeper than {MAX_DEPTH} levels"));
        }
        let result = self.factor_inner();
        self.depth -= 1;
        result
    }

    fn factor_inner(&mut self) -> Result<Text, String> {
        if self.take_symbol("(") {
            let inner = self.or()?;
            self.expect_symbol(")")?;
            return Ok(inner);
        }
        let name = self.word("a name")?;
        match name.as_str() {
            "not" => return Ok(Text::Not(Box::new(self.factor()?))),
            "known" => return Ok(Text::Known(self.word("a name after `known`")?)),
            "at_least" => return self.at_least(),
            "and" | "or" | "of" | "in" | "is" => return Err(format!("`{name}` stands where a name should")),
            _ => {}
        }
        if self.take_symbol("=") {
            return Ok(Text::Code(name, vec![self.word("a code after `=`")?]));
        }
        if self.is_word("in") {
            self.at += 1;
            return Ok(Text::Code(name, self.code_list()?));
        }
        if self.is_word("is") {
            self.at += 1;
            let band = self.word("a band after `is`")?;
            return Ok(Text::Band(name, band_from(&band)?));
        }
        for (symbol, op) in [("<=", Op::LessEq), (">=", Op::GreaterEq), ("<", Op::Less), (">", Op::Greater)] {
            if self.take_symbol(symbol) {
                return self.comparison(name, op);
            }
        }
        Ok(Text::Name(name))
    }

    fn code_list(&mut self) -> Result<Vec<String>, String> {
        self.expect_symbol("[")?;
        let mut codes = vec![self.word("a code")?];
        while self.take_symbol(",") {
            if self.peek() == Some(&Token::Symbol("]")) {
                break;
            }
            codes.push(self.word("a code")?);
        }
        self.expect_symbol("]")?;
        Ok(codes)
    }

    fn at_least(&mut self) -> Result<Text, String> {
        let count = self.word("a number after `at_least`")?;
        let count = count.parse().map_err(|_| format!("`{count}` is not a count"))?;
        if self.word("`of`")? != "of" {
            return Err("expected `of` after `at_least N`".to_owned());
        }
        self.expect_symbol("(")?;
        let mut parts = vec![self.or()?];
        while self.take_symbol(",") {
            if self.peek() == Some(&Token::Symbol(")")) {
                break;
            }
            parts.push(self.or()?);
        }
        self.expect_symbol(")")?;
        Ok(Text::AtLeast(count, parts))
    }

    fn comparison(&mut self, name: String, op: Op) -> Result<Text, String> {
        let number = self.word("a number")?;
        let value: f64 = number.parse().map_err(|_| format!("`{number}` is not a number; write `{name} < 3 unit`"))?;
        if !value.is_finite() {
            return Err(format!("`{number}` is not finite"));
        }
        let unit = match self.peek() {
            Some(Token::Word(word)) if !matches!(word.as_str(), "and" | "or") => self.word("a unit")?,
            _ => String::new(),
        };
        Ok(Text::Compare(name, op, value, unit))
    }
}

/// A band from its word.
///
/// # Errors
/// A message with the five words.
pub fn band_from(word: &str) -> Result<Band, String> {
    Ok(match word {
        "low" => Band::Low,
        "very_low" => Band::VeryLow,
        "normal" => Band::Normal,
        "high" => Band::High,
        "very_high" => Band::VeryHigh,
        other => return Err(format!("`{other}` is not a band: low, very_low, normal, high, very_high")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match parse(text) {
            Ok(expr) => format!("{expr:?}"),
            Err(message) => message,
        };
        assert!(found.contains(expected), "{text}\nfound: {found}\nexpected: {expected}");
    }

    #[test]
    fn and_binds_tighter_than_or() {
        check("a or b and not c", r#"Or([Name("a"), And([Name("b"), Not(Name("c"))])])"#);
    }

    #[test]
    fn comparisons_carry_their_unit() {
        check("lab_potassium < 2.5 mmol/L and x", r#"Compare("lab_potassium", Less, 2.5, "mmol/L")"#);
        check("test_abpi <= 0.9", r#"Compare("test_abpi", LessEq, 0.9, "")"#);
        check("lab_egfr < 30 mL/min/{1.73_m2}", r#""mL/min/{1.73_m2}""#);
    }

    #[test]
    fn lists_and_counts() {
        check("side in [left, right]", r#"Code("side", ["left", "right"])"#);
        check("at_least 2 of (a, b = c, d)", "AtLeast(2,");
        check("lab_sodium is very_low", "VeryLow");
    }

    #[test]
    fn faults_name_the_word() {
        check("", "empty");
        check("a and", "the end");
        check("a b", "unexpected `b`");
        check("a < x", "`x` is not a number");
        check("(a", "expected `)`");
        check("a is odd", "not a band");
        check("a & b", "do not use");
        check(&format!("{}a", "not ".repeat(100)), "nested deeper");
    }
}
