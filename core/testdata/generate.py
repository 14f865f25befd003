#!/usr/bin/env python3
"""Writes the test vectors of the Ashlink format, generation 1.

A second implementation, made from docs/FORMAT.md alone and sharing no code
with the Rust one, so that vectors both agree on prove the document.

Needs Python 3.11 or later with the packages `cryptography` and `argon2-cffi`:

    python3 -m venv venv
    venv/bin/pip install cryptography argon2-cffi
    venv/bin/python core/testdata/generate.py            # writes the files
    venv/bin/python core/testdata/generate.py --check    # compares, writes nothing

The output is the same on every run: keys, nonces and file contents are hashes
of fixed labels. What each case expects is stated where the case is made; before
anything is written, a reader in this file (not the code that made the case)
must come to the same result.
"""

import argparse
import hashlib
import hmac
import json
import re
import sys
import unicodedata
from functools import cache
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = Path(__file__).resolve().parent


class Refused(Exception):
    """A reader's refusal; its text is the `error` of a case."""


def sha256(data):
    """SHA-256 of some bytes."""
    return hashlib.sha256(data).digest()


def made(name, length=32):
    """Bytes derived from a label: what stands in for randomness here."""
    label = b"ashlink test vector " + name.encode()
    blocks = (sha256(label if i == 0 else label + b" %d" % i) for i in range(length // 32 + 1))
    return b"".join(blocks)[:length]


# --- Section 2: Base58 and keys ----------------------------------------------

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SHARE, OWNER = 0xAB, 0xF9
KINDS = {SHARE: ("share", 38, 52), OWNER: ("owner", 54, 74)}
KNOWN_PROFILES = {SHARE: (0, 1, 2), OWNER: (0,)}
FRAGMENT_LIMIT = 4096


def base58(data):
    """Bytes to Base58."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def unbase58(text):
    """Base58 to bytes; the text holds characters of the alphabet only."""
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def checksum(data):
    """First four bytes of the double SHA-256."""
    return sha256(sha256(data))[:4]


def with_checksum(data):
    """Some bytes and their checksum."""
    return data + checksum(data)


def key_text(kind, profile, body):
    """The text of a key of any kind, known or not."""
    return base58(with_checksum(bytes([kind, profile]) + body))


def share_text(profile, k):
    """The text of a share key."""
    return key_text(SHARE, profile, k)


def owner_text(id_, owner_proof):
    """The text of an owner key."""
    return key_text(OWNER, 0, id_ + owner_proof)


def runs_of(text):
    """Maximal runs of the Base58 alphabet, from left to right."""
    return "".join(c if c in ALPHABET else " " for c in text).split()


def windows_of(text):
    """Every 52 characters that begin with S, and 74 that begin with M, within a run."""
    for run in runs_of(text):
        for start, first in enumerate(run):
            window = run[start : start + {"S": 52, "M": 74}.get(first, 0)]
            if len(window) in (52, 74):
                yield window


def read_link(text):
    """Reads a fragment or a pasted text: a dictionary, or Refused."""
    kept = re.sub("%(?:25)*[0-9A-Fa-f]{2}", " ", text.split("#", 1)[-1][:FRAGMENT_LIMIT])
    joined = "".join(c for c in kept if c not in WHITE_SPACE and not invisible(c))
    newer = False
    for run in [*windows_of(joined), *(run for run in runs_of(kept) if 40 <= len(run) <= 128)]:
        data = unbase58(run)
        if checksum(data[:-4]) != data[-4:]:
            continue
        kind, profile, body = data[0], data[1], data[2:-4]
        name, length, characters = KINDS.get(kind, (None, 0, 0))
        if (len(data), len(run)) == (length, characters) and profile in KNOWN_PROFILES[kind]:
            if kind == SHARE:
                return {"kind": name, "profile": profile, "k": body.hex()}
            return {"kind": name, "profile": profile, "id": body[:16].hex(), "owner_proof": body[16:].hex()}
        newer = True
    if not joined:
        raise Refused("missing")
    raise Refused("too_new" if newer else "damaged")


# --- Section 3: derivation ---------------------------------------------------

WHITE_SPACE_POINTS = (
    *range(0x09, 0x0E), 0x20, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B),
    0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
)  # fmt: skip
WHITE_SPACE = "".join(map(chr, WHITE_SPACE_POINTS))
BLANK_POINTS = (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
INVISIBLE = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
PASSPHRASE_LIMIT = 1024
ARGON2 = {1: (65536, 3), 2: (19456, 2)}


def invisible(character):
    """Whether a character is invisible in the sense of the format."""
    return any(first <= ord(character) <= last for first, last in INVISIBLE)


def normalized(passphrase):
    """What is seen, blanks alike, then NFC, then strip, then UTF-8; Refused above 1,024 bytes."""
    seen = "".join(" " if ord(c) in BLANK_POINTS else c for c in passphrase if not invisible(c))
    data = unicodedata.normalize("NFC", seen).strip(WHITE_SPACE).encode()
    if len(data) > PASSPHRASE_LIMIT:
        raise Refused("too_long")
    return data


def extract(salt, data):
    """HKDF-Extract of RFC 5869."""
    return hmac.digest(salt, data, "sha256")


def expand(key, info, length):
    """HKDF-Expand of RFC 5869."""
    done = block = b""
    counter = 1
    while len(done) < length:
        block = hmac.digest(key, block + info + bytes([counter]), "sha256")
        done += block
        counter += 1
    return done[:length]


@cache
def stretched(passphrase, salt, profile):
    """P: Argon2id of the normalised passphrase, nothing for profile 0."""
    assert bool(passphrase) == (profile != 0)  # anything else is an error before any request
    if profile == 0:
        return b""
    memory, passes = ARGON2[profile]
    return hash_secret_raw(
        passphrase, salt, time_cost=passes, memory_cost=memory, parallelism=1, hash_len=32, type=Type.ID, version=0x13
    )


def derived(k, profile, passphrase):
    """Every value of section 3, by its name in derivation.json."""
    prk = extract(b"ashlink/v1", k)
    link = expand(prk, b"ashlink/v1 link", 32)
    salt = expand(prk, b"ashlink/v1 salt", 16)
    p = stretched(normalized(passphrase or ""), salt, profile)
    root = extract(b"ashlink/v1 root", prk + bytes([profile]) + p)
    access = expand(root, b"ashlink/v1 access", 32)
    return {
        "prk": prk,
        "link": link,
        "id": sha256(link)[:16],
        "salt": salt,
        "p": p,
        "root": root,
        "enc": expand(root, b"ashlink/v1 enc", 32),
        "access": access,
        "access_verifier": sha256(access),
    }


# --- Section 4: envelope -----------------------------------------------------

SMALLEST_ENVELOPE = 15 + 256 + 16


def seal(k, profile, passphrase, nonce, plaintext):
    """An envelope around a plaintext."""
    header = bytes([1, 1, profile]) + nonce
    enc = derived(k, profile, passphrase)["enc"]
    return header + AESGCM(enc).encrypt(nonce, plaintext, b"ashlink/v1 secret" + header)


def unseal(share, passphrase, envelope):
    """The plaintext of an envelope, or Refused."""
    key = read_link(share)
    if len(envelope) < SMALLEST_ENVELOPE:
        raise Refused("too_short")
    for position, expected, error in ((0, 1, "version"), (1, 1, "suite"), (2, key["profile"], "profile")):
        if envelope[position] != expected:
            raise Refused(error)
    enc = derived(bytes.fromhex(key["k"]), key["profile"], passphrase)["enc"]
    header, rest = envelope[:15], envelope[15:]
    try:
        return AESGCM(enc).decrypt(header[3:], rest, b"ashlink/v1 secret" + header)
    except InvalidTag:
        raise Refused("decrypt") from None


# --- Section 5: padding, CBOR, payload ---------------------------------------


def padded_length(length):
    """padme(max(256, length))."""
    length = max(256, length)
    e = length.bit_length() - 1
    s = e.bit_length()  # floor(log2 e) + 1
    step = 1 << (e - s)
    return -(-length // step) * step


def padded(payload):
    """A plaintext: the payload and its zero bytes."""
    return payload.ljust(padded_length(len(payload)), b"\0")


def head(major, argument):
    """The shortest CBOR head."""
    if argument < 24:
        return bytes([major << 5 | argument])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | info]) + argument.to_bytes(size, "big")
    raise ValueError("no such head")


def cbor(value):
    """Deterministic CBOR of unsigned integers, bytes, texts, lists and maps."""
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        data = value.encode()
        return head(3, len(data)) + data
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    return raw_map(*sorted((cbor(k), cbor(v)) for k, v in value.items()))


def raw_map(*pairs):
    """A map of encoded pairs, in the order given, right or wrong."""
    return head(5, len(pairs)) + b"".join(k + v for k, v in pairs)


class Reader:
    """Decodes one CBOR item and refuses all but the deterministic encoding."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        """The next bytes."""
        if count > len(self.data) - self.at:
            raise Refused("malformed")
        self.at += count
        return self.data[self.at - count : self.at]

    def item(self):
        """The next item; maps are lists of pairs in ("map", …)."""
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            return self.simple(info)
        if info > 27:
            raise Refused("malformed")
        argument = info if info < 24 else int.from_bytes(self.take(1 << (info - 24)), "big")
        if info > 23 and len(head(major, argument)) != 1 + (1 << (info - 24)):
            raise Refused("malformed")
        if major < 2:
            return argument if major == 0 else -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            try:
                return self.take(argument).decode()
            except UnicodeDecodeError:
                raise Refused("malformed") from None
        if major == 6:
            return ("tag", argument, self.item())
        if argument > len(self.data) - self.at:
            raise Refused("malformed")
        if major == 4:
            return [self.item() for _ in range(argument)]
        return self.map(argument)

    def argument(self, major):
        """The argument of a head of this major type, shortest or not, of definite length."""
        first = self.take(1)[0]
        info = first & 31
        if first >> 5 != major or info > 27:
            raise Refused("malformed")
        return info if info < 24 else int.from_bytes(self.take(1 << (info - 24)), "big")

    def map(self, count):
        """The pairs of a map, in order and none twice."""
        pairs, last = [], b""
        for _ in range(count):
            start = self.at
            key = self.item()
            if self.data[start : self.at] <= last:
                raise Refused("malformed")
            last = self.data[start : self.at]
            pairs.append((key, self.item()))
        return ("map", pairs)

    def simple(self, info):
        """A simple value or a float; no value, as no payload of ours has one."""
        if info > 27 or (info == 24 and self.take(1)[0] < 32):
            raise Refused("malformed")
        if info > 24:
            self.take(1 << (info - 24))
        return ("simple", info)


def payload_cbor(payload):
    """The CBOR of a payload given as in the JSON of section 7."""

    def value(part):
        if part["kind"] == "text":
            return {0: "text", 1: part["text"]}
        if part["kind"] == "file":
            return {0: "file", 1: bytes.fromhex(part["data"]), 2: part["name"], 3: part["type"]}
        if part["kind"] == "fields":
            return {0: "fields", 1: [{0: one["type"], 1: one["value"], 2: one["label"]} for one in part["fields"]]}
        return {0: "bundle", 1: [value(item) for item in part["items"]]}

    return cbor(value(payload))


def demand(condition):
    """Refuses as malformed unless the condition holds."""
    if not condition:
        raise Refused("malformed")


def of_unknown_kind(plaintext):
    """Whether a plaintext begins like a payload of a later generation."""
    reader = Reader(plaintext)
    try:
        pairs, key = reader.argument(5), reader.argument(0)
        kind = reader.take(reader.argument(3)).decode()
    except (Refused, UnicodeDecodeError):
        return False
    return pairs > 0 and key == 0 and kind not in ("text", "file", "fields", "bundle")


def read_payload(plaintext):
    """The payload of a plaintext, or Refused."""
    if of_unknown_kind(plaintext):
        raise Refused("unknown_kind")
    reader = Reader(plaintext)
    item = reader.item()
    demand(plaintext == padded(plaintext[: reader.at]))
    return read_part(item, ("text", "file", "fields", "bundle"))


def read_map(item):
    """A map whose keys are unsigned integers, as a dictionary."""
    demand(isinstance(item, tuple) and item[0] == "map")
    demand(all(type(key) is int and key >= 0 for key, _ in item[1]))
    return dict(item[1])


def read_field(item):
    """One map of the array of fields."""
    field = read_map(item)
    demand(set(field) == {0, 1, 2} and all(isinstance(value, str) for value in field.values()))
    demand(1 <= len(field[0].encode()) <= 32 and len(field[2]) <= 64)
    return {"type": field[0], "value": field[1], "label": field[2]}


def read_part(item, allowed):
    """One map of a payload: the payload's own or a bundle's item."""
    part = read_map(item)
    kind = part.get(0)
    demand(isinstance(kind, str) and kind in allowed)
    demand(set(part) == ({0, 1, 2, 3} if kind == "file" else {0, 1}))
    demand(isinstance(part[1], {"text": str, "file": bytes, "fields": list, "bundle": list}[kind]))
    if kind == "text":
        return {"kind": kind, "text": part[1]}
    if kind == "bundle":
        demand(1 <= len(part[1]) <= 64)
        return {"kind": kind, "items": [read_part(one, ("text", "file", "fields")) for one in part[1]]}
    if kind == "fields":
        demand(1 <= len(part[1]) <= 64)
        return {"kind": kind, "fields": [read_field(one) for one in part[1]]}
    name, media = part[2], part[3]
    demand(isinstance(name, str) and 1 <= len(name.encode()) <= 255)
    demand(isinstance(media, str) and len(media.encode()) <= 127)
    return {"kind": kind, "name": name, "type": media, "data": part[1].hex()}


# --- Cases: derivation.json --------------------------------------------------


def derivation_cases():
    """Every value on the way from a link key to the proofs."""
    first, second = made("derivation K 1"), made("derivation K 2")
    given = [
        ("no passphrase, random K", first, 0, None),
        ("no passphrase, another random K", second, 0, None),
        ("no passphrase, K all zero", bytes(32), 0, None),
        ("no passphrase, K all 0xff", b"\xff" * 32, 0, None),
        ("passphrase of white space only is none", first, 0, " \t\u3000"),
        ("ASCII passphrase, profile 1", first, 1, "correct horse battery staple"),
        ("ASCII passphrase, profile 2", first, 2, "correct horse battery staple"),
        ("one character, profile 1", second, 1, "x"),
        ("one character, profile 2", second, 2, "x"),
        ("non-ASCII passphrase, profile 1", first, 1, "Gr\u00fc\u00dfe \u65e5\u672c\u8a9e \U0001f511"),
        ("non-ASCII passphrase, profile 2", first, 2, "Gr\u00fc\u00dfe \u65e5\u672c\u8a9e \U0001f511"),
        (
            "passphrase to be normalised and stripped, profile 2",
            first,
            2,
            "\u00a0Gru\u0308\u00dfe \u65e5\u672c\u8a9e \U0001f511\n",
        ),
        ("longest passphrase, profile 2", second, 2, "p" * PASSPHRASE_LIMIT),
        ("K all zero, profile 1", bytes(32), 1, "correct horse battery staple"),
        ("K all 0xff, profile 2", b"\xff" * 32, 2, "correct horse battery staple"),
    ]
    return [
        {"name": name, "k": k.hex(), "profile": profile, "passphrase": passphrase}
        | {field: value.hex() for field, value in derived(k, profile, passphrase).items()}
        for name, k, profile, passphrase in given
    ]


# --- Cases: passphrase.json --------------------------------------------------


def passphrase_cases():
    """Normalisation, stripping and the bound; None stands for too_long."""
    given = [
        ("plain", "correct horse battery staple", "correct horse battery staple"),
        ("empty", "", ""),
        ("one space", " ", ""),
        ("every white space character and nothing else", WHITE_SPACE, ""),
        ("every white space character at both ends", WHITE_SPACE + "x" + WHITE_SPACE, "x"),
        ("case kept", "PassPhrase", "PassPhrase"),
        ("inner white space kept", " a  b\tc\r\nd\x85e\u2028f ", "a  b\tc\r\nd\x85e\u2028f"),
        ("inner blanks of all widths become spaces", "a\u00a0b\u3000c\u2000d\u2001\u2002e", "a b c d  e"),
        ("EN QUAD and EM QUAD at both ends", "\u2000\u2001x\u2001\u2000", "x"),
        ("decomposed e acute", "cafe\u0301", "caf\u00e9"),
        ("composed e acute", "caf\u00e9", "caf\u00e9"),
        ("two marks out of canonical order", "q\u0307\u0323", "q\u0323\u0307"),
        ("three steps of composition", "s\u0307\u0323", "\u1e69"),
        ("Hangul jamo", "\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00"),
        ("Ohm sign", "\u2126", "\u03a9"),
        ("Angstrom sign", "\u212b", "\u00c5"),
        ("Kelvin sign", "\u212a", "K"),
        ("composition exclusion comes apart", "\u0958", "\u0915\u093c"),
        ("CJK compatibility ideograph", "\uf900", "\u8c48"),
        ("no compatibility mapping: ligature, full width, superscript", "\ufb01\uff21\u00b2", "\ufb01\uff21\u00b2"),
        ("sharp s and dotted capital I kept", "\u00df\u1e9e\u0130\u0131", "\u00df\u1e9e\u0130\u0131"),
        ("emoji sequence", "\U0001f469\u200d\U0001f4bb\U0001f511\ufe0f", "\U0001f469\U0001f4bb\U0001f511"),
        ("combining mark after leading space", " \u0301a", "\u0301a"),
        ("combining mark after trailing space", "a \u0301", "a \u0301"),
        ("zero width spaces dropped", "\u200bx\u200by\u200b", "xy"),
        ("zero width space only", "\u200b", ""),
        ("byte order mark dropped", "\ufeffx\ufeff", "x"),
        ("Mongolian vowel separator dropped", "\u180ex\u180e", "x"),
        (
            "word joiner, soft hyphen and marks of direction dropped",
            "a\u2060b\u00adc\u200e\u200fd\u202e\u2066e",
            "abcde",
        ),
        ("grapheme joiner dropped before NFC", "e\u034f\u0301", "\u00e9"),
        ("Hangul fillers dropped", "\u3164a\u115f\u1160b\uffa0", "ab"),
        ("object replacement character kept", "\ufffcx\ufffd", "\ufffcx\ufffd"),
        ("information separators kept", "\x1c\x1dx\x1e\x1f", "\x1c\x1dx\x1e\x1f"),
        ("NUL kept", "\0x\0", "\0x\0"),
        ("white space behind zero width space", "\u200b x \u200b", "x"),
        ("1,024 bytes", "p" * 1024, "p" * 1024),
        ("1,024 bytes, two to a character", "\u00e9" * 512, "\u00e9" * 512),
        ("1,025 bytes, the last a space", "p" * 1024 + " ", "p" * 1024),
        ("1,026 bytes, a no-break space in front", "\u00a0" + "p" * 1024, "p" * 1024),
        ("1,536 bytes that compose to 1,024", "e\u0301" * 512, "\u00e9" * 512),
        ("1,025 bytes", "p" * 1025, None),
        ("1,025 bytes, the last two one character", "p" * 1023 + "\u00e9", None),
        ("1,025 bytes, a space inside", "p" * 512 + " " + "p" * 512, None),
        ("1,028 bytes, 257 characters", "\U0001f511" * 257, None),
        ("1,023 bytes that come apart to 2,046", "\u0958" * 341, None),
        ("1,027 bytes, one character invisible", "p" * 512 + "\u200b" + "p" * 512, "p" * 1024),
        ("very long", "p" * 5000, None),
    ]
    given += [(f"U+{point:04X} at both ends", f"{chr(point)}x{chr(point)}", "x") for point in WHITE_SPACE_POINTS]
    given += [(f"U+{point:04X} inside", f"x{chr(point)}y", "x y") for point in BLANK_POINTS]
    for first, last in INVISIBLE:
        given += [(f"U+{point:04X} everywhere", f"{chr(point)}x{chr(point)}y", "xy") for point in sorted({first, last})]
        given += [
            (f"U+{point:04X} kept", f"x{chr(point)}y", f"x{chr(point)}y")
            for point in (first - 1, last + 1)
            if not any(low <= point <= high for low, high in INVISIBLE)
            and point not in WHITE_SPACE_POINTS
            and unicodedata.normalize("NFC", chr(point)) == chr(point)
        ]
    return [
        {"name": name, "input": text}
        | ({"error": "too_long"} if expected is None else {"normalized": expected.encode().hex()})
        for name, text, expected in given
    ]


# --- Cases: links.json -------------------------------------------------------

LINK_K = made("links K")
LINK_ID = made("links id", 16)
LINK_O = made("links O")
GOOD = share_text(1, LINK_K)
GOOD_OWNER = owner_text(LINK_ID, LINK_O)


def share_fields(profile, k):
    """What links.json expects of a share key."""
    return {"kind": "share", "profile": profile, "k": k.hex()}


def owner_fields(id_, owner_proof):
    """What links.json expects of an owner key."""
    return {"kind": "owner", "profile": 0, "id": id_.hex(), "owner_proof": owner_proof.hex()}


def other_character(character):
    """Another character of the alphabet."""
    return ALPHABET[(ALPHABET.index(character) + 1) % 58]


def changed_at(text, position):
    """A text with one character replaced by another of the alphabet."""
    position %= len(text)
    return text[:position] + other_character(text[position]) + text[position + 1 :]


def good_links():
    """Texts in which a key is found."""
    share, owner = share_fields(1, LINK_K), owner_fields(LINK_ID, LINK_O)
    yield from ((f"share key, profile {p}", share_text(p, LINK_K), share_fields(p, LINK_K)) for p in (0, 1, 2))
    yield "share key, K all zero", share_text(0, bytes(32)), share_fields(0, bytes(32))
    yield "share key, K all 0xff", share_text(2, b"\xff" * 32), share_fields(2, b"\xff" * 32)
    yield "owner key", GOOD_OWNER, owner
    yield "owner key, all zero", owner_text(bytes(16), bytes(32)), owner_fields(bytes(16), bytes(32))
    yield "owner key, all 0xff", owner_text(b"\xff" * 16, b"\xff" * 32), owner_fields(b"\xff" * 16, b"\xff" * 32)
    for end in (
        "=",
        ".",
        ")",
        "&utm_source=x",
        "_",
        "%3D",
        '"',
        "\u201d",
        "'",
        ">",
        "/",
        "?x=1",
        "\u200b",
        "\r\n",
        ",0",
    ):
        yield f"share key followed by {end!a}", GOOD + end, share
    for start in (" ", "\n\t ", "/", "=", "<", "\u201c", "key=", "0"):
        yield f"share key after {start!a}", start + GOOD, share
    for code in ("%22", "%3C", "%20", "%E2%80%9C", "%e2%80%8b"):
        yield f"share key between percent-encoded characters, {code}", f"{code}{GOOD}{code}", share
    for code in ("%2523", "%252523", "%25E2%2580%259C"):
        yield f"share key between characters that were encoded again, {code}", f"{code}{GOOD}{code}", share
    yield "percent sign that encodes nothing, before the key", f"%{GOOD}", share
    yield "owner key in angle brackets", f"<{GOOD_OWNER}>", owner
    yield "share link", f"https://host.example/s#{GOOD}", share
    yield "receipt link", f"https://host.example/m#{GOOD_OWNER}", owner
    yield "share link in a sentence", f"Hello, here: (https://host.example/s#{GOOD}). Bye!", share
    yield "share key in a sentence", f"The key is {GOOD}, open it today.", share
    yield "lines around the key", f"Dear all,\n\n{GOOD}\n\nRegards\n", share
    yield "text of another script around the key", f"\u79d8\u5bc6\uff1a{GOOD}\u3002\U0001f511", share
    yield "letters beyond ASCII glued to the key", f"\u00e9{GOOD}\u00df", share
    yield "second number sign behind the key", f"https://host.example/s#{GOOD}#top", share
    yield "first number sign long before the key", f"Ticket #12, https://host.example/s#{GOOD}", share
    yield "number sign only before the key", "#" + GOOD, share
    yield from wrapped_links()
    yield from glued_links()
    yield from broken_links()
    yield "two share keys, the first counts", f"{GOOD} {share_text(0, made('links K 2'))}", share
    yield "owner key before share key", f"{GOOD_OWNER}\n{GOOD}", owner
    yield "share key before owner key", f"{GOOD}\n{GOOD_OWNER}", share
    yield "damaged run before a good key", f"{changed_at(GOOD, 20)} {GOOD}", share
    yield "huge run before a good key", "1" * 3000 + " " + GOOD, share
    yield "key of a later generation before a good key", f"{key_text(0xAC, 0, LINK_K)} {GOOD}", share
    yield "key of a later profile before a good key", f"{share_text(3, LINK_K)} {GOOD_OWNER}", owner
    yield "key of a later generation behind a good key", f"{GOOD} {key_text(0xAC, 0, LINK_K)}", share
    yield "key ends with character 4,096", "-" * 4044 + GOOD, share
    yield "key ends with character 4,096, one of the alphabet behind it", "-" * 4044 + GOOD + "z", share
    yield "owner key ends with character 4,096", "-" * 4022 + GOOD_OWNER + "-" * 100, owner
    yield "characters before the number sign are not counted", "-" * 5000 + "#" + GOOD, share


def wrapped_links():
    """Links as mail filters rewrite them."""
    share, owner = share_fields(1, LINK_K), owner_fields(LINK_ID, LINK_O)
    for text, fields in (
        (f"s%23{GOOD}", share),
        (f"s%2523{GOOD}", share),
        (f"m%23{GOOD_OWNER}", owner),
        (f"m%2523{GOOD_OWNER}", owner),
    ):
        wrapped = f"https://safelinks.example/?url=https%3A%2F%2Fhost.example%2F{text}&data=05%7C02%7C&reserved=0"
        yield f"as Safe Links wraps it, {text[:6]}", wrapped, fields
    for text, fields in ((f"s*{GOOD}", share), (f"m*{GOOD_OWNER}", owner)):
        yield (
            f"as urldefense v3 wraps it, {text[0]}",
            f"https://urldefense.example/v3/__https://host.example/{text}__;Iw!!Abc",
            fields,
        )
    for text, fields in ((f"s-23{GOOD}", share), (f"m-23{GOOD_OWNER}", owner)):
        yield (
            f"as Proofpoint v2 wraps it, {text[0]}",
            f"https://urldefense.example/v2/url?u=https-3A__host.example_{text}&d=DwMF",
            fields,
        )


def glued_links():
    """Keys with characters of the alphabet right before and behind them."""
    share, owner = share_fields(1, LINK_K), owner_fields(LINK_ID, LINK_O)
    yield "one 1 in front", "1" + GOOD, share
    yield "Base58 text glued before", "abc" + GOOD, share
    yield "Base58 text glued behind", GOOD + "abc", share
    yield "word glued behind", GOOD + "Thanks", share
    yield "owner key, letters on both sides", "SMS" + GOOD_OWNER + "SMS", owner
    yield "two keys glued together", GOOD + GOOD_OWNER, share
    yield "same key twice, glued", GOOD + GOOD, share
    yield "beginning of a key before the key", GOOD[:30] + GOOD, share
    yield "long run with the key at its end", "S" * 3000 + GOOD, share


def broken_links():
    """Keys that something broke into pieces."""
    share, owner = share_fields(1, LINK_K), owner_fields(LINK_ID, LINK_O)
    for name, gap in (
        ("space", " "),
        ("line end", "\n"),
        ("line end and margin", "\r\n\t   "),
        ("no-break space", "\u00a0"),
        ("line separator", "\u2028"),
        ("soft hyphen", "\u00ad"),
        ("zero width space", "\u200b"),
        ("byte order mark", "\ufeff"),
        ("word joiner and line end", "\u2060\n"),
        ("percent-encoded line end", "%0D%0A"),
        ("percent-encoded zero width space", "%E2%80%8B"),
        ("percent-encoded zero width space, encoded again", "%25E2%2580%258B"),
    ):
        yield f"{name} inside", GOOD[:25] + gap + GOOD[25:], share
        yield (
            f"{name} inside an owner key, twice",
            GOOD_OWNER[:1] + gap + GOOD_OWNER[1:70] + gap + GOOD_OWNER[70:],
            owner,
        )
    yield (
        "line ends of a narrow mail, words around",
        f"Here it is: {GOOD[:20]}\n{GOOD[20:40]}\n{GOOD[40:]} and thanks",
        share,
    )
    yield "a space between any two characters", " ".join(GOOD), share


def missing_links():
    """Nothing there."""
    for name, text in (
        ("empty", ""),
        ("spaces", "   "),
        ("tab and line ends", "\t\r\n"),
        ("share link without a fragment", "https://host.example/s#"),
        ("share link with a space for fragment", "https://host.example/s# \n"),
        ("number sign only", "#"),
        ("percent-encoded space", "%20"),
        ("percent-encoded space, encoded again", "%2520"),
        ("invisible characters only", "\u200b\ufeff \u00ad"),
        ("number sign behind the key", GOOD + "#"),
    ):
        yield name, text, "missing"


def damaged_links():
    """Something there, but no key."""
    swap = next(i for i in range(20, 50) if GOOD[i] != GOOD[i + 1])
    zero_o = "0OIl"
    wrong = bytearray(unbase58(GOOD))
    wrong[-4] ^= 0x80
    early = GOOD[:25]
    cases = [
        ("last character cut", GOOD[:-1]),
        ("last ten characters cut", GOOD[:-10]),
        ("first character cut", GOOD[1:]),
        ("character in the middle cut", GOOD[:26] + GOOD[27:]),
        ("first half only", GOOD[:26]),
        ("first character changed", changed_at(GOOD, 0)),
        ("second character changed", changed_at(GOOD, 1)),
        ("character in the middle changed", changed_at(GOOD, 26)),
        ("last character changed", changed_at(GOOD, -1)),
        ("character doubled", GOOD[:30] + GOOD[30] + GOOD[30:]),
        ("two neighbours swapped", GOOD[:swap] + GOOD[swap + 1] + GOOD[swap] + GOOD[swap + 2 :]),
        ("case changed", GOOD.swapcase()),
        ("lower case", GOOD.lower()),
        ("reversed", GOOD[::-1]),
        ("owner key, last character cut", GOOD_OWNER[:-1]),
        ("owner key, first character cut", GOOD_OWNER[1:]),
        ("owner key, one character changed", changed_at(GOOD_OWNER, 40)),
        ("owner key, character doubled", GOOD_OWNER[:40] + GOOD_OWNER[40] + GOOD_OWNER[40:]),
        ("wrong checksum", base58(bytes(wrong))),
        ("single SHA-256 for checksum", base58(unbase58(GOOD)[:-4] + sha256(unbase58(GOOD)[:-4])[:4])),
        ("no checksum", base58(unbase58(GOOD)[:-4])),
        ("hyphen inside", early + "-" + GOOD[25:]),
        ("equals sign and line end inside", early + "=\n" + GOOD[25:]),
        ("line end in place of a character", early + "\n" + GOOD[26:]),
        *((f"{c} in place of a character", early + c + GOOD[26:]) for c in zero_o),
        *((f"{c} inserted", early + c + GOOD[25:]) for c in zero_o),
        ("junk", "hello"),
        ("junk, 52 characters", "z" * 52),
        ("junk, 74 characters", "z" * 74),
        ("address only, no number sign", "https://host.example/s"),
        ("punctuation only", "..."),
        ("text beyond ASCII", "\u79d8\u5bc6 \U0001f511"),
        ("full width characters", "".join(chr(ord(c) + 0xFEE0) for c in GOOD)),
        ("hex of the key", unbase58(GOOD).hex()),
        ("key before the first number sign", f"{GOOD} #secret"),
        ("1s, 38 of them", "1" * 38),
        ("1s, 52 of them", "1" * 52),
        ("1s, 128 of them", "1" * 128),
        ("1s, 129 of them", "1" * 129),
        ("1s, 5,000 of them", "1" * 5000),
        ("zs, 129 of them", "z" * 129),
        ("zs, 4,096 of them", "z" * 4096),
        ("Ss, 4,096 of them", "S" * 4096),
        ("Ms, 4,096 of them", "M" * 4096),
        ("key begins behind character 4,096", "-" * 4096 + GOOD),
        ("key begins far behind character 4,096", "-" * 5000 + GOOD),
        ("key ends with character 4,097", "-" * 4045 + GOOD),
        ("key of a later generation behind character 4,096", "-" * 4096 + key_text(0xAC, 0, LINK_K)),
        ("key of a later generation with one character changed", changed_at(key_text(0xAC, 0, LINK_K), 26)),
        ("later kind, run of 39 characters", later_run(39)),
        ("later kind, run of 129 characters", later_run(129)),
    ]
    yield from ((name, text, "damaged") for name, text in cases)


def later_run(characters):
    """A key of an unknown kind whose text has so many characters."""
    for kind, size in ((kind, size) for size in range(20, 100) for kind in (0x02, 0x9F)):
        text = key_text(kind, 0, made("links later", size))
        if len(text) == characters:
            return text
    raise ValueError("no such text")


def too_new_links():
    """Keys of a later generation."""
    cases = [
        ("owner key with profile 1", key_text(OWNER, 1, LINK_ID + LINK_O)),
        ("share key with profile 3", share_text(3, LINK_K)),
        ("share key with profile 255", share_text(255, LINK_K)),
        ("unknown kind kept for share keys, before ours", key_text(0xAA, 0, LINK_K)),
        ("unknown kind kept for share keys, behind ours", key_text(0xAC, 1, LINK_K)),
        ("unknown kind kept for owner keys", key_text(0xFA, 0, LINK_ID + LINK_O)),
        ("kind kept for request keys", key_text(0x9C, 0, LINK_K)),
        ("kind kept for reply keys", key_text(0xA8, 0, LINK_K)),
        ("kind of no use", key_text(0x01, 0, LINK_K)),
        ("kind 0, so a 1 in front", key_text(0x00, 0, LINK_K)),
        ("kind 0 and all zero, many 1s in front", key_text(0x00, 0, bytes(40))),
        ("kind 255", key_text(0xFF, 0, LINK_ID + LINK_O)),
        ("later kind, run of 40 characters", later_run(40)),
        ("later kind, run of 128 characters", later_run(128)),
        ("later kind with decoration", f"https://host.example/s#{key_text(0xAC, 0, LINK_K)}="),
        ("later kind behind a damaged key", f"{changed_at(GOOD, 20)} {key_text(0xAC, 0, LINK_K)}"),
        ("later kind before a damaged key", f"{key_text(0xAC, 0, LINK_K)} {GOOD[:-1]}"),
        ("two keys of later kinds", f"{key_text(0xAC, 0, LINK_K)} {share_text(3, LINK_K)}"),
    ]
    yield from ((name, text, "too_new") for name, text in cases)


def bounds_of_links():
    """Lengths, characters and white space."""
    yield "share key, body one byte longer, right checksum", key_text(SHARE, 0, LINK_K + b"\x01"), "too_new"
    yield "share key, body one byte shorter, right checksum", key_text(SHARE, 0, LINK_K[1:]), "too_new"
    yield "share kind with an owner key's body, right checksum", key_text(SHARE, 0, LINK_ID + LINK_O), "too_new"
    yield "owner kind with a share key's body, right checksum", key_text(OWNER, 0, LINK_K), "too_new"
    yield "owner key with profile 2", key_text(OWNER, 2, LINK_ID + LINK_O), "too_new"
    yield "zero byte before a share key, right checksum", base58(with_checksum(b"\0" + unbase58(GOOD)[:-4])), "too_new"
    yield "white space beyond ASCII is white space", "\u00a0\u3000\u2028\x85", "missing"
    yield "every white space character", WHITE_SPACE, "missing"
    yield "zero width space", "\u200b", "missing"
    yield "byte order mark", "\ufeff", "missing"
    yield "white space up to the limit, the key behind it", " " * 4096 + GOOD, "missing"
    yield "white space up to the limit, junk behind it", "\u3000" * 4096 + "junk", "missing"
    yield "white space up to the limit but one, the key behind it", " " * 4095 + GOOD, "damaged"
    yield "white space, the key ends with character 4,096", " " * 4044 + GOOD, share_fields(1, LINK_K)
    yield "later kind ends with character 4,096", " " * 4056 + later_run(40), "too_new"
    yield "later kind ends with character 4,097", " " * 4057 + later_run(40), "damaged"
    yield "key of 52 characters is cut out of a longer run", " " * 4044 + GOOD + "abc", share_fields(1, LINK_K)
    yield "characters are code points, not bytes or UTF-16 units", "\U0001f511" * 4044 + GOOD, share_fields(1, LINK_K)
    yield "code points up to the limit, one too many", "\U0001f511" * 4045 + GOOD, "damaged"


def links_cases():
    """Reading of links."""
    groups = (good_links, missing_links, damaged_links, too_new_links, bounds_of_links)
    return [
        {"name": name, "input": text} | (expected if isinstance(expected, dict) else {"error": expected})
        for group in groups
        for name, text, expected in group()
    ]


# --- Cases: padding.json -----------------------------------------------------


def padding_cases():
    """Lengths, worked out by hand or from the paper's rule."""
    given = {
        0: 256, 1: 256, 255: 256, 256: 256, 257: 272, 271: 272, 272: 272, 273: 288,
        511: 512, 512: 512, 513: 544, 1000: 1024, 1023: 1024, 1024: 1024, 1025: 1088,
        4095: 4096, 4097: 4352, 65535: 65536, 65536: 65536, 65537: 67584,
        1000000: 1015808, 1048576: 1048576, 1048577: 1081344,
        16777215: 16777216, 16777216: 16777216, 16777217: 17301504, 67108864: 67108864,
    }  # fmt: skip
    return [
        {"name": f"{length:,} byte{'s' * (length != 1)}", "length": length, "padded": result}
        for length, result in given.items()
    ]


# --- Cases: payload.json -----------------------------------------------------


def text_part(text):
    """A payload of kind text, as JSON."""
    return {"kind": "text", "text": text}


def file_part(name, media, data):
    """A payload of kind file, as JSON."""
    return {"kind": "file", "name": name, "type": media, "data": data.hex()}


def fields_part(*fields):
    """A payload of kind fields, as JSON."""
    return {"kind": "fields", "fields": [dict(zip(("type", "value", "label"), field)) for field in fields]}


def bundle_part(*items):
    """A payload of kind bundle, as JSON."""
    return {"kind": "bundle", "items": list(items)}


def text_of_payload_length(length):
    """A text payload whose CBOR has so many bytes."""
    for size in range(length):
        if len(payload_cbor(text_part("x" * size))) == length:
            return text_part("x" * size)
    raise ValueError("no such text")


BINARY = bytes(range(256))
NOTES = file_part("notes.txt", "text/plain", b"hello\n")
LOGIN = fields_part(("user", "alice", ""), ("password", " hunter2\n", ""), ("url", "https://host.example/", "Console"))


def good_payloads():
    """Payloads that are read."""
    hostile = "../../etc/passwd\0\r\n<b>\u202etxt.exe"
    return [
        ("text, empty", text_part("")),
        ("text, ASCII", text_part("hello")),
        ("text, emoji and other scripts", text_part("\U0001f469\u200d\U0001f4bb \u65e5\u672c\u8a9e e\u0301 \u00e9")),
        ("text, 300 bytes", text_part("0123456789" * 30)),
        ("text, line ends and NUL kept", text_part("a\r\nb\nc\rd\0e\n")),
        ("text, byte order mark kept", text_part("\ufeffhello")),
        ("text, zero bytes that look like padding", text_part("x" * 100 + "\0" * 145)),
        ("text, white space kept", text_part("  hello \n")),
        ("payload of 255 bytes, one zero byte", text_of_payload_length(255)),
        ("payload of 256 bytes, no padding", text_of_payload_length(256)),
        ("payload of 257 bytes", text_of_payload_length(257)),
        ("payload of 272 bytes, no padding", text_of_payload_length(272)),
        ("payload of 1,025 bytes", text_of_payload_length(1025)),
        ("file, empty", file_part("empty", "", b"")),
        ("file, text", NOTES),
        ("file, binary", file_part("all.bin", "application/octet-stream", BINARY)),
        ("file, name of 1 byte and type of 127", file_part("a", "x/" + "y" * 125, b"\0")),
        ("file, name of 255 bytes", file_part("n" * 255, "", b"data")),
        ("file, name of 255 bytes beyond ASCII", file_part("\u20ac" * 85, "", b"data")),
        ("file, hostile name and type kept", file_part(hostile, "text/html;<script>", b"data")),
        ("fields, a login", LOGIN),
        (
            "fields, every type, one of a later writer, and an empty value",
            fields_part(
                ("text", "hello", "Greeting"),
                ("user", "alice", ""),
                ("password", "secret", "Root"),
                ("url", "javascript:alert(1)", ""),
                ("totp", "otpauth://totp/alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "\u65e5\u672c"),
                ("note", "two\nlines\n", ""),
                ("ssh_key", "-----BEGIN OPENSSH PRIVATE KEY-----\n", "Deploy"),
                ("card_number", "", "Card"),
            ),
        ),
        ("fields, the same one twice", fields_part(("text", "a", "b"), ("text", "a", "b"))),
        ("fields, 64 in their order", fields_part(*(("text", f"value {63 - i}", f"{i}") for i in range(64)))),
        ("fields, type of 32 bytes", fields_part(("\u20ac" * 10 + "ab", "hello", ""))),
        (
            "fields, label of 64 characters, hostile and kept",
            fields_part(("text", "hello", "\U0001f511" * 60 + "\0\n\u202e<")),
        ),
        ("bundle, one text", bundle_part(text_part("hello"))),
        ("bundle, text and two files", bundle_part(text_part("see files"), NOTES, file_part("b", "", BINARY))),
        ("bundle, the same file twice", bundle_part(NOTES, NOTES)),
        ("bundle, two logins and a file", bundle_part(LOGIN, NOTES, LOGIN)),
        ("bundle, 64 items", bundle_part(*(text_part(f"item {i}") for i in range(64)))),
    ]


def file_raw(data=b"\x42hi", name=b"\x65a.txt", media=b"\x6atext/plain"):
    """A file's CBOR from encoded values."""
    return raw_map((b"\0", cbor("file")), (b"\1", data), (b"\2", name), (b"\3", media))


def kind_raw(kind, content):
    """A payload of keys 0 and 1 from an encoded content."""
    return raw_map((b"\0", cbor(kind)), (b"\1", content))


def wrong_encodings():
    """CBOR that is well-formed but not deterministic, or not well-formed."""
    kind, hello = b"\0" + cbor("text"), b"\1" + cbor("hello")
    file_keys = [(bytes([i]), cbor(v)) for i, v in enumerate(("file", b"hi", "a.txt", ""))]
    text = b"\xa2" + kind + hello
    yield "map head of two bytes", b"\xb8\x02" + kind + hello
    yield "map head of nine bytes", b"\xbb" + (2).to_bytes(8, "big") + kind + hello
    yield "key 0 of two bytes", b"\xa2\x18\x00" + cbor("text") + hello
    yield "key 1 of three bytes", b"\xa2" + kind + b"\x19\x00\x01" + cbor("hello")
    yield "kind's head of two bytes", b"\xa2\x00\x78\x04text" + hello
    yield "text's head of two bytes", b"\xa2" + kind + b"\x01\x78\x05hello"
    yield "text's head of three bytes for 100", b"\xa2" + kind + b"\x01\x79\x00\x64" + b"x" * 100
    yield "text's head of five bytes for 300", b"\xa2" + kind + b"\x01\x7a\x00\x00\x01\x2c" + b"x" * 300
    yield "text's head of nine bytes", b"\xa2" + kind + b"\x01\x7b" + (5).to_bytes(8, "big") + b"hello"
    yield "data's head of two bytes", file_raw(data=b"\x58\x02hi")
    yield "name's head of two bytes", file_raw(name=b"\x78\x01a")
    yield "type's head of two bytes", file_raw(media=b"\x78\x00")
    yield "array's head of two bytes", kind_raw("bundle", b"\x98\x01" + text)
    yield "item's head of two bytes", kind_raw("bundle", b"\x81\xb8\x02" + kind + hello)
    yield "item's text's head of two bytes", kind_raw("bundle", b"\x81" + kind_raw("text", b"\x78\x05hello"))
    yield "map of indefinite length", b"\xbf" + kind + hello + b"\xff"
    yield "kind of indefinite length", b"\xa2\x00\x7f\x64text\xff" + hello
    yield "text of indefinite length", b"\xa2" + kind + b"\x01\x7f\x62he\x63llo\xff"
    yield "data of indefinite length", file_raw(data=b"\x5f\x41h\x41i\xff")
    yield "name of indefinite length", file_raw(name=b"\x7f\x61a\xff")
    yield "array of indefinite length", kind_raw("bundle", b"\x9f" + text + b"\xff")
    yield "item of indefinite length", kind_raw("bundle", b"\x81\xbf" + kind + hello + b"\xff")
    yield "keys out of order, text", b"\xa2" + hello + kind
    yield "keys out of order, file", raw_map(*(file_keys[i] for i in (0, 1, 3, 2)))
    yield "keys out of order, item", kind_raw("bundle", b"\x81\xa2" + hello + kind)
    yield "key 0 twice", b"\xa3" + kind + kind + hello
    yield "key 1 twice, same value", b"\xa3" + kind + hello + hello
    yield "key 1 twice, other value", b"\xa3" + kind + hello + b"\1" + cbor("other")
    yield "key 3 twice", raw_map(*file_keys, file_keys[3])
    yield "break alone", b"\xff"
    yield "break in place of a value", b"\xa2" + kind + b"\x01\xff"
    yield "reserved head, map", b"\xbc" + kind + hello
    yield "reserved head, text", b"\xa2" + kind + b"\x01\x7chello"
    yield "simple value below 32 of two bytes", b"\xa2" + kind + b"\x01\xf8\x16"


def wrong_maps():
    """Deterministic CBOR with keys or types that no payload has."""
    kind, hello = (b"\0", cbor("text")), (b"\1", cbor("hello"))
    file_keys = [(bytes([i]), cbor(v)) for i, v in enumerate(("file", b"hi", "a.txt", ""))]
    yield "no keys", b"\xa0"
    yield "kind missing", raw_map(hello)
    yield "content missing, text", raw_map(kind)
    yield "content missing, file", raw_map(file_keys[0], *file_keys[2:])
    yield "content missing, bundle", raw_map((b"\0", cbor("bundle")))
    yield "name missing", raw_map(*file_keys[:2], file_keys[3])
    yield "type missing", raw_map(*file_keys[:3])
    yield "text with a name", raw_map(kind, hello, (b"\2", cbor("a.txt")))
    yield "text with key 4", raw_map(kind, hello, (b"\4", cbor("more")))
    yield "text with key 24", raw_map(kind, hello, (b"\x18\x18", cbor("more")))
    yield "text with a key of nine bytes", raw_map(kind, hello, (head(0, 2**64 - 1), cbor("more")))
    yield "file with key 4", raw_map(*file_keys, (b"\4", cbor(0)))
    yield (
        "bundle with a name",
        raw_map((b"\0", cbor("bundle")), (b"\1", cbor([{0: "text", 1: ""}])), (b"\2", cbor("a"))),
    )
    yield "text with key -1", raw_map(kind, hello, (b"\x20", cbor("more")))
    yield "text with a text for key", raw_map(kind, hello, (cbor("more"), cbor("more")))
    yield "keys are texts", raw_map((cbor("0"), cbor("text")), (cbor("1"), cbor("hello")))
    yield "keys are byte strings", raw_map((cbor(b"\0"), cbor("text")), (cbor(b"\1"), cbor("hello")))
    yield "keys are negative", raw_map((b"\x20", cbor("text")), (b"\x21", cbor("hello")))
    yield "kind is a byte string", raw_map((b"\0", cbor(b"text")), hello)
    yield "kind is an integer", raw_map((b"\0", cbor(1)), hello)
    yield "text is a byte string", kind_raw("text", cbor(b"hello"))
    yield "text is an integer", kind_raw("text", cbor(5))
    yield "text is an array", kind_raw("text", cbor(["hello"]))
    yield "text is null", kind_raw("text", b"\xf6")
    yield "text is undefined", kind_raw("text", b"\xf7")
    yield "text is true", kind_raw("text", b"\xf5")
    yield "text is a half float", kind_raw("text", b"\xf9\x3c\x00")
    yield "text is a double float", kind_raw("text", b"\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a")
    yield "text is tagged", kind_raw("text", b"\xd8\x20" + cbor("http://host.example/"))
    yield "data is a text", file_raw(data=cbor("hi"))
    yield "data is tagged", file_raw(data=b"\xd6" + cbor(b"hi"))
    yield "name is a byte string", file_raw(name=cbor(b"a.txt"))
    yield "name is null", file_raw(name=b"\xf6")
    yield "type is a byte string", file_raw(media=cbor(b"text/plain"))
    yield "type is null", file_raw(media=b"\xf6")
    yield "bundle holds a map", kind_raw("bundle", cbor({0: "text", 1: "hello"}))
    yield "bundle holds a text", kind_raw("bundle", cbor("hello"))
    yield "item is a text", kind_raw("bundle", cbor(["hello"]))
    yield "item is an array", kind_raw("bundle", cbor([["text", "hello"]]))
    yield "item without kind", kind_raw("bundle", cbor([{1: "hello"}]))
    yield "item without content", kind_raw("bundle", cbor([{0: "text"}]))
    yield "item with an extra key", kind_raw("bundle", cbor([{0: "text", 1: "hello", 2: "a"}]))
    yield "item with key -1", kind_raw("bundle", b"\x81" + raw_map(kind, hello, (b"\x20", b"\0")))
    yield "second item wrong", kind_raw("bundle", cbor([{0: "text", 1: "hello"}, {0: "text", 1: b"hello"}]))
    yield "item is a tagged map", kind_raw("bundle", b"\x81\xc1" + raw_map(kind, hello))
    yield "payload is tagged as CBOR", b"\xd9\xd9\xf7" + raw_map(kind, hello)
    yield "payload is an array", cbor(["text", "hello"])
    yield "payload is a text", cbor("hello")
    yield "payload is a byte string", cbor(b"hello")
    yield "payload is null", b"\xf6"
    yield "payload is a byte string that holds the map", cbor(raw_map(kind, hello))


def wrong_fields():
    """Lists of fields with keys, types or bounds that no payload has."""
    good = {0: "user", 1: "alice", 2: ""}
    user, alice, label = (b"\0", cbor("user")), (b"\1", cbor("alice")), (b"\2", cbor(""))
    for name, field in (
        ("empty map", {}),
        ("without type", {1: "alice", 2: ""}),
        ("without value", {0: "user", 2: ""}),
        ("without label", {0: "user", 1: "alice"}),
        ("with key 3", {**good, 3: "more"}),
        ("type is an integer", {**good, 0: 1}),
        ("type is a byte string", {**good, 0: b"user"}),
        ("value is a byte string", {**good, 1: b"alice"}),
        ("value is an array", {**good, 1: ["alice"]}),
        ("label is an integer", {**good, 2: 0}),
        ("type empty", {**good, 0: ""}),
        ("type of 33 bytes", {**good, 0: "t" * 33}),
        ("type of 33 bytes, 11 characters", {**good, 0: "\u20ac" * 11}),
        ("label of 65 characters", {**good, 2: "l" * 65}),
        ("label of 65 characters beyond the BMP", {**good, 2: "\U0001f511" * 65}),
        ("a payload within", {0: "text", 1: "hello"}),
        ("an array", ["user", "alice", ""]),
        ("a text", "alice"),
    ):
        yield f"field: {name}", kind_raw("fields", cbor([field]))
        yield f"second field: {name}", kind_raw("fields", cbor([good, field]))
    yield "field: keys out of order", kind_raw("fields", b"\x81" + raw_map(user, label, alice))
    yield "field: key 1 twice", kind_raw("fields", b"\x81" + raw_map(user, alice, alice))
    yield "field: map head of two bytes", kind_raw("fields", b"\x81\xb8\x03" + raw_map(user, alice, label)[1:])
    yield (
        "field: type's head of two bytes",
        kind_raw("fields", b"\x81" + raw_map((b"\0", b"\x78\x04user"), alice, label)),
    )
    yield "field: value's head of two bytes", kind_raw("fields", b"\x81" + raw_map(user, (b"\1", b"\x78\x01a"), label))
    yield "field: label's head of two bytes", kind_raw("fields", b"\x81" + raw_map(user, alice, (b"\2", b"\x78\x00")))
    yield "field: key -1 in place of 0", kind_raw("fields", b"\x81" + raw_map((b"\x20", cbor("user")), alice, label))
    yield "field: of indefinite length", kind_raw("fields", b"\x81\xbf" + raw_map(user, alice, label)[1:] + b"\xff")
    yield "field: value is not UTF-8", kind_raw("fields", b"\x81" + raw_map(user, (b"\1", b"\x61\xff"), label))
    yield "field: label is not UTF-8", kind_raw("fields", b"\x81" + raw_map(user, alice, (b"\2", b"\x61\xff")))
    yield "field: type is not UTF-8", kind_raw("fields", b"\x81" + raw_map((b"\0", b"\x61\xff"), alice, label))
    yield "no fields", kind_raw("fields", cbor([]))
    yield "65 fields", kind_raw("fields", cbor([good] * 65))
    yield "fields: a map for content", kind_raw("fields", cbor(good))
    yield "fields: a text for content", kind_raw("fields", cbor("alice"))
    yield "fields: content missing", raw_map((b"\0", cbor("fields")))
    yield "fields with a name", raw_map((b"\0", cbor("fields")), (b"\1", cbor([good])), (b"\2", cbor("a")))
    yield "fields: array's head of two bytes", kind_raw("fields", b"\x98\x01" + cbor(good))
    yield "fields: array of indefinite length", kind_raw("fields", b"\x9f" + cbor(good) + b"\xff")
    yield "2^64 - 1 fields declared", kind_raw("fields", b"\x9b" + b"\xff" * 8 + cbor(good))
    yield "65 fields declared, one there", kind_raw("fields", b"\x98\x41" + cbor(good))


def wrong_bounds():
    """Values out of bounds and texts that are not UTF-8."""
    item = {0: "text", 1: ""}
    yield "name empty", file_raw(name=cbor(""))
    yield "name of 256 bytes", file_raw(name=cbor("n" * 256))
    yield "name of 256 bytes, 128 characters", file_raw(name=cbor("\u00e9" * 128))
    yield "type of 128 bytes", file_raw(media=cbor("t" * 128))
    yield "type of 128 bytes, 64 characters", file_raw(media=cbor("\u00e9" * 64))
    yield "bundle empty", kind_raw("bundle", cbor([]))
    yield "bundle of 65 items", kind_raw("bundle", cbor([item] * 65))
    yield "bundle within bundle", kind_raw("bundle", cbor([{0: "bundle", 1: [item]}]))
    yield "item's name empty", kind_raw("bundle", b"\x81" + file_raw(name=cbor("")))
    yield "item's name of 256 bytes", kind_raw("bundle", b"\x81" + file_raw(name=cbor("n" * 256)))
    yield "item's type of 128 bytes", kind_raw("bundle", b"\x81" + file_raw(media=cbor("t" * 128)))
    for what, data in (
        ("byte 0xff", b"\xff"),
        ("lone continuation byte", b"a\x80"),
        ("character cut off", b"a\xe2\x82"),
        ("overlong NUL", b"\xc0\x80"),
        ("surrogate", b"\xed\xa0\x80"),
        ("surrogate pair", b"\xed\xa0\xbd\xed\xb4\x91"),
        ("beyond U+10FFFF", b"\xf4\x90\x80\x80"),
    ):
        yield f"text is not UTF-8: {what}", kind_raw("text", head(3, len(data)) + data)
    yield "kind is not UTF-8", raw_map((b"\0", b"\x64tex\xff"), (b"\1", cbor("hello")))
    yield "name is not UTF-8", file_raw(name=b"\x65a.tx\xff")
    yield "type is not UTF-8", file_raw(media=b"\x62t\xc3")
    yield "item's text is not UTF-8", kind_raw("bundle", b"\x81" + kind_raw("text", b"\x61\xff"))
    yield "1,000 arrays within each other", b"\x81" * 1000 + b"\x80"
    yield "1,000 maps within each other", b"\xa1\x00" * 1000 + b"\xa0"
    yield "1,000 tags within each other", b"\xc1" * 1000 + b"\x00"
    yield "1,000 arrays within each other for text", kind_raw("text", b"\x81" * 1000 + b"\x80")
    yield "1,000 arrays within each other for items", kind_raw("bundle", b"\x81" * 1000 + b"\x80")
    yield "1,000 bundles within each other", kind_raw("bundle", b"\x81") * 1000 + b"\xa0"
    for length in (2**32, 2**63, 2**64 - 1):
        tail = length.to_bytes(8, "big") + b"few bytes"
        yield f"text of {length:,} bytes declared", kind_raw("text", b"\x7b" + tail)
        yield f"data of {length:,} bytes declared", file_raw(data=b"\x5b" + tail)
        yield f"bundle of {length:,} items declared", kind_raw("bundle", b"\x9b" + tail)
        yield f"map of {length:,} pairs declared for text", kind_raw("text", b"\xbb" + tail)
    yield "map of 2^63 pairs declared", b"\xbb" + (2**63).to_bytes(8, "big") + b"\x00\x64text"
    yield "text of 2^31 declared", kind_raw("text", b"\x7a" + (2**31).to_bytes(4, "big") + b"few bytes")


def wrong_plaintexts():
    """Right payloads with wrong bytes behind them, and plaintexts cut short."""
    hello = payload_cbor(text_part("hello"))
    long = payload_cbor(text_part("x" * 300))
    exact = payload_cbor(text_of_payload_length(256))
    yield "no bytes at all", b""
    yield "one zero byte", b"\0"
    yield "256 zero bytes", bytes(256)
    yield "256 bytes 0xff", b"\xff" * 256
    yield "padding absent", hello
    yield "padding a byte short", padded(hello)[:-1]
    yield "padding a byte too long", padded(hello) + b"\0"
    yield "padding to the next step", hello.ljust(272, b"\0")
    yield "padding to twice the length", hello.ljust(512, b"\0")
    yield "16 zero bytes behind a payload of 256", exact + bytes(16)
    yield "padding absent, payload over 256", long
    yield "padding a byte short, payload over 256", padded(long)[:-1]
    yield "padding to a power of two", long.ljust(512, b"\0")
    yield (
        "padding to a multiple of 16 where 64 is the step",
        payload_cbor(text_of_payload_length(1025)).ljust(1040, b"\0"),
    )
    yield "last byte of the padding not zero", padded(hello)[:-1] + b"\1"
    yield "first byte of the padding not zero", hello + b"\1" + padded(hello)[len(hello) + 1 :]
    yield "padding in the manner of ISO 7816", hello + b"\x80" + padded(hello)[len(hello) + 1 :]
    yield "padding of 0xff", hello.ljust(256, b"\xff")
    yield "padding of spaces", hello.ljust(256, b" ")
    yield "a second payload behind the first", padded(hello + hello)
    yield "zero byte before the payload", padded(b"\0" + hello)
    yield "byte order mark before the payload", padded(b"\xef\xbb\xbf" + hello)
    yield "map head only", padded(b"\xa2")
    yield "cut within the kind", hello[:5]
    yield "cut before the content", padded(hello[:7])
    yield "cut within the content", padded(long)[:256]
    yield "cut within the last item", padded(payload_cbor(bundle_part(*[text_part("x" * 30)] * 10)))[:272]
    yield "text one byte longer than the plaintext", (kind_raw("text", b"\x78\xf7") + b"x" * 246)


def unknown_kinds():
    """Payloads of a kind that generation 1 does not have."""
    yield "kind field: not fields", cbor({0: "field", 1: [{0: "user", 1: "alice", 2: ""}]})
    yield "kind Fields: case counts", cbor({0: "Fields", 1: [{0: "user", 1: "alice", 2: ""}]})
    yield "kind x, a text for content", cbor({0: "x", 1: "hello"})
    yield "kind x, an integer for content", cbor({0: "x", 1: 2**40})
    yield "kind x, a byte string for content", cbor({0: "x", 1: BINARY})
    yield "kind Text: case counts", cbor({0: "Text", 1: "hello"})
    yield "kind text with a space", cbor({0: "text ", 1: "hello"})
    yield "kind beyond ASCII", cbor({0: "\U0001f511", 1: "hello"})
    yield "kind of 300 bytes", cbor({0: "k" * 300, 1: "hello"})
    yield "kind x, maps and arrays for content", cbor({0: "x", 1: [{0: [], 1: {}}, {5: "a"}, b""]})


def unlooked_unknown_kinds():
    """Unknown kinds with all manner of things behind the kind, where nothing is looked at."""
    x = b"\x00\x61x"
    hello = cbor({0: "x", 1: "hello"})
    yield "kind empty", padded(cbor({0: "", 1: "hello"}))
    yield "unknown kind, keys of its own", padded(cbor({0: "x", 1: "hello", 2: "a", 7: 1}))
    yield "unknown kind, content missing", padded(b"\xa1" + x)
    yield "unknown kind, plaintext ends behind the kind", b"\xa2" + x
    yield "unknown kind, key 0 twice", padded(b"\xa3" + x + x + b"\x01\x00")
    yield "unknown kind, later keys out of order", padded(b"\xa3" + x + b"\x02\x00\x01\x00")
    yield "unknown kind, key is a text", padded(b"\xa3" + x + b"\x01\x00\x61a\x00")
    yield "unknown kind, key -1", padded(b"\xa3" + x + b"\x01\x00\x20\x00")
    yield "unknown kind, null for content", padded(b"\xa2" + x + b"\x01\xf6")
    yield "unknown kind, negative integer for content", padded(b"\xa2" + x + b"\x01\x20")
    yield "unknown kind, tag for content", padded(b"\xa2" + x + b"\x01\xc1\x00")
    yield "unknown kind, half float for content", padded(b"\xa2" + x + b"\x01\xf9\x3c\x00")
    yield "unknown kind, texts for keys of the content", padded(b"\xa2" + x + b"\x01\xa1\x61a\x00")
    yield "unknown kind, content's head of two bytes", padded(b"\xa2" + x + b"\x01\x18\x05")
    yield "unknown kind, head of two bytes deep inside", padded(b"\xa2" + x + b"\x01\x81\x81\x18\x05")
    yield "unknown kind, content of indefinite length", padded(b"\xa2" + x + b"\x01\x9f\x01\xff")
    yield "unknown kind, keys of the content out of order", padded(b"\xa2" + x + b"\x01\xa2\x01\x00\x00\x00")
    yield "unknown kind, key of the content twice", padded(b"\xa2" + x + b"\x01\xa2\x00\x00\x00\x00")
    yield "unknown kind, content is not UTF-8", padded(b"\xa2" + x + b"\x01\x61\xff")
    yield "unknown kind, content not well-formed", padded(b"\xa2" + x + b"\x01\x1c")
    yield "unknown kind, simple value below 32 of two bytes", padded(b"\xa2" + x + b"\x01\xf8\x16")
    yield "unknown kind, content of 2^63 declared", padded(b"\xa2" + x + b"\x01\x5b" + (2**63).to_bytes(8, "big"))
    yield "unknown kind, 1,000 arrays within each other", padded(b"\xa2" + x + b"\x01" + b"\x81" * 1000 + b"\x80")
    yield "unknown kind, padding absent", hello
    yield "unknown kind, padding a byte too long", padded(hello) + b"\0"
    yield "unknown kind, last byte not zero", padded(hello)[:-1] + b"\1"
    yield "kind cut, so that padding fills it up", padded(payload_cbor(text_part("hello"))[:5])
    yield "unknown kind, padding of 0xff", hello.ljust(256, b"\xff")


def beginnings_of_unknown_kinds():
    """The part of an unknown kind that is looked at."""
    rest = b"\x01\x00"
    for name, start in (
        ("map head of two bytes", b"\xb8\x02\x00\x61x"),
        ("map head of three bytes", b"\xb9\x00\x02\x00\x61x"),
        ("map head of five bytes", b"\xba" + (2).to_bytes(4, "big") + b"\x00\x61x"),
        ("map head of nine bytes", b"\xbb" + (2).to_bytes(8, "big") + b"\x00\x61x"),
        ("2^63 pairs declared", b"\xbb" + (2**63).to_bytes(8, "big") + b"\x00\x61x"),
        ("key of two bytes", b"\xa2\x18\x00\x61x"),
        ("key of three bytes", b"\xa2\x19\x00\x00\x61x"),
        ("key of five bytes", b"\xa2\x1a" + bytes(4) + b"\x61x"),
        ("key of nine bytes", b"\xa2\x1b" + bytes(8) + b"\x61x"),
        ("kind's head of two bytes", b"\xa2\x00\x78\x01x"),
        ("kind's head of three bytes", b"\xa2\x00\x79\x00\x01x"),
        ("kind's head of five bytes", b"\xa2\x00\x7a" + (1).to_bytes(4, "big") + b"x"),
        ("kind's head of nine bytes", b"\xa2\x00\x7b" + (1).to_bytes(8, "big") + b"x"),
    ):
        yield f"unknown kind, {name}", padded(start + rest), "unknown_kind"
    for name, start in (
        ("map of no pairs, followed by the looks of one", b"\xa0\x00\x61x"),
        ("map of no pairs, head of two bytes", b"\xb8\x00\x00\x61x"),
        ("map of indefinite length", b"\xbf\x00\x61x" + rest + b"\xff"),
        ("kind of indefinite length", b"\xa2\x00\x7f\x61x\xff"),
        ("kind is not UTF-8", b"\xa2\x00\x61\xff"),
        ("kind is a byte string", b"\xa2\x00\x41x"),
        ("kind is tagged", b"\xa2\x00\xc1\x61x"),
        ("kind comes second", b"\xa2\x01\x00\x00\x61x"),
        ("first key is 1", b"\xa2\x01\x61x"),
        ("first key is -1", b"\xa2\x20\x61x"),
        ("first key is a float of zero", b"\xa2\xf9\x00\x00\x61x"),
        ("first key is false", b"\xa2\xf4\x61x"),
        ("first key is an empty text", b"\xa2\x60\x61x"),
        ("reserved head, map", b"\xbc\x00\x61x"),
        ("reserved head, key", b"\xa2\x1c\x00\x61x"),
        ("reserved head, kind", b"\xa2\x00\x7cx"),
        ("array in place of the map", b"\x82\x00\x61x"),
        ("map is tagged", b"\xc1\xa2\x00\x61x"),
        ("kind of 2^64 - 1 bytes declared", b"\xa2\x00\x7b" + b"\xff" * 8 + b"x"),
    ):
        yield f"unknown kind, {name}", padded(start + rest), "malformed"
    yield "unknown kind, cut within the kind", b"\xa2\x00\x62x", "malformed"
    yield "unknown kind, cut within the key", b"\xa2\x19\x00", "malformed"
    yield "item of an unknown kind", padded(kind_raw("bundle", cbor([{0: "x", 1: "hello"}]))), "malformed"
    yield "item of kind fields without any", padded(kind_raw("bundle", cbor([{0: "fields", 1: []}]))), "malformed"
    second = cbor([{0: "text", 1: "hello"}, {0: "x", 1: "hello"}])
    yield "second item of an unknown kind", padded(kind_raw("bundle", second)), "malformed"


def payload_cases():
    """Reading of plaintexts."""
    cases = [
        {"name": name, "plaintext": padded(payload_cbor(payload)).hex(), "payload": payload}
        for name, payload in good_payloads()
    ]
    wrong = [
        (name, padded(raw))
        for group in (wrong_encodings, wrong_maps, wrong_fields, wrong_bounds)
        for name, raw in group()
    ]
    wrong += wrong_plaintexts()
    errors = [(name, plaintext, "malformed") for name, plaintext in wrong]
    errors += [(name, padded(raw), "unknown_kind") for name, raw in unknown_kinds()]
    errors += [(name, plaintext, "unknown_kind") for name, plaintext in unlooked_unknown_kinds()]
    errors += beginnings_of_unknown_kinds()
    return cases + [{"name": n, "plaintext": plaintext.hex(), "error": error} for n, plaintext, error in errors]


# --- Cases: envelope.json ----------------------------------------------------

ENVELOPE_K = made("envelope K")
HELLO = padded(payload_cbor(text_part("hello")))
LARGER = padded(payload_cbor(text_part("x" * 300)))
PHRASE = "correct horse battery staple"


def envelope_nonce(name):
    """The nonce of an envelope."""
    return made("envelope nonce " + name, 12)


def good_envelopes():
    """Envelopes that open: name, share, passphrase, envelope, plaintext."""
    phrases = {0: None, 1: PHRASE, 2: PHRASE}
    for profile, phrase in phrases.items():
        sealed = seal(ENVELOPE_K, profile, phrase, envelope_nonce(f"profile {profile}"), HELLO)
        yield f"profile {profile}", share_text(profile, ENVELOPE_K), phrase, sealed, HELLO
    sealed = seal(ENVELOPE_K, 2, "caf\u00e9", envelope_nonce("NFD"), HELLO)
    share = share_text(2, ENVELOPE_K)
    yield "passphrase decomposed and with white space around", share, " cafe\u0301\u3000\n", sealed, HELLO
    plain = share_text(0, ENVELOPE_K)
    for name, plaintext in (
        ("larger plaintext", LARGER),
        ("plaintext that is no payload still opens", b"\xff" * 256),
        ("plaintext of a length that no padding has still opens", b"\xa5" * 259),
    ):
        yield name, plain, None, seal(ENVELOPE_K, 0, None, envelope_nonce(name), plaintext), plaintext
    for name, nonce in (("nonce all zero", bytes(12)), ("nonce all 0xff", b"\xff" * 12)):
        k = made("envelope K " + name)
        yield name, share_text(0, k), None, seal(k, 0, None, nonce, HELLO), HELLO


def flipped(data, position, bits=1):
    """Bytes with bits of one of them flipped."""
    copy = bytearray(data)
    copy[position] ^= bits
    return bytes(copy)


def changed_envelopes(envelope):
    """Changes to an envelope of profile 0 over 287 bytes long."""
    yield "empty", b"", "too_short"
    yield "one byte", envelope[:1], "too_short"
    yield "header only", envelope[:15], "too_short"
    yield "header and tag only", envelope[:15] + envelope[-16:], "too_short"
    yield "286 bytes", envelope[:286], "too_short"
    yield "287 bytes of a longer one", envelope[:287], "decrypt"
    for version in (0, 2, 255):
        yield f"version {version}", bytes([version]) + envelope[1:], "version"
    for suite in (0, 2, 255):
        yield f"suite {suite}", envelope[:1] + bytes([suite]) + envelope[2:], "suite"
    for profile in (1, 2, 3, 255):
        yield f"profile {profile} where the link has 0", envelope[:2] + bytes([profile]) + envelope[3:], "profile"
    yield "version, one bit flipped", flipped(envelope, 0, 0x80), "version"
    yield "suite, one bit flipped", flipped(envelope, 1, 0x80), "suite"
    yield "profile, one bit flipped", flipped(envelope, 2, 0x80), "profile"
    for byte in range(3, 15):
        yield f"nonce, one bit of byte {byte - 3} flipped", flipped(envelope, byte, 1 << byte % 8), "decrypt"
    for what, position, bits in (
        ("first bit of the ciphertext", 15, 0x80),
        ("bit in the middle of the ciphertext", 150, 0x10),
        ("last bit of the ciphertext", -17, 0x01),
        ("first bit of the tag", -16, 0x80),
        ("bit in the middle of the tag", -8, 0x04),
        ("last bit of the tag", -1, 0x01),
    ):
        yield f"{what} flipped", flipped(envelope, position, bits), "decrypt"
    yield "tag all zero", envelope[:-16] + bytes(16), "decrypt"
    yield "tag before the ciphertext", envelope[:15] + envelope[-16:] + envelope[15:-16], "decrypt"
    yield "tag cut off", envelope[:-16], "decrypt"
    yield "last byte cut", envelope[:-1], "decrypt"
    yield "first byte of the ciphertext cut", envelope[:15] + envelope[16:], "decrypt"
    yield "one zero byte appended", envelope + b"\0", "decrypt"
    yield "one byte appended", envelope + b"\xa5", "decrypt"
    yield (
        "two halves of the ciphertext swapped",
        envelope[:15] + envelope[159:303] + envelope[15:159] + envelope[303:],
        "decrypt",
    )
    yield "nothing but version, suite, profile and zeros", b"\1\1\0" + bytes(284), "decrypt"


def foreign_envelopes():
    """Envelopes of profile 0 sealed in another way than section 4 says."""
    values = derived(ENVELOPE_K, 0, None)
    nonce = envelope_nonce("foreign")
    header = b"\1\1\0" + nonce
    aad = b"ashlink/v1 secret" + header
    for name, key, aad_used in (
        ("sealed without associated data", values["enc"], None),
        ("sealed without the header in the associated data", values["enc"], aad[:17]),
        ("sealed without the label in the associated data", values["enc"], header),
        ("sealed under K", ENVELOPE_K, aad),
        ("sealed under prk", values["prk"], aad),
        ("sealed under root", values["root"], aad),
        ("sealed under access", values["access"], aad),
    ):
        yield name, header + AESGCM(key).encrypt(nonce, HELLO, aad_used), "decrypt"


def wrong_secrets():
    """Right envelopes with the wrong link or passphrase."""
    plain = seal(ENVELOPE_K, 0, None, envelope_nonce("wrong"), HELLO)
    first = seal(ENVELOPE_K, 1, PHRASE, envelope_nonce("wrong 1"), HELLO)
    second = seal(ENVELOPE_K, 2, PHRASE, envelope_nonce("wrong 2"), HELLO)
    other = made("envelope K other")
    yield "link of another secret, profile 0", share_text(0, other), None, plain, "decrypt"
    yield "link of another secret, profile 2", share_text(2, other), PHRASE, second, "decrypt"
    yield "K all zero", share_text(0, bytes(32)), None, plain, "decrypt"
    yield "one bit of K flipped", share_text(0, flipped(ENVELOPE_K, 31)), None, plain, "decrypt"
    yield "wrong passphrase, profile 1", share_text(1, ENVELOPE_K), "incorrect horse", first, "decrypt"
    yield "wrong passphrase, profile 2", share_text(2, ENVELOPE_K), "incorrect horse", second, "decrypt"
    yield "passphrase in another case", share_text(2, ENVELOPE_K), PHRASE.upper(), second, "decrypt"
    yield (
        "passphrase with other inner white space",
        share_text(2, ENVELOPE_K),
        PHRASE.replace(" ", "  ", 1),
        second,
        "decrypt",
    )
    yield "passphrase one character short", share_text(2, ENVELOPE_K), PHRASE[:-1], second, "decrypt"
    yield "envelope of profile 0, link of profile 1", share_text(1, ENVELOPE_K), PHRASE, plain, "profile"
    yield "envelope of profile 1, link of profile 0", share_text(0, ENVELOPE_K), None, first, "profile"
    yield "envelope of profile 1, link of profile 2", share_text(2, ENVELOPE_K), PHRASE, first, "profile"
    yield "envelope of profile 2, link of profile 1", share_text(1, ENVELOPE_K), PHRASE, second, "profile"
    relabelled = second[:2] + b"\1" + second[3:]
    yield "profile 2 made 1 in envelope and link", share_text(1, ENVELOPE_K), PHRASE, relabelled, "decrypt"


def envelope_cases():
    """Opening of envelopes."""
    cases = [
        {"name": name, "share": share, "passphrase": phrase, "envelope": sealed.hex(), "plaintext": plaintext.hex()}
        for name, share, phrase, sealed, plaintext in good_envelopes()
    ]
    larger = seal(ENVELOPE_K, 0, None, envelope_nonce("changed"), LARGER)
    smallest = seal(ENVELOPE_K, 0, None, envelope_nonce("smallest"), HELLO)
    share = share_text(0, ENVELOPE_K)
    errors = [(name, share, None, sealed, error) for name, sealed, error in changed_envelopes(larger)]
    errors += [(name, share, None, sealed, error) for name, sealed, error in foreign_envelopes()]
    errors += [("last byte of the smallest envelope cut", share, None, smallest[:-1], "too_short")]
    errors += wrong_secrets()
    return cases + [
        {"name": name, "share": share, "passphrase": phrase, "envelope": sealed.hex(), "error": error}
        for name, share, phrase, sealed, error in errors
    ]


# --- Cases: seal.json --------------------------------------------------------


def seal_cases():
    """The whole way from a payload to links, verifiers and envelope."""
    given = [
        ("text", 0, None, text_part("hello")),
        ("text, empty", 0, None, text_part("")),
        ("text, white space for passphrase", 0, " \t\u3000", text_part("hello")),
        ("text with a passphrase, profile 1", 1, PHRASE, text_part("Gr\u00fc\u00dfe \U0001f511")),
        ("text with a passphrase, profile 2", 2, PHRASE, text_part("Gr\u00fc\u00dfe \U0001f511")),
        ("text with a passphrase to be normalised", 2, "\u00a0cafe\u0301 \u2126 ", text_part("hello")),
        ("file", 0, None, file_part("all.bin", "application/octet-stream", BINARY)),
        ("file, empty", 0, None, file_part("empty", "", b"")),
        (
            "file, name beyond ASCII, with a passphrase",
            2,
            PHRASE,
            file_part("r\u00e9sum\u00e9 \u65e5.txt", "text/plain", BINARY),
        ),
        ("file, 10,000 bytes", 0, None, file_part("large.bin", "", made("seal large", 10000))),
        ("fields", 0, None, LOGIN),
        ("bundle", 0, None, bundle_part(text_part("see files"), NOTES, file_part("b", "", BINARY))),
        ("bundle, 64 items, with a passphrase", 2, PHRASE, bundle_part(*(text_part(f"item {i}") for i in range(64)))),
        *(
            (f"payload of {length:,} bytes", 0, None, text_of_payload_length(length))
            for length in (255, 256, 257, 272, 273, 1024, 1025)
        ),
    ]
    return [seal_case(*one) for one in given]


def seal_case(name, profile, passphrase, payload):
    """One case of seal.json."""
    k, owner_proof = made(f"seal K {name}"), made(f"seal O {name}")
    nonce = made(f"seal nonce {name}", 12)
    values = derived(k, profile, passphrase)
    return {
        "name": name,
        "k": k.hex(),
        "owner_proof": owner_proof.hex(),
        "nonce": nonce.hex(),
        "profile": profile,
        "passphrase": passphrase,
        "payload": payload,
        "share": share_text(profile, k),
        "owner": owner_text(values["id"], owner_proof),
        "id": values["id"].hex(),
        "access_verifier": values["access_verifier"].hex(),
        "owner_verifier": sha256(owner_proof).hex(),
        "envelope": seal(k, profile, passphrase, nonce, padded(payload_cbor(payload))).hex(),
    }


# --- Checking and writing ----------------------------------------------------


def outcome(read, *arguments):
    """What a reader says, in the shape of a case."""
    try:
        return read(*arguments)
    except Refused as refusal:
        return {"error": str(refusal)}


def check_case(file, case):
    """Whether a reader comes to what a case expects."""
    if file == "passphrase":
        found = outcome(lambda: {"normalized": normalized(case["input"]).hex()})
    elif file == "links":
        found = outcome(read_link, case["input"])
    elif file == "padding":
        found = {"padded": padded_length(case["length"])}
    elif file == "payload":
        found = outcome(lambda: {"payload": read_payload(bytes.fromhex(case["plaintext"]))})
    elif file == "envelope":
        envelope = bytes.fromhex(case["envelope"])
        found = outcome(lambda: {"plaintext": unseal(case["share"], case["passphrase"], envelope).hex()})
    elif file == "seal":
        found = opened(case)
    else:
        found = hkdf_again(case)
    as_expected = all(case.get(key) == value for key, value in found.items())
    return as_expected and ("error" in found) == ("error" in case)


def opened(case):
    """What the holders of the two links of seal.json come to."""
    share, owner = read_link(case["share"]), read_link(case["owner"])
    plaintext = unseal(case["share"], case["passphrase"], bytes.fromhex(case["envelope"]))
    access_verifier = derived(bytes.fromhex(share["k"]), share["profile"], case["passphrase"])["access_verifier"]
    return {
        "k": share["k"],
        "profile": share["profile"],
        "id": owner["id"],
        "owner_proof": owner["owner_proof"],
        "owner_verifier": sha256(bytes.fromhex(owner["owner_proof"])).hex(),
        "access_verifier": access_verifier.hex(),
        "payload": read_payload(plaintext),
    }


def hkdf_again(case):
    """The derivation once more, by the HKDF of `cryptography`."""

    def hkdf(salt, key, info, length=32):
        return HKDF(hashes.SHA256(), length, salt, info).derive(key)

    k, root = bytes.fromhex(case["k"]), bytes.fromhex(case["prk"]) + bytes([case["profile"]]) + bytes.fromhex(case["p"])
    link = hkdf(b"ashlink/v1", k, b"ashlink/v1 link")
    access = hkdf(b"ashlink/v1 root", root, b"ashlink/v1 access")
    return {
        "link": link.hex(),
        "id": sha256(link)[:16].hex(),
        "salt": hkdf(b"ashlink/v1", k, b"ashlink/v1 salt", 16).hex(),
        "enc": hkdf(b"ashlink/v1 root", root, b"ashlink/v1 enc").hex(),
        "access": access.hex(),
        "access_verifier": sha256(access).hex(),
    }


def check_tools():
    """The parts against published vectors and the document's own table."""
    prk = extract(bytes.fromhex("000102030405060708090a0b0c"), b"\x0b" * 22)  # RFC 5869, A.1
    okm = expand(prk, bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"), 42)
    assert okm.hex().startswith("3cb25f25faacd57a90434f64d0362f2a") and okm.hex().endswith("34007208d5b887185865")
    assert base58(b"\0\0" + b"Hello World!") == "112NEpo7TZRRrLZSi2U"
    assert unbase58("112NEpo7TZRRrLZSi2U") == b"\0\0Hello World!"
    assert cbor({10: "", 100: b"", "z": [], "aa": {}}).hex() == "a40a60186440617a80626161a0"
    for kind, start in ((SHARE, "S"), (OWNER, "M")):
        _, length, characters = KINDS[kind]
        for fill in (b"\0", b"\xff"):
            text = base58(bytes([kind]) + fill * (length - 1))
            assert text[0] == start and len(text) == characters
    for length in range(3000):
        assert len(padded(bytes(length))) == padded_length(length) == padded_length(padded_length(length))


FILES = {
    "derivation": derivation_cases,
    "passphrase": passphrase_cases,
    "links": links_cases,
    "padding": padding_cases,
    "payload": payload_cases,
    "envelope": envelope_cases,
    "seal": seal_cases,
}


def check_cases(file, cases):
    """Names are unique and every case is what a reader finds."""
    names = [case["name"] for case in cases]
    twice = {name for name in names if names.count(name) > 1}
    wrong = [case["name"] for case in cases if not check_case(file, case)]
    if twice or wrong:
        sys.exit(f"{file}.json: twice {sorted(twice)}, wrong {wrong}")


def main():
    """Makes, checks and writes (or compares) every file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the files instead of writing them")
    compare = parser.parse_args().check
    sys.setrecursionlimit(20000)
    check_tools()
    good = bad = 0
    stale = []
    for file, make in FILES.items():
        cases = make()
        check_cases(file, cases)
        refused = sum("error" in case for case in cases)
        good, bad = good + len(cases) - refused, bad + refused
        text = json.dumps({"format": 1, "cases": cases}, indent=1, ensure_ascii=True) + "\n"
        path = HERE / f"{file}.json"
        if not compare:
            path.write_text(text, encoding="ascii", newline="\n")
        elif not path.exists() or path.read_bytes() != text.encode("ascii"):
            stale.append(path.name)
        print(f"{path.name}: {len(cases)} cases, {refused} of them errors")
    print(f"in all: {good} good, {bad} errors")
    if stale:
        sys.exit("not what generate.py writes: " + ", ".join(stale))


if __name__ == "__main__":
    main()
