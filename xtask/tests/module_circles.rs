//! No two modules of a crate know each other, directly or by way of others: a reader can begin with one
//! that knows nobody, and go on upwards. Between crates Cargo sees to the same.
//!
//! Modules are looked at beside each other, at every level: the folders of a crate, then the files of
//! each folder. A folder and the files in it are one thing, so a file may use what the folder's own
//! file defines. What a module imports from a sibling by way of their parent's `use` is imported from
//! the sibling. Tests may look at anything.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module by its path from the crate's root.
type Module = Vec<String>;

/// The files of a crate, by module, without comments, texts and tests.
#[derive(Default)]
struct Crate {
    files: BTreeMap<Module, Vec<String>>,
    /// What each module's `use` brings into it: a name, and where it is from.
    imports: BTreeMap<Module, Vec<(String, Vec<String>)>>,
}

impl Crate {
    /// From files by their paths below `src`.
    fn of(files: &[(String, String)]) -> Self {
        let has_library = files.iter().any(|(path, _)| path == "lib.rs");
        let mut all = BTreeMap::new();
        let mut tests = BTreeSet::new();
        for (path, text) in files {
            let mut module: Module = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            match module.last().map(String::as_str) {
                // A program beside a library uses it from outside.
                Some("main") if module.len() == 1 && has_library => continue,
                Some("lib" | "main") if module.len() == 1 => module.clear(),
                Some("mod") => drop(module.pop()),
                _ => {}
            }
            let (words, test_modules) = without_tests(&words(text));
            tests.extend(test_modules.into_iter().map(|name| [&module[..], &[name]].concat()));
            all.insert(module, words);
        }
        all.retain(|module, _| !(0..=module.len()).any(|end| tests.contains(&module[..end])));
        let imports = all.iter().map(|(module, words)| (module.clone(), imports(words))).collect();
        Self { files: all, imports }
    }

    fn read(src: &Path) -> Self {
        let mut files = Vec::new();
        let mut folders = vec![src.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let name = path.strip_prefix(src).unwrap().to_str().unwrap().to_owned();
                    files.push((name, fs::read_to_string(&path).unwrap()));
                }
            }
        }
        assert!(!files.is_empty(), "{} has sources", src.display());
        Self::of(&files)
    }

    /// The module in which a path ends that stands in `from`; `None` for another crate's.
    fn end(&self, from: &[String], path: &[String], hops: usize) -> Option<Module> {
        let mut place = from.to_vec();
        let mut rest = path;
        match rest.first()?.as_str() {
            "crate" => place.clear(),
            "self" => {}
            "super" => drop(place.pop()),
            first if self.files.contains_key(&[from, &[first.to_owned()]].concat()) => {
                return self.end(from, &[&["self".to_owned()], path].concat(), hops);
            }
            _ => return None,
        }
        rest = &rest[1..];
        while let Some((name, others)) = rest.split_first() {
            let inner = [&place[..], std::slice::from_ref(name)].concat();
            if name == "super" {
                place.pop();
            } else if self.files.contains_key(&inner) {
                place = inner;
            } else {
                // A name that was brought in from elsewhere counts as that.
                let import = self.imports.get(&place)?.iter().find(|(known, _)| known == name);
                let Some((_, source)) = import.filter(|_| hops > 0) else { break };
                let further = [&source[..], others].concat();
                return self.end(&place, &further, hops - 1);
            }
            rest = others;
        }
        Some(place)
    }

    fn arrows(&self) -> BTreeSet<(Module, Module)> {
        let mut arrows = BTreeSet::new();
        for (module, words) in &self.files {
            let own = &self.imports[module];
            let mut paths: Vec<Vec<String>> = own.iter().map(|(_, path)| path.clone()).collect();
            paths.extend(inline_paths(words));
            // With everything from above come the names that are used here.
            for (_, path) in own.iter().filter(|(name, _)| name == "*") {
                let Some(from) = self.end(module, &path[..path.len() - 1], HOPS) else { continue };
                let names = self.imports.get(&from).into_iter().flatten();
                let used = names.filter(|(name, _)| words.contains(name));
                paths.extend(used.map(|(name, _)| [&path[..path.len() - 1], std::slice::from_ref(name)].concat()));
            }
            for path in paths {
                if let Some(target) = self.end(module, &path, HOPS).filter(|target| target != module) {
                    arrows.insert((module.clone(), target));
                }
            }
        }
        arrows
    }

    /// Every circle of modules beside each other, each with an arrow for each step.
    fn circles(&self) -> Vec<String> {
        // By the folder that two modules share: who of its children uses whom, and for example where.
        let mut levels: BTreeMap<Module, BTreeMap<(String, String), String>> = BTreeMap::new();
        for (from, to) in self.arrows() {
            let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
            let (Some(one), Some(other)) = (from.get(shared), to.get(shared)) else { continue };
            let example = format!("{} uses {}", from.join("::"), to.join("::"));
            levels.entry(from[..shared].to_vec()).or_default().entry((one.clone(), other.clone())).or_insert(example);
        }
        let mut found = Vec::new();
        for arrows in levels.values() {
            let mut seen = BTreeSet::new();
            for (start, _) in arrows.keys() {
                let Some(circle) = way_back(arrows, start) else { continue };
                if seen.insert(circle.iter().cloned().collect::<BTreeSet<_>>()) {
                    let next = circle.iter().cycle().skip(1);
                    let steps = circle.iter().zip(next).map(|(one, other)| &*arrows[&(one.clone(), other.clone())]);
                    found.push(steps.collect::<Vec<_>>().join(", "));
                }
            }
        }
        found
    }
}

