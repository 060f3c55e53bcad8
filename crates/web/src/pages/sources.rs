//! Evidence: the sources.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use charley_knowledge::Source;

use crate::error::WebError;
use crate::page::{Page, show as write};
use crate::state::AppState;

/// Sources on one page of the list.
const ON_ONE_PAGE: usize = 80;

/// Which page of the list.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Which {
    #[serde(default)]
    page: usize,
}

#[derive(Template)]
#[template(path = "pages/sources.html")]
struct Sources<'k> {
    page: Page,
    number: usize,
    pages: usize,
    sources: Vec<&'k Source>,
}

/// The list, by author, in pages.
pub async fn list(State(state): State<AppState>, Query(which): Query<Which>, page: Page) -> Result<Response, WebError> {
    let mut sources: Vec<&Source> = state.knowledge().sources.iter().collect();
    sources.sort_by_key(|source| (source.authors.to_lowercase(), source.year, source.key.as_str()));
    let pages = sources.len().div_ceil(ON_ONE_PAGE).max(1);
    let number = which.page.clamp(1, pages);
    let sources = sources.into_iter().skip((number - 1) * ON_ONE_PAGE).take(ON_ONE_PAGE).collect();
    write(&Sources { page, number, pages, sources })
}

#[derive(Template)]
#[template(path = "pages/source.html")]
struct One<'k> {
    page: Page,
    source: &'k Source,
    tier: &'static str,
    links: Vec<(String, String)>,
}

/// What the tier says about how we read it.
fn tier_words(tier: &str) -> &'static str {
    match tier {
        "P" => "We read the paper or its abstract.",
        "S" => "We read a good page that reports it.",
        "W" => "We read a web page of lesser weight.",
        _ => "From memory: not read again for Charley. It may raise urgency, never lower it.",
    }
}

/// Addresses of a DOI or a PubMed number. They are links to follow, never requests of ours.
fn links(id: &str) -> Vec<(String, String)> {
    id.split(';')
        .map(str::trim)
        .filter_map(|part| match part.strip_prefix("PMID ") {
            Some(number) => Some((format!("PubMed {number}"), format!("https://pubmed.ncbi.nlm.nih.gov/{number}/"))),
            None if part.starts_with("10.") => Some((format!("doi {part}"), format!("https://doi.org/{part}"))),
            None => None,
        })
        .collect()
}

/// One source.
pub async fn one(State(state): State<AppState>, Path(key): Path<String>, page: Page) -> Result<Response, WebError> {
    let source = state.knowledge().sources.iter().find(|source| source.key == key).ok_or(WebError::NotFound)?;
    write(&One { page, source, tier: tier_words(&source.tier), links: links(&source.id) })
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn identifiers_become_links() {
        let both = links("10.1371/journal.pone.0178465; PMID 28586374");
        assert_eq!(both[0].1, "https://doi.org/10.1371/journal.pone.0178465");
        assert_eq!(both[1].1, "https://pubmed.ncbi.nlm.nih.gov/28586374/");
        assert!(links("javascript:alert(1)").is_empty());
    }
}
