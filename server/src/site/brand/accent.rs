//! The site's own colour, and what is made of it so that it can be read in light and in dark.
//!
//! A button is filled with the colour itself, and its text is black or white, whichever differs
//! more. As text and line the colour is darkened in the light scheme and lightened in the dark
//! one, as far as it takes: 4.5 to 1, which is what WCAG 2.2 wants for text (1.4.3).

use std::fmt::{self, Write as _};
use std::str::FromStr;

/// What text needs to be read.
const LEGIBLE: f64 = 4.5;
/// How much of the colour is in the ground of what is chosen, in hundredths.
const GLOW: u32 = 10;
/// By how much a button changes below the pointer, in hundredths.
const HOVER: u32 = 16;

const BLACK: Colour = Colour([0, 0, 0]);
const WHITE: Colour = Colour([255, 255, 255]);

/// A colour that an operator has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent(Colour);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Colour([u8; 3]);

/// What lies below text in one colour scheme; as in `style/10-base.css`.
struct Scheme {
    paper: Colour,
    card: Colour,
    field: Colour,
    /// Towards this everything becomes easier to read.
    away: Colour,
}

const LIGHT: Scheme =
    Scheme { paper: Colour([0xf6, 0xf4, 0xf1]), card: Colour([0xff, 0xfd, 0xfa]), field: WHITE, away: BLACK };
const DARK: Scheme = Scheme {
    paper: Colour([0x17, 0x15, 0x13]),
    card: Colour([0x1f, 0x1c, 0x1a]),
    field: Colour([0x16, 0x14, 0x12]),
    away: WHITE,
};

/// The colours of one scheme, by their names in the style sheets.
#[derive(Debug)]
struct Palette {
    ember: Colour,
    glow: Colour,
    fill: Colour,
    fill_strong: Colour,
    on_fill: Colour,
}

impl Accent {
    /// A style sheet that comes after the page's own.
    pub(super) fn style_sheet(self) -> String {
        let (light, dark) = (Palette::of(self.0, &LIGHT), Palette::of(self.0, &DARK));
        format!(":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
    }
}

impl FromStr for Accent {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "must be a colour such as #0b6bcb: `#` and six digits from 0 to f";
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let digits = digits.filter(|digits| digits.len() == 6).ok_or(FORM)?;
        let number = u32::from_str_radix(digits, 16).map_err(|_| FORM)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self(Colour([red, green, blue])))
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Palette {
    fn of(accent: Colour, scheme: &Scheme) -> Self {
        let glow = scheme.card.mixed(accent, GLOW);
        let grounds = [scheme.paper, scheme.card, scheme.field, glow];
        let is_legible = |colour: &Colour| grounds.iter().all(|ground| colour.contrast(*ground) >= LEGIBLE);
        let ember = (0..=100).map(|share| accent.mixed(scheme.away, share)).find(is_legible);
        let on_fill = if WHITE.contrast(accent) >= BLACK.contrast(accent) { WHITE } else { BLACK };
        let away_from_text = if on_fill == WHITE { BLACK } else { WHITE };
        Self {
            ember: ember.unwrap_or(scheme.away),
            glow,
            fill: accent,
            fill_strong: accent.mixed(away_from_text, HOVER),
            on_fill,
        }
    }
}

impl fmt::Display for Palette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ember, glow, fill, fill_strong, on_fill } = self;
        write!(f, "--ember:{ember};--glow:{glow};--fill:{fill};--fill-strong:{fill_strong};--on-fill:{on_fill}")
    }
}

// By hand: these two functions and their twenty lines are all that a library of colours would be for.
impl Colour {
    /// With so many hundredths of another in it.
    fn mixed(self, other: Self, share: u32) -> Self {
        let mix = |own: u8, other: u8| {
            let sum = u32::from(own) * (100 - share) + u32::from(other) * share;
            u8::try_from((sum + 50) / 100).expect("a mean of two bytes is none larger")
        };
        let (Self([r, g, b]), Self([other_r, other_g, other_b])) = (self, other);
        Self([mix(r, other_r), mix(g, other_g), mix(b, other_b)])
    }

    /// How light it looks, from 0 to 1 (WCAG 2.2, relative luminance).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|byte| {
            let value = f64::from(byte) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// From 1, for the same, to 21 (WCAG 2.2, contrast ratio).
    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('#')?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests;
