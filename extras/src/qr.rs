//! QR codes (ISO/IEC 18004) as SVG paths.

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules that belong around a code on each side.
const QUIET_ZONE: i32 = 4;

/// A QR code to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// Width and height in modules, with the quiet zone.
    pub side: i32,
    /// The dark modules, as the `d` attribute of an SVG path with one unit to the module.
    pub path: String,
}

impl Qr {
    /// Encodes a text; `None` where it is too long for any code.
    #[must_use]
    pub fn encode(text: &str) -> Option<Self> {
        // Shown on a screen, a code is neither torn nor stained: 15 % are enough.
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let start = x;
                while code.get_module(x, y) {
                    x += 1;
                }
                if x > start {
                    // One bar for a run, so that no gaps show between modules.
                    let (left, top, width) = (start + QUIET_ZONE, y + QUIET_ZONE, x - start);
                    path.push_str(&format!("M{left} {top}h{width}v1h-{width}z"));
                }
                x += 1;
            }
        }
        Some(Self { side: code.size() + 2 * QUIET_ZONE, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules that a path paints.
    fn painted(qr: &Qr) -> Vec<Vec<bool>> {
        let mut grid = vec![vec![false; qr.side as usize]; qr.side as usize];
        for bar in qr.path.split('M').skip(1) {
            let numbers: Vec<usize> =
                bar.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
            let [left, top, width, 1, back] = numbers[..] else { panic!("{bar}") };
            assert_eq!(width, back);
            grid[top][left..left + width].fill(true);
        }
        grid
    }

    #[test]
    fn the_path_paints_the_code_in_its_quiet_zone() {
        let text = "https://example.com/s#SJB7KGZaFdZQambRM8QzN2uPsUZkjMaFMuvXaATDPU7g5yNuAXEs";
        let qr = Qr::encode(text).unwrap();
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        for (y, row) in painted(&qr).into_iter().enumerate() {
            for (x, dark) in row.into_iter().enumerate() {
                assert_eq!(dark, code.get_module(x as i32 - QUIET_ZONE, y as i32 - QUIET_ZONE), "{x} {y}");
            }
        }
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert!(Qr::encode(&"x".repeat(2_331)).is_some());
        assert_eq!(Qr::encode(&"x".repeat(2_332)), None);
    }
}