/// How many imports of imports are followed.
const HOPS: usize = 8;

/// The shortest way from a module back to itself.
fn way_back(arrows: &BTreeMap<(String, String), String>, start: &String) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.clone()]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for (_, next) in arrows.keys().filter(|(from, _)| Some(from) == way.last()) {
                if next == start {
                    return Some(way);
                }
                if seen.insert(next.clone()) {
                    longer.push([&way[..], std::slice::from_ref(next)].concat());
                }
            }
        }
        ways = longer;
    }
    None
}

/// Names and signs of a Rust file, without comments and texts.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = |text: &'static str| rest.strip_prefix(text);
        let length = if after("//").is_some() {
            rest.find('\n').unwrap_or(rest.len())
        } else if after("/*").is_some() {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_text(rest) {
            length
        } else if first == '"' {
            text_length(rest)
        } else if let Some(length) = character(rest) {
            length
        } else if first.is_alphanumeric() || first == '_' {
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            words.push(rest[..length].to_owned());
            length
        } else {
            if !first.is_whitespace() {
                words.push(if after("::").is_some() { "::".to_owned() } else { first.to_string() });
            }
            if after("::").is_some() { 2 } else { first.len_utf8() }
        };
        rest = &rest[length..];
    }
    words
}

/// The length of `r"…"`, `r#"…"#` and so on.
fn raw_text(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("br").or_else(|| text.strip_prefix('r'))?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let begins = rest[hashes..].starts_with('"');
    let start = text.len() - rest.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    begins.then(|| text[start..].find(&end).map_or(text.len(), |length| start + length + end.len()))
}

fn text_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character's literal; `None` for a lifetime.
fn character(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('\'')?;
    let content = match rest.chars().next()? {
        '\\' => 1 + rest[1..].chars().next()?.len_utf8() + rest[2..].find('\'')?,
        c => c.len_utf8(),
    };
    rest.get(content..)?.starts_with('\'').then_some(content + 2)
}

