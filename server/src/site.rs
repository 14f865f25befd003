//! What people see: the pages and their files, the site's own look, the API's reference.

pub mod brand;
mod compress;
pub mod files;
pub mod offline;
pub mod pages;
mod reference;
pub mod webcat;

pub use files::{NoPage, Site};
