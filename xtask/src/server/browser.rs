//! A browser without a screen: cookies, forms, and many requests at once.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context as _, ensure};
use charley_records::clinic::second_factor::code_of;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{Method, Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::SignIn;
use super::html::{self, Form};
use crate::clock;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Where it sends on to; empty: nowhere.
    pub location: String,
    /// The page; empty when it came compressed.
    pub body: String,
    /// Cookies that it sets.
    cookies: Vec<(String, String)>,
}

/// Somebody's browser. A copy shares the connections and has the cookies of this moment.
#[derive(Debug, Clone)]
pub struct Browser {
    client: Client<HttpConnector, Full<Bytes>>,
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// One in which nobody is signed in.
    pub fn new(address: SocketAddr) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), address, cookies: BTreeMap::new() }
    }

    /// Another person's browser over the same connections.
    pub fn other(&self) -> Self {
        Self { cookies: BTreeMap::new(), ..self.clone() }
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.ask(Method::GET, path, None, false).await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn post(&self, path: &str, fields: &[(String, String)]) -> anyhow::Result<Answer> {
        self.ask(Method::POST, path, Some(fields), false).await
    }

    /// Asks as a browser does, for a compressed page, and reads it to its end without looking at it.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn load(&self, path: &str, fields: Option<&[(String, String)]>) -> anyhow::Result<Answer> {
        let method = if fields.is_some() { Method::POST } else { Method::GET };
        self.ask(method, path, fields, true).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        fields: Option<&[(String, String)]>,
        compressed: bool,
    ) -> anyhow::Result<Answer> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookies.join("; "));
        if compressed {
            request = request.header(header::ACCEPT_ENCODING, "gzip");
        }
        if fields.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let body = fields.map(encode).unwrap_or_default();
        let response = self.client.request(request.body(Full::new(Bytes::from(body)))?).await?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        let location = parts.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let plain = !parts.headers.contains_key(header::CONTENT_ENCODING);
        Ok(Answer {
            status: parts.status.as_u16(),
            location: location.to_owned(),
            cookies: cookies_of(&parts.headers),
            body: if plain { String::from_utf8_lossy(&body).into_owned() } else { String::new() },
        })
    }

    /// Asks for a page and keeps the cookies that come back.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn visit(&mut self, path: &str) -> anyhow::Result<Answer> {
        let answer = self.get(path).await?;
        self.cookies.extend(answer.cookies.iter().cloned());
        Ok(answer)
    }

    /// Sends a form and keeps the cookies that come back.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn send(&mut self, form: &Form) -> anyhow::Result<Answer> {
        let answer = self.post(&form.action, &form.fields).await?;
        self.cookies.extend(answer.cookies.iter().cloned());
        Ok(answer)
    }

    /// Signs in; staff give their second factor, and their clinic is chosen.
    ///
    /// # Errors
    /// When a page is not as expected.
    pub async fn sign_in(&mut self, who: &SignIn) -> anyhow::Result<()> {
        let page = self.visit("/sign-in").await?;
        let form = html::form(&page.body, "/sign-in").context("no form to sign in")?;
        let entered = self.send(&form.with("login", &who.login).with("password", &who.password)).await?;
        ensure!(entered.status == 303, "{} cannot sign in: {}", who.login, entered.status);
        let Some(totp) = &who.totp else { return Ok(()) };
        let page = self.visit("/second-factor?next=%2Fclinic").await?;
        let form = html::form(&page.body, "/second-factor").context("no form for the second factor")?;
        let code = code_of(&from_base32(totp)?, i64::try_from(clock::seconds() / 30)?).context("no code")?;
        let proved = self.send(&form.with("code", &code)).await?;
        ensure!(proved.status == 303, "{} cannot give a second factor: {}", who.login, proved.status);
        Ok(())
    }
}

fn cookies_of(headers: &hyper::HeaderMap) -> Vec<(String, String)> {
    let lines = headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = lines.filter_map(|line| line.split(';').next()?.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

fn encode(fields: &[(String, String)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'-' | b'.' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The bytes behind the letters of an authenticator's key.
fn from_base32(text: &str) -> anyhow::Result<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for sign in text.bytes() {
        let five = match sign {
            b'A'..=b'Z' => sign - b'A',
            b'2'..=b'7' => sign - b'2' + 26,
            _ => anyhow::bail!("{text} is no base 32"),
        };
        (bits, held) = ((bits << 5 | u32::from(five)) & 0xfff, held + 5);
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff)?);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use charley_records::clinic::second_factor::base32;

    #[test]
    fn keys_come_back_as_they_went() {
        let key: Vec<u8> = (0..20).map(|place| place * 13 + 7).collect();
        assert_eq!(from_base32(&base32(&key)).unwrap(), key);
        assert!(from_base32("A1").is_err());
    }

    #[test]
    fn forms_are_sent_as_browsers_send_them() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            encode(&[field("start", "2026-11-24T10:00:00Z"), field("note", "a & b")]),
            "start=2026-11-24T10%3A00%3A00Z&note=a%20%26%20b"
        );
    }

    #[test]
    fn cookies_are_read_without_their_rules() {
        let mut headers = hyper::HeaderMap::new();
        for line in ["charley_session=abc; Path=/; HttpOnly", "charley_person=; Path=/; Max-Age=0"] {
            headers.append(header::SET_COOKIE, line.parse().unwrap());
        }
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(cookies_of(&headers), [pair("charley_session", "abc"), pair("charley_person", "")]);
    }
}
