// What docker-compose.yml promises of a stack that runs.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { container, docker, inspect, network, redisCli } from "../lib/stack.js";

const SERVICES = ["server", "redis"];
/** What the containers run as. */
const USERS = { server: "65532:65532", redis: "999:999" };
/** Where each finds the store's password. */
const SECRETS = { server: "/run/secrets/store", redis: "/run/secrets/redis.conf" };

/** A line of the kernel's own account of a container's first process. */
async function kernelSays(service) {
  const { Pid } = (await inspect(service)).State;
  const status = await readFile(`/proc/${Pid}/status`, "utf8");
  return (name) => status.match(new RegExp(`^${name}:\\s*(.*)$`, "m"))?.[1].trim() ?? "";
}

const redis = async (...command) => docker("exec", await container("redis"), ...command);
/** What a command of a container that may not do it is told. */
const refused = (doing) =>
  doing.then(
    (said) => assert.fail(`it was done: ${said}`),
    ({ stdout, stderr }) => stdout + stderr,
  );

for (const service of SERVICES) {
  test(`${service}: is not root, has no capability and can get none`, async () => {
    const [user, group] = USERS[service].split(":");
    const says = await kernelSays(service);
    assert.deepEqual(says("Uid").split(/\s+/), Array(4).fill(user));
    assert.deepEqual(says("Gid").split(/\s+/), Array(4).fill(group));
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) assert.match(says(set), /^0+$/, set);
    assert.equal(says("NoNewPrivs"), "1");
    assert.equal(says("Seccomp"), "2", "no system call filter");
  });

  test(`${service}: its root is read-only, and nothing in it has changed`, async () => {
    const { HostConfig, Mounts } = await inspect(service);
    assert.equal(HostConfig.ReadonlyRootfs, true);
    assert.equal(HostConfig.Privileged, false);
    assert.equal(await docker("diff", await container(service)), "");
    // Memory and the file with its password, nothing else of this machine's, and no volume that
    // somebody would have to find.
    const others = Mounts.filter(({ Type }) => Type !== "tmpfs");
    assert.deepEqual(
      others.map(({ Type, RW, Destination }) => ({ Type, RW, Destination })),
      [{ Type: "bind", RW: false, Destination: SECRETS[service] }],
    );
  });

  test(`${service}: has limits, and a log that does not grow for ever`, async () => {
    const { HostConfig } = await inspect(service);
    assert.ok(HostConfig.Memory >= 2 ** 26 && HostConfig.Memory <= 2 ** 30, String(HostConfig.Memory));
    assert.equal(HostConfig.MemorySwap, HostConfig.Memory);
    assert.ok(HostConfig.PidsLimit > 0 && HostConfig.PidsLimit <= 256);
    assert.deepEqual(HostConfig.LogConfig, { Type: "json-file", Config: { "max-file": "3", "max-size": "10m" } });
    assert.equal(HostConfig.RestartPolicy.Name, "unless-stopped");
  });

  test(`${service}: is healthy by its own account`, async () => {
    const { State } = await inspect(service);
    assert.equal(State.Health.Status, "healthy");
  });

  test(`${service}: has its password in no environment and no command line`, async () => {
    const { Config, State } = await inspect(service);
    const [, password] = (await redis("cat", SECRETS.redis)).match(/^requirepass ([0-9a-f]{32})$/m) ?? [];
    assert.ok(password, "the file has no password");
    const seen = [Config.Env, Config.Cmd, Config.Entrypoint, Config.Healthcheck.Test].flat().join("\n");
    assert.ok(!seen.includes(password));
    assert.ok(!(await readFile(`/proc/${State.Pid}/cmdline`, "utf8")).includes(password));
  });
}

test("a file cannot be made in the store's root", async () => {
  assert.match(await refused(redis("touch", "/planted")), /Read-only file system/);
});

test("the server's image holds nothing to start but the server", async () => {
  const id = await container("server");
  for (const program of ["sh", "/bin/sh", "/bin/busybox", "bash", "ls"]) {
    assert.match(await refused(docker("exec", id, program)), /not found|no such file/i, program);
  }
  // The way itself works.
  assert.match(await docker("exec", id, "/usr/local/bin/ashlink-server", "check", "--ready"), /^ready$/);
});

test("a check in the container finds nothing wrong", async () => {
  const found = await docker("exec", await container("server"), "/usr/local/bin/ashlink-server", "check");
  assert.match(found, /^ok {7}address: the server at 127\.0\.0\.1:3000 is ready$/m);
  assert.match(found, /^ok {7}store: redis:\/\/redis:6379 answers/m);
  assert.doesNotMatch(found, /problem/);
});

test("the server is published on the loopback interface alone", async () => {
  const { HostConfig } = await inspect("server");
  assert.deepEqual(Object.keys(HostConfig.PortBindings), ["3000/tcp"]);
  assert.deepEqual(
    HostConfig.PortBindings["3000/tcp"].map(({ HostIp }) => HostIp),
    ["127.0.0.1"],
  );
});

test("the store is published nowhere, and in no network but the server's", async () => {
  const { HostConfig, NetworkSettings, Config } = await inspect("redis");
  assert.deepEqual(HostConfig.PortBindings ?? {}, {});
  assert.deepEqual(Object.values(NetworkSettings.Ports ?? {}).filter(Boolean), []);
  const store = await network("store");
  assert.deepEqual(Object.keys(NetworkSettings.Networks), [store.Name]);
  assert.equal(store.Internal, true);
  const members = Object.values(store.Containers)
    .map(({ Name }) => Name)
    .sort();
  const own = await Promise.all(SERVICES.map(async (service) => (await inspect(service)).Name.slice(1)));
  assert.deepEqual(members, own.sort());

  // From a neighbour in another network there is no way to it, and from its own there is.
  const address = NetworkSettings.Networks[store.Name].IPAddress;
  const from = (name) =>
    docker("run", "--rm", "--network", name, "--entrypoint", "timeout", Config.Image, "5", "redis-cli", "-h", address, "PING");
  await refused(from((await network("web")).Name));
  assert.match(await from(store.Name), /NOAUTH/);
});

test("the store wants its password", async () => {
  assert.equal(await redisCli("PING"), "PONG");
  assert.match(await redis("redis-cli", "PING"), /NOAUTH/);
  assert.match(await redis("env", "REDISCLI_AUTH=guessed", "redis-cli", "PING"), /NOAUTH|WRONGPASS/);
});

test("the store throws nothing away, has a limit, and writes nothing to disk", async () => {
  const setting = async (name) => (await redisCli("CONFIG", "GET", name)).split("\n")[1] ?? "";
  assert.equal(await setting("maxmemory-policy"), "noeviction");
  const limit = Number(await setting("maxmemory"));
  assert.ok(limit > 0 && limit < (await inspect("redis")).HostConfig.Memory, String(limit));
  assert.equal(await setting("save"), "");
  assert.equal(await setting("appendonly"), "no");
  assert.equal(await redis("ls", "-A", "/data"), "");
});
