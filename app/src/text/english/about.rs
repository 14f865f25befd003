//! The page that explains.

use crate::text::AboutText;

pub(in crate::text) const fn about(key: AboutText) -> &'static str {
    match key {
        AboutText::Title => "How {product} works",
        AboutText::Lead => "It turns a secret into a link that works once. This is how, and what it cannot do.",
        AboutText::StepsTitle => "What happens to your secret",
        AboutText::StepEncrypt => {
            "Your browser makes up a random key, encrypts with it what you typed or attached, and sends only \
             the encrypted form to this server: file names and exact sizes are inside."
        }
        AboutText::StepKey => {
            "The key is part of the link, after the # sign. Browsers keep that part to themselves, so this \
             server never learns it."
        }
        AboutText::StepLook => {
            "Looking at a link spends nothing: mail scanners and chat previews look too. The secret is handed \
             out only when somebody clicks \"Reveal\"."
        }
        AboutText::StepAsh => {
            "In the step that hands it out for the last time, this server puts it out of everyone else's reach, \
             and deletes it when your browser says that it has arrived, or a little later. Unopened, it is \
             deleted when its time is up."
        }
        AboutText::StepReceipt => {
            "Your receipt link shows you whether and when it was opened, and destroys it if you want."
        }
        AboutText::PassphraseTitle => "What a passphrase adds",
        AboutText::Passphrase => {
            "It becomes part of the key: the link alone opens nothing, and neither does the passphrase alone. \
             Send the two by different ways, one by mail and one by phone for instance. Who guesses has to wait, and the sender sees it."
        }
        AboutText::CannotTitle => "What it cannot do",
        AboutText::CannotReader => {
            "Know who reads. Whoever opens the link first has the secret. If it was opened before you came, \
             tell the sender: what was in it has to be changed."
        }
        AboutText::CannotRobot => {
            "Stop a robot that holds the whole link and clicks like a person. That is what the passphrase is for."
        }
        AboutText::CannotWeak => {
            "Save a weak passphrase. Someone with the link and a copy of the server's store can try many; a \
             generated one is beyond trying."
        }
        AboutText::CannotServer => {
            "Protect you from its own server. Whoever controls it could send your browser another page. Use a \
             server whose operator you trust."
        }
        AboutText::CannotForget => {
            "Clean up elsewhere. Deleted means deleted from the running store; disks and backups may hold the \
             encrypted form longer. It opens only with the link."
        }
        AboutText::CannotUnsee => {
            "Take back what was read. The reader's screen, clipboard and downloads are the reader's own."
        }
        AboutText::CryptoTitle => "In technical terms",
        AboutText::Crypto => {
            "AES-256-GCM with a key that is used once, HKDF-SHA-256, Argon2id for passphrases, all in WebAssembly \
             in a worker of its own. The format is specified openly, so that others can check it."
        }
        AboutText::Version => "This server runs Ashlink {version}.",
        AboutText::Longest => "Secrets live here for {time} at most.",
        AboutText::Reference => "For programs: the HTTP API",
    }
}
