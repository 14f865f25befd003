//! Scripts, and calls of them.

use redis::{Cmd, ToRedisArgs};

/// A script that servers run by its hash once they have seen it.
pub(super) struct Script {
    code: String,
    hash: String,
}

impl Script {
    pub(super) fn new(code: &str) -> Self {
        Self { code: code.to_owned(), hash: redis::Script::new(code).get_hash().to_owned() }
    }

    /// Begins a call with its first key.
    pub(super) fn key(&self, key: impl ToRedisArgs) -> Call<'_> {
        Call { script: self, keys: key.to_redis_args(), arguments: Vec::new() }
    }
}

/// A call. Unlike the driver's own, it does not decide what happens when the server does not
/// know the script: whoever sends it does, and knows whether it has run.
pub(super) struct Call<'a> {
    script: &'a Script,
    keys: Vec<Vec<u8>>,
    arguments: Vec<Vec<u8>>,
}

impl Call<'_> {
    pub(super) fn key(&mut self, key: impl ToRedisArgs) -> &mut Self {
        key.write_redis_args(&mut self.keys);
        self
    }

    pub(super) fn arg(&mut self, argument: impl ToRedisArgs) -> &mut Self {
        argument.write_redis_args(&mut self.arguments);
        self
    }

    /// One of the keys: all of a call's keys have one hash tag.
    pub(super) fn any_key(&self) -> &[u8] {
        self.keys.first().expect("a call begins with a key")
    }

    /// The call as a server understands it that has seen the script.
    pub(super) fn by_hash(&self) -> Cmd {
        self.command("EVALSHA", &self.script.hash)
    }

    /// The call with the script itself, which the server then remembers.
    pub(super) fn in_full(&self) -> Cmd {
        self.command("EVAL", &self.script.code)
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let length = self.keys.iter().chain(&self.arguments).map(Vec::len).sum::<usize>();
        let mut command =
            Cmd::with_capacity(3 + self.keys.len() + self.arguments.len(), length + name.len() + script.len() + 8);
        command.arg(name).arg(script).arg(self.keys.len()).arg(&self.keys).arg(&self.arguments);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_names_its_script_or_brings_it() {
        let script = Script::new("return 1");
        let mut call = script.key("a");
        call.key(b"b\0".as_slice()).arg(7);
        assert_eq!(call.any_key(), b"a");
        let packed = |command: Cmd| String::from_utf8(command.get_packed_command()).unwrap();
        let hash = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";
        let rest = "$1\r\n2\r\n$1\r\na\r\n$2\r\nb\0\r\n$1\r\n7\r\n";
        assert_eq!(packed(call.by_hash()), format!("*6\r\n$7\r\nEVALSHA\r\n$40\r\n{hash}\r\n{rest}"));
        assert_eq!(packed(call.in_full()), format!("*6\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n{rest}"));
    }
}
