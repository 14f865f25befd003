//! The API's reference.

use crate::text::ReferenceText;

pub(in crate::text) const fn reference(key: ReferenceText) -> &'static str {
    match key {
        ReferenceText::Title => "The HTTP API",
        ReferenceText::Document => "The same for programs: the OpenAPI document",
        ReferenceText::Limits => {
            "This server takes envelopes of at most {size} bytes, for {min} to {max} seconds, with at most {views} \
             views. Bounds below are those of any server."
        }
        ReferenceText::Address => "In the examples {address} stands for this server.",
        ReferenceText::Examples => {
            "All examples are about one secret, the first of the format's test vectors: it says \"hello\", and its \
             proofs are known to everyone."
        }
        ReferenceText::Contents => "Contents",
        ReferenceText::Parameters => "Parameters",
        ReferenceText::Body => "Body",
        ReferenceText::Answers => "Answers",
        ReferenceText::Fields => "Fields of {status}",
        ReferenceText::Example => "Example",
        ReferenceText::Errors => "Errors",
        ReferenceText::ErrorsLead => {
            "Every error has a body with these fields. Programs act on the code, never on the message."
        }
        ReferenceText::Codes => "Codes",
        ReferenceText::InPath => "in the path",
        ReferenceText::InHeader => "header",
        ReferenceText::InQuery => "in the query",
        ReferenceText::InCookie => "cookie",
        ReferenceText::Required => "required",
        ReferenceText::Optional => "optional",
        ReferenceText::Text => "string",
        ReferenceText::Number => "whole number",
        ReferenceText::Flag => "true or false",
        ReferenceText::Time => "time, such as 2026-11-22T14:03:00Z",
        ReferenceText::Anything => "any JSON",
        ReferenceText::ListOf => "list, each a {kind}",
        ReferenceText::OneOf => "one of {values}",
        ReferenceText::OrNull => "{kind}, or null",
        ReferenceText::Characters => "{bounds} characters",
        ReferenceText::Exactly => "{number}",
        ReferenceText::AtLeast => "at least {min}",
        ReferenceText::AtMost => "at most {max}",
        ReferenceText::Between => "{min} to {max}",
    }
}