/// Without what is built for tests alone; and the names of modules in files that are.
fn without_tests(words: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut kept, mut modules) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < words.len() {
        let attribute = words[at] == "#" && words.get(at + 1).is_some_and(|word| word == "[");
        let end = if attribute { group(words, at + 1) } else { at };
        let inside = if attribute { &words[at + 2..end - 1] } else { &[] };
        let for_tests = inside.first().is_some_and(|word| word == "cfg")
            && inside.iter().any(|word| word == "test")
            && !inside.iter().any(|word| word == "not");
        if !for_tests {
            kept.push(words[at].clone());
            at += 1;
            continue;
        }
        // The item: up to its first `;`, or to the end of its braces.
        at = end;
        let mut names: Vec<String> = Vec::new();
        while at < words.len() {
            let word = &words[at];
            if word == "{" || word == "(" || word == "[" {
                at = group(words, at);
                if word == "{" && names.first().is_none_or(|name| name != "use") {
                    break;
                }
                continue;
            }
            at += 1;
            if word == ";" || word == "," {
                if names.len() == 2 && names[0] == "mod" {
                    modules.push(names[1].clone());
                }
                break;
            }
            if word != "pub" {
                names.push(word.clone());
            }
        }
    }
    (kept, modules)
}

/// Behind the bracket that closes the one at this place.
fn group(words: &[String], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate().skip(start) {
        match word.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    words.len()
}

/// The names that `use` brings in, each with its path.
fn imports(words: &[String]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if words[at] == "use" {
            let end = words[at..].iter().position(|word| word == ";").map_or(words.len(), |length| at + length);
            tree(&words[at + 1..end], &[], &mut found);
            at = end;
        }
        at += 1;
    }
    found
}

/// Takes a tree of `use` apart.
fn tree(words: &[String], before: &[String], found: &mut Vec<(String, Vec<String>)>) {
    let mut path = before.to_vec();
    let mut alias = None;
    let mut at = 0;
    while at < words.len() {
        match words[at].as_str() {
            "::" => {}
            "as" => {
                alias = words.get(at + 1).cloned();
                at += 1;
            }
            "{" => {
                let end = group(words, at) - 1;
                let mut start = at + 1;
                let mut inner = start;
                while inner <= end {
                    if inner == end || words[inner] == "," {
                        tree(&words[start..inner], &path, found);
                        start = inner + 1;
                    }
                    inner = if inner < end && words[inner] == "{" { group(words, inner) } else { inner + 1 };
                }
                return;
            }
            "self" if !path.is_empty() => {}
            word => path.push(word.to_owned()),
        }
        at += 1;
    }
    if let Some(last) = path.last().cloned() {
        found.push((alias.unwrap_or(last), path));
    }
}

