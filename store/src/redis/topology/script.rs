//! Scripts, and calls of them.

use redis::{Arg, Cmd, ToRedisArgs};

/// A script that servers run by its hash once they have seen it.
pub(in crate::redis) struct Script {
    code: String,
    hash: String,
}

impl Script {
    pub(in crate::redis) fn new(code: &str) -> Self {
        Self { code: code.to_owned(), hash: redis::Script::new(code).get_hash().to_owned() }
    }

    /// Begins a call with all its keys, which have one hash tag.
    pub(in crate::redis) fn keys(&self, keys: &[&[u8]]) -> Call<'_> {
        let mut by_hash = redis::cmd("EVALSHA");
        by_hash.arg(&self.hash).arg(keys.len()).arg(keys);
        Call { script: self, by_hash }
    }
}

/// A call. Unlike the driver's own, it does not decide what happens when the server does not
/// know the script: whoever sends it does, and knows whether it has run.
pub(in crate::redis) struct Call<'a> {
    script: &'a Script,
    by_hash: Cmd,
}

/// The words of a call before its first key: command, script, number of keys.
const BEFORE_KEYS: usize = 3;

impl Call<'_> {
    pub(in crate::redis) fn arg(&mut self, argument: impl ToRedisArgs) -> &mut Self {
        self.by_hash.arg(argument);
        self
    }

    /// One of the keys.
    pub(in crate::redis) fn any_key(&self) -> &[u8] {
        match self.by_hash.args_iter().nth(BEFORE_KEYS) {
            Some(Arg::Simple(key)) => key,
            _ => unreachable!("a call begins with a key"),
        }
    }

    /// The call as a server understands it that has seen the script.
    pub(in crate::redis) const fn by_hash(&self) -> &Cmd {
        &self.by_hash
    }

    /// The call with the script itself, which the server then remembers.
    pub(in crate::redis) fn in_full(&self) -> Cmd {
        let mut command = redis::cmd("EVAL");
        command.arg(&self.script.code);
        for word in self.by_hash.args_iter().skip(2) {
            if let Arg::Simple(word) = word {
                command.arg(word);
            }
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_names_its_script_or_brings_it() {
        let script = Script::new("return 1");
        let mut call = script.keys(&[b"a", b"b\0"]);
        call.arg(7);
        assert_eq!(call.any_key(), b"a");
        let packed = |command: &Cmd| String::from_utf8(command.get_packed_command()).unwrap();
        let hash = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
        let rest = "$1\r\n2\r\n$1\r\na\r\n$2\r\nb\0\r\n$1\r\n7\r\n";
        assert_eq!(packed(call.by_hash()), format!("*6\r\n$7\r\nEVALSHA\r\n$40\r\n{hash}\r\n{rest}"));
        assert_eq!(packed(&call.in_full()), format!("*6\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n{rest}"));
    }
}
