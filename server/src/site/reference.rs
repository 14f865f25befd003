//! `/docs/api`: the API's OpenAPI document for people, as a page without a script.

mod example;
mod operation;
mod schemas;
#[cfg(test)]
mod tests;

use app::page::reference::Reference;
use utoipa::openapi::OpenApi;

/// What the page says of this document.
pub(super) fn of(api: &OpenApi) -> Reference {
    operation::reference(api)
}
