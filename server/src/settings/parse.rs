//! From the text of a setting to its value. Each error says what would be right; clap puts
//! the setting's name before it.

use super::{LONGEST_LEASE, LONGEST_NAME, LONGEST_NOTICE, MAX_SIZE_BOUNDS};
use ashlink_core::api::{MaxViews, Ttl};
use bytesize::ByteSize;
use std::net::SocketAddr;
use std::time::Duration;
use url::Url;

pub(crate) fn ttl(text: &str) -> Result<Ttl, String> {
    const FORM: &str = "must be a duration of whole minutes from 1m to 30d, such as 12h or 7d";
    let duration = humantime::parse_duration(text).map_err(|_| FORM)?;
    // The page names it in minutes and longer units.
    if duration.subsec_nanos() != 0 || duration.as_secs() % 60 != 0 {
        return Err(FORM.to_owned());
    }
    Ttl::from_secs(duration.as_secs()).map_err(|_| FORM.to_owned())
}

pub(crate) fn lease(text: &str) -> Result<Duration, String> {
    const FORM: &str = "must be 0, or whole seconds up to 10m, such as 60s";
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let lease = humantime::parse_duration(text).map_err(|_| FORM)?;
    if lease.subsec_nanos() != 0 || lease > LONGEST_LEASE { Err(FORM.to_owned()) } else { Ok(lease) }
}

pub(crate) fn views(text: &str) -> Result<MaxViews, String> {
    const FORM: &str = "must be a number from 1 to 100";
    MaxViews::new(text.parse().map_err(|_| FORM)?).map_err(|_| FORM.to_owned())
}

pub(crate) fn size(text: &str) -> Result<ByteSize, String> {
    match text.parse::<ByteSize>() {
        Ok(size) if size.as_u64() > 0 => Ok(size),
        _ => Err("must be a number of bytes, such as 512KiB or 256MiB".to_owned()),
    }
}

pub(crate) fn max_size(text: &str) -> Result<ByteSize, String> {
    let size = size(text)?;
    if MAX_SIZE_BOUNDS.contains(&size.as_u64()) { Ok(size) } else { Err("must be from 1KiB to 64MiB".to_owned()) }
}

pub(crate) fn public_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "must be a URL such as https://secrets.example.com")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must begin with https:// or http://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a `?` or `#`".to_owned());
    }
    // It is written into pages and headers as it stands here, and the standard for URLs lets
    // quotation marks and semicolons stand in a host.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    if url.domain().is_some_and(|domain| !domain.bytes().all(|byte| plain(byte) && byte != b'~')) {
        return Err("may have a host of letters, digits, `-`, `.` and `_` only".to_owned());
    }
    if !url.path().bytes().all(plain) || url.path().contains("//") {
        return Err("may have a path of letters, digits, `-`, `.`, `_` and `~` only".to_owned());
    }
    Ok(url)
}

/// An origin as browsers write it (RFC 6454, section 6.1).
pub(crate) fn origin(text: &str) -> Result<String, String> {
    let url = public_url(text)?;
    if url.path() != "/" {
        return Err("must be an origin without a path, such as https://share.example.com".to_owned());
    }
    Ok(url.origin().ascii_serialization())
}

pub(crate) fn link(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|_| "must be a URL such as https://example.com/imprint")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must begin with https:// or http://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password".to_owned());
    }
    Ok(url)
}

pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "must be an address with a port, such as 127.0.0.1:9464".to_owned())
}

pub(crate) fn product_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    let is_plain = !name.chars().any(char::is_control);
    if is_plain && (1..=LONGEST_NAME).contains(&name.chars().count()) {
        Ok(name.to_owned())
    } else {
        Err(format!("must be 1 to {LONGEST_NAME} characters, all in one line"))
    }
}

pub(crate) fn notice(text: &str) -> Result<String, String> {
    let notice = text.trim();
    let is_plain = !notice.chars().any(|letter| letter.is_control() && letter != '\n');
    if is_plain && (1..=LONGEST_NOTICE).contains(&notice.chars().count()) {
        Ok(notice.to_owned())
    } else {
        Err(format!("must be 1 to {LONGEST_NOTICE} characters of plain text"))
    }
}