/// Paths in code that begin with `crate` or `super`.
fn inline_paths(words: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let begins = |at: usize| {
        let follows = |word: &str| at > 0 && words[at - 1] == word;
        // What may see an item is no use of it.
        matches!(words[at].as_str(), "crate" | "super") && !follows("::") && !follows("in") && !follows("(")
            || matches!(words[at].as_str(), "crate" | "super")
                && follows("(")
                && words.get(at + 1).is_some_and(|word| word == "::")
    };
    for at in (0..words.len()).filter(|at| begins(*at)) {
        let mut path = vec![words[at].clone()];
        let mut next = at + 1;
        while words.get(next).is_some_and(|word| word == "::") {
            match words.get(next + 1) {
                Some(word) if word.chars().all(|c| c.is_alphanumeric() || c == '_') => path.push(word.clone()),
                _ => break,
            }
            next += 2;
        }
        found.push(path);
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// The folders of the workspace's crates.
fn members() -> Vec<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = manifest.lines().find(|line| line.starts_with("members")).unwrap();
    members.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn no_crate_has_a_circle_of_modules() {
    let members = members();
    assert!(members.len() >= 12);
    let mut wrong = Vec::new();
    for member in members {
        let circles = Crate::read(&root().join(&member).join("src")).circles();
        wrong.extend(circles.into_iter().map(|circle| format!("{member}: {circle}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// `server/src/web` speaks HTTP for any product: no proofs, no tokens, no secrets. Of the stores it knows
/// by what callers are told apart.
#[test]
fn the_ground_floor_of_the_server_knows_no_product() {
    let server = Crate::read(&root().join("server/src"));
    let mut looked_at = 0;
    for (module, words) in server.files.iter().filter(|(module, _)| module.first().is_some_and(|name| name == "web")) {
        looked_at += 1;
        let place = module.join("::");
        assert!(!words.iter().any(|word| word == "ashlink_core" || word == "app"), "{place} knows the product");
        for (_, path) in server.imports[module].iter().filter(|(_, path)| path[0] == "ashlink_store") {
            assert!(["address", "tag"].contains(&&*path[1]), "{place} uses {}", path.join("::"));
        }
    }
    assert!(looked_at > 10, "there are files");
}

/// The circles of a crate with these files.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Crate::of(&files).circles()
}

#[test]
fn a_planted_circle_is_found() {
    let lib = ("lib.rs", "mod one;\nmod other;\nmod third;\npub struct Shared;\n");
    let uses = |text| circles(&[lib, ("one.rs", text), ("other.rs", "use super::one::A;")]);
    assert_eq!(uses("use crate::other::B;"), ["one uses other, other uses one"]);
    assert_eq!(uses("use crate::{Shared, other::{self, deep::C}};").len(), 1);
    assert_eq!(uses("fn f() -> crate::other::B { todo!() }").len(), 1);
    assert_eq!(uses("pub(in crate::other) struct A; /* crate::other::B */ const T: &str = \"crate::other\";").len(), 0);
    assert_eq!(uses("use crate::Shared;").len(), 0, "what the parent defines is for its children");
    assert_eq!(uses("#[cfg(test)]\nmod tests { use crate::other::B; }\nconst C: char = '\"';").len(), 0);
    assert_eq!(uses("#[cfg(test)]\nuse crate::other::B;\nfn f() { let lifetime: &'static str; }").len(), 0);
    assert_eq!(uses("#[cfg(test)] use crate::x; use crate::other::B;").len(), 1);
    // By way of a third one, and of what the parent brings in.
    let three = [lib, ("one.rs", "use crate::other::B;"), ("other.rs", "use crate::third::C;")];
    assert_eq!(circles(&[&three[..], &[("third.rs", "use crate::one::A;")]].concat()).len(), 1);
    let again = ("lib.rs", "mod one;\nmod other;\npub use one::A;\n");
    assert_eq!(circles(&[again, ("one.rs", "use crate::other::B;"), ("other.rs", "use crate::A;")]).len(), 1);
    assert_eq!(
        circles(&[again, ("one.rs", "use crate::other::B;"), ("other.rs", "use crate::*; fn f(a: A) {}")]).len(),
        1
    );
    assert_eq!(circles(&[again, ("one.rs", "use crate::other::B;"), ("other.rs", "use crate::*;")]).len(), 0);
}

#[test]
fn folders_and_the_files_in_them_are_looked_at_by_themselves() {
    let files = [
        ("main.rs", "mod up;\nmod down;\n"),
        ("up.rs", "mod a;\nmod b;\nuse crate::down::D;\nuse a::A;\nstruct Own;\n"),
        ("up/a.rs", "use super::Own;\nuse super::b::B;\n"),
        ("up/b.rs", ""),
        ("down.rs", "struct D;\n#[cfg(test)]\nmod tests;\n"),
        ("down/tests.rs", "use crate::up::a::A;"),
    ];
    let with = |path, text| {
        let mut files = files;
        files.iter_mut().find(|(name, _)| *name == path).unwrap().1 = text;
        circles(&files)
    };
    assert_eq!(circles(&files), [""; 0]);
    assert_eq!(with("up/b.rs", "use super::a::A;"), ["up::a uses up::b, up::b uses up::a"]);
    assert_eq!(with("down.rs", "use crate::up::b::B;\n#[cfg(test)]\nmod tests;\n").len(), 1);
    assert_eq!(with("down.rs", "").len(), 1, "what no test declares is no test");
}
