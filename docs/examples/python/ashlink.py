#!/usr/bin/env python3
"""Sends and opens Ashlink secrets: docs/FORMAT.md and the HTTP API, in one file to read.

Needs Python 3.9 or later with `cryptography` and `argon2-cffi` (Debian: python3-cryptography,
python3-argon2).

    printf %s "$SECRET" | python3 ashlink.py send https://secrets.example.com
    python3 ashlink.py open 'https://secrets.example.com/s#S…' > secret

With --fields, standard input is a login: a JSON list of {"type", "value", "label"}, as `open` prints one.
A passphrase is asked for, or taken from ASHLINK_PASSPHRASE. Exit codes of `open`: 3 the secret
is gone, 4 the passphrase is wrong or missing and nothing was spent, 5 the link is damaged,
7 nobody knows whether it was handed out.
"""

import argparse
import base64
import contextlib
import getpass
import hashlib
import http.client
import json
import math
import os
import re
import sys
import time
import unicodedata
import urllib.error
import urllib.request

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SHARE, OWNER = 0xAB, 0xF9
# Profile: memory in KiB, passes (section 1).
ARGON2ID = {1: (65_536, 3), 2: (19_456, 2)}
# As Unicode has it; strip() alone would take some control characters as well.
BLANKS = " \xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
WHITE_SPACE = "\t\n\v\f\r\x85\u2028\u2029" + BLANKS
INVISIBLE = (
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


class Failure(Exception):
    """Words for a person, and an exit code for a script."""

    def __init__(self, words, code=1):
        super().__init__(words)
        self.code = code


# --- Links (section 2) ---------------------------------------------------------


def sha256(data):
    return hashlib.sha256(data).digest()


def key_text(kind, profile, body):
    """Base58 of kind, profile, body and checksum. Kinds are chosen so that nothing begins with 0."""
    data = bytes([kind, profile]) + body
    number, text = int.from_bytes(data + sha256(sha256(data))[:4], "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return text


def read_share_key(link):
    """Profile and link key of the first whole share key in a link, or in what is left of one."""
    fragment = link.split("#", 1)[-1][:4096]
    fragment = re.sub("%(?:25)*[0-9A-Fa-f]{2}", " ", fragment)
    joined = "".join(c for c in fragment if c not in WHITE_SPACE and not re.match(INVISIBLE, c))
    # Windows may overlap, which a lookahead allows.
    for window in re.findall(f"(?=(S[{ALPHABET}]{{51}}))", joined):
        number = 0
        for character in window:
            number = number * 58 + ALPHABET.index(character)
        if number >> (38 * 8):
            continue
        data, checksum = (raw := number.to_bytes(38, "big"))[:-4], raw[-4:]
        if sha256(sha256(data))[:4] == checksum and data[0] == SHARE and data[1] in (0, 1, 2):
            return data[1], data[2:]
    raise Failure("This link is damaged or not a share link: copy it once more. Nothing was opened.", 5)


# --- Derivation (section 3) ----------------------------------------------------


def extract(salt, data):
    mac = HMAC(salt, hashes.SHA256())
    mac.update(data)
    return mac.finalize()


def expand(key, label, length):
    return HKDFExpand(hashes.SHA256(), length, b"ashlink/v1 " + label).derive(key)


def normalized(passphrase):
    seen = re.sub(f"[{BLANKS}]", " ", re.sub(INVISIBLE, "", passphrase))
    text = unicodedata.normalize("NFC", seen).strip(WHITE_SPACE).encode()
    if len(text) > 1024:
        raise Failure("A passphrase has 1,024 bytes at most.", 4)
    return text


class Keys:
    """Everything that follows from a link key and a passphrase."""

    def __init__(self, key, profile, passphrase=b""):
        prk = extract(b"ashlink/v1", key)
        self.link = expand(prk, b"link", 32)
        self.id = sha256(self.link)[:16]
        if bool(passphrase) != bool(profile):
            words = "This link asks for a passphrase." if profile else "This link asks for no passphrase."
            raise Failure(words + " Nothing was opened.", 4)
        stretched = b""
        if profile:
            memory, passes = ARGON2ID[profile]
            salt = expand(prk, b"salt", 16)
            stretched = hash_secret_raw(passphrase, salt, passes, memory, 1, 32, Type.ID)
        root = extract(b"ashlink/v1 root", prk + bytes([profile]) + stretched)
        self.enc = expand(root, b"enc", 32)
        self.access = expand(root, b"access", 32)


# --- Payload (section 5) and envelope (section 4) ------------------------------


def head(major, number):
    """The head of a CBOR item, in its shortest form (RFC 8949, 4.2.1)."""
    for size, info in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if number < 24:
            return bytes([major << 5 | number])
        if number < 1 << (8 * size):
            return bytes([major << 5 | info]) + number.to_bytes(size, "big")
    raise ValueError(number)


def text_item(text):
    data = text.encode()
    return head(3, len(data)) + data


def padded(payload):
    """Padmé: at least 256 bytes, and at most 12 % more than there are."""
    length = max(256, len(payload))
    exponent = length.bit_length() - 1
    low = exponent - (math.floor(math.log2(exponent)) + 1)
    length = -(-length >> low) << low if length % (1 << low) else length
    return payload + bytes(length - len(payload))


def array(items):
    return head(4, len(items)) + b"".join(items)


def text_map(*texts):
    """A map of texts under the keys 0, 1, 2 …"""
    return head(5, len(texts)) + b"".join(head(0, key) + text_item(text) for key, text in enumerate(texts))


def read_item(data, at=0):
    """One CBOR item of the few kinds that a payload has, and where it ends."""
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    number = int.from_bytes(data[at : at + size], "big") if size else info
    at += size
    if major == 0:
        return number, at
    if major in (2, 3):
        value = bytes(data[at : at + number])
        return (value if major == 2 else value.decode()), at + number
    if major == 4:
        items = []
        for _ in range(number):
            item, at = read_item(data, at)
            items.append(item)
        return items, at
    if major == 5:
        pairs = {}
        for _ in range(number):
            key, at = read_item(data, at)
            pairs[key], at = read_item(data, at)
        return pairs, at
    raise ValueError("an item that no payload has")


def seal(enc, profile, plaintext):
    nonce = os.urandom(12)
    header = bytes([1, 1, profile]) + nonce
    return header + AESGCM(enc).encrypt(nonce, plaintext, b"ashlink/v1 secret" + header)


def unseal(enc, profile, envelope):
    header, nonce = envelope[:15], envelope[3:15]
    if header[:3] != bytes([1, 1, profile]):
        raise Failure("This envelope is of another version.")
    return AESGCM(enc).decrypt(nonce, envelope[15:], b"ashlink/v1 secret" + header)


# --- The API -------------------------------------------------------------------


def to_text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_text(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A server that sends us elsewhere is not the one that the link is for."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def call(method, url, body=None, **proofs):
    """Status and answer; raises OSError where there was none, and the call may have arrived."""
    if not url.startswith(("http://", "https://")):
        raise Failure("This is not the address of a server.", 5)
    headers = {f"ashlink-{name}": to_text(value) for name, value in proofs.items()}
    data = None
    if body is not None:
        headers["content-type"] = "application/json"
        data = json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 (looked at above)
    try:
        with OPENER.open(request, timeout=30) as response:
            return response.status, json.loads(response.read() or b"{}")
    except urllib.error.HTTPError as error:
        try:
            return error.code, json.loads(error.read())
        except (ValueError, OSError, http.client.HTTPException):
            return error.code, {}
    except (ValueError, http.client.HTTPException) as error:
        # It broke off, or something on the way answered in the server's place.
        raise OSError(str(error)) from error


def explain(status, answer):
    code = answer.get("error", {}).get("code", "")
    if status == 410 or code == "unknown":
        return Failure(f"The secret is gone ({code}).", 3)
    if code == "wrong_proof":
        return Failure("The passphrase is wrong. Nothing was spent.", 4)
    return Failure(f"The server refused it: {status} {answer.get('error', {}).get('message', '')}")


def text_payload(secret):
    return text_map("text", secret)


def fields_payload(fields):
    array_of = array([text_map(field["type"], field["value"], field.get("label", "")) for field in fields])
    return head(5, 2) + head(0, 0) + text_item("fields") + head(0, 1) + array_of


def send(base, payload, passphrase=b"", ttl=86_400, views=1):
    """Stores a payload; gives the link to send, and the sender's own."""
    profile = 1 if passphrase else 0
    key, proof = os.urandom(32), os.urandom(32)
    keys = Keys(key, profile, passphrase)
    body = {
        "id": to_text(keys.id),
        "access_verifier": to_text(sha256(keys.access)),
        "owner_verifier": to_text(sha256(proof)),
        "envelope": to_text(seal(keys.enc, profile, padded(payload))),
        "expires_in": ttl,
        "max_views": views,
    }
    status, answer = call("POST", f"{base}/api/v1/secrets", body)
    if status != 201:
        raise explain(status, answer)
    return f"{base}/s#{key_text(SHARE, profile, key)}", f"{base}/m#{key_text(OWNER, 0, keys.id + proof)}"


def open_link(link, ask_passphrase):
    """Spends one view; gives the plaintext, and what to call once it has arrived."""
    profile, key = read_share_key(link)
    base = link.split("#", 1)[0].rsplit("/s", 1)[0]
    keys = Keys(key, profile, ask_passphrase() if profile else b"")
    url = f"{base}/api/v1/open/{to_text(keys.id)}"
    body = {"access": to_text(keys.access), "nonce": to_text(os.urandom(16))}
    _, config = call("GET", f"{base}/api/v1/config")
    give_up = time.monotonic() + config.get("lease", 0)
    in_doubt = False
    while True:
        # The same nonce each time: under the lease, a repetition is the same claim.
        try:
            status, answer = call("POST", f"{url}/claim", body, link=keys.link)
        except OSError:
            status, answer = 504, {}
        if status == 200 or (status < 500 and not in_doubt) or time.monotonic() > give_up:
            break
        # What is certain of this claim is not of one before it that got no answer.
        in_doubt = in_doubt or not answer or status in (500, 504)
        if not in_doubt:
            break
        time.sleep(1)
    if status != 200 and in_doubt:
        raise Failure("No answer: nobody here knows whether it was handed out.", 7)
    if status != 200:
        raise explain(status, answer)

    def arrived():
        with contextlib.suppress(OSError):  # The lease ends by itself.
            call("POST", f"{url}/ack", body, link=keys.link)

    return unseal(keys.enc, profile, from_text(answer["envelope"])), arrived


def content(item):
    if item[0] == "fields":
        fields = [{"type": field[0], "value": field[1], "label": field[2]} for field in item[1]]
        return json.dumps(fields, ensure_ascii=False, indent=1).encode() + b"\n"
    return item[1].encode() if isinstance(item[1], str) else bytes(memoryview(item[1]))


def contents(plaintext):
    """The parts of a plaintext; all of it as it is where this program cannot read it: it is spent."""
    try:
        payload = read_item(plaintext)[0]
        return [content(item) for item in (payload[1] if payload[0] == "bundle" else [payload])]
    except (ValueError, LookupError, TypeError):
        return [plaintext]


def main():
    parser = argparse.ArgumentParser(description="Sends and opens Ashlink secrets.")
    commands = parser.add_subparsers(dest="command", required=True)
    sending = commands.add_parser("send", help="read a text from standard input, print its link")
    sending.add_argument("server", help="such as https://secrets.example.com")
    sending.add_argument("--ttl", type=int, default=86_400, metavar="SECONDS")
    sending.add_argument("--views", type=int, default=1)
    sending.add_argument("--fields", action="store_true", help="standard input is JSON: a list of fields")
    opening = commands.add_parser("open", help="write a secret to standard output")
    opening.add_argument("link")
    options = parser.parse_args()
    given = os.environ.get("ASHLINK_PASSPHRASE")
    try:
        if options.command == "send":
            secret = sys.stdin.buffer.read().decode()
            passphrase = normalized(given or "")
            payload = fields_payload(json.loads(secret)) if options.fields else text_payload(secret)
            share, receipt = send(options.server.rstrip("/"), payload, passphrase, options.ttl, options.views)
            print(share)
            print(f"Your receipt link, for status and destroying: {receipt}", file=sys.stderr)
            return 0

        def ask():
            return normalized(given if given is not None else getpass.getpass("Passphrase: "))

        plaintext, arrived = open_link(options.link, ask)
        for part in contents(plaintext):
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
        arrived()
        return 0
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.code


if __name__ == "__main__":
    sys.exit(main())
