use super::*;

fn colour(text: &str) -> Colour {
    let Accent(colour) = text.parse().unwrap();
    colour
}

/// The value that a property has in the first or second `:root` of the page's style sheet.
fn value(scheme: usize, property: &str) -> Colour {
    let sheet = include_str!("../../../../../style/10-base.css");
    let block = sheet.split(":root {").nth(scheme + 1).unwrap().split('}').next().unwrap();
    let value = block.split(&format!("--{property}: ")).nth(1).unwrap().split(';').next().unwrap();
    let short = value.trim_start_matches('#');
    if short.len() == 3 {
        return colour(&format!("#{}", short.chars().flat_map(|digit| [digit, digit]).collect::<String>()));
    }
    colour(value)
}

#[test]
fn a_colour_is_read_as_css_writes_it() {
    for good in ["#0b6bcb", "#000000", "#ffffff"] {
        assert_eq!(good.parse::<Accent>().unwrap().to_string(), good);
    }
    assert_eq!("#0B6BCB".parse::<Accent>().unwrap().to_string(), "#0b6bcb");
    for bad in ["", "#", "blue", "0b6bcb", "#0b6bc", "#0b6bcbf", "#abc", "#+b6bcb", "#0b6b c", "#éabcd", " #0b6bcb"] {
        assert!(bad.parse::<Accent>().unwrap_err().contains("such as #0b6bcb"), "{bad}");
    }
}

#[test]
fn contrast_is_that_of_the_standard() {
    for (one, two, ratio) in [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
        ("#123456", "#123456", 1.0),
    ] {
        let found = colour(one).contrast(colour(two));
        assert!((found - ratio).abs() < 0.01, "{one} on {two}: {found}");
    }
}

#[test]
fn the_grounds_are_those_of_the_style_sheet() {
    for (index, scheme) in [LIGHT, DARK].iter().enumerate() {
        assert_eq!(scheme.paper, value(index, "paper"));
        assert_eq!(scheme.card, value(index, "card"));
        assert_eq!(scheme.field, value(index, "field"));
    }
}

#[test]
fn every_colour_can_be_read() {
    let levels = [0_u8, 51, 102, 119, 128, 153, 204, 255];
    for red in levels {
        for green in levels {
            for blue in levels {
                let accent = Colour([red, green, blue]);
                for (index, scheme) in [LIGHT, DARK].iter().enumerate() {
                    let palette = Palette::of(accent, scheme);
                    let Palette { ember, glow, fill, fill_strong, on_fill } = palette;
                    assert_eq!(fill, accent);
                    let [ink, soft] = ["ink", "soft"].map(|name| value(index, name));
                    for (text, ground) in [
                        (ember, scheme.paper),
                        (ember, scheme.card),
                        (ember, scheme.field),
                        (ember, glow),
                        (on_fill, fill),
                        (on_fill, fill_strong),
                        (ink, glow),
                        (soft, glow),
                    ] {
                        let ratio = text.contrast(ground);
                        assert!(ratio >= LEGIBLE, "{accent}: {text} on {ground} is {ratio}, of {palette:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_destroys_can_be_read_and_is_no_sites_to_change() {
    let sheet = "#0b6bcb".parse::<Accent>().unwrap().style_sheet();
    assert!(!sheet.contains("danger"), "{sheet}");
    for (index, scheme) in [LIGHT, DARK].iter().enumerate() {
        let of = |name| value(index, name);
        let (danger, strong, glow) = (of("danger"), of("danger-strong"), of("danger-glow"));
        for (text, ground) in [
            (danger, scheme.paper),
            (danger, scheme.card),
            (danger, scheme.field),
            (danger, glow),
            (of("on-danger"), danger),
            (of("on-danger"), strong),
            (of("ink"), glow),
            (of("good"), scheme.card),
            (of("on-good"), of("good")),
        ] {
            let ratio = text.contrast(ground);
            assert!(ratio >= LEGIBLE, "{text} on {ground} is {ratio}");
        }
        // Hue, since two colours of one lightness have no contrast: red, and no orange.
        let Colour([_, green, blue]) = danger;
        assert!(blue > green, "{danger}");
        assert_ne!(danger, of("ember"));
    }
}

#[test]
fn the_edges_of_controls_can_be_seen() {
    for (index, scheme) in [LIGHT, DARK].iter().enumerate() {
        for ground in [scheme.card, scheme.field] {
            let ratio = value(index, "edge").contrast(ground);
            assert!(ratio >= 3.0, "{ratio} on {ground}");
        }
    }
}

#[test]
fn a_colour_that_can_be_read_stays_as_it_is() {
    assert_eq!(Palette::of(colour("#0b5cad"), &LIGHT).ember, colour("#0b5cad"));
    assert_eq!(Palette::of(colour("#9fd3ff"), &DARK).ember, colour("#9fd3ff"));
    // A pale one is darkened, a dark one lightened.
    assert!(Palette::of(colour("#ffcc00"), &LIGHT).ember.luminance() < 0.2);
    assert!(Palette::of(colour("#00205b"), &DARK).ember.luminance() > 0.2);
    assert_eq!(Palette::of(colour("#ffcc00"), &LIGHT).on_fill, BLACK);
    assert_eq!(Palette::of(colour("#00205b"), &DARK).on_fill, WHITE);
}

#[test]
fn the_sheet_names_what_the_pages_sheets_use() {
    let accent: Accent = "#0b6bcb".parse().unwrap();
    let sheet = accent.style_sheet();
    let [light, dark] = [&sheet, sheet.split("@media (prefers-color-scheme:dark)").nth(1).unwrap()];
    let base = include_str!("../../../../../style/10-base.css");
    let used = [
        include_str!("../../../../../style/20-layout.css"),
        include_str!("../../../../../style/30-controls.css"),
        include_str!("../../../../../style/40-pages.css"),
    ]
    .concat();
    for name in ["ember", "glow", "fill", "fill-strong", "on-fill"] {
        assert!(light.contains(&format!("--{name}:#")) && dark.contains(&format!("--{name}:#")), "{name}: {sheet}");
        assert!(base.contains(&format!("--{name}: ")) && used.contains(&format!("var(--{name})")), "{name}");
    }
    assert!(sheet.len() < 400, "{sheet}");
}
