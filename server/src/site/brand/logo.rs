//! The site's own logo: read at the start, and refused when it is not what its name says.

use ashlink_store::files::{ReadError, read_in_time};
use std::path::Path;

/// The most bytes of a logo.
const LARGEST: u64 = 64 * 1024;

/// What every PNG begins with: its signature, and the length and name of its first part.
const PNG_START: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
/// Name and checksum of a PNG's last part, which is empty.
const PNG_END: &[u8] = b"\0\0\0\0IEND\xae\x42\x60\x82";

/// A picture whose content is of the kind that its name says.
#[derive(Debug)]
pub struct Logo {
    kind: Kind,
    bytes: Vec<u8>,
}

/// The kinds of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 text, all of it in one `<svg>` element.
    Svg,
    /// Checked by its signature and its last part; not decoded.
    Png,
}

/// Why a file is no logo.
#[derive(Debug, thiserror::Error)]
pub enum LogoError {
    /// The system says why.
    #[error("it cannot be read")]
    Unreadable(#[source] ReadError),
    /// The name ends in neither `.svg` nor `.png`.
    #[error("its name must end in .svg or .png")]
    Name,
    /// Every visitor would load it.
    #[error("it may have at most {} KiB", LARGEST / 1024)]
    TooLarge,
    /// Another kind, or cut off.
    #[error("it is no PNG, or not all of one")]
    NoPng,
    /// Another kind, or one that browsers would not show.
    #[error("it is no SVG: that is UTF-8 text, all of it in one <svg xmlns=\"http://www.w3.org/2000/svg\"> element")]
    NoSvg,
}

impl Logo {
    /// Reads a file.
    ///
    /// # Errors
    /// [`LogoError`] where it is no logo.
    pub fn read(path: &Path) -> Result<Self, LogoError> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let kind = Kind::of_extension(extension).ok_or(LogoError::Name)?;
        let bytes = read_in_time(path, LARGEST).map_err(|error| match error {
            ReadError::TooLarge(_) => LogoError::TooLarge,
            error => LogoError::Unreadable(error),
        })?;
        Self::check(kind, bytes)
    }

    /// Takes a file's content.
    ///
    /// # Errors
    /// [`LogoError`] where it is too long or of another kind.
    pub fn check(kind: Kind, bytes: Vec<u8>) -> Result<Self, LogoError> {
        if bytes.len() as u64 > LARGEST {
            return Err(LogoError::TooLarge);
        }
        match kind {
            Kind::Png if !is_png(&bytes) => Err(LogoError::NoPng),
            Kind::Svg if !is_svg(&bytes) => Err(LogoError::NoSvg),
            Kind::Png | Kind::Svg => Ok(Self { kind, bytes }),
        }
    }

    /// The kind that its name says and its content has.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The file's content.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl Kind {
    fn of_extension(extension: &str) -> Option<Self> {
        [Self::Svg, Self::Png].into_iter().find(|kind| extension.eq_ignore_ascii_case(kind.extension()))
    }

    /// The end of a file name, in lower case and without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    /// As `Content-Type` has it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(PNG_START) && bytes.ends_with(PNG_END)
}

/// Whether it is text with `<svg>` around everything but what XML has before and after it. What is
/// inside is for browsers to read.
fn is_svg(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(rest) = without_prologue(text).and_then(|text| text.strip_prefix("<svg")) else { return false };
    let Some((attributes, content)) = rest.split_once('>') else { return false };
    let has_namespace = ["\"http://www.w3.org/2000/svg\"", "'http://www.w3.org/2000/svg'"]
        .iter()
        .any(|name| attributes.split_once("xmlns=").is_some_and(|(_, value)| value.starts_with(name)));
    let end = content.rfind("</svg").map(|at| content[at..].trim_start_matches("</svg"));
    let ends = end.and_then(|end| end.trim_start().strip_prefix('>')).and_then(without_prologue);
    attributes.starts_with(char::is_whitespace) && has_namespace && ends == Some("")
}

/// What follows white space, comments, processing instructions and a document type; `None` where
/// one of them has no end.
fn without_prologue(text: &str) -> Option<&str> {
    let mut text = text.trim_start();
    loop {
        let (start, end) = match text {
            _ if text.starts_with("<!--") => ("<!--", "-->"),
            _ if text.starts_with("<?") => ("<?", "?>"),
            _ if text.starts_with("<!DOCTYPE") => ("<!DOCTYPE", ">"),
            _ => return Some(text),
        };
        text = text[start.len()..].split_once(end)?.1.trim_start();
    }
}

#[cfg(test)]
mod tests;
