//! What the image, the Compose files, the chart and the examples for operators promise, read from the files: each
//! test fails when a protection is taken away. That the engine keeps them is what `end2end/stack` asks.

mod chart;

use ashlink_server::settings::Settings;
use ashlink_server::web::accept::GRACE;
use clap::CommandFactory as _;
use saphyr::{LoadableYamlNode as _, Yaml};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const MAIN: &str = "docker-compose.yml";
const DURABLE: &str = "docker-compose.durable.yml";
const TOKENS: &str = "docker-compose.tokens.yml";
const CADDY: &str = "docs/examples/caddy/docker-compose.caddy.yml";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it is in the workspace").to_path_buf()
}

fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A file's services, as what the checks below are made on.
fn services<'a>(text: &'a str) -> Yaml<'a> {
    let documents = Yaml::load_from_str(text).expect("the file is YAML");
    documents[0]["services"].clone()
}

/// What stands there; something that is nothing when there is nothing.
fn at<'a, 'b>(yaml: &'a Yaml<'b>, path: &[&str]) -> &'a Yaml<'b> {
    path.iter().fold(yaml, |yaml, key| yaml.as_mapping_get(key).unwrap_or(&Yaml::BadValue))
}

fn list<'a>(yaml: &'a Yaml<'_>) -> Vec<&'a str> {
    yaml.as_sequence().map(|items| items.iter().filter_map(Yaml::as_str).collect()).unwrap_or_default()
}

/// Whether a list of words has these one after the other.
fn has(words: &[&str], wanted: &[&str]) -> bool {
    words.windows(wanted.len()).any(|window| window == wanted)
}

