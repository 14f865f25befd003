use super::*;

const SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>"#;
/// One pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\
    \0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";

fn read(name: &str, bytes: &[u8]) -> Result<Logo, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    Logo::read(&path).map_err(|error| error.to_string())
}

#[test]
fn pictures_are_taken_as_they_are() {
    for (name, bytes, kind) in
        [("a.svg", SVG.as_bytes(), Kind::Svg), ("a.SVG", SVG.as_bytes(), Kind::Svg), ("a.b.png", PNG, Kind::Png)]
    {
        let logo = read(name, bytes).unwrap();
        assert_eq!((logo.kind(), &*logo.into_bytes()), (kind, bytes), "{name}");
    }
}

#[test]
fn what_drawing_programs_write_is_an_svg() {
    let prologue = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a > b -->\r\n\
        <!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n";
    let single = SVG.replace('"', "'");
    for text in [
        format!("{prologue}{SVG}\n"),
        format!("{SVG}\n<!-- made by hand -->\n"),
        SVG.replace("</svg>", "</svg >"),
        SVG.replace("<svg ", "<svg\n  version=\"1.1\"\n"),
        SVG.replace("<path", "<svg/><path"),
        single,
    ] {
        assert!(read("a.svg", text.as_bytes()).is_ok(), "{text}");
    }
}

#[test]
fn what_is_something_else_is_refused_with_a_sentence() {
    let html = "<!DOCTYPE html><html><svg xmlns=\"http://www.w3.org/2000/svg\"></svg></html>";
    let cut = &PNG[..PNG.len() - 1];
    let mut latin = SVG.as_bytes().to_vec();
    latin.insert(SVG.len() - 6, 0xe9);
    for (name, bytes, words) in [
        ("logo", SVG.as_bytes(), ".svg or .png"),
        ("logo.jpg", b"\xff\xd8\xff", ".svg or .png"),
        ("svg", SVG.as_bytes(), ".svg or .png"),
        ("a.png", SVG.as_bytes(), "no PNG"),
        ("a.png", b"", "no PNG"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "no PNG"),
        ("a.png", cut, "no PNG"),
        ("a.svg", PNG, "no SVG"),
        ("a.svg", b"", "no SVG"),
        ("a.svg", html.as_bytes(), "no SVG"),
        ("a.svg", &SVG.as_bytes()[..SVG.len() - 1], "no SVG"),
        ("a.svg", &SVG.as_bytes()[..30], "no SVG"),
        ("a.svg", format!("{SVG}<p>").as_bytes(), "no SVG"),
        ("a.svg", SVG.replace("<svg ", "<svgs ").as_bytes(), "no SVG"),
        ("a.svg", SVG.replace("http://www.w3.org/2000/svg", "urn:else").as_bytes(), "no SVG"),
        ("a.svg", b"<svg></svg>", "no SVG"),
        ("a.svg", b"<!-- <svg>", "no SVG"),
        ("a.svg", &latin, "no SVG"),
        ("a.svg", &[b' '; 64 * 1024 + 1], "at most 64 KiB"),
    ] {
        let error = read(name, bytes).unwrap_err();
        assert!(error.contains(words), "{name}, {:?}: {error}", String::from_utf8_lossy(bytes));
    }
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("nothing.svg"), folder.path().to_owned()] {
        assert!(Logo::read(&path).is_err());
    }
}

#[test]
fn the_largest_is_taken() {
    let text = SVG.replace("</svg>", &format!("<!--{}--></svg>", "x".repeat(64 * 1024 - SVG.len() - 7)));
    assert_eq!(text.len(), 64 * 1024);
    assert!(read("a.svg", text.as_bytes()).is_ok());
}
