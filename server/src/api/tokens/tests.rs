use super::*;
use crate::testing::fifo;
use std::fs;

/// Tokens in a file that a test can change.
pub(crate) struct InFile {
    folder: tempfile::TempDir,
    pub(crate) tokens: Arc<Tokens>,
}

impl InFile {
    pub(crate) fn with(named: &[(&str, &Token)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tokens"), lines(named)).unwrap();
        let tokens = Arc::new(Tokens::open(&folder.path().join("tokens")).unwrap());
        Self { folder, tokens }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("tokens")
    }

    pub(crate) fn becomes(&self, text: impl AsRef<[u8]>) {
        fs::write(self.path(), text).unwrap();
        let _ = self.tokens.refresh();
    }

    fn knows(&self, token: &Token) -> bool {
        self.tokens.find(token).is_some()
    }
}

pub(crate) fn lines(named: &[(&str, &Token)]) -> String {
    named.iter().map(|(name, token)| format!("{name} {}\n", token.hash())).collect()
}

fn two() -> (Token, Token) {
    (Token::fresh(), Token::fresh())
}

#[test]
fn a_line_that_goes_revokes_and_one_that_comes_grants() {
    let (one, other) = two();
    let file = InFile::with(&[("one", &one)]);
    assert!(file.knows(&one) && !file.knows(&other));
    file.becomes(lines(&[("one", &one), ("other", &other)]));
    assert!(file.knows(&one) && file.knows(&other));
    file.becomes(lines(&[("other", &other)]));
    assert!(!file.knows(&one) && file.knows(&other));
    // As editors and deployments do it: another file in its place.
    let new = file.folder.path().join("new");
    fs::write(&new, lines(&[("one", &one)])).unwrap();
    fs::rename(&new, file.path()).unwrap();
    assert_eq!(file.tokens.refresh().unwrap(), Some(1));
    assert!(file.knows(&one) && !file.knows(&other));
    file.becomes("# nobody any more\n");
    assert!(!file.knows(&one) && !file.knows(&other));
}

#[test]
fn what_has_the_same_size_and_time_is_read_all_the_same() {
    let (one, other) = two();
    let file = InFile::with(&[("name", &one)]);
    let time = fs::metadata(file.path()).unwrap().modified().unwrap();
    fs::write(file.path(), lines(&[("name", &other)])).unwrap();
    fs::File::options().write(true).open(file.path()).unwrap().set_modified(time).unwrap();
    assert_eq!(file.tokens.refresh().unwrap(), Some(1));
    assert!(!file.knows(&one) && file.knows(&other));
}

#[test]
fn a_broken_or_vanished_file_changes_nothing() {
    let (one, other) = two();
    let file = InFile::with(&[("one", &one)]);
    let good = lines(&[("one", &one), ("other", &other)]);
    for (broken, words) in [
        ("", "it is empty"),
        (&good[..good.len() - 9], "line 2: "),
        ("one", "line 1: "),
        ("\u{1f525}", "line 1: "),
        (&"#".repeat(2_000_000), "it is larger than 1024 KiB"),
    ] {
        fs::write(file.path(), broken).unwrap();
        let error = file.tokens.refresh().unwrap_err().to_string();
        assert!(error.starts_with(words), "{error}");
        assert!(file.knows(&one) && !file.knows(&other));
    }
    fs::remove_file(file.path()).unwrap();
    assert!(file.tokens.refresh().unwrap_err().to_string().contains("No such file"));
    // What would be waited for, or has no end.
    fifo(&file.path());
    assert_eq!(file.tokens.refresh().unwrap_err().to_string(), "it is a FIFO, and must be a regular file");
    fs::remove_file(file.path()).unwrap();
    fs::create_dir(file.path()).unwrap();
    assert_eq!(file.tokens.refresh().unwrap_err().to_string(), "it is a folder, and must be a regular file");
    assert!(file.knows(&one));
    fs::remove_dir(file.path()).unwrap();
    file.becomes(good);
    assert!(file.knows(&one) && file.knows(&other));
}

#[test]
fn a_file_that_cannot_be_used_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens");
    let refused = || Tokens::open(&path).unwrap_err().to_string();
    assert!(refused().contains("No such file"), "{}", refused());
    fs::write(&path, "# fine\nbroken\n").unwrap();
    assert!(refused().starts_with("line 2: "), "{}", refused());
    fs::write(&path, "#".repeat(2_000_000)).unwrap();
    assert_eq!(refused(), "it is larger than 1024 KiB");
    fs::remove_file(&path).unwrap();
    fifo(&path);
    assert_eq!(refused(), "it is a FIFO, and must be a regular file");
}

#[tokio::test(start_paused = true)]
async fn a_fault_is_said_when_it_comes_and_now_and_then_while_it_stays() {
    let mut fault = Fault::default();
    assert!(!fault.is_over());
    assert!(fault.is_news("broken") && !fault.is_news("broken") && fault.is_news("gone"));
    tokio::time::advance(REMINDER).await;
    assert!(fault.is_news("gone") && !fault.is_news("gone"));
    assert!(fault.is_over() && !fault.is_over());
    assert!(fault.is_news("gone"), "it is there again");
}

#[tokio::test(start_paused = true)]
async fn a_file_system_that_does_not_answer_is_said_and_waited_for() {
    let (answer, look) = oneshot::channel();
    let mut late = 0;
    let watched = answered(look, |error| {
        assert!(error.to_string().contains("did not answer"), "{error}");
        late += 1;
    });
    let hour = Duration::from_secs(60 * 60);
    let answers = async {
        tokio::time::sleep(hour + Duration::from_secs(1)).await;
        answer.send(Ok(Some(3))).unwrap();
    };
    let (looked, ()) = tokio::join!(watched, answers);
    assert_eq!(looked.unwrap(), Some(3));
    assert_eq!(late, hour.as_secs() / files::PATIENCE.as_secs());
}

#[tokio::test(start_paused = true)]
async fn nobody_has_to_ask_for_it() {
    let (one, _) = two();
    let file = InFile::with(&[]);
    tokio::spawn(Arc::clone(&file.tokens).refresh_forever());
    fs::write(file.path(), lines(&[("one", &one)])).unwrap();
    for _ in 0..100 {
        tokio::time::sleep(PAUSE).await;
        if file.knows(&one) {
            return;
        }
        // The file is read on another thread, in real time.
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the file was never looked at");
}