/// What every service of the main file and the example must have.
fn faults_of_any(service: &Yaml<'_>) -> Vec<&'static str> {
    let get = |key| at(service, &[key]);
    let limit = get("mem_limit").as_str();
    let rotation = get("logging").as_mapping_get("options");
    let checks = [
        (get("read_only").as_bool() == Some(true), "read-only root"),
        (list(get("cap_drop")) == ["ALL"], "no capabilities"),
        (list(get("security_opt")) == ["no-new-privileges:true"], "no new privileges"),
        (limit.is_some(), "memory limit"),
        (limit.is_some() && get("memswap_limit").as_str() == limit, "nothing in a swap file"),
        (get("pids_limit").as_integer().is_some_and(|limit| limit > 0), "limit of processes"),
        (get("restart").as_str() == Some("unless-stopped"), "restart policy"),
        (rotation.is_some_and(|options| options.contains_mapping_key("max-size")), "log rotation"),
        (!service.contains_mapping_key("privileged"), "not privileged"),
    ];
    checks.into_iter().filter(|(holds, _)| !holds).map(|(_, promise)| promise).collect()
}

fn faults_of_server(server: &Yaml<'_>) -> Vec<&'static str> {
    let mut faults = faults_of_any(server);
    let ports = list(at(server, &["ports"]));
    let store = at(server, &["environment", "ASHLINK_STORE_FILE"]).as_str();
    let grace = at(server, &["stop_grace_period"]).as_str().and_then(|grace| grace.strip_suffix('s')?.parse().ok());
    let checks = [
        (ports == ["${ASHLINK_PUBLISH:-127.0.0.1:3000}:3000"], "published on the loopback interface"),
        (store == Some("/run/secrets/store") && list(at(server, &["secrets"])) == ["store"], "a store in a file"),
        (grace.is_some_and(|grace| Duration::from_secs(grace) > GRACE), "time for the server to finish"),
        (at(server, &["depends_on", "redis", "condition"]).as_str() == Some("service_healthy"), "waits for the store"),
        (!server.contains_mapping_key("cap_add"), "adds no capability"),
    ];
    faults.extend(checks.into_iter().filter(|(holds, _)| !holds).map(|(_, promise)| promise));
    faults
}

/// What both forms of the store must have.
fn faults_of_store_command(redis: &Yaml<'_>) -> Vec<&'static str> {
    let command = list(at(redis, &["command"]));
    let checks = [
        // Valkey and Redis read settings from it where it is the first word.
        (command.first() == Some(&"/run/secrets/redis.conf"), "a password"),
        (has(&command, &["--save", ""]), "no snapshots"),
        (has(&command, &["--maxmemory-policy", "noeviction"]), "no eviction"),
        (has(&command, &["--maxmemory"]), "a limit"),
    ];
    checks.into_iter().filter(|(holds, _)| !holds).map(|(_, promise)| promise).collect()
}

fn faults_of_store(redis: &Yaml<'_>) -> Vec<&'static str> {
    let mut faults = faults_of_any(redis);
    faults.extend(faults_of_store_command(redis));
    let command = list(at(redis, &["command"]));
    let health = list(at(redis, &["healthcheck", "test"]));
    let volumes = at(redis, &["volumes"]).as_sequence().map(Vec::as_slice).unwrap_or_default();
    let checks = [
        (!redis.contains_mapping_key("ports"), "no published port"),
        (list(at(redis, &["networks"])) == ["store"], "in no network but the server's"),
        (has(&command, &["--appendonly", "no"]), "no append-only file"),
        (health == ["CMD-SHELL", HEALTH], "a health check with the password"),
        (list(at(redis, &["secrets"])) == ["redis.conf"], "the file with its password"),
        (!redis.contains_mapping_key("environment"), "no password in its environment"),
        (at(redis, &["user"]).as_str() == Some("999:999"), "not root"),
        (volumes.len() == 1 && at(&volumes[0], &["type"]).as_str() == Some("tmpfs"), "data in memory"),
        (!redis.contains_mapping_key("cap_add"), "adds no capability"),
    ];
    faults.extend(checks.into_iter().filter(|(holds, _)| !holds).map(|(_, promise)| promise));
    faults
}

/// What asks the store whether it serves.
const HEALTH: &str = "REDISCLI_AUTH=$$(sed -n 's/^requirepass //p' /run/secrets/redis.conf) redis-cli -e PING";

/// All that is wrong with a main file.
fn faults(text: &str) -> Vec<&'static str> {
    let services = services(text);
    let documents = Yaml::load_from_str(text).expect("the file is YAML");
    let mut faults = faults_of_server(at(&services, &["server"]));
    faults.extend(faults_of_store(at(&services, &["redis"])));
    if at(&documents[0], &["networks", "store", "internal"]).as_bool() != Some(true) {
        faults.push("a network without a way out");
    }
    for name in ["store", "redis.conf"] {
        let file = at(&documents[0], &["secrets", name, "file"]).as_str();
        if file != Some(&format!("${{ASHLINK_SECRETS:-./secrets}}/{name}")) {
            faults.push("secrets in files");
        }
    }
    faults
}

#[test]
fn the_main_file_keeps_its_promises() {
    assert_eq!(faults(&text(MAIN)), [""; 0]);
}

#[test]
fn each_promise_is_missed_when_it_is_taken_away() {
    let whole = text(MAIN);
    let promises = [
        "read_only: true",
        "      - ALL\n",
        "no-new-privileges:true",
        "mem_limit: ${ASHLINK_MEMORY:-256m}",
        "mem_limit: ${REDIS_MEMORY:-512m}",
        "memswap_limit: ${ASHLINK_MEMORY:-256m}",
        "memswap_limit: ${REDIS_MEMORY:-512m}",
        "pids_limit: 256",
        "pids_limit: 64",
        "restart: unless-stopped",
        "max-size: 10m",
        "127.0.0.1:3000}:3000",
        "ASHLINK_STORE_FILE: /run/secrets/store",
        "- store\n    # For ASHLINK_LOGO",
        "ASHLINK_SECRETS",
        "- redis.conf",
        "- /run/secrets/redis.conf",
        "stop_grace_period: 35s",
        "condition: service_healthy",
        "--save",
        "noeviction",
        "- --maxmemory\n",
        "--appendonly",
        "REDISCLI_AUTH",
        "user: \"999:999\"",
        "type: tmpfs",
        "internal: true",
    ];
    for promise in promises {
        let mut from = 0;
        let mut times = 0;
        // Each place where it stands.
        while let Some(at) = whole[from..].find(promise) {
            let at = from + at;
            from = at + promise.len();
            let line = whole[..at].rfind('\n').map_or(0, |newline| newline + 1);
            // What only mentions it promises nothing, and the end of another word is not this one.
            let before = whole[line..at].trim_start();
            if before.starts_with('#') || before.ends_with(|letter: char| letter.is_ascii_alphanumeric()) {
                continue;
            }
            times += 1;
            let changed = format!(
                "{}{}{}",
                &whole[..at],
                promise.replace(|c: char| c.is_ascii_alphanumeric(), "x"),
                &whole[from..]
            );
            assert!(!faults(&changed).is_empty(), "nobody misses: {promise}");
        }
        assert!(times > 0, "it is not there: {promise}");
    }
    let published = whole
        .replace("    networks:\n      - store\n", "    ports:\n      - 6379:6379\n    networks:\n      - store\n");
    assert_eq!(faults(&published), ["no published port"]);
    let elsewhere = whole.replace("    networks:\n      - store\n", "    networks:\n      - store\n      - web\n");
    assert_eq!(faults(&elsewhere), ["in no network but the server's"]);
}

#[test]
fn the_durable_store_differs_in_what_it_keeps() {
    let durable_text = text(DURABLE);
    let durable = services(&durable_text);
    assert_eq!(durable.as_mapping().unwrap().len(), 1, "it changes the store alone");
    let redis = &durable["redis"];
    assert_eq!(faults_of_store_command(redis), [""; 0]);
    let command = list(&redis["command"]);
    assert!(has(&command, &["--appendonly", "yes"]) && has(&command, &["--appendfsync", "always"]), "{command:?}");
    // It replaces what it changes, and relaxes nothing else.
    let mut keys: Vec<_> = redis.as_mapping().unwrap().keys().filter_map(Yaml::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["command", "mem_limit", "memswap_limit", "volumes"]);
    assert_eq!(redis["mem_limit"], redis["memswap_limit"]);
    let main_text = text(MAIN);
    let main = services(&main_text);
    let target = |service: &Yaml<'_>| service["volumes"][0]["target"].as_str().map(str::to_owned);
    assert_eq!(target(redis), target(&main["redis"]), "both would be mounted");
}

#[test]
fn tokens_add_a_folder_that_the_server_only_reads() {
    let tokens_text = text(TOKENS);
    let tokens = services(&tokens_text);
    assert_eq!(tokens.as_mapping().unwrap().len(), 1, "it changes the server alone");
    let server = &tokens["server"];
    let keys: Vec<_> = server.as_mapping().unwrap().keys().filter_map(Yaml::as_str).collect();
    assert_eq!(keys, ["environment", "volumes"]);
    let environment = server["environment"].as_mapping().unwrap();
    assert_eq!(environment.keys().filter_map(Yaml::as_str).collect::<Vec<_>>(), ["ASHLINK_TOKENS"]);
    let volumes = server["volumes"].as_sequence().unwrap();
    assert_eq!(volumes.len(), 1);
    assert_eq!(volumes[0]["read_only"].as_bool(), Some(true));
    let file = Path::new(server["environment"]["ASHLINK_TOKENS"].as_str().unwrap());
    assert_eq!(file.parent(), volumes[0]["target"].as_str().map(Path::new), "the file is in the folder");
    // Neither the image nor the repository gets it.
    let folder = volumes[0]["source"].as_str().unwrap().trim_start_matches("./");
    assert!(text(".dockerignore").lines().any(|line| line == folder));
    assert!(text(".gitignore").lines().any(|line| line.trim_start_matches('/') == folder));
}

#[test]
fn caddy_is_held_to_the_same() {
    let caddy_text = text(CADDY);
    let caddy = services(&caddy_text);
    assert_eq!(faults_of_any(&caddy["caddy"]), [""; 0]);
    assert_eq!(list(&caddy["caddy"]["cap_add"]), ["NET_BIND_SERVICE"]);
    assert_eq!(list(&caddy["caddy"]["networks"]), ["web"], "the store is not Caddy's business");
    assert!(!caddy["server"].contains_mapping_key("ports"));
}

/// Everything that ASHLINK_… names in a text.
fn settings(text: &str) -> Vec<&str> {
    let parts = text.match_indices("ASHLINK_").map(|(at, _)| {
        let end = text[at..].find(|c: char| !c.is_ascii_uppercase() && c != '_').map_or(text.len(), |end| at + end);
        &text[at..end]
    });
    parts.collect()
}

#[test]
fn every_setting_of_the_server_is_passed_on_or_has_no_use_here() {
    /// Only the embedded store has a budget; this store takes no snapshots, and has no TLS in a
    /// network of its own; a file of tokens comes with a folder, in a file of its own; the store's URL
    /// stands in a file, since it has a password.
    const ELSEWHERE: [&str; 5] =
        ["ASHLINK_STORE", "ASHLINK_STORE_BUDGET", "ASHLINK_ALLOW_SNAPSHOTS", "ASHLINK_REDIS_CA", "ASHLINK_TOKENS"];
    let command = Settings::command();
    let known: Vec<&str> = command.get_arguments().filter_map(|setting| setting.get_env()?.to_str()).collect();
    assert!(known.len() >= 9, "{known:?}");
    let main = text(MAIN);
    let main_services = services(&main);
    let environment = &main_services["server"]["environment"];
    for name in &known {
        let passed = environment.contains_mapping_key(name);
        assert_ne!(passed, ELSEWHERE.contains(name), "{name} in {MAIN}");
    }
    for name in environment.as_mapping().unwrap().keys().filter_map(Yaml::as_str) {
        assert!(known.contains(&name), "the server knows no {name}");
    }
}

#[test]
fn the_example_of_settings_names_what_the_files_ask_for() {
    let example = text(".env.example");
    let main = text(MAIN);
    for part in main.split("${").skip(1) {
        let name = part.split([':', '}']).next().unwrap();
        assert!(example.contains(&format!("{name}=")), "{name} is not in .env.example");
        // A default is said as it is.
        if let Some(default) = part.split_once(":-").and_then(|(before, rest)| (before == name).then_some(rest)) {
            let default = default.split('}').next().unwrap();
            assert!(example.contains(&format!("#{name}={default}\n")), "{name}: the default is {default}");
        }
    }
    for name in settings(&example) {
        assert!(main.contains(name), "{name} of .env.example has no effect");
    }
    for file in [MAIN, DURABLE, ".env.example"] {
        assert!(!text(file).contains("PASSWORD}") && !text(file).contains("--requirepass"), "a password in {file}");
    }
}

#[test]
fn the_image_keeps_its_promises() {
    let file = text("Dockerfile");
    let lines: Vec<&str> = file.lines().map(str::trim).collect();
    let last_stage = lines.iter().rposition(|line| line.starts_with("FROM ")).unwrap();
    let stage = &lines[last_stage..];
    assert_eq!(stage[0], "FROM ${RUNTIME_IMAGE}");
    assert!(stage.contains(&"USER 65532:65532"), "a user by number that is not root");
    assert!(
        stage.contains(&"CMD [\"/usr/local/bin/ashlink-server\", \"check\", \"--ready\"]"),
        "a health check without a shell"
    );
    assert!(stage.contains(&"ENTRYPOINT [\"/usr/local/bin/ashlink-server\"]"), "nothing between it and signals");
    let copied: Vec<_> = stage.iter().filter(|line| line.starts_with("COPY ") || line.starts_with("ADD ")).collect();
    assert_eq!(copied, [&"COPY --from=build /src/target/release/ashlink-server /usr/local/bin/ashlink-server"]);
    assert!(!stage.iter().any(|line| line.starts_with("RUN ")), "the runtime image has no shell");
    assert!(lines[..last_stage].contains(&"RUN cargo xtask build"), "one way to build");
    // Both files have the same images.
    let main = text(MAIN);
    for name in ["BUILD_IMAGE", "RUNTIME_IMAGE"] {
        let default = lines.iter().find_map(|line| line.strip_prefix(&format!("ARG {name}="))).unwrap();
        assert!(main.contains(&format!("${{{name}:-{default}}}")), "{name} in {MAIN}");
        let (name, digest) = default.split_once("@sha256:").expect("the image is pinned");
        assert!(name.contains(':') && digest.len() == 64, "{default} does not say what it is");
    }
}

#[test]
fn everything_is_built_by_the_same_compiler() {
    let image =
        text("Dockerfile").lines().find_map(|line| line.strip_prefix("ARG BUILD_IMAGE=").map(str::to_owned)).unwrap();
    // The tests need what the slim image leaves out.
    let image = format!("image: {}", image.split('@').next().unwrap().replace("-slim", ""));
    for file in [".github/workflows/ci.yml", ".github/workflows/release.yml", ".gitlab-ci.yml"] {
        assert!(text(file).contains(&image), "{image} in {file}");
    }
}

#[test]
fn what_is_private_or_large_stays_out_of_the_build() {
    let file = text(".dockerignore");
    let lines: Vec<&str> = file.lines().collect();
    for name in [".env", ".git", "secrets", "**/target", "**/node_modules"] {
        assert!(lines.contains(&name), "{name}");
    }
    assert!(text(".gitignore").lines().any(|line| line == "/secrets"));
    // Nothing that the workspace is made of.
    for member in [
        "core",
        "app",
        "frontend",
        "worker",
        "store",
        "server",
        "xtask",
        "end2end",
        "end2end/vectors",
        "style",
        "public",
    ] {
        assert!(!lines.iter().any(|line| line.trim_end_matches("/*") == member), "{member}");
    }
}

#[test]
fn the_unit_keeps_its_promises() {
    let unit = text("packaging/debian/ashlink-server.service");
    let lines: Vec<&str> = unit.lines().collect();
    for promise in [
        "User=ashlink",
        "StateDirectory=ashlink",
        "StateDirectoryMode=0700",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "MemoryDenyWriteExecute=yes",
        "RestrictAddressFamilies=AF_INET AF_INET6",
        "SystemCallFilter=@system-service",
        "MemorySwapMax=0",
        "LimitCORE=0",
        "ExecReload=/bin/kill -HUP $MAINPID",
    ] {
        assert!(lines.contains(&promise), "{promise}");
    }
    let grace = lines.iter().find_map(|line| line.strip_prefix("TimeoutStopSec=")?.parse().ok()).unwrap();
    assert!(Duration::from_secs(grace) > GRACE);
}

#[test]
fn traefiks_example_is_whole() {
    let text = text("docs/examples/traefik/ashlink.yml");
    // What is commented out stands in the document, and has no blank after its mark, or several.
    let code = |line: &str| {
        let rest = line.trim_start().strip_prefix('#').filter(|_| line.starts_with(' '));
        rest.is_some_and(|rest| !rest.starts_with(' ') || rest.starts_with("  "))
    };
    let all: Vec<_> =
        text.lines().map(|line| if code(line) { line.replacen('#', "", 1) } else { line.to_owned() }).collect();
    let all = all.join("\n");
    assert!(all.contains("ashlink-staff:") && !all.contains("#ashlink-staff"));
    for text in [text.clone(), all] {
        let documents = Yaml::load_from_str(&text).expect("the file is YAML");
        let http = at(&documents[0], &["http"]);
        let routers = at(http, &["routers"]);
        for (name, router) in routers.as_mapping().unwrap() {
            let service = router["service"].as_str().unwrap();
            assert!(http["services"].contains_mapping_key(service), "{name:?}");
            for middleware in router.as_mapping_get("middlewares").and_then(Yaml::as_sequence).into_iter().flatten() {
                assert!(http["middlewares"].contains_mapping_key(middleware.as_str().unwrap()), "{name:?}");
            }
        }
        let transport = at(http, &["services", "ashlink", "loadBalancer", "serversTransport"]);
        assert!(http["serversTransports"].contains_mapping_key(transport.as_str().unwrap()));
    }
}
